// What an LD signature covers, and what it is made to seem to cover: words changed after it, statements moved around it, and
// contexts that turn words into others (T28). The honest letter is signed by its author and passed on by a courier.
import type { Peer } from '../../federation/peer.ts';
import { CONTEXT, type Json, PUBLIC, SECURITY } from '../../federation/scripted.ts';
import type { ForgeryClass, Trick } from './forgery.ts';
import { passedOn, type Scene } from './honest.ts';
import { ldSigned } from './ld-signature.ts';

const FORGED_WORDS = '<p>ไม่ได้พูด</p>';

/** The honest activity, signed and then changed. */
const afterwards = (
  name: string,
  change: (scene: Scene, signed: Json) => Json,
  kinds?: NonNullable<Trick['kinds']>,
): Trick => ({
  name,
  hands: ['ld'],
  ...(kinds === undefined ? {} : { kinds }),
  forge(scene) {
    const signed = ldSigned(scene.author, scene.honest.activity);
    return { forged: passedOn(scene, change(scene, signed)), control: passedOn(scene, signed) };
  },
});

const TEXTS = ['Create', 'Update'] as const;
const objectOf = (signed: Json) => signed.object as Json;
const signatureOf = (signed: Json) => signed.signature as Json;
const TYPES: Record<string, string> = {
  Create: 'Update',
  Update: 'Create',
  Delete: 'Undo',
  Undo: 'Delete',
  Like: 'Follow',
  Follow: 'Like',
};

export const changedAfterwards: ForgeryClass = {
  threat: 'T28',
  name: 'words changed after their LD signature',
  tricks: [
    afterwards('another id', (_, signed) => ({ ...signed, id: `${String(signed.id)}-x` })),
    afterwards('another type', (_, signed) => ({ ...signed, type: TYPES[String(signed.type)] })),
    afterwards('another actor', ({ neighbour }, signed) => ({ ...signed, actor: neighbour.actor })),
    afterwards('the courier as actor', ({ courier }, signed) => ({ ...signed, actor: courier.actor })),
    afterwards('a wider audience', ({ author }, signed) => ({ ...signed, cc: [PUBLIC, `${author.actor}/followers`] })),
    afterwards('another object', ({ author }, signed) => ({ ...signed, object: `${author.actor}/notes/other` })),
    afterwards('one more property', (_, signed) => ({ ...signed, target: PUBLIC })),
    afterwards(
      'other words',
      (_, signed) => ({ ...signed, object: { ...objectOf(signed), content: FORGED_WORDS } }),
      TEXTS,
    ),
    afterwards(
      'words in one more language',
      (_, signed) => ({ ...signed, object: { ...objectOf(signed), contentMap: { th: FORGED_WORDS } } }),
      TEXTS,
    ),
    afterwards(
      'a summary',
      (_, signed) => ({ ...signed, object: { ...objectOf(signed), summary: FORGED_WORDS } }),
      TEXTS,
    ),
    afterwards(
      'another author of the words',
      ({ neighbour }, signed) => ({ ...signed, object: { ...objectOf(signed), attributedTo: neighbour.actor } }),
      TEXTS,
    ),
  ],
};

/** Signed by somebody else, or with a signature that is not whole. */
const signedOtherwise = (name: string, by: (scene: Scene) => Peer, keyId: (scene: Scene) => string): Trick => ({
  name,
  hands: ['ld'],
  forge: (scene) => ({
    forged: passedOn(scene, ldSigned(by(scene), scene.honest.activity, { keyId: keyId(scene) })),
  }),
});

const broken = (name: string, change: (signature: Json) => unknown): Trick =>
  afterwards(`a signature ${name}`, (_, signed) => ({ ...signed, signature: change(signatureOf(signed)) }));

export const brokenLdSignature: ForgeryClass = {
  threat: 'T28',
  name: 'an LD signature by another, or not whole (CVE-2022-24307)',
  tricks: [
    signedOtherwise(
      'by the courier',
      ({ courier }) => courier,
      ({ courier }) => courier.keyId,
    ),
    signedOtherwise(
      'by the courier under the author’s key id',
      ({ courier }) => courier,
      ({ author }) => author.keyId,
    ),
    signedOtherwise(
      'by the neighbour',
      ({ neighbour }) => neighbour,
      ({ neighbour }) => neighbour.keyId,
    ),
    signedOtherwise(
      'by the neighbour, named as the author',
      ({ neighbour }) => neighbour,
      ({ author }) => author.actor,
    ),
    broken('taken away', () => undefined),
    broken('that is empty', () => ({})),
    broken('that is a text', () => 'signed'),
    broken('of another type', (signature) => ({ ...signature, type: 'RsaSignature2042' })),
    broken('without value', (signature) => ({ ...signature, signatureValue: '' })),
    broken('without creator', (signature) => ({ ...signature, creator: undefined })),
    broken('with two creators', (signature) => ({ ...signature, creator: [signature.creator, signature.creator] })),
    broken('that stands twice', (signature) => [signature, signature]),
    broken('with a later date', (signature) => ({ ...signature, created: new Date(Date.now() + 1_000).toISOString() })),
    broken('with one letter changed', (signature) => ({
      ...signature,
      signatureValue: String(signature.signatureValue).replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    })),
  ],
};

const part = (scene: Scene) => ({ ...scene.honest.activity, id: `${scene.author.actor}/activities/forged` });

export const movedStatements: ForgeryClass = {
  threat: 'T28',
  name: 'statements moved by JSON-LD keywords (CVE-2026-42462, CVE-2026-46349)',
  tricks: [
    afterwards('@graph', (_, { '@context': context, signature, ...rest }) => ({
      '@context': context,
      '@graph': [rest],
      signature,
    })),
    afterwards('@graph beside', (scene, signed) => ({ ...signed, '@graph': [part(scene)] })),
    afterwards('@included', (scene, signed) => ({ ...signed, '@included': [part(scene)] })),
    afterwards('@reverse', (scene, signed) => ({ ...signed, '@reverse': { object: part(scene) } })),
    afterwards('@nest', (scene, signed) => ({ ...signed, '@nest': { object: part(scene) } })),
    afterwards('@set', (scene, signed) => ({ ...signed, '@set': [part(scene)] })),
    afterwards('@list', (scene, signed) => ({ ...signed, '@list': [part(scene)] })),
    afterwards('@index', (_, signed) => ({ ...signed, '@index': 'x' })),
    afterwards('@id', ({ courier }, signed) => ({ ...signed, '@id': courier.actor })),
    afterwards('@type', (_, signed) => ({ ...signed, '@type': 'Delete' })),
    afterwards('the object’s term in full', (scene, signed) => ({
      ...signed,
      'https://www.w3.org/ns/activitystreams#object': part(scene),
    })),
    afterwards('the actor’s term in full', ({ courier }, signed) => ({
      ...signed,
      'https://www.w3.org/ns/activitystreams#actor': { '@id': courier.actor },
    })),
    afterwards('the term as a compact IRI', (scene, signed) => ({ ...signed, 'as:object': part(scene) })),
    afterwards('the signature’s term in full', (_, signed) => ({
      ...signed,
      'https://w3id.org/security#signature': {},
    })),
    afterwards(
      'deep inside',
      (scene, signed) => ({ ...signed, object: { ...objectOf(signed), '@included': [part(scene)] } }),
      TEXTS,
    ),
  ],
};

const context = (name: string, trick: (scene: Scene) => unknown): Trick =>
  afterwards(`a context where ${name}`, (scene, signed) => ({
    ...signed,
    '@context': [CONTEXT, SECURITY, trick(scene)],
  }));

export const bentContext: ForgeryClass = {
  threat: 'T28',
  name: 'a context that gives words another meaning (GHSA-rwcw)',
  tricks: [
    context('actor means nothing', () => ({ actor: null })),
    context('content means nothing', () => ({ content: null })),
    context('object is the target', () => ({ object: { '@id': 'as:target', '@type': '@id' } })),
    context('said is content', () => ({ said: 'as:content' })),
    context('actor is to', () => ({ actor: { '@id': 'as:to', '@type': '@id' } })),
    context('id is a word', () => ({ id: 'as:name' })),
    context('type is a word', () => ({ type: 'as:name' })),
    context('as is elsewhere', () => ({ as: 'https://evil.example/ns#' })),
    context('the vocabulary is its own', () => ({ '@vocab': 'https://www.w3.org/ns/activitystreams#' })),
    context('the base is its own', ({ courier }) => ({ '@base': courier.actor })),
    context('the language is a map', () => ({ content: { '@id': 'as:content', '@container': '@graph' } })),
    context('everything is on a third server', ({ stage }) => `${stage.bystander.origin}/context`),
    context('everything is on the courier’s server', ({ courier }) => `${new URL(courier.actor).origin}/context`),
    context('everything is on the author’s server', ({ author }) => `${new URL(author.actor).origin}/context`),
    context('a term brings its own', () => ({ Note: { '@id': 'as:Note', '@context': { content: null } } })),
    context('another is imported', ({ stage }) => ({ '@import': `${stage.bystander.origin}/context` })),
  ],
};
