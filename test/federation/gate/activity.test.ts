// Security tests T14–T18, T28, T34: honest activities of every kind, and each with one claim that is not the actor's.
// All of them are rightly signed by the peer: the gate must not need a bad signature to see a forgery.
import { describe, expect, test } from 'vitest';
import { signCavage } from '../peer.ts';
import { activity, CONTEXT, createNote, ENTRY, INBOX, NOW, openDesk, peer, statusOf } from './desk.ts';

const VICTIM = 'https://victim.example/users/victim';
const OWN = 'https://peer.example/notes/1';

async function send(document: unknown): Promise<number> {
  return statusOf(await openDesk().admit(signCavage(peer, { url: INBOX, activity: document, at: NOW })));
}

describe('an activity', () => {
  test.each([
    ['by an embedded actor', createNote({ actor: { id: peer.actor, type: 'Person' } })],
    ['with an id of 2,000 characters', createNote({ id: `https://peer.example/${'x'.repeat(1_979)}` })],
    ['of a kind of its own', activity('EmojiReact', ENTRY, { content: '🌾' })],
    ['with several objects', activity('Flag', [`${ENTRY}`, 'https://wethi.example/ap/actors/a1'])],
  ])('%s comes in', async (_, document) => expect(await send(document)).toBe(200));

  test.each([
    ['without an id (T15)', createNote({ id: undefined })],
    ['with an id on another origin (GHSA-4qhx-hhwf-8685)', createNote({ id: 'https://victim.example/a/1' })],
    ['with an id that is relative', createNote({ id: '/a/1' })],
    ['with an id that is a number', createNote({ id: 1 })],
    ['with an id of 2,001 characters', createNote({ id: `https://peer.example/${'x'.repeat(1_980)}` })],
    ['with a space in its id', createNote({ id: 'https://peer.example/a 1' })],
    ['with a line break in its id', createNote({ id: 'https://peer.example/a\n1' })],
    ['with a user name in its id', createNote({ id: 'https://victim.example@peer.example/a/1' })],
    ['with an id by http', createNote({ id: 'http://peer.example/a/1' })],
    ['with an id that is no URL', createNote({ id: 'https://[::1/a' })],
    ['without an actor', createNote({ actor: undefined })],
    ['by two actors', createNote({ actor: [peer.actor, VICTIM] })],
    ['by somebody else (T11)', createNote({ actor: VICTIM })],
    ['of two types', createNote({ type: ['Create', 'Delete'] })],
    ['of a type spelt as a URL', createNote({ type: `${CONTEXT}#Create` })],
    ['of no type', createNote({ type: undefined })],
    ['of a type nobody knows', createNote({ type: 'Explode' })],
  ])('%s: 400', async (_, document) => expect(await send(document)).toBe(400));
});

describe('Create and Update', () => {
  test.each([
    ['a Create whose author is embedded', createNote({}, { attributedTo: { id: peer.actor, type: 'Person' } })],
    [
      'a Create with a group beside its author',
      createNote({}, { attributedTo: [peer.actor, 'https://peer.example/g/1'] }),
    ],
    ['a Create that only names its object', createNote({ object: OWN })],
    ['an Update of a note', createNote({ type: 'Update' })],
    ['an Update of the actor', activity('Update', { id: peer.actor, type: 'Person', name: 'ชื่อใหม่' })],
  ])('%s comes in', async (_, document) => expect(await send(document)).toBe(200));

  test.each([
    ['a Create of an object on another origin (T16)', createNote({}, { id: 'https://victim.example/notes/1' })],
    ['a Create of an object without id', createNote({}, { id: undefined })],
    ['a Create by another author', createNote({}, { attributedTo: VICTIM })],
    ['a Create by another author on the same origin', createNote({}, { attributedTo: 'https://peer.example/users/x' })],
    ['a Create by an author and a stranger', createNote({}, { attributedTo: [peer.actor, VICTIM] })],
    ['a Create without an author', createNote({}, { attributedTo: undefined })],
    ['a Create of nothing', createNote({ object: undefined })],
    ['a Create of two things', createNote({ object: [OWN, OWN] })],
    ['a Create that names a stranger’s object', createNote({ object: 'https://victim.example/notes/1' })],
    ['an Update of a stranger’s note (T17)', createNote({ type: 'Update' }, { id: 'https://victim.example/notes/1' })],
    ['an Update of another actor', activity('Update', { id: 'https://peer.example/users/x', type: 'Person' })],
  ])('§15.91 %s: 400', async (_, document) => expect(await send(document)).toBe(400));
});

describe('Delete, Undo and the rest', () => {
  const follow = (changes: object) => ({
    id: 'https://peer.example/f/1',
    type: 'Follow',
    actor: peer.actor,
    ...changes,
  });
  test.each([
    ['a Delete by id', activity('Delete', OWN)],
    ['a Delete with a Tombstone', activity('Delete', { id: OWN, type: 'Tombstone' })],
    ['an Undo', activity('Undo', follow({}))],
    ['an Undo by id', activity('Undo', 'https://peer.example/f/1')],
    ['an Accept of our Follow', activity('Accept', { id: 'https://wethi.example/ap/activities/f1', type: 'Follow' })],
    ['a Follow', activity('Follow', 'https://wethi.example/ap/actors/a1')],
    ['a Like', activity('Like', ENTRY)],
    ['an Announce of a third server’s note', activity('Announce', 'https://third.example/n/1')],
    ['a Block', activity('Block', 'https://wethi.example/ap/actors/a1')],
  ])('%s comes in', async (_, document) => expect(await send(document)).toBe(200));

  test.each([
    ['a Delete of a stranger’s note (T17)', activity('Delete', 'https://victim.example/notes/1')],
    ['a Delete of a stranger’s Tombstone', activity('Delete', { id: 'https://victim.example/n/1', type: 'Tombstone' })],
    ['a Delete of nothing', activity('Delete', undefined)],
    ['an Undo of a stranger’s Follow (T17)', activity('Undo', follow({ actor: VICTIM }))],
    ['an Undo of a Follow on another origin', activity('Undo', follow({ id: 'https://victim.example/f/1' }))],
    ['an Accept without the id of what it accepts', activity('Accept', { type: 'Follow', actor: peer.actor })],
    ['a Follow of two', activity('Follow', [ENTRY, ENTRY])],
    ['a Like of nothing', activity('Like', undefined)],
    ['an Announce of a note without id (T18)', activity('Announce', { type: 'Note', content: 'ปลอม' })],
    ['a Flag of something without id', activity('Flag', [{ type: 'Note' }])],
  ])('§15.91 %s: 400', async (_, document) => expect(await send(document)).toBe(400));
});

describe('the @context', () => {
  const mastodon = {
    Hashtag: 'as:Hashtag',
    sensitive: 'as:sensitive',
    movedTo: { '@id': 'as:movedTo', '@type': '@id' },
    toot: 'http://joinmastodon.org/ns#',
    focalPoint: { '@container': '@list', '@id': 'toot:focalPoint' },
    expires: 'as:endTime',
  };
  const withContext = (context: unknown) => createNote({ '@context': context });
  const inline = (terms: Record<string, unknown>) => withContext([CONTEXT, terms]);
  test.each([
    ['as Mastodon writes it', withContext([CONTEXT, 'https://w3id.org/security/v1', mastodon])],
    [
      'as Akkoma writes it',
      withContext([CONTEXT, 'https://peer.example/schemas/litepub-0.1.jsonld', { '@language': 'und' }]),
    ],
    ['that repeats what id, type and content mean', inline({ id: '@id', type: '@type', content: 'as:content' })],
    ['with a key of another vocabulary in the note', createNote({}, { 'vcard:bday': '2500-01-01' })],
    ['with the same in the note, as snac writes it', createNote({}, { '@context': CONTEXT })],
  ])('%s comes in', async (_, document) => expect(await send(document)).toBe(200));

  test.each([
    ['is missing', withContext(undefined)],
    ['is a number', withContext(1)],
    ['is not of ActivityStreams', withContext('https://w3id.org/security/v1')],
    ['has a null in it', withContext([CONTEXT, null])],
    ['is of somebody else (T34)', withContext([CONTEXT, 'https://evil.example/context'])],
    ['has three unknown URLs', withContext([CONTEXT, ...[1, 2, 3].map((n) => `https://peer.example/c/${n}`)])],
    ['names the actor anew', inline({ actor: 'https://peer.example/ns#actor' })],
    ['names the actor by nothing', inline({ actor: null })],
    ['names the actor without its id', inline({ actor: { '@type': '@id' } })],
    ['calls the actor otherwise', inline({ doer: 'as:actor' })],
    ['calls the actor otherwise in full', inline({ doer: { '@id': `${CONTEXT}#actor`, '@type': '@id' } })],
    [
      'calls the actor otherwise by a prefix',
      inline({ w3: 'https://www.w3.org/ns/', doer: 'w3:activitystreams#actor' }),
    ],
    ['calls the actor otherwise by two steps', inline({ one: 'two', two: 'actor' })],
    ['calls the id otherwise', inline({ uri: '@id' })],
    ['calls @graph otherwise', inline({ bundle: '@graph' })],
    ['takes `as` away', inline({ as: 'https://peer.example/ns#' })],
    ['turns a Like into a Delete', inline({ Like: 'as:Delete' })],
    ['reverses a term', inline({ did: { '@reverse': 'as:actor' } })],
    ['scopes a context to a type', inline({ Note: { '@id': 'as:Note', '@context': { content: 'as:summary' } } })],
    ['takes a term as raw JSON', inline({ x: { '@id': 'toot:x', '@type': '@json' } })],
    ['has a @vocab', inline({ '@vocab': `${CONTEXT}#` })],
    ['imports another', inline({ '@import': 'https://evil.example/c' })],
    [
      'means two things by one term',
      createNote({ '@context': [CONTEXT, { x: 'toot:x' }] }, { '@context': { x: 'toot:y' } }),
    ],
    ['loops', inline({ a: 'b:x', b: 'a:x', actor: 'a:y' })],
    ['hides one in the note', createNote({}, { '@context': { attributedTo: null } })],
  ])('that %s: 400', async (_, document) => expect(await send(document)).toBe(400));

  test.each([
    ['@graph (CVE-2026-42462)', createNote({ '@graph': [{ id: OWN }] })],
    ['@included', createNote({ '@included': [{ id: OWN }] })],
    ['@reverse', createNote({ '@reverse': { actor: VICTIM } })],
    ['@graph deep inside', createNote({}, { tag: [{ a: { '@graph': [] } }] })],
    ['@id beside id', createNote({ '@id': 'https://victim.example/a/1' })],
    ['@type beside type', createNote({}, { '@type': 'Delete' })],
    ['the actor by a prefix', createNote({ 'as:actor': VICTIM })],
    ['the actor by its URL', createNote({ [`${CONTEXT}#actor`]: VICTIM })],
    ['the author by a prefix', createNote({}, { 'as:attributedTo': VICTIM })],
    ['the proof by its URL', createNote({ 'https://w3id.org/security#proof': { type: 'DataIntegrityProof' } })],
  ])('§15.94 a document that says %s: 400', async (_, document) => expect(await send(document)).toBe(400));
});
