// Letters as other servers write them, signed before the clock starts: a reply in Mastodon's shape, under each of the four
// ways in which servers vouch for what they send.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { signJsonLd } from '@fedify/fedify/sig';
import { shippedContext } from '../../src/federation/contexts.ts';
import { type Letter, openPeer, type Peer, signCavage, signRfc9421 } from '../../test/federation/peer.ts';

const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams';
const PUBLIC = `${ACTIVITY_STREAMS}#Public`;
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** multicodec's prefix of an Ed25519 public key. */
const ED25519 = Buffer.from([0xed, 0x01]);
/** An Ed25519 key in SPKI is a header of 12 bytes and the key. */
const SPKI_HEADER_BYTES = 12;

export type Json = Record<string, unknown>;

/** `ld` and `oip` are signed over HTTP by draft-cavage as well, as Mastodon and Fedify's applications send them. */
export type Variant = 'cavage' | 'rfc9421' | 'ld' | 'oip';

/** The keys that all writers share: making one for each would take a minute, and a key is cached by its id. */
export interface Keys {
  rsa: Peer;
  /** RSA once more, as the library's signer takes it. */
  webRsa: CryptoKey;
  ed25519: KeyObject;
  /** Its public half as FEP-521a spells it. */
  multibase: string;
}

/** An actor elsewhere who writes. */
export interface Writer {
  peer: Peer;
  keys: Keys;
}

/** A letter and the address on 127.0.0.0/8 from which it comes: each server has its own. */
export interface Posting extends Letter {
  from: string;
  /** The id of what it says, by which its effect is found. */
  uri: string;
}

/** Makes the keys, an RSA one of 2048 bits as Mastodon has. */
export async function openKeys(): Promise<Keys> {
  const rsa = openPeer('http://127.0.0.1');
  const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'der' });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const webRsa = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, true, ['sign']);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const bytes = publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEADER_BYTES);
  return { rsa, webRsa, ed25519: privateKey, multibase: `z${base58(Buffer.concat([ED25519, bytes]))}` };
}

/** An actor by this name at `origin`. */
export function writerAt(origin: string, name: string, keys: Keys): Writer {
  const actor = `${origin}/users/${name}`;
  return { keys, peer: { ...keys.rsa, actor, keyId: `${actor}#main-key` } };
}

/** The whole of the writer's document, with both keys, as its server shows it. */
export function documentOf(actor: string, { pem, multibase }: { pem: string; multibase: string }): Json {
  const { origin } = new URL(actor);
  const name = actor.split('/').at(-1);
  return {
    '@context': [ACTIVITY_STREAMS, 'https://w3id.org/security/v1', 'https://w3id.org/security/multikey/v1', WORDS],
    id: actor,
    type: 'Person',
    following: `${actor}/following`,
    followers: `${actor}/followers`,
    inbox: `${actor}/inbox`,
    outbox: `${actor}/outbox`,
    featured: `${actor}/collections/featured`,
    preferredUsername: name,
    name: 'ผู้อ่านจากที่อื่น',
    summary: '<p>อ่านเวทีทุกเช้า</p>',
    url: `${origin}/@${name}`,
    manuallyApprovesFollowers: false,
    discoverable: true,
    published: '2022-11-07T00:00:00Z',
    publicKey: { id: `${actor}#main-key`, owner: actor, publicKeyPem: pem },
    assertionMethod: [{ id: `${actor}#multikey`, type: 'Multikey', controller: actor, publicKeyMultibase: multibase }],
    tag: [],
    attachment: [],
  };
}

/** What Mastodon 4.4 defines in the context of a Note and of an actor. */
const WORDS = {
  ostatus: 'http://ostatus.org#',
  atomUri: 'ostatus:atomUri',
  inReplyToAtomUri: 'ostatus:inReplyToAtomUri',
  conversation: 'ostatus:conversation',
  sensitive: 'as:sensitive',
  toot: 'http://joinmastodon.org/ns#',
  votersCount: 'toot:votersCount',
  featured: { '@id': 'toot:featured', '@type': '@id' },
  discoverable: 'toot:discoverable',
  manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
  litepub: 'http://litepub.social/ns#',
  directMessage: 'litepub:directMessage',
  Hashtag: 'as:Hashtag',
};

/** What a reply answers and says. */
export interface Answering {
  /** The entry's ActivityPub id, and the actor of its blog. */
  article: string;
  blog: string;
  /** Makes the reply's id. */
  name: string;
  text: string;
}

/** Create(Note) as Mastodon 4.4 serialises a reply, some 3.3 KB of it. */
export function replyOf({ peer: { actor } }: Writer, { article, blog, name, text }: Answering): Json {
  const { host, origin } = new URL(actor);
  const uri = `${actor}/statuses/${name}`;
  const published = new Date().toISOString();
  const [to, cc] = [[PUBLIC], [`${actor}/followers`, blog]];
  const mention = `<span class="h-card" translate="no"><a href="${blog}" class="u-url mention">@<span>blog</span></a></span>`;
  const tag = `<a href="${origin}/tags/km" class="mention hashtag" rel="tag">#<span>km</span></a>`;
  const content = `<p>${mention} ${text}</p><p>วัดความร้อนทุกเช้า จดไว้ในเวที แล้วให้ตำบลอื่นถาม ${tag}</p>`;
  const note = {
    id: uri,
    type: 'Note',
    summary: null,
    inReplyTo: article,
    published,
    url: `${origin}/@${actor.split('/').at(-1)}/${name}`,
    attributedTo: actor,
    to,
    cc,
    sensitive: false,
    atomUri: uri,
    inReplyToAtomUri: article,
    conversation: `tag:${host},2026-11-23:objectId=${name}:objectType=Conversation`,
    content,
    contentMap: { th: content },
    attachment: [],
    tag: [
      { type: 'Mention', href: blog, name: '@blog@node' },
      { type: 'Hashtag', href: `${origin}/tags/km`, name: '#km' },
    ],
    replies: {
      id: `${uri}/replies`,
      type: 'Collection',
      first: {
        type: 'CollectionPage',
        next: `${uri}/replies?only_other_accounts=true&page=true`,
        partOf: `${uri}/replies`,
        items: [],
      },
    },
    likes: { id: `${uri}/likes`, type: 'Collection', totalItems: 0 },
    shares: { id: `${uri}/shares`, type: 'Collection', totalItems: 0 },
  };
  const context = [ACTIVITY_STREAMS, WORDS];
  return { '@context': context, id: `${uri}/activity`, type: 'Create', actor, published, to, cc, object: note };
}

/** Vouches for an activity in the given way and signs the request that brings it to `inbox`. */
export async function posted(
  { peer, keys }: Writer,
  { activity, inbox, variant, from }: { activity: Json; inbox: string; variant: Variant; from: string },
): Promise<Posting> {
  const vouched = variant === 'ld' ? await ldSigned(activity, { peer, keys }) : activity;
  const sent = variant === 'oip' ? proved(activity, { peer, keys }) : vouched;
  const sending = { url: inbox, activity: sent, at: new Date() };
  const letter = variant === 'rfc9421' ? signRfc9421(peer, sending) : signCavage(peer, sending);
  return { ...letter, from, uri: String((activity.object as Json).id) };
}

/**
 * RsaSignature2017, as Mastodon signs what is public. The library's signer makes it: this is a load, and whether the
 * signature is what Mastodon means by it is tested elsewhere.
 */
async function ldSigned(activity: Json, { peer, keys }: Writer): Promise<Json> {
  // As Mastodon does: its payload names the security context when it signs.
  const context = [...(activity['@context'] as unknown[]), 'https://w3id.org/security/v1'];
  const document = { ...activity, '@context': context };
  return (await signJsonLd(document, keys.webRsa, new URL(peer.keyId), { contextLoader: shippedContext })) as Json;
}

/** A DataIntegrityProof by eddsa-jcs-2022 (FEP-8b32), in plain node:crypto. */
function proved(activity: Json, { peer, keys }: Writer): Json {
  const context = [...(activity['@context'] as unknown[]), 'https://w3id.org/security/data-integrity/v1'];
  const document: Json = { ...activity, '@context': context };
  const proof = {
    '@context': context,
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    verificationMethod: `${peer.actor}#multikey`,
    proofPurpose: 'assertionMethod',
    created: `${new Date().toISOString().slice(0, 19)}Z`,
  };
  const digest = Buffer.concat([proof, document].map((one) => createHash('sha256').update(canonical(one)).digest()));
  const { '@context': _, ...shown } = proof;
  return { ...document, proof: { ...shown, proofValue: `z${base58(sign(null, digest, keys.ed25519))}` } };
}

/** RFC 8785 for what stands in these letters: texts, truths, small whole numbers. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(Math.max(0, zeros)) + text;
}
