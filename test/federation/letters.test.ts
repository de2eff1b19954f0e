// All that leaves a node, one of each kind, looked at together: what every letter must have, whatever it says.
import { verifyJsonLd, verifyObject } from '@fedify/fedify/sig';
import { Activity } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Blog, reviseBlog } from '../../src/domain/blogs.ts';
import { boost, unboost } from '../../src/domain/boosts.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { deleteComment, reviseComment, writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { reviseEntry } from '../../src/domain/entries/write.ts';
import { dismissFollower } from '../../src/domain/followers.ts';
import { askToFollow, unfollow } from '../../src/domain/following.ts';
import { like, unlike } from '../../src/domain/likes.ts';
import { moveBlog } from '../../src/domain/moves.ts';
import { deleteReply, writeReply } from '../../src/domain/replies.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, words } from '../world.ts';
import type { Peer } from './peer.ts';
import { activityOf, type Json, noteOf, openActor, openServer, PUBLIC, type Server, send } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let friend: Peer;
let letters: Json[];

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  friend = openActor(server, 'friend');
  const leaver = openActor(server, 'leaver');
  for (const follower of [friend, leaver]) {
    await send(follower, node.inbox, activityOf(follower, 'Follow', node.blog));
    await send(follower, node.inbox, activityOf(follower, 'Follow', absolute(node.origin, path.actor('organisation'))));
  }
  await node.settled();
  for (const act of story(node.world.blog, leaver)) {
    await act();
    await node.settled();
  }
  letters = server.posts.map(({ bytes }) => JSON.parse(bytes.toString()) as Json);
});
afterAll(async () => {
  await node.close();
  await server.close();
});

/** One of everything that a blog does, in an order in which it can. */
function story({ id: blog, handle }: Blog, leaver: Peer): (() => Promise<unknown>)[] {
  const { origin } = node;
  const { db } = node.world;
  const to = friend.actor;
  const post = String(noteOf(friend, null).id);
  const spoken = { blog, source: 'ขอบคุณ', language: 'th', origin, clock };
  const ids = { entry: '', comment: '', reply: '' };
  return [
    async () => (ids.entry = (await published(node.world, {}, origin)).id),
    () => reviseEntry(db, { id: ids.entry, words: words({ title: 'แก้' }), as: 'published', origin, clock }),
    async () => (ids.comment = (await writeComment(db, { ...spoken, place: { entry: ids.entry, parent: null } })).id),
    () => reviseComment(db, { id: ids.comment, source: 'ขอบคุณมาก', origin, clock }),
    () => deleteComment(db, { id: ids.comment, clock }),
    () => withdrawEntry(db, { id: ids.entry, clock }),
    async () => (ids.reply = (await writeReply(db, { ...spoken, inReplyTo: post, actor: to })).id),
    () => deleteReply(db, { id: ids.reply, clock }),
    () => askToFollow(db, { follower: blog, actor: to, clock }),
    () => unfollow(db, { follower: blog, actor: to, clock }),
    () => like(db, { blog, object: post, to, clock }),
    () => unlike(db, { blog, object: post, to, clock }),
    () => boost(db, { booster: blog, object: post, to, clock }),
    () => unboost(db, { booster: blog, object: post, to, clock }),
    () => dismissFollower(db, { followed: blog, actor: leaver.actor, clock }),
    () => reviseBlog(db, { handle, title: 'ชื่อใหม่', clock }),
    () => moveBlog(db, { handle, origin, to: { id: 'https://new.example/users/km', aliases: [node.blog] }, clock }),
  ];
}

const objectOf = ({ object }: Json) => object as Json;
const namesIn = (value: unknown): string[] =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, inside]) => [name, ...namesIn(inside)])
    : [];
const audience = ({ to, cc }: Json) => [to, cc].map((one) => [one ?? []].flat());

test('they are one of each kind', () => {
  expect([...new Set(letters.map(({ type }) => String(type)))].toSorted()).toEqual([
    'Accept',
    'Announce',
    'Create',
    'Delete',
    'Follow',
    'Like',
    'Move',
    'Reject',
    'Undo',
    'Update',
  ]);
});

test('§15.54 each says that it is ActivityPub', () => {
  const types = server.posts.map(({ headers }) => headers['content-type']);
  expect(new Set(types)).toEqual(new Set(['application/activity+json']));
});

test('§15.57 each has an id of its own on its actor’s host, and the same one at its address', async () => {
  const bodies = new Map(server.posts.map(({ bytes }, at) => [letters[at]?.id, bytes.toString()]));
  // To several inboxes goes the very same: four Accepts, what the story tells, the boost of a new entry, and a profile that moved.
  expect(server.posts.filter(({ bytes }, at) => bodies.get(letters[at]?.id) !== bytes.toString())).toEqual([]);
  expect(bodies.size).toBe(4 + 17 + 2 + 1);
  for (const letter of letters) {
    expect(new URL(String(letter.id)).origin).toBe(new URL(String(letter.actor)).origin);
    expect(letter.id).not.toContain('#');
  }
  // An Update says nothing that its object does not say, so only these are served.
  const served = letters.filter(({ type }) => type === 'Delete');
  expect(served.length).toBeGreaterThan(2);
  for (const { id } of served) expect(await getJson(String(id))).toMatchObject({ status: 200, json: { id } });
});

test('§15.57 each that carries a text is addressed as the text is', () => {
  const carriers = letters.filter(({ type }) => type === 'Create' || type === 'Update');
  const texts = carriers.filter((letter) => objectOf(letter).id !== node.blog);
  expect(texts.length).toBeGreaterThan(4);
  for (const letter of texts) expect(audience(letter), String(letter.id)).toEqual(audience(objectOf(letter)));
});

test('§15.58 a Create and an Update embed their object, and nobody is addressed in secret', () => {
  for (const letter of letters) {
    if (letter.type === 'Create') expect(objectOf(letter).content, String(letter.id)).toBeTypeOf('string');
    if (letter.type === 'Update') expect(objectOf(letter).type, String(letter.id)).toBeTypeOf('string');
    const names = namesIn(letter);
    expect([names.includes('bto'), names.includes('bcc')], String(letter.id)).toEqual([false, false]);
  }
});

test('§15.59 each that is for everybody stands without its request: by a proof, and by an LD signature unless it is a profile', async () => {
  const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
  const options = { documentLoader, contextLoader: documentLoader };
  const loud = letters.filter((letter) => audience(letter).flat().includes(PUBLIC));
  expect(new Set(loud.map(({ type }) => type))).toEqual(new Set(['Announce', 'Create', 'Delete', 'Undo', 'Update']));
  for (const letter of loud) {
    const { signature, ...proved } = letter;
    expect((proved.proof as Json).cryptosuite, String(letter.id)).toBe('eddsa-jcs-2022');
    expect((await verifyObject(Activity, proved, options))?.id?.href).toBe(letter.id);
    expect(signature === undefined, String(letter.id)).toBe(
      letter.type === 'Update' && objectOf(letter).id === node.blog,
    );
    if (signature !== undefined) expect(await verifyJsonLd(letter, options), String(letter.id)).toBe(true);
  }
});
