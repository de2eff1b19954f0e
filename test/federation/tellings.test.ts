// What is told, and what no longer may be: words that were taken back, happenings that cannot be composed, Misskey's ids.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { addFollower, removeFollower } from '../../src/domain/followers.ts';
import { askToFollow, unfollow } from '../../src/domain/following.ts';
import { noteUntold, retryUntellable, tell, untellable } from '../../src/domain/happenings.ts';
import { deliverHappenings } from '../../src/federation/deliver.ts';
import type { Here } from '../../src/federation/here.ts';
import { meet, ORIGIN, openWorld, published, reader, type World } from '../world.ts';

let world: World;
let here: Here;
beforeEach(async () => {
  world = await openWorld();
  here = { db: world.db, clock: world.clock, origin: ORIGIN, forget: () => undefined, wake: () => undefined };
  await meet(world, reader);
});
afterEach(() => world.close());

const told = async () => (await deliverHappenings(here, { mouth: 'open' })).handled;

test('a withdrawal takes the words out of the queue, and goes to whoever was sent them', async () => {
  const { db, clock, blog } = world;
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: 'https://example.social/f/1', clock });
  const entry = await published(world, { source: 'โทร 081 234 5678' });
  await told();
  await db.updateTable('deliveries').set({ attempts: 1, state: 'delivered' }).execute();
  await removeFollower(db, { followed: blog.id, actor: reader.id });
  await withdrawEntry(db, { id: entry.id, clock });
  await told();
  const activities = await db.selectFrom('activities').selectAll().orderBy('created').execute();
  const create = activities.find((activity) => activity.verb === 'Create');
  expect([create?.shown, create?.body.byteLength]).toEqual([0, 0]);
  const deletion = activities.find((activity) => activity.verb === 'Delete');
  const inboxes = await db
    .selectFrom('deliveries')
    .select('inbox')
    .where('activity', '=', deletion?.id ?? '')
    .execute();
  expect(inboxes).toEqual([{ inbox: reader.sharedInbox }]);
});

test('a happening that cannot be told is set aside after ten tries, and those behind it go on', async () => {
  const { db, clock, blog } = world;
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: 'https://example.social/f/1', clock });
  await told();
  const broken = await published(world, { title: 'หนึ่ง' });
  await published(world, { title: 'สอง' });
  await db.updateTable('entries').set({ language: 'th_TH' }).where('id', '=', broken.id).execute();
  for (let i = 0; i < 9; i++) expect(await told()).toBe(0);
  expect(await untellable(db, { limit: 5 })).toEqual([]);
  expect(await told()).toBe(2);
  expect(await untellable(db, { limit: 5 })).toMatchObject([{ verb: 'entry.published', object: broken.id }]);
  const sent = await db.selectFrom('activities').select('object').where('verb', '=', 'Create').execute();
  expect(sent).toHaveLength(1);
  await db.updateTable('entries').set({ language: 'th' }).where('id', '=', broken.id).execute();
  expect(await retryUntellable(db)).toBe(1);
  expect(await told()).toBe(1);
});

test('following again under the same id after an Undo is accepted under a new id', async () => {
  const { db, clock, blog } = world;
  const follow = { followed: blog.id, actor: reader.id, activity: 'https://example.social/follows/a/b', clock };
  await addFollower(db, follow);
  await addFollower(db, follow);
  await told();
  const accepts = () => db.selectFrom('activities').select('id').where('verb', '=', 'Accept').execute();
  expect(await accepts()).toHaveLength(1);
  await removeFollower(db, { followed: blog.id, actor: reader.id });
  clock.pass({ minutes: 1 });
  await addFollower(db, follow);
  await told();
  expect(await accepts()).toHaveLength(2);
});

test('what was set aside is told neither by itself nor twice', async () => {
  const { db, clock } = world;
  await tell(db, { verb: 'entry.published', actor: world.blog.id, object: 'nothing', clock });
  const { number } = await db.selectFrom('happenings').select('number').executeTakeFirstOrThrow();
  for (let i = 1; i < 10; i++) expect(await noteUntold(db, { number, reason: 'broken' })).toBe(false);
  expect(await noteUntold(db, { number, reason: 'broken' })).toBe(true);
  expect(await told()).toBe(0);
});

test('a Create that never went out ends with its entry, also where its reader has left meanwhile', async () => {
  const { db, clock, blog } = world;
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: 'https://example.social/f/1', clock });
  const entry = await published(world);
  await told();
  await removeFollower(db, { followed: blog.id, actor: reader.id });
  await withdrawEntry(db, { id: entry.id, clock });
  await told();
  const left = await db
    .selectFrom('deliveries')
    .innerJoin('activities', 'activities.id', 'deliveries.activity')
    .select('deliveries.state')
    .where('activities.verb', '=', 'Create')
    .execute();
  expect(left).toEqual([{ state: 'cancelled' }]);
});

test('a Follow that was taken back is not brought to life by a later retry', async () => {
  const { db, clock, blog } = world;
  const { activity } = await askToFollow(db, { follower: blog.id, actor: reader.id, clock });
  await told();
  await db.updateTable('deliveries').set({ state: 'dead', reason: 'answered 401' }).execute();
  await unfollow(db, { follower: blog.id, actor: reader.id, clock });
  await told();
  const follow = await db
    .selectFrom('deliveries')
    .select('state')
    .where('activity', '=', `${ORIGIN}${activity}`)
    .executeTakeFirstOrThrow();
  expect(follow.state).toBe('cancelled');
});

test('a Follow that was taken back before it was told is not told at all', async () => {
  const { db, clock, blog } = world;
  await askToFollow(db, { follower: blog.id, actor: reader.id, clock });
  await unfollow(db, { follower: blog.id, actor: reader.id, clock });
  await told();
  const verbs = await db.selectFrom('activities').select('verb').execute();
  expect(verbs.map(({ verb }) => verb)).toEqual(['Undo']);
});
