// An entry is revised and withdrawn: who hears of it, whatever they did with it, and what stands at its address afterwards.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, words } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  activitiesAt,
  activityOf,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  publish,
  type Server,
  send,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

const FEP_044F = 'https://w3id.org/fep/044f#';
/** What people on servers elsewhere did, each on one of their own. */
const DOINGS = ['followed', 'commented', 'liked', 'reacted', 'boosted', 'quoted', 'left'] as const;
type Doing = (typeof DOINGS)[number];

let node: Served;
let servers: Record<Doing, Server>;
let people: Record<Doing, Peer>;
let entry: Entry;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  const opened = await Promise.all(DOINGS.map(async (doing) => [doing, await openServer()] as const));
  servers = Object.fromEntries(opened) as Record<Doing, Server>;
  const settled = opened.map(([doing, server]) => [doing, openActor(server, doing)] as const);
  people = Object.fromEntries(settled) as Record<Doing, Peer>;
});
afterAll(async () => {
  await node.close();
  for (const server of Object.values(servers)) await server.close();
});
beforeEach(async () => {
  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  await node.settled();
  for (const server of Object.values(servers)) server.posts.length = 0;
});

async function revise(title: string): Promise<void> {
  const given = { id: entry.id, words: words({ title }), as: 'published' as const, origin: node.origin };
  await reviseEntry(node.world.db, { ...given, clock: node.world.clock });
  await node.settled();
}

async function withdraw(): Promise<void> {
  await withdrawEntry(node.world.db, { id: entry.id, clock: node.world.clock });
  await node.settled();
}

/** Everybody does what they are called after. */
async function done(): Promise<void> {
  const note = noteOf(people.quoted, null, { quote: entryId });
  publish({ '@context': CONTEXT, ...note });
  const quoting = [CONTEXT, { QuoteRequest: `${FEP_044F}QuoteRequest`, quote: `${FEP_044F}quote` }];
  const emoji = [CONTEXT, { EmojiReact: 'http://litepub.social/ns#EmojiReact' }];
  const letters: Record<Doing, (peer: Peer) => Json> = {
    followed: (peer) => activityOf(peer, 'Follow', node.blog),
    commented: (peer) => createOf(peer, noteOf(peer, entryId)),
    liked: (peer) => activityOf(peer, 'Like', entryId),
    reacted: (peer) => activityOf(peer, 'EmojiReact', entryId, { '@context': emoji, content: '🌾' }),
    boosted: (peer) => activityOf(peer, 'Announce', entryId, { to: [PUBLIC] }),
    quoted: (peer) => activityOf(peer, 'QuoteRequest', entryId, { '@context': quoting, instrument: note }),
    left: (peer) => activityOf(peer, 'Follow', node.blog),
  };
  for (const doing of DOINGS) {
    expect((await send(people[doing], node.inbox, letters[doing](people[doing]))).status, doing).toBe(202);
    await node.settled();
  }
  const follow = activitiesAt(servers.left, 'Accept')[0]?.object;
  await send(people.left, node.inbox, activityOf(people.left, 'Undo', follow));
  await node.settled();
  for (const server of Object.values(servers)) server.posts.length = 0;
}

test('§15.76 an Update and a Delete reach whoever follows, answered, liked, reacted, boosted or quoted, and nobody else', async () => {
  await done();
  await revise('แก้แล้ว');
  await withdraw();
  const heard = DOINGS.map((doing) => [
    doing,
    activitiesAt(servers[doing])
      .filter(({ object }) => (object as Json).id === entryId)
      .map(({ type }) => type),
  ]);
  const both = ['Update', 'Delete'];
  expect(Object.fromEntries(heard)).toEqual({
    ...{ followed: both, commented: both, liked: both, reacted: both, boosted: both, quoted: both },
    left: [],
  });
});

test('§15.75 every Update has an id of its own and an `updated` after the one before, however quickly they come', async () => {
  await send(people.followed, node.inbox, activityOf(people.followed, 'Follow', node.blog));
  await node.settled();
  for (const title of ['หนึ่ง', 'สอง', 'สาม']) await revise(title);
  const updates = activitiesAt(servers.followed, 'Update');
  expect(updates.map(({ object }) => (object as Json).name)).toEqual(['หนึ่ง', 'สอง', 'สาม']);
  expect(new Set(updates.map(({ id }) => id)).size).toBe(3);
  const times = updates.map(({ object }) => Date.parse(String((object as Json).updated)));
  const first = Date.parse(entry.published ?? '');
  for (const [at, time] of times.entries()) expect(time).toBeGreaterThan(times[at - 1] ?? first);
});

test('§15.77 a Delete has a Tombstone, and so has the address of the entry from then on', async () => {
  await send(people.followed, node.inbox, activityOf(people.followed, 'Follow', node.blog));
  await withdraw();
  expect(activitiesAt(servers.followed, 'Delete')).toMatchObject([
    {
      ...{ actor: node.blog, to: PUBLIC },
      object: { id: entryId, type: 'Tombstone', formerType: 'as:Article', deleted: expect.any(String) },
    },
  ]);
  expect(await getJson(entryId)).toMatchObject({
    ...{ status: 410, headers: { 'content-type': 'application/activity+json' } },
    json: { id: entryId, type: 'Tombstone', formerType: 'Article', deleted: expect.any(String) },
  });
});

test('§15.77 the same of a comment of ours', async () => {
  const { db, blog } = node.world;
  await send(people.followed, node.inbox, activityOf(people.followed, 'Follow', node.blog));
  const given = { source: 'ขอบคุณ', language: 'th', origin: node.origin, clock: systemClock };
  const { id } = await writeComment(db, { blog: blog.id, place: { entry: entry.id, parent: null }, ...given });
  await node.settled();
  await deleteComment(db, { id, clock: systemClock });
  await node.settled();
  const note = absolute(node.origin, path.note(id));
  expect(activitiesAt(servers.followed, 'Delete')).toMatchObject([{ object: { id: note, type: 'Tombstone' } }]);
  expect(await getJson(note)).toMatchObject({
    status: 410,
    json: { id: note, type: 'Tombstone', formerType: 'Note', deleted: expect.any(String) },
  });
});
