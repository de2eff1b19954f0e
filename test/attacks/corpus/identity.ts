// Who speaks: a right signature by somebody else, keys and documents that call themselves the author's, and key ids that
// can be read in two ways (T11, T12, T13, T25, T26, T27).
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Letter, Peer } from '../../federation/peer.ts';
import { AP, activityOf, actorDocument, CONTEXT, type Json, type Page, SECURITY } from '../../federation/scripted.ts';
import type { ForgeryClass, Trick } from './forgery.ts';
import { cavage, honestly, passedOn, rfc9421, type Scene, sealed } from './honest.ts';
import { ldSigned } from './ld-signature.ts';

const HTTP = ['cavage', 'rfc9421'] as const;

/** The scene's honest activity vouched for by `by`, whose signature names `keyId`. */
function named(scene: Scene, by: Peer, keyId: string) {
  const { activity } = scene.honest;
  if (scene.hand === 'ld') return passedOn(scene, ldSigned(by, activity, { keyId }));
  return scene.hand === 'cavage' ? cavage(scene, by, activity, { keyId }) : rfc9421(scene, by, activity, { keyId });
}

const signedBy = (role: 'neighbour' | 'stranger' | 'courier', key: 'own' | 'author'): Trick => ({
  name: `${role} signs, under the key id of ${key === 'own' ? 'their own' : 'the author'}`,
  forge: (scene) => ({ forged: named(scene, scene[role], (key === 'own' ? scene[role] : scene.author).keyId) }),
});

export const signer: ForgeryClass = {
  threat: 'T11',
  name: 'a right signature by somebody else than the actor (CVE-2025-54888)',
  tricks: [
    signedBy('stranger', 'own'),
    signedBy('stranger', 'author'),
    signedBy('neighbour', 'own'),
    signedBy('neighbour', 'author'),
  ],
};

/** A document that stands somewhere and names the author as the owner of the stranger's key. */
type Claim = (scene: Scene, id: string) => Json;

const claims: Record<string, Claim> = {
  'a key': ({ author, stranger }, id) => ({
    id,
    type: 'CryptographicKey',
    owner: author.actor,
    publicKeyPem: stranger.publicKeyPem,
  }),
  'a bare key': ({ author, stranger }, id) => ({ id, owner: author.actor, publicKeyPem: stranger.publicKeyPem }),
  'a key with a controller': ({ author, stranger }, id) => ({
    id,
    type: 'Key',
    controller: author.actor,
    owner: author.actor,
    publicKeyPem: stranger.publicKeyPem,
  }),
  'an actor cut down to a key, as GoToSocial serves them,': ({ author, stranger }, id) => ({
    id: author.actor,
    type: 'Person',
    preferredUsername: 'author',
    publicKey: { id, owner: author.actor, publicKeyPem: stranger.publicKeyPem },
  }),
  'a whole actor': ({ author, stranger }, id) => actorDocument({ ...stranger, actor: author.actor, keyId: id }),
  'an actor of its own with the author as owner of its key': ({ author, stranger }, id) =>
    actorDocument(
      { ...stranger, actor: id, keyId: id },
      { publicKey: { id, owner: author.actor, publicKeyPem: stranger.publicKeyPem } },
    ),
  'a note with a key inside': ({ author, stranger }, id) => ({
    id,
    type: 'Note',
    attributedTo: author.actor,
    publicKey: { id, owner: author.actor, publicKeyPem: stranger.publicKeyPem },
  }),
};

const claimed = (what: string, claim: Claim, where: 'author' | 'stranger'): Trick => ({
  name: `${what} on the ${where}'s server that says it is the author's`,
  forge(scene) {
    const id = scene[where].actor.replace('/users/', '/uploads/');
    const body = JSON.stringify({ '@context': [CONTEXT, SECURITY], ...claim(scene, id) });
    scene.stage.serve(id, { body });
    return { forged: named(scene, scene.stranger, id) };
  },
});

export const owner: ForgeryClass = {
  threat: 'T12',
  name: 'a key whose own document says whose it is (CVE-2026-96625)',
  tricks: Object.entries(claims).flatMap(([what, claim]) => [
    claimed(what, claim, 'author'),
    claimed(what, claim, 'stranger'),
  ]),
  mayAsk: /\/uploads\/(?:author|stranger)\d+$/,
};

/**
 * The author's address answers with something else than the author's document. Keys that could not be fetched are left
 * alone for ten minutes, so the control comes from a twin, whose address answers as it should.
 */
function misled(scene: Scene, page: Page) {
  scene.stage.serve(scene.author.actor, page);
  const twin = scene.stage.cast().author;
  const honest = honestly(scene.stage, twin, scene.kind);
  return {
    forged: sealed(scene, impostor(scene), scene.honest.activity),
    control: sealed(scene, twin, honest.activity),
    effect: honest.effect,
  };
}

/** Holds the stranger's key under the author's names. */
const impostor = ({ author, stranger }: Scene): Peer => ({ ...stranger, actor: author.actor, keyId: author.keyId });

/** Nothing has to stand before: the author's document cannot be read. */
const UNPREPARED = ['Create', 'Like', 'Follow'] as const;

const leading = (name: string, page: (scene: Scene) => Page): Trick => ({
  name: `the author's address ${name}`,
  kinds: UNPREPARED,
  forge: (scene) => misled(scene, page(scene)),
});

const alternate = (href: string) => `<link rel="alternate" type="${AP}" href="${href}">`;

export const address: ForgeryClass = {
  threat: 'T13',
  name: 'the author’s address leads to another’s document (GHSA-8863)',
  tricks: [
    ...[301, 302, 303, 307, 308].map((status) =>
      leading(`redirects with ${status} to the stranger`, ({ stranger }) => ({
        status,
        headers: { location: stranger.actor },
      })),
    ),
    leading('redirects to the neighbour', ({ neighbour }) => ({ status: 302, headers: { location: neighbour.actor } })),
    leading('redirects to a document elsewhere that calls itself the author', (scene) => {
      const location = scene.stranger.actor.replace('/users/', '/uploads/');
      scene.stage.serve(location, { body: JSON.stringify(actorDocument(impostor(scene))) });
      return { status: 302, headers: { location } };
    }),
    leading('answers with the stranger’s document', ({ stranger }) => ({
      body: JSON.stringify(actorDocument(stranger)),
    })),
    leading('answers with a list of both', (scene) => ({
      body: JSON.stringify([actorDocument(scene.stranger), actorDocument(impostor(scene))]),
    })),
    leading('is a page that names the stranger as its document', ({ stranger }) => ({
      type: 'text/html',
      body: alternate(stranger.actor),
    })),
    leading('names the stranger in its Link header', ({ stranger }) => ({
      type: 'text/html',
      headers: { link: `<${stranger.actor}>; rel="alternate"; type="${AP}"` },
    })),
  ],
  mayAsk: /\/uploads\/stranger\d+$/,
};

const oddKey = (name: string, keyId: (scene: Scene) => string, by: 'neighbour' | 'author' = 'neighbour'): Trick => ({
  name: `a key id that is ${name}`,
  forge: (scene) => ({ forged: named(scene, scene[by], keyId(scene)) }),
});

export const keyId: ForgeryClass = {
  threat: 'T26',
  name: 'key ids of a neighbour, with tricks in the fragment, or of no address',
  tricks: [
    oddKey(
      'the neighbour’s with the author in its fragment',
      ({ neighbour, author }) => `${neighbour.actor}#${encodeURIComponent(author.keyId)}`,
    ),
    oddKey(
      'the neighbour’s with the author in its query',
      ({ neighbour, author }) => `${neighbour.actor}?${author.keyId}`,
    ),
    oddKey(
      'the author’s with a way to the neighbour in its fragment',
      ({ author, neighbour }) => `${author.actor}#../${neighbour.actor.split('/').at(-1)}#main-key`,
    ),
    oddKey(
      'the author’s with dots that lead to the neighbour',
      ({ author, neighbour }) => `${author.actor}/../${neighbour.actor.split('/').at(-1)}#main-key`,
    ),
    oddKey('another key of the author that is not there', ({ author }) => `${author.actor}#other-key`),
    oddKey('the author’s own, with the neighbour’s secret', ({ author }) => author.keyId),
    oddKey('empty', () => '', 'author'),
    oddKey('a mere name', () => 'main-key', 'author'),
    oddKey('a data: URL', () => 'data:text/plain,x', 'author'),
    oddKey('by ftp', ({ author }) => author.keyId.replace('http:', 'ftp:'), 'author'),
    oddKey('with a password', ({ author }) => author.keyId.replace('://', '://u:p@'), 'author'),
    oddKey('with a blank', ({ author }) => `${author.actor} #main-key`, 'author'),
    oddKey('with a backslash', ({ author }) => author.keyId.replace('/users', '\\users'), 'author'),
    oddKey('over two thousand characters long', ({ author }) => `${author.keyId}${'x'.repeat(2_000)}`, 'author'),
  ],
};

const PROFILED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const NO_DOCUMENTS = [
  ...['text/plain', 'application/json', 'application/octet-stream', 'text/html', 'image/png', 'application/xml'],
  ...[
    'text/x-activity+json',
    'application/json; profile="https://www.w3.org/ns/activitystreams"',
    'multipart/mixed',
    '',
  ],
];

export const mediaType: ForgeryClass = {
  threat: 'T27',
  name: 'an upload that reads like an actor’s document (CVE-2024-25623)',
  tricks: NO_DOCUMENTS.map((type) => ({
    name: `the author's document as ${type === '' ? 'no type' : type}`,
    kinds: UNPREPARED,
    forge(scene: Scene) {
      scene.stage.serve(scene.author.actor, { type, body: JSON.stringify(actorDocument(impostor(scene))) });
      const twin = scene.stage.cast().author;
      scene.stage.serve(twin.actor, { type: PROFILED, body: JSON.stringify(actorDocument(twin)) });
      const honest = honestly(scene.stage, twin, scene.kind);
      return {
        forged: sealed(scene, impostor(scene), scene.honest.activity),
        control: sealed(scene, twin, honest.activity),
        effect: honest.effect,
      };
    },
  })),
};

const rotated = ((): Pick<Peer, 'privateKey' | 'publicKeyPem'> => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, publicKeyPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString() };
})();

/** The author likes the entry under the old key, so that the node knows it, and therefore does not like it again. */
const retired = (name: string, forged: (scene: Scene) => Letter): Trick => ({
  name,
  kinds: ['Create', 'Update', 'Delete', 'Follow', 'Undo Follow'],
  hands: HTTP,
  forge(scene) {
    const { author, stage, honest } = scene;
    const renewed = { ...author, ...rotated };
    const document = actorDocument(renewed, { name: 'ชื่อใหม่' });
    const told = { ...scene, hand: 'cavage' as const };
    return {
      before: [
        sealed(told, author, activityOf(author, 'Like', stage.arena.entryId)),
        () => stage.serve(author.actor, { body: JSON.stringify(document) }),
        sealed(told, renewed, activityOf(author, 'Update', document)),
      ],
      forged: forged(scene),
      control: sealed(scene, renewed, honest.activity),
    };
  },
});

export const retiredKey: ForgeryClass = {
  threat: 'T25',
  name: 'a key that was given up, after its owner’s Update',
  tricks: [
    retired('the old key', (scene) => sealed(scene, scene.author, scene.honest.activity)),
    retired('the old key under a new name', (scene) => named(scene, scene.author, `${scene.author.actor}#old-key`)),
  ],
};
