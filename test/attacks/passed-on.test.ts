// What somebody else passes on: T28 of the threat list. An LD signature or a proof lets an activity come from other hands;
// it must cover what we read, by the very actor, and nothing may be hidden around it.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signJsonLd, signObject } from '@fedify/fedify/sig';
import { Create, Multikey } from '@fedify/vocab';
import { afterAll, beforeAll, expect } from 'vitest';
import { shippedContext } from '../../src/federation/contexts.ts';
import { openPeer, type Peer } from '../federation/peer.ts';
import {
  actorDocument,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  PUBLIC,
  publish,
  SECURITY,
} from '../federation/scripted.ts';
import { type Arena, accepted, commentAt, letterOf, openArena, refused } from './arena.ts';
import { attack, printLedger } from './ledger.ts';

let arena: Arena;
let victim: Peer;
let evil: Peer;

beforeAll(async () => {
  arena = await openArena();
  ({ victim, evil } = arena);
});
afterAll(() => arena.close());
printLedger();

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

function webKey(key: KeyObject, algorithm: string | typeof RSA, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('jwk', key.export({ format: 'jwk' }), algorithm, true, [usage]);
}

const words = (by: Peer, changes: Json = {}): Json => ({
  ...createOf(by, noteOf(by, arena.entryId, changes)),
  '@context': [CONTEXT, SECURITY],
});

/** The activity with an LD signature by the peer's RSA key. */
async function ldSigned(activity: Json, by: Peer, keyId = by.keyId): Promise<Json> {
  const key = await webKey(by.privateKey, RSA, 'sign');
  return (await signJsonLd(activity, key, new URL(keyId), { contextLoader: shippedContext })) as Json;
}

/** Passed on by evil, who signs the request and nothing else. */
const passedOn = (activity: Json) => letterOf(arena, evil, activity);

async function notShown(activity: Json, name: string): Promise<void> {
  const status = await refused(arena, passedOn(activity));
  expect([400, 401], name).toContain(status);
}

attack('T28', 'words that were changed after their LD signature', async () => {
  const signed = await ldSigned(words(victim), victim);
  const note = signed.object as Json;
  const bent: [string, Json][] = [
    ['content', { ...signed, object: { ...note, content: '<p>ปลอม</p>' } }],
    ['one more text', { ...signed, object: { ...note, contentMap: { th: '<p>ปลอม</p>' } } }],
    ['another place', { ...signed, object: { ...note, inReplyTo: `${arena.node.origin}/@khunamnuay_muang/1` } }],
    ['another id', { ...signed, id: `${String(signed.id)}-x` }],
    ['another type', { ...signed, type: 'Update' }],
    ['a wider audience', { ...signed, cc: [PUBLIC, `${victim.actor}/followers`] }],
    ['another actor', { ...signed, actor: arena.neighbour.actor }],
  ];
  for (const [name, activity] of bent) await notShown(activity, name);
  await accepted(arena, passedOn(signed));
  expect(await commentAt(arena, note.id)).toMatchObject({ actor: victim.actor, state: 'shown' });
});

attack('T28', 'an LD signature by somebody else’s key', async () => {
  const activity = words(victim);
  await notShown(await ldSigned(activity, evil), 'by evil');
  await notShown(await ldSigned(activity, evil, victim.keyId), 'by evil under the victim’s key id');
  await notShown(await ldSigned(activity, arena.neighbour), 'by the neighbour');
  // A key that says it is the victim's, on the victim's own server (CVE-2026-96625).
  const id = `${arena.victims.origin}/uploads/key`;
  const { publicKeyPem } = evil;
  publish({ '@context': [CONTEXT, SECURITY], id, type: 'CryptographicKey', owner: victim.actor, publicKeyPem });
  await notShown(await ldSigned(activity, evil, id), 'by a key that claims the victim');
  await accepted(arena, passedOn(await ldSigned(activity, victim)));
});

attack('T28', 'an LD signature that is not whole', async () => {
  const signed = await ldSigned(words(victim), victim);
  const signature = signed.signature as Json;
  const { signature: _, ...bare } = signed;
  const shapes: [string, Json][] = [
    ['none', bare],
    ['empty', { ...bare, signature: {} }],
    ['a text', { ...bare, signature: 'signed' }],
    ['of another type', { ...bare, signature: { ...signature, type: 'RsaSignature2042' } }],
    ['without value', { ...bare, signature: { ...signature, signatureValue: '' } }],
    ['without creator', { ...bare, signature: { ...signature, creator: undefined } }],
    ['two', { ...bare, signature: [signature, signature] }],
    ['with a later date', { ...bare, signature: { ...signature, created: new Date().toISOString() } }],
  ];
  for (const [name, activity] of shapes) await notShown(activity, name);
  await accepted(arena, passedOn(signed));
});

attack('T28', 'statements moved by JSON-LD keywords (CVE-2026-42462)', async () => {
  const signed = await ldSigned(words(victim), victim);
  const { '@context': context, signature, ...rest } = signed;
  const forged = { ...(rest.object as Json), content: '<p>ปลอม</p>' };
  const moved: [string, Json][] = [
    ['@graph', { '@context': context, '@graph': [rest], signature }],
    ['@graph beside', { ...signed, '@graph': [forged] }],
    ['@included', { ...signed, '@included': [forged] }],
    ['@reverse', { ...signed, '@reverse': { object: forged } }],
    ['@id', { ...signed, '@id': evil.actor }],
    ['@type', { ...signed, '@type': 'Delete' }],
    ['@nest', { ...signed, '@nest': { object: forged } }],
    ['the term in full', { ...signed, 'https://www.w3.org/ns/activitystreams#object': forged }],
    ['the term as a compact IRI', { ...signed, 'as:object': forged }],
    ['deep inside', { ...signed, object: { ...(rest.object as Json), '@included': [forged] } }],
  ];
  for (const [name, activity] of moved) await notShown(activity, name);
  await accepted(arena, passedOn(signed));
});

attack('T28', 'a context that gives words another meaning (GHSA-rwcw)', async () => {
  const signed = await ldSigned(words(victim), victim);
  const tricks: [string, unknown][] = [
    ['actor means nothing', { actor: null }],
    ['content means nothing', { content: null }],
    ['object is the target', { object: { '@id': 'as:target', '@type': '@id' } }],
    ['said is content', { said: 'as:content' }],
    ['actor is to', { actor: { '@id': 'as:to', '@type': '@id' } }],
    ['as is elsewhere', { as: 'https://evil.example/ns#' }],
    ['a vocabulary of its own', { '@vocab': 'https://www.w3.org/ns/activitystreams#' }],
    ['a base of its own', { '@base': evil.actor }],
    ['a context to be fetched', 'https://evil.example/context'],
    ['a context of evil', `${arena.evils.origin}/context`],
    ['a context inside a term', { Note: { '@id': 'as:Note', '@context': { content: null } } }],
  ];
  const before = arena.evils.gets.length;
  for (const [name, trick] of tricks) {
    await notShown({ ...signed, '@context': [CONTEXT, SECURITY, trick] }, name);
    // The same without LD signature: signed by the victim's own hand, it is ambiguous still.
    const { signature: _, ...bare } = signed;
    const own = letterOf(arena, victim, { ...bare, '@context': [CONTEXT, SECURITY, trick] });
    expect(await refused(arena, own), name).toBe(400);
  }
  expect(arena.evils.gets.slice(before).map(({ path }) => path)).not.toContain('/context');
  await accepted(arena, passedOn(signed));
});

attack(
  'T28',
  'an LD-signed activity passed on a hundred days late has one effect, and none after its Delete',
  async () => {
    const signed = await ldSigned(words(victim), victim);
    await accepted(arena, passedOn(signed));
    const { id } = signed.object as Json;
    await accepted(arena, letterOf(arena, victim, { ...words(victim), type: 'Delete', object: id }));
    await arena.node.world.db.deleteFrom('kv').execute();
    expect(await refused(arena, passedOn(signed))).toBe(202);
    expect((await commentAt(arena, id))?.state).toBe('deleted');
  },
);

attack(
  'T33',
  'a key id of the victim’s on a letter that vouches for itself does not speak for the victim’s server',
  async () => {
    const { db } = arena.node.world;
    const { host } = arena.victims;
    const later = Date.now() + 3_600_000;
    await db.insertInto('lanes').values({ host, due: later, failures: 9, failingSince: Date.now() }).execute();
    const failures = async () =>
      (await db.selectFrom('lanes').select('failures').where('host', '=', host).executeTakeFirstOrThrow()).failures;
    const activity = await ldSigned(words(evil), evil);
    await accepted(arena, letterOf(arena, evil, activity, { keyId: victim.keyId }));
    expect(await failures()).toBe(9);
    // A copy of the victim's own words, under a signature of evil's that names the victim's key.
    const copy = await ldSigned(words(victim), victim);
    await accepted(arena, letterOf(arena, evil, copy, { keyId: victim.keyId }));
    expect(await failures()).toBe(9);
    await accepted(arena, letterOf(arena, victim, words(victim)));
    expect(await failures()).toBe(0);
  },
);

attack('T28', 'a proof (FEP-8b32) over other words, or by another’s key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, open] = [await webKey(privateKey, 'Ed25519', 'sign'), await webKey(publicKey, 'Ed25519', 'verify')];
  const multikey = async (id: string, controller: string) =>
    (await new Multikey({ id: new URL(id), controller: new URL(controller), publicKey: open }).toJsonLd({
      format: 'compact',
      contextLoader: shippedContext,
    })) as Json;
  const proved = async (activity: Json, keyId: string) => {
    const create = await Create.fromJsonLd(activity, { contextLoader: shippedContext, documentLoader: shippedContext });
    const signed = await signObject(create, secret, new URL(keyId), { contextLoader: shippedContext });
    return (await signed.toJsonLd({ format: 'compact', contextLoader: shippedContext })) as Json;
  };
  const claimed = `${arena.victims.origin}/uploads/multikey`;
  publish(await multikey(claimed, victim.actor));
  const activity = words(victim);
  await notShown(await proved(activity, claimed), 'a key that claims the victim');
  await notShown(await proved(activity, `${victim.actor}#ed25519`), 'a key that the victim does not list');

  const prover = openPeer(arena.victims.origin, 'prover');
  const keyId = `${prover.actor}#ed25519`;
  const { '@context': context, ...key } = await multikey(keyId, prover.actor);
  const contexts = [CONTEXT, SECURITY, 'https://www.w3.org/ns/did/v1', ...[context].flat()];
  publish(actorDocument(prover, { '@context': contexts, assertionMethod: [key] }));
  await notShown(await proved(activity, keyId), 'a neighbour’s key');
  const own = await proved(words(prover), keyId);
  await notShown({ ...own, object: { ...(own.object as Json), content: '<p>ปลอม</p>' } }, 'changed words');
  await notShown({ ...own, proof: undefined }, 'no proof');
  await accepted(arena, passedOn(own));
  expect((await commentAt(arena, (own.object as Json).id))?.state).toBe('shown');
});
