// Hosts that fail: probed later and later, given up after a week with the reason, woken when they write.
import { expect, test } from 'vitest';
import { standingClock } from '../../../src/domain/clock.ts';
import { deadLetters, dropDead, pruneDelivered, retryDead } from '../../../src/federation/queue/dead-letters.ts';
import { wakeHost } from '../../../src/federation/queue/lanes.ts';
import { type Outcome, outcomeOf } from '../../../src/federation/queue/outcomes.ts';
import { queueStatus } from '../../../src/federation/queue/status.ts';
import { claimOne, mail, openBase, settleOne, states } from './base.ts';

const A = 'https://a.example/inbox';
const B = 'https://b.example/inbox';
const OK: Outcome = { kind: 'delivered', status: 202 };
const MINUTE = 60_000;
const DAY = 86_400_000;

async function openLane() {
  const clock = standingClock('2026-11-23T02:00:00Z');
  const { db } = await openBase();
  let clears = true;

  /** Lets time pass until a lane is due and answers its first delivery; returns the milliseconds passed, null when none waits. */
  async function answer(outcome: Outcome): Promise<{ pause: number; settled: string } | null> {
    const { due } = await db
      .selectFrom('lanes')
      .select(({ fn }) => fn.min('due').as('due'))
      .executeTakeFirstOrThrow();
    if (due === null) return null;
    const pause = Math.max(0, due - clock.now());
    if (pause > 0) {
      clock.pass({ milliseconds: pause - 1 });
      clears &&= (await claimOne(db, { clock })) === null;
      clock.pass({ milliseconds: 1 });
    }
    const delivery = await claimOne(db, { clock });
    return delivery === null ? null : { pause, settled: (await settleOne(db, { clock, delivery, outcome })) ?? '' };
  }
  return { db, clock, answer, neverEarly: () => clears };
}

const refusal = (retryAfter: string | null, now: number, status = 503, attempts = 1) =>
  outcomeOf({ status, retryAfter, detail: 'busy', now, attempts });

test('a 401 is tried again four times, because the peer may not have reached our key; the fifth means no', () => {
  const kinds = [1, 2, 3, 4, 5].map((attempts) => refusal(null, 0, 401, attempts).kind);
  expect(kinds).toEqual(['postponed', 'postponed', 'postponed', 'postponed', 'refused']);
});

test('§15.55 a failing host is probed after 1, 2, 4, 8, 16 and then every 20 minutes, with one delivery', async () => {
  const { db, clock, answer, neverEarly } = await openLane();
  for (const about of ['1', '2', '3']) await mail(db, { clock, verb: 'Create', about, inboxes: [A] });
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) pauses.push((await answer({ kind: 'failed', reason: 'ECONNREFUSED' }))?.pause ?? -1);
  expect(pauses.map((pause) => pause / MINUTE)).toEqual([0, 1, 2, 4, 8, 16, 20, 20]);
  expect(neverEarly()).toBe(true);
  const attempts = await db.selectFrom('deliveries').select('attempts').orderBy('number').execute();
  expect(attempts.map((row) => row.attempts)).toEqual([8, 0, 0]);
  expect((await answer(OK))?.settled).toBe('delivered');
  expect((await answer(OK))?.pause).toBe(0);
  expect((await answer(OK))?.settled).toBe('delivered');
});

test('§15.55 503 with Retry-After thirty times, then 202: it arrives, each time after exactly what was asked', async () => {
  const { db, clock, answer, neverEarly } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  for (let i = 0; i < 30; i++) {
    expect((await answer(refusal('1800', clock.now())))?.pause).toBe(i === 0 ? 0 : 30 * MINUTE);
  }
  expect((await answer(OK))?.settled).toBe('delivered');
  expect(neverEarly()).toBe(true);
  expect(await deadLetters(db, { limit: 1 })).toEqual([]);
});

test('§15.55 Retry-After may be shorter than the schedule, as a date too, but neither a hammer nor longer than a day', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await answer(refusal('5', clock.now(), 429));
  expect(
    (await answer(refusal(new Date(clock.now() + 3 * MINUTE + 5_000).toUTCString(), clock.now() + 5_000)))?.pause,
  ).toBe(5_000);
  expect((await answer(refusal('0', clock.now())))?.pause).toBe(3 * MINUTE);
  expect((await answer(refusal('999999', clock.now())))?.pause).toBe(1_000);
  expect((await answer(refusal('0', clock.now())))?.pause).toBe(DAY);
  expect((await answer(refusal('soon', clock.now())))?.pause).toBe(MINUTE);
  expect((await answer(OK))?.pause).toBe(20 * MINUTE);
});

test('§15.55 §15.56 429 for ever ends after seven days in dead letters that say why, and later mail is dead at once', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A, B] });
  await db.updateTable('lanes').set({ due: null }).where('host', '=', 'b.example').execute();
  const began = clock.now();
  const pauses: number[] = [];
  let last = 'waiting';
  while (last === 'waiting') {
    const answered = await answer(refusal(null, clock.now(), 429));
    if (answered === null) throw new Error('the lane stopped');
    pauses.push(answered.pause);
    last = answered.settled;
  }
  expect(last).toBe('dead');
  expect(pauses.filter((pause) => pause === DAY)).toHaveLength(4);
  expect(Math.round((clock.now() - began) / DAY)).toBe(7);
  const reason = 'a.example has taken no mail since 2026-11-23T02:00:00.000Z; its last error: answered 429: busy';
  expect(await deadLetters(db, { limit: 10 })).toMatchObject([
    { number: 2, inbox: A, attempts: 0, reason },
    { number: 1, inbox: A, reason },
  ]);
  await mail(db, { clock, verb: 'Create', about: '3', inboxes: [A] });
  expect(await deadLetters(db, { limit: 1 })).toMatchObject([{ number: 4, reason, attempts: 0 }]);
  expect(await claimOne(db, { clock })).toBeNull();
  expect(await states(db)).toEqual(['Create dead', 'Create dead', 'Create waiting', 'Create dead']);
});

test('a node that was itself switched off for a week does not give its peers up at the first failure', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await answer({ kind: 'failed', reason: 'ENOTFOUND' });
  clock.pass({ days: 8 });
  expect((await answer({ kind: 'failed', reason: 'ENOTFOUND' }))?.settled).toBe('waiting');
});

test.each([301, 400, 403, 404, 405, 406, 410, 413, 415, 422])(
  '§15.55 §15.60 %i is the end of one delivery and not of the lane',
  async (status) => {
    const { db, clock, answer } = await openLane();
    await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
    await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
    expect((await answer(refusal('60', clock.now(), status)))?.settled).toBe('dead');
    expect(await answer(OK)).toEqual({ pause: 0, settled: 'delivered' });
    expect(await deadLetters(db, { limit: 5 })).toMatchObject([{ number: 1, reason: `answered ${status}: busy` }]);
  },
);

test.each([408, 425, 429, 500, 502, 503, 504])('§15.55 %i is tried again', (status) => {
  expect(refusal(null, 0, status)).toEqual({ kind: 'failed', status, reason: `answered ${status}: busy` });
});

test('a host that writes to us is well again: its lane knocks at once, and a suspension is lifted', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  expect(await wakeHost(db, { clock, host: 'a.example' })).toBe('well');
  expect(await wakeHost(db, { clock, host: 'unknown.example' })).toBe('well');
  for (let i = 0; i < 7; i++) await answer({ kind: 'failed', reason: 'ECONNREFUSED' });
  expect(await claimOne(db, { clock })).toBeNull();
  expect(await wakeHost(db, { clock, host: 'a.example' })).toBe('woken');
  expect(await answer({ kind: 'failed', reason: 'ECONNREFUSED', retryAfter: DAY })).toEqual({
    pause: 0,
    settled: 'waiting',
  });
  for (let i = 0; i < 7; i++) await answer({ kind: 'failed', reason: 'ECONNREFUSED', retryAfter: DAY });
  expect(await states(db)).toEqual(['Create dead']);
  expect(await wakeHost(db, { clock, host: 'a.example' })).toBe('woken');
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
  expect(await answer(OK)).toEqual({ pause: 0, settled: 'delivered' });
  expect(await states(db)).toEqual(['Create dead', 'Create delivered']);
});

test('waking a host does not start a second delivery beside the one in flight', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  for (let i = 0; i < 3; i++) await answer({ kind: 'failed', reason: 'ECONNREFUSED' });
  clock.pass({ minutes: 4 });
  const flying = await claimOne(db, { clock });
  expect(await wakeHost(db, { clock, host: 'a.example' })).toBe('woken');
  expect(flying).not.toBeNull();
  expect(await claimOne(db, { clock })).toBeNull();
});

test('a host that writes all the time and fails all the time is not knocked at faster than once a minute', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  const pauses: number[] = [];
  for (let i = 0; i < 7; i++) {
    pauses.push((await answer(refusal(null, clock.now())))?.pause ?? -1);
    await wakeHost(db, { clock, host: 'a.example' });
  }
  expect(pauses.map((pause) => pause / MINUTE)).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test('what a living host fails at for seven days is given up, and what comes after it is sent', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
  const began = clock.now();
  let knocks = 0;
  let settled: string | undefined = 'waiting';
  while (settled === 'waiting') {
    settled = (await answer(refusal(null, clock.now())))?.settled;
    if (++knocks % 50 === 0) await wakeHost(db, { clock, host: 'a.example' });
  }
  expect(settled).toBe('dead');
  expect(Math.round((clock.now() - began) / DAY)).toBe(7);
  expect((await deadLetters(db, { limit: 5 })).map(({ number, reason }) => `${number} ${reason}`)).toEqual([
    `1 tried ${knocks} times since 2026-11-23T02:00:00.000Z; the last error: answered 503: busy`,
  ]);
  expect((await answer(OK))?.settled).toBe('delivered');
});

/** Takes what is due and answers it; says which it was, or null when nothing is due now. */
async function knock({ db, clock }: Awaited<ReturnType<typeof openLane>>, outcome: (verb: string) => Outcome) {
  const delivery = await claimOne(db, { clock });
  if (delivery === null) return null;
  const what = `${delivery.verb} ${delivery.object.split('/').at(-1)}`;
  await settleOne(db, { clock, delivery, outcome: outcome(what) });
  return what;
}

test('what a host answers with 500 three times lets the others pass, but nothing about the same object', async () => {
  const lane = await openLane();
  const { db, clock, answer } = lane;
  await mail(db, { clock, verb: 'Create', about: 'poison', inboxes: [A] });
  await mail(db, { clock, verb: 'Like', about: 'poison', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '3', inboxes: [A] });
  const chokes = () => refusal(null, clock.now(), 500);
  for (const pause of [0, 1, 2]) expect((await answer(chokes()))?.pause).toBe(pause * MINUTE);
  clock.pass({ minutes: 4 });
  const heard: (string | null)[] = [];
  for (let i = 0; i < 4; i++) heard.push(await knock(lane, (what) => (what.includes('poison') ? chokes() : OK)));
  expect(heard).toEqual(['Create 2', 'Create 3', 'Create poison', null]);
  expect((await queueStatus(db, { clock })).lanes).toEqual([]);
  await mail(db, { clock, verb: 'Create', about: '4', inboxes: [A] });
  expect(await knock(lane, () => OK)).toBe('Create 4');
  expect((await answer(OK))?.pause).toBe(8 * MINUTE);
  expect(await knock(lane, () => OK)).toBe('Like poison');
});

test('a host that answers 500 to everything is still probed with one delivery at a time, later and later', async () => {
  const { db, clock, answer, neverEarly } = await openLane();
  for (const about of ['1', '2', '3']) await mail(db, { clock, verb: 'Create', about, inboxes: [A] });
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) pauses.push((await answer(refusal(null, clock.now(), 500)))?.pause ?? -1);
  expect(pauses.map((pause) => pause / MINUTE)).toEqual([0, 1, 2, 4, 8, 16, 20, 20]);
  expect(neverEarly()).toBe(true);
  const tried = await db.selectFrom('deliveries').select('attempts').orderBy('number').execute();
  expect(tried.map(({ attempts }) => attempts)).toEqual([3, 3, 2]);
});

test.each([
  ['429', refusal(null, 0, 429)],
  ['503', refusal(null, 0, 503)],
  ['no answer', { kind: 'failed', reason: 'ECONNREFUSED' } as const],
])('§15.55 %s says nothing about the activity: the first in the lane is tried again and again', async (_, outcome) => {
  const { db, clock, answer } = await openLane();
  for (const about of ['1', '2']) await mail(db, { clock, verb: 'Create', about, inboxes: [A] });
  for (let i = 0; i < 6; i++) await answer(outcome);
  const tried = await db.selectFrom('deliveries').select('attempts').orderBy('number').execute();
  expect(tried.map(({ attempts }) => attempts)).toEqual([6, 0]);
});

test('one activity that a host chokes on for seven days dies with its reason, and its host is never suspended', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: 'poison', inboxes: [A] });
  const began = clock.now();
  let knocks = 0;
  for (let settled: string | undefined = 'waiting'; settled === 'waiting'; knocks++) {
    settled = (await answer(refusal(null, clock.now(), 500)))?.settled;
    expect((await queueStatus(db, { clock })).lanes.filter(({ suspended }) => suspended !== null)).toEqual([]);
  }
  expect(Math.round((clock.now() - began) / DAY)).toBe(7);
  expect(await deadLetters(db, { limit: 5 })).toMatchObject([
    { reason: `tried ${knocks} times since 2026-11-23T02:00:00.000Z; the last error: answered 500: busy` },
  ]);
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
  expect(await answer(OK)).toEqual({ pause: 0, settled: 'delivered' });
});

test('§15.60 a 401 postpones one delivery and what follows about its object; the rest of the lane goes on at once', async () => {
  const lane = await openLane();
  const { db, clock, answer } = lane;
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await mail(db, { clock, verb: 'Like', about: '1', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A] });
  expect(await answer(refusal(null, clock.now(), 401))).toEqual({ pause: 0, settled: 'waiting' });
  expect(await knock(lane, () => OK)).toBe('Create 2');
  expect(await knock(lane, () => OK)).toBeNull();
  expect(await answer(OK)).toEqual({ pause: MINUTE, settled: 'delivered' });
  expect(await knock(lane, () => OK)).toBe('Like 1');
});

test('a dead letter that was retried is not still postponed', async () => {
  const lane = await openLane();
  const { db, clock, answer } = lane;
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await answer(refusal(null, clock.now(), 401));
  await db.updateTable('deliveries').set({ state: 'dead' }).execute();
  expect(await retryDead(db, { clock, which: 'all' })).toBe(1);
  expect(await knock(lane, () => OK)).toBe('Create 1');
});

test('dead letters are retried at their old place, one, by host or all, and lift the suspension; or are dropped', async () => {
  const { db, clock, answer } = await openLane();
  for (const about of ['1', '2', '3']) await mail(db, { clock, verb: 'Create', about, inboxes: [A, B] });
  await db.updateTable('deliveries').set({ state: 'dead', reason: 'x' }).execute();
  await db.updateTable('lanes').set({ due: null, suspended: 1, failingSince: 1, failures: 9 }).execute();
  expect(await retryDead(db, { clock, which: { number: 1 } })).toBe(1);
  expect(await dropDead(db, { which: { number: 3 } })).toBe(1);
  expect(await answer(OK)).toEqual({ pause: 0, settled: 'delivered' });
  expect(await answer(OK)).toBeNull();
  expect(await retryDead(db, { clock, which: { host: 'b.example' } })).toBe(3);
  expect((await claimOne(db, { clock }))?.number).toBe(2);
  expect(await retryDead(db, { clock, which: 'all' })).toBe(1);
  expect((await claimOne(db, { clock }))?.number).toBe(5);
  await db.updateTable('deliveries').set({ state: 'dead' }).execute();
  expect(await dropDead(db, { which: { host: 'a.example' } })).toBe(2);
  expect(await dropDead(db, { which: 'all' })).toBe(3);
  expect(await retryDead(db, { clock, which: 'all' })).toBe(0);
});

test('dead letters of something that was deleted since cannot be brought back', async () => {
  const { db, clock } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await db.updateTable('deliveries').set({ state: 'dead', reason: 'x', attempts: 1 }).execute();
  await mail(db, { clock, verb: 'Delete', about: '1', inboxes: [A] });
  expect(await retryDead(db, { clock, which: 'all' })).toBe(0);
  expect(await states(db)).toEqual(['Create cancelled', 'Delete waiting']);
});

test('dead letters come in pages, newest first', async () => {
  const { db, clock } = await openLane();
  for (const about of ['1', '2', '3']) await mail(db, { clock, verb: 'Create', about, inboxes: [A] });
  await db.updateTable('deliveries').set({ state: 'dead', reason: 'x' }).execute();
  expect((await deadLetters(db, { limit: 2 })).map(({ number }) => number)).toEqual([3, 2]);
  expect((await deadLetters(db, { limit: 2, before: 2 })).map(({ number }) => number)).toEqual([1]);
});

test('the status counts every state and names who does not answer, since when and why', async () => {
  const { db, clock, answer } = await openLane();
  expect(await queueStatus(db, { clock })).toEqual({
    outgoing: { waiting: 0, delivered: 0, dead: 0, cancelled: 0, superseded: 0 },
    oldestWaitingSeconds: null,
    lanes: [],
    incoming: { waiting: 0, oldestSeconds: 0, dead: 0 },
  });
  const began = clock.now();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A, B] });
  await answer({ kind: 'failed', reason: 'ECONNREFUSED' });
  await answer(OK);
  clock.pass({ seconds: 30 });
  expect(await queueStatus(db, { clock })).toMatchObject({
    outgoing: { waiting: 1, delivered: 1 },
    oldestWaitingSeconds: 30,
    lanes: [
      {
        host: 'a.example',
        failingSince: began,
        failures: 1,
        due: began + MINUTE,
        suspended: null,
        reason: 'ECONNREFUSED',
      },
    ],
  });
});

test('pruning removes what ended well long ago with its bodies, and nothing that is young, waits or is dead', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: 'gone', inboxes: [A] });
  await answer(OK);
  await mail(db, { clock, verb: 'Create', about: 'dead', inboxes: [A, B] });
  await answer({ kind: 'refused', status: 403, reason: 'no' });
  await answer(OK);
  await mail(db, { clock, verb: 'Create', about: 'waits', inboxes: [A] });
  clock.pass({ days: 30 });
  await mail(db, { clock, verb: 'Create', about: 'young', inboxes: [B] });
  const inboxes = Array.from({ length: 1500 }, (_, i) => `https://a.example/u/${i}`);
  await mail(db, { clock, verb: 'Create', about: 'many', inboxes });
  const many = 'https://wethi.example/ap/activities/many-create-1';
  await db.updateTable('deliveries').set({ state: 'delivered', changed: 1 }).where('activity', '=', many).execute();
  expect(await pruneDelivered(db, { before: clock.now() - DAY })).toEqual({
    deliveries: 1502,
    activities: 1,
    lanes: 0,
  });
  expect(await states(db)).toEqual(['Create dead', 'Create waiting', 'Create waiting']);
  const bodies = await db.selectFrom('activities').select('id').orderBy('id').execute();
  expect(bodies.map(({ id }) => id.split('/').at(-1))).toEqual([
    'dead-create-1',
    'many-create-1',
    'waits-create-1',
    'young-create-1',
  ]);
});

test('what waits behind a postponed delivery about its object keeps no lane turning', async () => {
  const { db, clock, answer } = await openLane();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await answer({ kind: 'refused', status: 400, reason: 'answered 400' });
  await mail(db, { clock, verb: 'Update', about: '1', inboxes: [A] });
  const broken = { kind: 'failed' as const, status: 500, reason: 'answered 500' };
  for (let i = 0; i < 3; i++) await answer(broken);
  await retryDead(db, { clock, which: 'all' });
  for (let i = 0; i < 3; i++) await answer(broken);
  clock.pass({ minutes: 2 });
  const turn = new Promise((resolve) => setTimeout(() => resolve('a turn for others'), 50));
  expect(await Promise.race([claimOne(db, { clock }).then(() => 'an answer'), turn])).toBe('an answer');
  for (let i = 0; i < 3; i++) await claimOne(db, { clock });
  const lane = await db.selectFrom('lanes').select(['due', 'taken']).executeTakeFirstOrThrow();
  expect(lane.taken !== null || lane.due === null || lane.due > clock.now()).toBe(true);
});
