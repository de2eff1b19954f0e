// Replies to replies: what lies between them and our entry is asked for where it stands, as far as that is worth it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { threadOf, type Voice } from '../../src/domain/comments/thread.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { askToFollow } from '../../src/domain/following.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
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
import { openServed, type Served } from './served.ts';

let node: Served;
/** Where the reply comes from, and where the talk above it was held. */
let near: Server;
let far: Server;
let reader: Peer;
let others: Peer[];
let entry: Entry;
let entryId: string;

beforeAll(async () => {
  node = await openServed();
  near = await openServer();
  far = await openServer();
  reader = openActor(near, 'reader');
  others = ['first', 'second', 'third'].map((name) => openActor(far, name));
});
afterAll(async () => {
  await node.close();
  for (const server of [near, far]) await server.close();
});
beforeEach(async () => {
  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  far.gate = 'open';
  far.gets.length = 0;
  await node.settled();
});

/** A note of the talk far away, served where it stands and sent to nobody here. `by` counts its author. */
function spoken(by: number, inReplyTo: string, changes: Json = {}): Json & { id: string } {
  const peer = others[by % others.length] as Peer;
  const note = noteOf(peer, inReplyTo, changes);
  publish({ '@context': CONTEXT, ...note });
  return { ...note, id: String(note.id) };
}

/** A talk of so many notes under the entry; the ids, from the top. */
function talk(length: number): [string, ...string[]] {
  const ids: string[] = [];
  for (let n = 0; n < length; n++) ids.push(spoken(n, ids.at(-1) ?? entryId).id);
  return ids as [string, ...string[]];
}

/** The reader answers this, and the blog is mentioned unless told otherwise; the id of the answer. */
async function answered(inReplyTo: string, cc = [node.blog]): Promise<string> {
  const note = noteOf(reader, inReplyTo, { cc });
  expect((await send(reader, node.inbox, createOf(reader, note))).status).toBe(202);
  await node.settled();
  return String(note.id);
}

type Branch = [string | null, Branch[]];

async function thread(): Promise<Branch[]> {
  const branches = (voices: Voice[]): Branch[] => voices.map(({ uri, replies }) => [uri, branches(replies)]);
  return branches(await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE }));
}

test.each(['open', 'signed'] as const)(
  '§15.64 a reply deep in a talk brings what is missing above it, each under its parent and by its own author (%s)',
  async (gate) => {
    far.gate = gate;
    const [first, second, third] = talk(3) as [string, string, string];
    const fourth = await answered(third);
    expect(await thread()).toEqual([[first, [[second, [[third, [[fourth, []]]]]]]]]);
    const { db } = node.world;
    const rows = await db.selectFrom('comments').select(['uri', 'actor']).where('entry', '=', entry.id).execute();
    const authors = Object.fromEntries(rows.map(({ uri, actor }) => [uri, actor]));
    expect(authors).toEqual({
      [first]: others[0]?.actor,
      [second]: others[1]?.actor,
      [third]: others[2]?.actor,
      [fourth]: reader.actor,
    });
  },
);

test('§15.64 a parent that comes by itself later is there once, and what its author says of it holds', async () => {
  const first = spoken(0, entryId);
  const second = await answered(first.id);
  const author = others[0] as Peer;
  await send(author, node.inbox, createOf(author, first));
  await node.settled();
  expect(await thread()).toEqual([[first.id, [[second, []]]]]);
  await send(author, node.inbox, activityOf(author, 'Delete', first.id, { to: [PUBLIC] }));
  await node.settled();
  const [voice] = await threadOf(node.world.db, { entry: entry.id, blog: entry.blog, viewer: ANYONE });
  expect([voice?.state, voice?.html, voice?.replies.length]).toEqual(['deleted', '', 1]);
});

test('§15.64 §15.94 five parents are asked for; a talk that is deeper, or goes in a circle, is left out', async () => {
  const ids = talk(6);
  const reply = await answered(ids[4] ?? '');
  expect(JSON.stringify(await thread())).toContain(reply);

  entry = await published(node.world, {}, node.origin);
  entryId = absolute(node.origin, path.article(entry.id));
  const deep = talk(6);
  far.gets.length = 0;
  await answered(deep[5] ?? '');
  expect(far.gets.map((get) => `${far.origin}${get.path}`)).toEqual(deep.slice(1).toReversed());

  const [low, high] = [spoken(0, entryId), spoken(1, entryId)];
  publish({ '@context': CONTEXT, ...low, inReplyTo: high.id });
  publish({ '@context': CONTEXT, ...high, inReplyTo: low.id });
  far.gets.length = 0;
  await answered(low.id);
  expect(far.gets).toHaveLength(5);
  expect(await thread()).toEqual([]);
});

test('§15.64 nobody is asked where nobody here is addressed', async () => {
  const [first] = talk(1);
  await answered(first, []);
  await answered(first, [`${reader.actor}/followers`]);
  expect(far.gets).toEqual([]);
  expect(await thread()).toEqual([]);
});

test.each<[string, Json]>([
  ['for its author’s followers only', { to: ['https://example.social/users/reader/followers'], cc: [] }],
  ['by somebody on another server', { attributedTo: 'https://example.social/users/reader' }],
  ['by nobody', { attributedTo: undefined }],
  ['no text', { type: 'Event' }],
  ['under another id', { id: 'https://example.social/notes/1' }],
  ['larger than a mebibyte', { content: 'x'.repeat(1024 * 1024) }],
  ['an answer to nothing', { inReplyTo: null }],
])('§15.64 a parent that is %s is not kept, nor what answers it', async (_, changes) => {
  const first = spoken(0, entryId);
  far.pages.set(new URL(first.id).pathname, { body: JSON.stringify({ '@context': CONTEXT, ...first, ...changes }) });
  await answered(first.id);
  expect(far.gets.length).toBeGreaterThan(0);
  expect(await thread()).toEqual([]);
});

test('§15.64 a parent without words, or whose author took it back, leaves its place to the reply', async () => {
  const silent = spoken(0, entryId, { content: '' });
  const below = await answered(silent.id);
  const gone = spoken(1, entryId);
  const author = others[1] as Peer;
  await send(author, node.inbox, activityOf(author, 'Delete', gone.id, { to: [PUBLIC] }));
  await node.settled();
  const beneath = await answered(gone.id);
  expect(await thread()).toEqual([
    [below, []],
    [beneath, []],
  ]);
});

test('§15.64 a reply by somebody followed waits for what is missing above it, and is not taken for a post', async () => {
  await answered(entryId);
  const { db, blog } = node.world;
  await askToFollow(db, { follower: blog.id, actor: reader.actor, clock });
  await db.updateTable('following').set({ state: 'accepted' }).where('actor', '=', reader.actor).execute();
  const [first] = talk(1);
  const second = await answered(first);
  expect(JSON.stringify(await thread())).toContain(JSON.stringify([first, [[second, []]]]));
  expect(await db.selectFrom('posts').select('id').where('id', '=', second).execute()).toEqual([]);
  await db.deleteFrom('following').execute();
});

test('§15.64 a parent that was hidden here is not asked for again', async () => {
  const [first] = talk(1);
  await answered(first);
  const { db } = node.world;
  const hidden = await db.selectFrom('comments').select('id').where('uri', '=', first).executeTakeFirstOrThrow();
  await decideComment(db, { id: hidden.id, decision: 'hide', viewer: 'operator' });
  const before = await thread();
  far.gets.length = 0;
  await answered(first);
  expect([far.gets, await thread()]).toEqual([[], before]);
});
