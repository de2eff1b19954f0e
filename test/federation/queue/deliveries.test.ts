// Outgoing mail: once an inbox, in order a host, and never what newer mail has made pointless.
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { receiveBlock } from '../../../src/domain/blocks.ts';
import { type Clock, standingClock } from '../../../src/domain/clock.ts';
import type { Delivery } from '../../../src/federation/queue/deliveries.ts';
import { releaseLeases } from '../../../src/federation/queue/lanes.ts';
import type { Db } from '../../../src/storage/database.ts';
import { inTransaction } from '../../../src/storage/transaction.ts';
import { engine, runsOn } from '../../databases.ts';
import { meet, reader } from '../../world.ts';
import { blog, claimOne, mail, openBase, settleOne, states } from './base.ts';

const A = 'https://a.example/inbox';
const B = 'https://b.example/inbox';
const OK = { kind: 'delivered', status: 202 } as const;
const DOWN = { kind: 'failed', status: 503, reason: 'answered 503' } as const;

async function openPost() {
  const clock = standingClock('2026-11-23T02:00:00Z');
  const { db } = await openBase();
  return { db, clock };
}

async function take(db: Db, clock: Clock): Promise<Delivery> {
  const delivery = await claimOne(db, { clock });
  if (delivery === null) throw new Error('nothing was due');
  return delivery;
}

test('an activity is stored once and delivered once an inbox, however often it is enqueued', async () => {
  const { db, clock } = await openPost();
  const create = { clock, verb: 'Create', about: '7' };
  expect(await mail(db, { ...create, inboxes: [A, B, A] })).toEqual({ added: 2, unreadable: [] });
  expect(await mail(db, { ...create, inboxes: [A, 'https://c.example/inbox'] })).toEqual({ added: 1, unreadable: [] });
  expect(await db.selectFrom('activities').select('id').execute()).toHaveLength(1);
  expect(await states(db)).toEqual(['Create waiting', 'Create waiting', 'Create waiting']);
});

test('an inbox that is no address stops nobody else’s mail', async () => {
  const { db, clock } = await openPost();
  const bad = ['nonsense', 'mailto:a@b.example'];
  expect(await mail(db, { clock, verb: 'Create', about: '7', inboxes: [...bad, A] })).toEqual({
    added: 1,
    unreadable: bad,
  });
});

test('it is enqueued with its cause or not at all', async () => {
  const { db, clock } = await openPost();
  const cause = inTransaction(db, async (db) => {
    await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
    throw new Error('the cause failed');
  });
  await expect(cause).rejects.toThrow('the cause failed');
  expect(await states(db)).toEqual([]);
  expect(await claimOne(db, { clock })).toBeNull();
});

test('three thousand inboxes on three hundred hosts all get a lane', async () => {
  const { db, clock } = await openPost();
  const inboxes = Array.from({ length: 3000 }, (_, i) => `https://h${i % 300}.example/u/${i}/inbox`);
  expect((await mail(db, { clock, verb: 'Create', about: '7', inboxes })).added).toBe(3000);
  expect(await db.selectFrom('lanes').select('host').where('due', '=', clock.now()).execute()).toHaveLength(300);
});

test('a host has one delivery in flight, in the order of enqueueing; other hosts do not wait for it', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A, B] });
  await mail(db, { clock, verb: 'Like', about: '8', inboxes: [A] });
  const first = await take(db, clock);
  const second = await take(db, clock);
  expect([first.inbox, second.inbox]).toEqual([A, B]);
  expect(first).toMatchObject({ verb: 'Create', attempts: 1, host: 'a.example' });
  expect(JSON.parse(Buffer.from(first.body).toString())).toMatchObject({ type: 'Create', name: 'สรุปบทเรียน' });
  expect(await claimOne(db, { clock })).toBeNull();
  expect(await settleOne(db, { clock, delivery: first, outcome: OK })).toBe('delivered');
  expect(await take(db, clock)).toMatchObject({ verb: 'Like', inbox: A });
});

test('a lane goes to the end of the line after each delivery, so a long one starves nobody', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: [A] });
  await mail(db, { clock, verb: 'Create', about: '2', inboxes: [A, B] });
  const first = await take(db, clock);
  clock.pass({ milliseconds: 5 });
  await settleOne(db, { clock, delivery: first, outcome: OK });
  expect((await take(db, clock)).inbox).toBe(B);
});

test('a Delete never overtakes its Create', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  const create = await take(db, clock);
  await mail(db, { clock, verb: 'Delete', about: '7', inboxes: [A] });
  expect(await claimOne(db, { clock })).toBeNull();
  await settleOne(db, { clock, delivery: create, outcome: OK });
  expect((await take(db, clock)).verb).toBe('Delete');
});

test('a Delete cancels a Create that was never sent, and itself', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  await mail(db, { clock, verb: 'Update', about: '7', inboxes: [A, B] });
  await mail(db, { clock, verb: 'Create', about: '8', inboxes: [A] });
  await mail(db, { clock, verb: 'Delete', about: '7', inboxes: [A, B] });
  expect(await states(db)).toEqual([
    'Create cancelled',
    'Update superseded',
    'Update superseded',
    'Create waiting',
    'Delete cancelled',
    'Delete waiting',
  ]);
});

test('a Create that was tried without an answer is cancelled, and its Delete still sent', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  await settleOne(db, { clock, delivery: await take(db, clock), outcome: DOWN });
  await mail(db, { clock, verb: 'Delete', about: '7', inboxes: [A] });
  expect(await states(db)).toEqual(['Create cancelled', 'Delete waiting']);
});

test('a Create that fails in flight while its Delete is enqueued is not sent again', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  const create = await take(db, clock);
  await mail(db, { clock, verb: 'Delete', about: '7', inboxes: [A] });
  expect(await states(db)).toEqual(['Create waiting', 'Delete waiting']);
  expect(await settleOne(db, { clock, delivery: create, outcome: DOWN })).toBe('cancelled');
  clock.pass({ minutes: 1 });
  expect((await take(db, clock)).verb).toBe('Delete');
});

test('a newer Update takes the place of those that wait or died, but not of one in flight or of another entry’s', async () => {
  const { db, clock } = await openPost();
  const update = (revision: number, inboxes: string[], about = '7') =>
    mail(db, { clock, verb: 'Update', about, revision, inboxes });
  await update(2, [A, B]);
  await update(2, [A], '8');
  const flying = await take(db, clock);
  expect(flying.inbox).toBe(A);
  await update(3, [A, B]);
  await db
    .updateTable('deliveries')
    .set({ state: 'dead' })
    .where('inbox', '=', B)
    .where('state', '=', 'waiting')
    .execute();
  await update(4, [A, B]);
  const rows = await db.selectFrom('deliveries').select(['inbox', 'state']).orderBy('number').execute();
  expect(rows.map(({ inbox, state }) => `${new URL(inbox).host} ${state}`)).toEqual([
    'a.example waiting',
    'b.example superseded',
    'a.example waiting',
    'a.example superseded',
    'b.example superseded',
    'a.example waiting',
    'b.example waiting',
  ]);
  expect(await settleOne(db, { clock, delivery: flying, outcome: DOWN })).toBe('superseded');
});

test('an old Update that is enqueued once more does not end the newer one', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Update', about: '7', revision: 2, inboxes: [A] });
  await mail(db, { clock, verb: 'Update', about: '7', revision: 3, inboxes: [A] });
  await mail(db, { clock, verb: 'Update', about: '7', revision: 2, inboxes: [A] });
  expect(await states(db)).toEqual(['Update superseded', 'Update waiting']);
});

test('what a killed process had taken is taken again once its lease has run out, and its late answer is not believed', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  const lost = await take(db, clock);
  clock.pass({ seconds: 59 });
  expect(await claimOne(db, { clock })).toBeNull();
  clock.pass({ seconds: 1 });
  const again = await take(db, clock);
  expect(again).toMatchObject({ number: lost.number, attempts: 2 });
  expect(await claimOne(db, { clock })).toBeNull();
  expect(await settleOne(db, { clock, delivery: lost, outcome: OK })).toBe('lost');
  expect(await settleOne(db, { clock, delivery: again, outcome: OK })).toBe('delivered');
});

test('a restart gives lanes back at once and sets going one that had lost its time', async () => {
  const { db, clock } = await openPost();
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A, B] });
  await take(db, clock);
  await db.updateTable('lanes').set({ due: null }).where('host', '=', 'b.example').execute();
  expect(await claimOne(db, { clock })).toBeNull();
  // Where other workers may be, what is leased is theirs until it runs out.
  if (engine === 'postgres') clock.pass({ minutes: 1 });
  await releaseLeases(db, { clock });
  expect([(await take(db, clock)).inbox, (await take(db, clock)).inbox].sort()).toEqual([A, B]);
});

test.runIf(runsOn('sqlite', "plans of the postman: SQLite's way of telling them is read"))(
  'with a hundred thousand delivered rows no statement of the postman reads through them',
  async () => {
    const { db, clock } = await openPost();
    const asked: string[] = [];
    const listening = db.withPlugin({
      transformQuery({ node, queryId }) {
        asked.push(db.getExecutor().compileQuery(db.getExecutor().transformQuery(node, queryId), queryId).sql);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await mail(db, { clock, verb: 'Create', about: 'old', inboxes: [] });
    const activity = 'https://wethi.example/ap/activities/old-create-1';
    await inTransaction(db, async (db) => {
      for (let i = 0; i < 100_000; i += 2_000) {
        const rows = Array.from({ length: 2_000 }, (_, j) => ({
          activity,
          inbox: `https://a.example/u/${i + j}`,
          host: 'a.example',
          state: 'delivered' as const,
          attempts: 1,
          changed: clock.now(),
        }));
        await db.insertInto('deliveries').values(rows).execute();
      }
    });
    await mail(listening, { clock, verb: 'Create', about: '7', inboxes: [A, B] });
    await mail(listening, { clock, verb: 'Update', about: '7', inboxes: [A, B] });
    await settleOne(listening, { clock, delivery: await take(listening, clock), outcome: DOWN });
    await mail(listening, { clock, verb: 'Delete', about: '7', inboxes: [A, B] });
    clock.pass({ minutes: 1 });
    await settleOne(listening, { clock, delivery: await take(listening, clock), outcome: OK });
    const plans: string[] = [];
    for (const text of new Set(asked)) plans.push(...(await plan(db, text)));
    expect(plans.length).toBeGreaterThan(10);
    expect(plans.filter((line) => /^SCAN (?!\d+-ROW VALUES)|TEMP B-TREE/.test(line))).toEqual([]);
    // An index that is used by state alone would go through all that waits.
    expect(plans.filter((line) => /SEARCH (deliveries|d) .*\(state=\?\)/.test(line))).toEqual([]);
    expect(plans.some((line) => line.includes('deliveries_lane (state=? AND host=?'))).toBe(true);
  },
);

/** How the engine would go about it; parameters left unbound do not change the plan. */
async function plan(db: Db, text: string): Promise<string[]> {
  const bound = Array.from(text.matchAll(/\?/g), () => 0);
  const { rows } = await db.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${text}`, bound));
  return rows.map((row) => row.detail);
}

test('§15.85 what was in flight when its recipient blocked its sender is not tried again', async () => {
  const { db, clock } = await openPost();
  const { id: actor } = await meet({ db, clock }, { ...reader, inbox: A, sharedInbox: null });
  const other = { ...reader, id: 'https://a.example/users/other', host: 'a.example', inbox: 'https://a.example/other' };
  await meet({ db, clock }, { ...other, sharedInbox: null });
  await mail(db, { clock, verb: 'Create', about: '7', inboxes: [A] });
  const delivery = await take(db, clock);
  await receiveBlock(db, { blocked: blog, actor, activity: `${actor}/block`, clock });
  expect(await settleOne(db, { clock, delivery, outcome: DOWN })).toBe('cancelled');
  expect(await claimOne(db, { clock })).toBeNull();
  // Another's mail on that host waits for its host as ever.
  await mail(db, { clock, verb: 'Create', about: '8', inboxes: [other.inbox] });
  clock.pass({ hours: 1 });
  expect(await settleOne(db, { clock, delivery: await take(db, clock), outcome: DOWN })).toBe('waiting');
});
