// When a letter has its effect: before its sender hears that it was taken, or later, where somebody has to be asked for it.
import { Temporal as Polyfill } from '@js-temporal/polyfill';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { InboundQueue } from '../../src/federation/queue/messages.ts';
import { absolute, path } from '../../src/urls.ts';
import { breakDisk } from '../databases.ts';
import { published } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  activityOf,
  actorDocument,
  CONTEXT,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  publish,
  type Server,
  send,
} from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;
let entry: string;
let disk: Awaited<ReturnType<typeof breakDisk>> | undefined;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(async () => {
  const { id } = await published(node.world, {}, node.origin);
  entry = absolute(node.origin, path.article(id));
  reader = openActor(server, `reader-${id}`);
});
afterEach(async () => {
  await disk?.mend();
  await node.settled();
});

/** From now on nothing can be put into the queue. */
async function shutQueue(): Promise<void> {
  disk = await breakDisk(node.world.db, { table: 'messages', change: 'insert' });
}

/** A first letter, by which the node meets the reader. */
async function met(): Promise<void> {
  expect((await send(reader, node.inbox, activityOf(reader, 'Like', entry))).status).toBe(202);
  await node.settled();
}

async function textOf(note: Json): Promise<string | undefined> {
  const row = await node.world.db
    .selectFrom('comments')
    .select('html')
    .where('uri', '=', String(note.id))
    .executeTakeFirst();
  return row === undefined ? undefined : Buffer.from(row.html).toString();
}

test('a letter of somebody met lately has its effect before it is acknowledged, and never waits', async () => {
  await met();
  await shutQueue();
  const note = noteOf(reader, entry);
  expect((await send(reader, node.inbox, createOf(reader, note))).status).toBe(202);
  expect(await textOf(note)).toContain('ขอบคุณค่ะ');
});

test('§15.95 a letter of somebody not met yet waits, because the sender has to be asked for', async () => {
  await shutQueue();
  expect((await send(reader, node.inbox, createOf(reader, noteOf(reader, entry)))).status).toBe(500);
});

test('§15.95 a text that is only named waits, and is asked for before it is kept', async () => {
  await met();
  const note = noteOf(reader, entry);
  publish({ '@context': CONTEXT, ...note });
  const named = activityOf(reader, 'Create', note.id, { to: note.to, cc: note.cc });
  await shutQueue();
  expect((await send(reader, node.inbox, named)).status).toBe(500);
  await disk?.mend();
  expect((await send(reader, node.inbox, named)).status).toBe(202);
  await node.settled();
  expect(await textOf(note)).toContain('ขอบคุณค่ะ');
});

test('tags and pictures that are only named are asked of nobody', async () => {
  await met();
  const [tag, icon] = [`${server.origin}/tags/1`, `${server.origin}/icons/1`];
  const before = server.gets.length;
  for (const named of [tag, { id: tag }]) {
    const note = noteOf(reader, entry, { tag: [named] });
    expect((await send(reader, node.inbox, createOf(reader, note))).status).toBe(202);
    expect(await textOf(note)).toContain('ขอบคุณค่ะ');
  }
  for (const named of [icon, { id: icon }]) {
    const profile = actorDocument(reader, { icon: named });
    expect((await send(reader, node.inbox, activityOf(reader, 'Update', profile))).status).toBe(202);
  }
  await node.settled();
  const asked = server.gets.slice(before).map(({ path }) => path);
  expect(asked.filter((path) => path.startsWith('/tags') || path.startsWith('/icons'))).toEqual([]);
});

test('a letter never overtakes what waits of its sender', async () => {
  await met();
  const queue = new InboundQueue(node.world.db, { clock: systemClock });
  const earlier = createOf(reader, noteOf(reader, entry));
  // Fedify's types speak of the standard Temporal, which Node 24 does not bring.
  const delay = Polyfill.Duration.from({ milliseconds: 1_500 }) as unknown as Temporal.Duration;
  await queue.enqueue({ kind: 'vouched', id: earlier.id, actor: reader.actor, activity: earlier }, { delay });
  const later = noteOf(reader, entry);
  expect((await send(reader, node.inbox, createOf(reader, later))).status).toBe(202);
  expect(await textOf(later)).toBeUndefined();
  await node.settled();
  const uris = [(earlier.object as Json).id, later.id].map(String);
  const kept = await node.world.db
    .selectFrom('comments')
    .select('uri')
    .where('uri', 'in', uris)
    .orderBy('id')
    .execute();
  expect(kept.map(({ uri }) => uri)).toEqual(uris);
});

test('§15.95 a letter that cannot be worked on at once is acknowledged, waits, and is worked on again', async () => {
  await met();
  disk = await breakDisk(node.world.db, { table: 'comments', change: 'insert' });
  const note = noteOf(reader, entry);
  expect((await send(reader, node.inbox, createOf(reader, note))).status).toBe(202);
  expect(await textOf(note)).toBeUndefined();
  await disk.mend();
  await node.settled();
  expect(await textOf(note)).toContain('ขอบคุณค่ะ');
});
