// Inbound work: nothing acknowledged is lost, nobody's Update overtakes their Create, and what cannot be done says why.
import { testMessageQueue, waitFor } from '@fedify/testing';
import { Temporal as Polyfill } from '@js-temporal/polyfill';
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { standingClock, systemClock } from '../../../src/domain/clock.ts';
import { incoming } from '../../../src/federation/queue/bell.ts';
import { deadMessages, dropDeadMessages, retryDeadMessages } from '../../../src/federation/queue/dead-letters.ts';
import { releaseLeases } from '../../../src/federation/queue/lanes.ts';
import { openMessages } from '../../../src/federation/queue/messages.ts';
import { nextMessage } from '../../../src/federation/queue/senders.ts';
import { backlog } from '../../../src/federation/queue/status.ts';
import { engine, runsOn } from '../../databases.ts';
import { openBase } from './base.ts';

const START = '2026-11-23T02:00:00Z';

/** Waits a moment of real time until `ready`; the clock of the queue may stand still meanwhile. */
async function soon(ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error('it did not happen');
    incoming.ring();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('it keeps the contract of a Fedify queue with ordering keys, over two connections', async () => {
  const { db, again } = await openBase();
  const options = { clock: systemClock, pollMs: 200 };
  const dbs = [db, again()];
  await testMessageQueue(
    () => openMessages(dbs.pop() ?? db, options),
    ({ controller }) => controller.abort(),
    { testOrderingKey: true },
  );
  expect(await openMessages(db, options).getDepth()).toEqual({ queued: 0, ready: 0, delayed: 0 });
});

test('three lanes of a hundred messages: none overtakes, none runs beside another of its lane, four at most at once', async () => {
  const { db, again } = await openBase();
  const queues = [openMessages(db, { clock: systemClock }), openMessages(again(), { clock: systemClock })];
  const seen: Record<string, number[]> = { a: [], b: [], c: [] };
  const open: Record<string, number> = { a: 0, b: 0, c: 0 };
  let overlaps = 0;
  for (let i = 0; i < 100; i++) {
    for (const lane of ['a', 'b', 'c']) await queues[i % 2]?.enqueue({ lane, i }, { orderingKey: lane });
  }
  const stop = new AbortController();
  const listening = queues.map((queue) =>
    queue.listen(
      async (message) => {
        const { lane, i } = message as { lane: string; i: number };
        open[lane] = (open[lane] ?? 0) + 1;
        if ((open[lane] ?? 0) > 1) overlaps++;
        await new Promise((resolve) => setTimeout(resolve, i % 3));
        seen[lane]?.push(i);
        open[lane] = (open[lane] ?? 0) - 1;
      },
      { signal: stop.signal },
    ),
  );
  await waitFor(() => Object.values(seen).every((list) => list.length >= 100), 20_000);
  stop.abort();
  await Promise.all(listening);
  const order = Array.from({ length: 100 }, (_, i) => i);
  expect(seen).toEqual({ a: order, b: order, c: order });
  expect(overlaps).toBe(0);
});

test('no more than the given number is worked on at once', async () => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock });
  await queue.enqueueMany(Array.from({ length: 40 }, (_, i) => i));
  let now = 0;
  let most = 0;
  let done = 0;
  const stop = new AbortController();
  const listening = queue.listen(
    async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      done++;
    },
    { signal: stop.signal },
  );
  await soon(() => done === 40);
  stop.abort();
  await listening;
  expect(most).toBe(4);
});

test('a message that waits for its next try holds back its lane and nobody else, for 1 s, 5 s, 30 s, 2 min and 10 min', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  const done: string[] = [];
  const stop = new AbortController();
  const listening = queue.listen(
    (message) => {
      done.push(String(message));
      if (message === 'broken') throw new Error('ไม่พบบันทึก');
    },
    { signal: stop.signal },
  );
  await queue.enqueue('broken', { orderingKey: 'a' });
  await queue.enqueue('after', { orderingKey: 'a' });
  await queue.enqueue('elsewhere', { orderingKey: 'b' });
  await soon(() => done.length === 2);
  for (const [i, seconds] of [1, 5, 30, 120, 600].entries()) {
    await soon(async () => (await queue.getDepth()).delayed === 1);
    expect((await backlog(db, { clock })).oldestSeconds).toBe(0);
    clock.pass({ milliseconds: seconds * 1000 - 1 });
    incoming.ring();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toHaveLength(2 + i);
    clock.pass({ milliseconds: 1 });
    await soon(() => done.length >= 3 + i);
  }
  await soon(() => done.at(-1) === 'after');
  stop.abort();
  await listening;
  expect(done.filter((message) => message === 'broken')).toHaveLength(6);
  expect(await deadMessages(db, { limit: 10 })).toMatchObject([{ lane: 'a', attempts: 6, reason: 'Error: ไม่พบบันทึก' }]);
  expect(await queue.getDepth()).toEqual({ queued: 0, ready: 0, delayed: 0 });
});

test('a dead message can be retried or dropped', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  await queue.enqueueMany(['one', 'two']);
  await db.updateTable('messages').set({ dead: 'Error: broken', attempts: 6 }).execute();
  const [two, one] = await deadMessages(db, { limit: 2 });
  expect(await dropDeadMessages(db, { which: { number: two?.number ?? 0 } })).toBe(1);
  expect(await retryDeadMessages(db, { clock, which: { number: one?.number ?? 0 } })).toBe(1);
  const done: unknown[] = [];
  const stop = new AbortController();
  const listening = queue.listen((message) => void done.push(message), { signal: stop.signal });
  await soon(() => done.length === 1);
  stop.abort();
  await listening;
  expect(done).toEqual(['one']);
});

test('a dead message that is retried stands before what came to its lane since, also while that is waiting', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  await queue.enqueue('first', { orderingKey: 'a' });
  const done: unknown[] = [];
  let broken = true;
  const stop = new AbortController();
  const listening = queue.listen(
    (message) => {
      if (message === 'first' && broken) throw new Error('broken');
      if (message === 'second' && done.length === 0 && broken) throw new Error('not yet');
      done.push(message);
    },
    { signal: stop.signal },
  );
  await soon(async () => {
    clock.pass({ minutes: 10 });
    return (await deadMessages(db, { limit: 1 })).length === 1;
  });
  await queue.enqueueMany(['second', 'third'], { orderingKey: 'a' });
  await soon(async () => (await queue.getDepth()).delayed === 1);
  broken = false;
  await retryDeadMessages(db, { clock, which: 'all' });
  await soon(async () => {
    clock.pass({ minutes: 10 });
    return done.length === 3;
  });
  stop.abort();
  await listening;
  expect(done).toEqual(['first', 'second', 'third']);
});

test('what a killed process had taken is taken again once its lease has run out, and only once', async () => {
  const { db, again } = await openBase();
  const clock = standingClock(START);
  const killed = openMessages(again(), { clock, pollMs: 10 });
  await killed.enqueue('acknowledged', { orderingKey: 'a' });
  let taken = 0;
  // The killed process: it takes the message and never comes back to it.
  void killed.listen(
    () => {
      taken++;
      return new Promise(() => {});
    },
    { signal: AbortSignal.timeout(100) },
  );
  await soon(() => taken === 1);
  const done: unknown[] = [];
  const stop = new AbortController();
  const listening = [db, again()].map((db) =>
    openMessages(db, { clock, pollMs: 10 }).listen((message) => void done.push(message), { signal: stop.signal }),
  );
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(done).toEqual([]);
  clock.pass({ seconds: 60 });
  await soon(() => done.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop.abort();
  await Promise.all(listening);
  expect(done).toEqual(['acknowledged']);
});

test('a restart gives leases back at once', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  await queue.enqueue('acknowledged');
  await db
    .updateTable('messages')
    .set({ lease: 'former', leasedUntil: clock.now() + 60_000, attempts: 1 })
    .execute();
  expect(await queue.getDepth()).toEqual({ queued: 0, ready: 0, delayed: 0 });
  // Where other workers may be, what is leased is theirs until it runs out.
  if (engine === 'postgres') clock.pass({ minutes: 1 });
  await releaseLeases(db, { clock });
  expect(await queue.getDepth()).toEqual({ queued: 1, ready: 1, delayed: 0 });
});

test('a message whose worker vanished six times is a dead letter and not a seventh crash', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  await queue.enqueueMany(['deadly', 'harmless']);
  await db.updateTable('messages').set({ attempts: 6 }).where('number', '=', 1).execute();
  const done: unknown[] = [];
  const stop = new AbortController();
  const listening = queue.listen((message) => void done.push(message), { signal: stop.signal });
  await soon(() => done.length === 1);
  stop.abort();
  await listening;
  expect(done).toEqual(['harmless']);
  expect(await deadMessages(db, { limit: 1 })).toMatchObject([
    { reason: 'the worker ended 6 times without an answer' },
  ]);
});

test.each([
  ['a plain id', 'https://a.example/u/1', 'https://a.example/u/1'],
  ['an embedded actor', { id: 'https://a.example/u/1', type: 'Person' }, 'https://a.example/u/1'],
  ['a list of one', ['https://a.example/u/1'], 'https://a.example/u/1'],
  ['nothing readable', 7, null],
])('an inbound activity with %s as its actor stands in that actor’s lane', async (_, actor, lane) => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock });
  await queue.enqueue({ type: 'inbox', activity: { type: 'Create', actor } });
  await queue.enqueue({ type: 'outbox', activity: { type: 'Create', actor } });
  const rows = await db.selectFrom('messages').select('lane').orderBy('number').execute();
  expect(rows.map((row) => row.lane)).toEqual([lane, null]);
});

test('enqueueMany is all or nothing, and a delay counts as delayed', async () => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock });
  await expect(queue.enqueueMany(['fine', 1n])).rejects.toThrow(TypeError);
  expect((await queue.getDepth()).queued).toBe(0);
  // Fedify's types speak of the standard Temporal, which Node 24 does not bring; Fedify itself hands over the polyfill's.
  const delay = Polyfill.Duration.from({ hours: 1 }) as unknown as Temporal.Duration;
  await queue.enqueue('later', { delay });
  await queue.enqueueMany(Array.from({ length: 1200 }, (_, i) => i));
  expect(await queue.getDepth()).toEqual({ queued: 1201, ready: 1200, delayed: 1 });
});

test('the backlog says how long the next message has been ready', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  await openMessages(db, { clock }).enqueueMany(['one', 'two']);
  clock.pass({ seconds: 90 });
  expect(await backlog(db, { clock })).toEqual({ waiting: 2, oldestSeconds: 90 });
});

/** A Create as Fedify hands it over, of the actor `name` on `host`. */
const from = (host: string, name: string, i = 0) => ({
  type: 'inbox',
  activity: { id: `https://${host}/${name}/${i}`, type: 'Create', actor: `https://${host}/users/${name}` },
});

interface Inbound {
  activity: { actor: string };
}

const never = () => new Promise<void>(() => {});

test('sixteen activities of eight actors of a host that never answers hold up nobody, nor make the gate say no', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, pollMs: 10 });
  for (let i = 0; i < 16; i++) await queue.enqueue(from('slow.example', `u${i % 8}`, i));
  clock.pass({ seconds: 90 });
  const taken: string[] = [];
  const stop = new AbortController();
  const listening = queue.listen(
    (message) => {
      const { host } = new URL((message as Inbound).activity.actor);
      taken.push(host);
      return host === 'slow.example' ? never() : undefined;
    },
    { signal: stop.signal },
  );
  await soon(() => taken.length === 1);
  const started = Date.now();
  await queue.enqueue(from('honest.example', 'a'));
  await soon(() => taken.length === 2);
  expect(Date.now() - started).toBeLessThan(1_000);
  clock.pass({ seconds: 55 });
  expect(taken).toEqual(['slow.example', 'honest.example']);
  expect(await backlog(db, { clock })).toEqual({ waiting: 15, oldestSeconds: 0 });
  stop.abort();
  const stopped = Date.now();
  await listening;
  expect(Date.now() - stopped).toBeLessThan(8_000);
}, 20_000);

test('what takes longer than two seconds stands aside, so as many slow hosts as there are places hinder nobody', async () => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock, concurrency: 2 });
  for (const host of ['a', 'b', 'c']) await queue.enqueue(from(`slow-${host}.example`, 'u'));
  await queue.enqueue(from('honest.example', 'u'));
  const taken: string[] = [];
  const stop = new AbortController();
  const started = Date.now();
  const listening = queue.listen(
    (message) => {
      const { host } = new URL((message as Inbound).activity.actor);
      taken.push(host);
      return host.startsWith('slow') ? never() : undefined;
    },
    { signal: stop.signal },
  );
  await soon(() => taken.includes('honest.example'));
  expect(Date.now() - started).toBeLessThan(3_000);
  stop.abort();
  await listening;
}, 20_000);

test('a host goes to the end of the line after each message, and waits anew only from then', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const queue = openMessages(db, { clock, concurrency: 1, pollMs: 10 });
  for (let i = 0; i < 3; i++) await queue.enqueue(from('busy.example', `u${i}`));
  clock.pass({ seconds: 100 });
  for (const host of ['b.example', 'c.example']) await queue.enqueue(from(host, 'u'));
  const taken: string[] = [];
  const ages: number[] = [];
  const stop = new AbortController();
  const listening = queue.listen(
    async (message) => {
      taken.push(new URL((message as Inbound).activity.actor).host);
      clock.pass({ seconds: 10 });
      ages.push((await backlog(db, { clock })).oldestSeconds);
    },
    { signal: stop.signal },
  );
  await soon(() => taken.length === 5);
  stop.abort();
  await listening;
  expect(taken).toEqual(['busy.example', 'b.example', 'c.example', 'busy.example', 'busy.example']);
  // Behind the first they were ten seconds in the line, then twenty; its own next ones since it was done, not since they came.
  expect(ages).toEqual([10, 20, 20, 0, 0]);
  expect(await db.selectFrom('senders').selectAll().execute()).toEqual([]);
});

test('what was under way when a listener gave up stays leased, and its late end touches nothing', async () => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock, pollMs: 10 });
  await queue.enqueue(from('slow.example', 'u'));
  let finish = () => {};
  let began = false;
  const stop = new AbortController();
  const listening = queue.listen(
    () => {
      began = true;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    { signal: stop.signal },
  );
  await soon(() => began);
  stop.abort();
  await listening;
  finish();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await queue.getDepth()).toEqual({ queued: 0, ready: 0, delayed: 0 });
  const later = engine === 'postgres' ? Date.now() + 61_000 : Date.now();
  await releaseLeases(db, { clock: { now: () => later } });
  expect(await queue.getDepth()).toEqual({ queued: 1, ready: 1, delayed: 0 });
}, 20_000);

test.runIf(runsOn('sqlite', "plans of inbound work: SQLite's way of telling them is read"))(
  'the next message is found in the order of an index: nothing is sorted, and no table read through',
  async () => {
    const { db } = await openBase();
    let text = '';
    const listening = db.withPlugin({
      transformQuery({ node, queryId }) {
        text = db.getExecutor().compileQuery(db.getExecutor().transformQuery(node, queryId), queryId).sql;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await nextMessage(listening, { now: 0 });
    const bound = Array.from(text.matchAll(/\?/g), () => 0);
    const { rows } = await db.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${text}`, bound));
    const plan = rows.map(({ detail }) => detail);
    expect(plan.filter((line) => /^SCAN (?!s USING)|TEMP B-TREE/.test(line))).toEqual([]);
    expect(plan[0]).toContain('senders_since');
  },
);

test('a letter that we verified ourselves stands in its actor’s lane and waits for its actor’s host', async () => {
  const { db } = await openBase();
  const queue = openMessages(db, { clock: systemClock });
  const actor = 'https://peer.example/users/somsri';
  expect(await queue.hasWaiting(actor)).toBe(false);
  for (const id of ['1', '2']) await queue.enqueue({ kind: 'vouched', id: `${actor}/${id}`, actor, activity: {} });
  const rows = await db.selectFrom('messages').select(['lane', 'sender', 'first']).orderBy('number').execute();
  expect(rows).toEqual([
    { lane: actor, sender: 'peer.example', first: 1 },
    { lane: actor, sender: 'peer.example', first: 0 },
  ]);
  expect(await queue.hasWaiting(actor)).toBe(true);
});
