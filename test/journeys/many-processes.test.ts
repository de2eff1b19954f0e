// One node as four processes on one server's database: two that serve pages and inboxes, two that work. What is published comes
// to every follower once, and what is said in answer stands there once, whoever took it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { engine, runsOn } from '../databases.ts';
import { activitiesAt, activityOf, createOf, type Json, knock, noteOf } from '../federation/scripted.ts';
import { type Fleet, idle, letter, openFleet, portOf, publishThrough, signIn } from './fleet.ts';

const ENTRIES = 12;

/** A file has one worker; the second would be refused (test/federation/queue/worker.test.ts). */
const onServer = test.runIf(runsOn('postgres', 'several processes share a server, a file has one worker'));

let fleet: Fleet;
beforeAll(async () => {
  if (engine !== 'sqlite') fleet = await openFleet();
}, 60_000);
afterAll(async () => await fleet?.close());

async function publishAll(): Promise<string[]> {
  const [web] = fleet.webs;
  const cookie = await signIn(fleet, web);
  const answers = await Promise.all(
    Array.from({ length: ENTRIES }, (_, i) => publishThrough(fleet, web, { title: `ครั้งที่ ${i}`, cookie })),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
  return answers.map(({ headers }) => headers.location ?? '');
}

onServer(
  'entries published through one web process come to every follower once',
  async () => {
    const places = await publishAll();
    expect(new Set(places).size).toBe(ENTRIES);
    await idle(fleet);
    for (const server of fleet.servers) {
      const told = activitiesAt(server, 'Create').map(({ id }) => id);
      expect(told).toHaveLength(ENTRIES);
      expect(new Set(told).size).toBe(ENTRIES);
    }
    // The other one shows them, although nobody told it but the server.
    const [, other] = fleet.webs;
    const page = await knock({
      url: `http://127.0.0.1:${portOf(other)}${places[0]}`,
      headers: { accept: 'text/html' },
    });
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('กลับกองแล้ว') });
  },
  120_000,
);

onServer(
  'an answer that comes through both stands there once, and both show it',
  async () => {
    const { origin, peers, webs } = fleet;
    const { db, blog } = fleet.world;
    const entries = await db.selectFrom('entries').select(['id', 'number']).orderBy('number').execute();
    const [entry] = entries;
    const about = absolute(origin, path.article(entry?.id ?? ''));
    const letters = peers.flatMap((peer) => [1, 2].map(() => [peer, createOf(peer, noteOf(peer, about))] as const));
    const answers = await Promise.all(
      letters.flatMap(([peer, create]) => webs.map((web) => letter(fleet, web, peer, create))),
    );
    expect(new Set(answers)).toEqual(new Set([202]));
    await idle(fleet);
    const comments = await db.selectFrom('comments').select(['uri', 'state']).execute();
    expect(comments.map(({ uri }) => uri).sort()).toEqual(letters.map(([, { object }]) => (object as Json).id).sort());
    expect(new Set(comments.map(({ state }) => state))).toEqual(new Set(['shown']));
    for (const web of webs) {
      const url = `http://127.0.0.1:${portOf(web)}/@${blog.handle}/${entry?.number}`;
      const shown = async () => (await knock({ url, headers: { accept: 'text/html' } })).text;
      await expect.poll(shown).toContain('อ่านแล้วได้ความรู้');
    }
  },
  120_000,
);

onServer(
  'likes that come at once through both are all counted, and one that comes twice once',
  async () => {
    const { origin, peers, webs } = fleet;
    const { db } = fleet.world;
    const entry = await db
      .selectFrom('entries')
      .select(['id', 'version'])
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow();
    const object = absolute(origin, path.article(entry.id));
    const likes = peers.map((peer) => [peer, activityOf(peer, 'Like', object)] as const);
    await Promise.all(likes.flatMap(([peer, like]) => webs.map((web) => letter(fleet, web, peer, like))));
    await idle(fleet);
    expect(await db.selectFrom('likes').select('id').execute()).toHaveLength(peers.length);
    const after = await db.selectFrom('entries').select('version').where('id', '=', entry.id).executeTakeFirstOrThrow();
    expect(after.version).toBe(entry.version + peers.length);
  },
  120_000,
);
