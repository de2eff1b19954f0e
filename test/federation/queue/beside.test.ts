// Workers beside each other on one database, as several processes would be: nobody takes what another one has, and nothing that
// is told meanwhile slips between looking and taking.
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { holdUntold, markTold, tell, untold } from '../../../src/domain/happenings.ts';
import { claim } from '../../../src/federation/queue/claim.ts';
import { exchange } from '../../../src/federation/queue/hand-over.ts';
import { openMessages } from '../../../src/federation/queue/messages.ts';
import { settle } from '../../../src/federation/queue/settle.ts';
import type { Db } from '../../../src/storage/database.ts';
import { inLockingTransaction } from '../../../src/storage/transaction.ts';
import { runsOn } from '../../databases.ts';
import { claimOne, mail, openBase, states } from './base.ts';

/** A file has one worker (worker.test.ts). */
const onServer = test.runIf(runsOn('postgres', 'workers beside each other: a file has one'));

const OK = { kind: 'delivered', status: 202 } as const;
const clock = systemClock;

async function openWorkers(): Promise<{ db: Db; workers: Db[] }> {
  const { db, again } = await openBase();
  return { db, workers: [again(), again(), again()] };
}

onServer('three workers post every delivery once', async () => {
  const { db, workers } = await openWorkers();
  const inboxes = Array.from({ length: 40 }, (_, i) => `https://h${i}.example/inbox`);
  for (const about of ['1', '2', '3']) await mail(db, { clock, verb: 'Create', about, inboxes });
  const posted: string[] = [];
  await Promise.all(
    workers.map(async (worker) => {
      for (let idle = 0; idle < 5; ) {
        const taken = await claim(worker, { clock, room: { all: 4, probes: 4 } });
        posted.push(...taken.map(({ activity, inbox }) => `${activity} ${inbox}`));
        await settle(worker, { clock, ended: taken.map((delivery) => ({ delivery, outcome: OK })) });
        idle = taken.length === 0 ? idle + 1 : 0;
      }
    }),
  );
  expect(posted).toHaveLength(120);
  expect(new Set(posted).size).toBe(120);
  expect(new Set(await states(db))).toEqual(new Set(['Create delivered']));
});

onServer('three listeners take every message once, and never two of one host', async () => {
  const { db, workers } = await openWorkers();
  const queues = workers.map((worker) => openMessages(worker, { clock }));
  const letter = (host: number, id: number) => ({
    type: 'inbox',
    id: `${host}-${id}`,
    activity: { actor: `https://h${host}.example/u/${id % 2}` },
  });
  const letters = Array.from({ length: 60 }, (_, i) => letter(i % 6, i));
  await Promise.all(letters.map((one, i) => queues[i % 3]?.enqueue(one)));
  const taken: string[] = [];
  const busy = new Set<string>();
  await Promise.all(
    workers.map(async (worker) => {
      for (let idle = 0; idle < 5; ) {
        const now = clock.now();
        const batch = await exchange(worker, { now, worked: [], room: 2, leaseMs: 60_000 });
        for (const { payload, sender } of batch) {
          expect([sender, busy.has(sender)]).toEqual([sender, false]);
          busy.add(sender);
          taken.push(JSON.parse(Buffer.from(payload).toString()).id);
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (const { sender } of batch) busy.delete(sender);
        const worked = batch.map((message) => ({ message, end: 'done' as const }));
        await exchange(worker, { now, worked, room: 0, leaseMs: 60_000 });
        idle = batch.length === 0 ? idle + 1 : 0;
      }
    }),
  );
  expect(taken.toSorted()).toEqual(letters.map(({ id }) => id).toSorted());
  // Nor does anything stay behind for which nobody would come.
  expect(await db.selectFrom('senders').selectAll().execute()).toEqual([]);
});

onServer('a Delete that is told while its Create is being taken is sent, unless the Create is not', async () => {
  const { db, workers } = await openWorkers();
  const [worker] = workers as [Db];
  for (let i = 0; i < 25; i++) {
    const inboxes = [`https://h${i}.example/inbox`];
    await mail(db, { clock, verb: 'Create', about: `${i}`, inboxes });
    const [taken] = await Promise.all([
      claimOne(worker, { clock }),
      mail(db, { clock, verb: 'Delete', about: `${i}`, inboxes }),
    ]);
    const rows = await db
      .selectFrom('deliveries')
      .innerJoin('activities', 'activities.id', 'deliveries.activity')
      .select(['activities.verb', 'deliveries.state', 'deliveries.attempts'])
      .where('deliveries.inbox', '=', inboxes[0] ?? '')
      .orderBy('deliveries.number')
      .execute();
    const created = taken?.verb === 'Create';
    expect(rows).toEqual([
      { verb: 'Create', state: created ? 'waiting' : 'cancelled', attempts: created ? 1 : 0 },
      { verb: 'Delete', state: created ? 'waiting' : 'cancelled', attempts: 0 },
    ]);
    if (taken !== null) await settle(worker, { clock, ended: [{ delivery: taken, outcome: OK }] });
    for (;;) {
      const rest = await claim(worker, { clock, room: { all: 9, probes: 9 } });
      if (rest.length === 0) break;
      await settle(worker, { clock, ended: rest.map((delivery) => ({ delivery, outcome: OK })) });
    }
  }
});

onServer('of two tellers of one happening the second waits, and finds it told', async () => {
  const { db, workers } = await openWorkers();
  await tell(db, { verb: 'entry.published', actor: 'blog', object: 'entry', clock });
  const [happening] = await untold(db, { limit: 1 });
  const number = happening?.number ?? 0;
  const [one, other] = workers as [Db, Db];
  let holding = () => {};
  const held = new Promise<void>((resolve) => {
    holding = resolve;
  });
  const first = inLockingTransaction(one, async (db) => {
    const mine = await holdUntold(db, { number });
    holding();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await markTold(db, { number, clock });
    return mine;
  });
  await held;
  const second = inLockingTransaction(other, async (db) => await holdUntold(db, { number }));
  expect([await first, await second]).toEqual([true, false]);
});
