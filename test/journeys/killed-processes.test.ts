// One node as four processes on one server's database, some of which are killed. What was acknowledged is not lost, nobody is told
// of one thing under two ids, and what others say stands there once.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEASE_MS } from '../../src/federation/queue/claim.ts';
import { absolute, path } from '../../src/urls.ts';
import { engine, runsOn } from '../databases.ts';
import { activitiesAt, createOf, type Json, noteOf, type Server } from '../federation/scripted.ts';
import { type Fleet, idle, letter, openFleet, publishThrough, signIn } from './fleet.ts';

const ENTRIES = 8;

/** A file has one worker; how that is killed stands in kill.test.ts. */
const onServer = test.runIf(runsOn('postgres', 'several processes share a server, a file has one worker'));

let fleet: Fleet;
beforeAll(async () => {
  if (engine !== 'sqlite') fleet = await openFleet();
}, 60_000);
afterAll(async () => await fleet?.close());

async function killWorkers(): Promise<void> {
  await Promise.all(fleet.workers.map((worker) => worker.kill()));
}

/** What the killed held is held still, for its time; two new workers come, and that time passes. */
async function begunAnew(held: 'lanes' | 'messages'): Promise<void> {
  const { db } = fleet.world;
  const leases = await db.selectFrom(held).select(['lease', 'leasedUntil']).where('lease', 'is not', null).execute();
  expect(leases.length).toBeGreaterThan(0);
  for (const { leasedUntil } of leases) expect(leasedUntil).toBeLessThanOrEqual(Date.now() + LEASE_MS);
  fleet.workers = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
  const left = leases.map(({ lease }) => lease ?? '');
  const taken = db.selectFrom(held).select('lease').where('lease', 'in', left);
  expect(await taken.execute()).toHaveLength(leases.length);
  await db.updateTable(held).set({ leasedUntil: Date.now() }).where('lease', 'in', left).execute();
}

/** Each entry that was told at `server`, with the ids it was told under. */
function tellings(server: Server): Map<string, Set<string>> {
  const told = new Map<string, Set<string>>();
  for (const { id, object } of activitiesAt(server, 'Create')) {
    const entry = String((object as Json).id);
    told.set(entry, (told.get(entry) ?? new Set()).add(String(id)));
  }
  return told;
}

async function everybodyHeardOnce(): Promise<void> {
  const { db } = fleet.world;
  const published = await db.selectFrom('entries').select('id').where('state', '=', 'published').execute();
  const entries = published.map(({ id }) => absolute(fleet.origin, path.article(id))).sort();
  for (const server of fleet.servers) {
    const told = tellings(server);
    expect([...told.keys()].sort()).toEqual(entries);
    expect([...told.values()].filter((ids) => ids.size !== 1)).toEqual([]);
  }
}

onServer(
  'workers killed while they deliver: everybody hears of every entry, under one id',
  async () => {
    const [web] = fleet.webs;
    const killed = new Promise<void>((resolve, reject) => {
      for (const server of fleet.servers) {
        server.answer = () => {
          const letters = fleet.servers.reduce((sum, { posts }) => sum + posts.length, 0);
          if (letters === 4) killWorkers().then(resolve, reject);
          return { status: 202 };
        };
      }
    });
    const cookie = await signIn(fleet, web);
    const titles = Array.from({ length: ENTRIES }, (_, i) => `ครั้งที่ ${i}`);
    const answers = await Promise.all(titles.map((title) => publishThrough(fleet, web, { title, cookie })));
    expect(answers.map(({ status }) => status)).toEqual(titles.map(() => 303));
    await killed;
    await begunAnew('lanes');
    await idle(fleet);
    await everybodyHeardOnce();
  },
  120_000,
);

onServer(
  'a web process killed while it publishes: what it answered stands, and what it did not can be sent again to another',
  async () => {
    const [web, other] = fleet.webs;
    const { db } = fleet.world;
    const cookie = await signIn(fleet, other);
    const titles = Array.from({ length: ENTRIES }, (_, i) => `อีกครั้งที่ ${i}`);
    let answered = 0;
    const sent = titles.map(async (title) => {
      const { status, headers } = await publishThrough(fleet, web, { title, cookie });
      expect(status).toBe(303);
      if (++answered === 2) await web.kill();
      return headers.location ?? '';
    });
    const ends = await Promise.allSettled(sent);
    const places = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(places.length).toBeLessThan(ENTRIES);
    const again = titles.filter((_, i) => ends[i]?.status === 'rejected');
    for (const title of again) {
      const { status, headers } = await publishThrough(fleet, other, { title, cookie });
      expect(status).toBe(303);
      places.push(headers.location ?? '');
    }
    const rows = await db.selectFrom('entries').select('number').where('title', 'in', titles).execute();
    expect(places.sort()).toEqual(rows.map(({ number }) => path.entry(fleet.world.blog.handle, number)).sort());
    expect(rows).toHaveLength(ENTRIES);
    await idle(fleet);
    await everybodyHeardOnce();
  },
  120_000,
);

onServer(
  'workers killed while they listen: what was acknowledged stands there, once',
  async () => {
    const [, web] = fleet.webs;
    const { db } = fleet.world;
    const { id } = await db.selectFrom('entries').select('id').orderBy('number').executeTakeFirstOrThrow();
    const about = absolute(fleet.origin, path.article(id));
    const letters = fleet.peers.flatMap((peer) =>
      [1, 2, 3].map(() => [peer, createOf(peer, noteOf(peer, about))] as const),
    );
    await db.transaction().execute(async (held) => {
      // So nobody comes further than to have taken a letter.
      await sql`lock table comments in exclusive mode`.execute(held);
      const answers = await Promise.all(letters.map(([peer, create]) => letter(fleet, web, peer, create)));
      expect(new Set(answers)).toEqual(new Set([202]));
      const taken = db.selectFrom('messages').select('number').where('lease', 'is not', null);
      await expect.poll(async () => (await taken.execute()).length, { timeout: 20_000 }).toBeGreaterThan(0);
      await killWorkers();
    });
    await begunAnew('messages');
    await idle(fleet);
    const comments = await db.selectFrom('comments').select(['uri', 'state']).execute();
    expect(comments.map(({ uri }) => uri).sort()).toEqual(letters.map(([, { object }]) => (object as Json).id).sort());
    expect(new Set(comments.map(({ state }) => state))).toEqual(new Set(['shown']));
  },
  120_000,
);
