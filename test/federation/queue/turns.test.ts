// Many deliveries at a time: who comes first, how many are under way, and that none of the others pays for one.
import { expect, test } from 'vitest';
import { standingClock, systemClock } from '../../../src/domain/clock.ts';
import { claim } from '../../../src/federation/queue/claim.ts';
import { IN_FLIGHT_MAX, openPostman } from '../../../src/federation/queue/postman.ts';
import { settle } from '../../../src/federation/queue/settle.ts';
import { breakDisk } from '../../databases.ts';
import { claimOne, mail, openBase, settleOne, states } from './base.ts';

const OK = { kind: 'delivered', status: 202 } as const;
const DOWN = { kind: 'failed', reason: 'ECONNREFUSED' } as const;
const START = '2026-11-23T02:00:00Z';

/** Writing down how a delivery ended. */
const SETTLING = { table: 'deliveries', change: 'update of state' } as const;

const inboxesOf = (hosts: number) => Array.from({ length: hosts }, (_, i) => `https://h${1000 + i}.example/inbox`);

async function soon(ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8_000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('one look takes the first delivery of many hosts, in order, and their activity’s bytes once', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  for (const about of ['1', '2']) await mail(db, { clock, verb: 'Create', about, inboxes: inboxesOf(20) });
  const taken = await claim(db, { clock, room: { all: 16, probes: 8 } });
  expect(taken.map(({ inbox }) => inbox).sort()).toEqual(inboxesOf(16));
  expect(new Set(taken.map(({ object }) => object))).toEqual(new Set(['https://wethi.example/ap/entries/1']));
  expect(new Set(taken.map(({ body }) => body)).size).toBe(1);
  expect(await claim(db, { clock, room: { all: 16, probes: 8 } })).toHaveLength(4);
  expect(await claim(db, { clock, room: { all: 16, probes: 8 } })).toEqual([]);
});

test('hosts that fail come after all that are well, and no more of them than there is room for', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  const inboxes = inboxesOf(6);
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: inboxes.slice(0, 4) });
  const failing = await claim(db, { clock, room: { all: 4, probes: 4 } });
  await settle(db, { clock, ended: failing.map((delivery) => ({ delivery, outcome: DOWN })) });
  clock.pass({ minutes: 1 });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes });
  const taken = await claim(db, { clock, room: { all: 6, probes: 3 } });
  expect(taken.filter(({ probe }) => !probe).map(({ inbox }) => inbox)).toEqual(inboxes.slice(4));
  expect(taken.filter(({ probe }) => probe)).toHaveLength(3);
  expect(await claim(db, { clock, room: { all: 6, probes: 0 } })).toEqual([]);
});

test('answers of all kinds that are written down together stand as if each had come by itself', async () => {
  const { db } = await openBase();
  const clock = standingClock(START);
  for (const about of ['1', '2']) await mail(db, { clock, verb: 'Create', about, inboxes: inboxesOf(4) });
  const [a, b, c, d] = await claim(db, { clock, room: { all: 4, probes: 4 } });
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('nothing was due');
  clock.pass({ seconds: 60 });
  // Meanwhile another worker took what the lease of the last one had kept.
  await db.updateTable('lanes').set({ due: null }).where('host', '!=', d.host).execute();
  const stolen = await claimOne(db, { clock });
  expect(stolen?.number).toBe(d.number);
  const settled = await settle(db, {
    clock,
    ended: [
      { delivery: a, outcome: OK },
      { delivery: b, outcome: { kind: 'refused', status: 400, reason: 'answered 400' } },
      { delivery: c, outcome: DOWN },
      { delivery: d, outcome: { kind: 'refused', status: 400, reason: 'answered 400' } },
    ],
  });
  expect(settled).toEqual(['delivered', 'dead', 'waiting', 'lost']);
  expect((await states(db)).slice(0, 4)).toEqual([
    'Create delivered',
    'Create dead',
    'Create waiting',
    'Create waiting',
  ]);
  const due = await db.selectFrom('lanes').select('due').orderBy('host').execute();
  expect(due.slice(0, 3).map((lane) => lane.due)).toEqual([clock.now(), clock.now(), clock.now() + 60_000]);
  if (stolen !== null) expect(await settleOne(db, { clock, delivery: stolen, outcome: OK })).toBe('delivered');
});

test('hosts that keep us waiting give their places back, and no more than 256 posts are ever under way', async () => {
  const { db } = await openBase();
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes: inboxesOf(300) });
  let underWay = 0;
  let most = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const postman = openPostman({
    db,
    clock: systemClock,
    async post() {
      most = Math.max(most, ++underWay);
      await answered;
      underWay--;
      return OK;
    },
  });
  await soon(() => underWay === IN_FLIGHT_MAX);
  await new Promise((resolve) => setTimeout(resolve, 400));
  answer();
  await soon(async () => (await states(db)).every((state) => state === 'Create delivered'));
  await postman.stop();
  expect(most).toBe(IN_FLIGHT_MAX);
  expect(IN_FLIGHT_MAX).toBe(256);
}, 20_000);

test('what cannot be written down at once is not posted again, but written down later', async () => {
  const { db } = await openBase();
  const disk = await breakDisk(db, SETTLING);
  const inboxes = inboxesOf(5);
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes });
  let posts = 0;
  const postman = openPostman({
    db,
    clock: systemClock,
    pollMs: 20,
    async post() {
      posts++;
      return OK;
    },
  });
  await soon(() => posts === 5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await states(db)).toEqual(inboxes.map(() => 'Create waiting'));
  await disk.mend();
  await soon(async () => (await states(db)).every((state) => state === 'Create delivered'));
  await postman.stop();
  expect(posts).toBe(5);
});

test('what could not be written down is written down at the stop, however long the next look would be', async () => {
  const { db } = await openBase();
  const disk = await breakDisk(db, SETTLING);
  const inboxes = inboxesOf(3);
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes });
  let posts = 0;
  const postman = openPostman({
    db,
    clock: systemClock,
    pollMs: 60_000,
    async post() {
      posts++;
      return OK;
    },
  });
  await soon(() => posts === 3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await states(db)).toEqual(inboxes.map(() => 'Create waiting'));
  await disk.mend();
  await postman.stop();
  expect(await states(db)).toEqual(inboxes.map(() => 'Create delivered'));
});

test('one end that cannot be written down stops nobody else’s mail, and is not posted again before its lease has run out', async () => {
  const { db } = await openBase();
  const disk = await breakDisk(db, { ...SETTLING, when: "new.inbox like '%h1001%'" });
  const inboxes = inboxesOf(5);
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes });
  const posts: Record<string, number> = {};
  const postman = openPostman({
    db,
    clock: systemClock,
    concurrency: 2,
    pollMs: 20,
    async post({ inbox }) {
      posts[inbox] = (posts[inbox] ?? 0) + 1;
      return OK;
    },
  });
  const others = ['Create delivered', 'Create waiting', ...Array(3).fill('Create delivered')];
  await soon(async () => (await states(db)).join() === others.join());
  // The bad one by itself, with nothing else that ends at its side, must not stop those who come later either.
  await mail(db, { clock: systemClock, verb: 'Create', about: '2', inboxes: inboxes.slice(2) });
  await soon(async () => (await states(db)).filter((state) => state === 'Create delivered').length === 7);
  expect(posts).toEqual({ ...Object.fromEntries(inboxes.slice(2).map((inbox) => [inbox, 2])), ...first(inboxes) });
  // Then it goes the way of any worker that vanished: its lease runs out and it is posted once more.
  await db.updateTable('lanes').set({ leasedUntil: 1 }).where('lease', 'is not', null).execute();
  await soon(() => posts[inboxes[1] ?? ''] === 2);
  await disk.mend();
  await soon(async () => (await states(db)).every((state) => state === 'Create delivered'));
  await postman.stop();
  expect(posts[inboxes[1] ?? '']).toBe(2);
});

function first(inboxes: string[]): Record<string, number> {
  return Object.fromEntries(inboxes.slice(0, 2).map((inbox) => [inbox, 1]));
}
