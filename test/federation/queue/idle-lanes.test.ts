// Lanes of hosts with whom there is nothing left to do are swept out, so that strangers who came and went leave no rows behind.
import { expect, onTestFinished, test } from 'vitest';
import { addFollower } from '../../../src/domain/followers.ts';
import { askToFollow } from '../../../src/domain/following.ts';
import { deadLetters, dropDead, pruneDelivered } from '../../../src/federation/queue/dead-letters.ts';
import { meet, openWorld, reader, stranger } from '../../world.ts';
import { claimOne, mail, settleOne, states } from './base.ts';

const OK = { kind: 'delivered', status: 202 } as const;

async function openOffice() {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const { db, clock } = world;
  const post = (about: string, inbox: string) => mail(db, { clock, verb: 'Create', about, inboxes: [inbox] });
  async function answer(outcome: Parameters<typeof settleOne>[1]['outcome']): Promise<void> {
    const delivery = await claimOne(db, { clock });
    if (delivery === null) throw new Error('nothing was due');
    await settleOne(db, { clock, delivery, outcome });
  }
  const lanes = async () => (await db.selectFrom('lanes').select('host').orderBy('host').execute()).map((l) => l.host);
  const prune = () => pruneDelivered(db, { before: clock.now() });
  return { world, post, answer, lanes, prune };
}

test('a lane goes with the last delivery of its host, and comes back with the next', async () => {
  const { world, post, answer, lanes, prune } = await openOffice();
  await post('1', 'https://a.example/inbox');
  await answer(OK);
  // It is not old enough to be swept out yet, and so neither is its lane.
  expect(await prune()).toMatchObject({ deliveries: 0, lanes: 0 });
  world.clock.pass({ days: 30 });
  expect(await prune()).toMatchObject({ deliveries: 1, lanes: 1 });
  expect(await lanes()).toEqual([]);
  await post('2', 'https://a.example/inbox');
  await answer(OK);
  expect(await states(world.db)).toEqual(['Create delivered']);
  expect(await lanes()).toEqual(['a.example']);
});

test('a lane stays in which anything waits or is dead, and one that has a time', async () => {
  const { world, post, answer, lanes, prune } = await openOffice();
  await post('1', 'https://dead.example/inbox');
  await answer({ kind: 'refused', status: 403, reason: 'no' });
  await post('2', 'https://failing.example/inbox');
  await answer({ kind: 'failed', reason: 'ECONNREFUSED' });
  await post('3', 'https://waits.example/inbox');
  await world.db.insertInto('lanes').values({ host: 'timed.example', due: 1, failures: 0 }).execute();
  world.clock.pass({ days: 30 });
  expect(await prune()).toMatchObject({ lanes: 0 });
  expect(await lanes()).toEqual(['dead.example', 'failing.example', 'timed.example', 'waits.example']);
});

test('a suspended host keeps its lane although its dead letters were thrown away; one that writes again does not', async () => {
  const { world, lanes, prune } = await openOffice();
  const { db, clock } = world;
  await db
    .insertInto('lanes')
    .values([
      { host: 'failed.example', failures: 9, failingSince: 1 },
      { host: 'suspended.example', failures: 9, failingSince: 1, suspended: clock.now() },
    ])
    .execute();
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: ['https://suspended.example/inbox'] });
  expect(await deadLetters(db, { limit: 9 })).toHaveLength(1);
  await dropDead(db, { which: 'all' });
  clock.pass({ days: 30 });
  await prune();
  expect(await lanes()).toEqual(['suspended.example']);
});

test('a host from which somebody follows, or where somebody is followed, keeps its lane until they part', async () => {
  const { world, lanes, prune } = await openOffice();
  const { db, clock, blog } = world;
  await meet(world, reader);
  await meet(world, stranger);
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: `${reader.id}#follow`, clock });
  await askToFollow(db, { follower: blog.id, actor: stranger.id, clock });
  const hosts = [reader.host, stranger.host, 'nobody.example'];
  await db
    .insertInto('lanes')
    .values(hosts.map((host) => ({ host, failures: 0 })))
    .execute();
  await prune();
  expect(await lanes()).toEqual([reader.host, stranger.host].sort());
  await db.deleteFrom('followers').execute();
  await prune();
  expect(await lanes()).toEqual([stranger.host]);
  await db.deleteFrom('following').execute();
  await prune();
  expect(await lanes()).toEqual([]);
});

test('of a hundred thousand lanes beside as many deliveries none is left, and others have their turn meanwhile', async () => {
  const { world, post, lanes, prune } = await openOffice();
  const { db } = world;
  await post('1', 'https://kept.example/inbox');
  const [first] = await db.selectFrom('deliveries').select('activity').execute();
  for (let i = 0; i < 100_000; i += 1_000) {
    const numbers = Array.from({ length: 1_000 }, (_, n) => i + n);
    await db
      .insertInto('lanes')
      .values(numbers.map((n) => ({ host: `h${n}.example`, failures: 0 })))
      .execute();
    const dead = {
      activity: first?.activity ?? '',
      host: 'kept.example',
      state: 'dead' as const,
      attempts: 1,
      changed: 1,
    };
    await db
      .insertInto('deliveries')
      .values(numbers.map((n) => ({ ...dead, inbox: `https://kept.example/${n}` })))
      .execute();
  }
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  onTestFinished(() => clearInterval(others));
  expect(await prune()).toMatchObject({ lanes: 100_000 });
  expect(turns).toBeGreaterThan(20);
  expect(await lanes()).toEqual(['kept.example']);
}, 30_000);
