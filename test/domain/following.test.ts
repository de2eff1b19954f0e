// Whom our blogs listen to: asked, accepted or refused, by nobody but the one who was asked.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  askToFollow,
  type Following,
  followedNamed,
  followingCount,
  followingOf,
  followingPage,
  isFollowed,
  noteFollowAnswer,
  unfollow,
} from '../../src/domain/following.ts';
import { untold } from '../../src/domain/happenings.ts';
import { dump, meet, openWorld, reader, stranger, tellings, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const ask = (actor = reader.id) => askToFollow(world.db, { follower: world.blog.id, actor, clock: world.clock });
const answer = (given: {
  actor?: string;
  activity?: string | null;
  follower?: string | null;
  is?: Following['state'];
}) =>
  noteFollowAnswer(world.db, {
    actor: given.actor ?? reader.id,
    activity: given.activity ?? null,
    follower: given.follower ?? null,
    answer: given.is === 'rejected' ? 'rejected' : 'accepted',
  });
const standing = () => followingOf(world.db, { follower: world.blog.id, actor: reader.id });

test('asking is told with a Follow of its own id', async () => {
  const following = await ask();
  expect(following).toMatchObject({
    state: 'requested',
    activity: expect.stringMatching(/^\/ap\/activities\/follow-/),
  });
  expect(await untold(world.db, { limit: 10 })).toMatchObject([
    { verb: 'follow.asked', actor: world.blog.id, object: reader.id, facts: { activity: following.activity } },
  ]);
});

test('asking again while it waits, or after it was accepted, asks nobody', async () => {
  const first = await ask();
  expect(await ask()).toEqual(first);
  await answer({ activity: first.activity });
  expect(await ask()).toEqual({ ...first, state: 'accepted' });
  expect(await tellings(world)).toEqual(['follow.asked']);
});

test('asking after a refusal asks anew, under a new id', async () => {
  const first = await ask();
  await answer({ activity: first.activity, is: 'rejected' });
  const second = await ask();
  expect(second).toMatchObject({ state: 'requested' });
  expect(second.activity).not.toBe(first.activity);
  expect(await standing()).toEqual(second);
  expect(await tellings(world)).toEqual(['follow.asked', 'follow.asked']);
  expect(await answer({ activity: first.activity })).toBe(false);
});

test('the answer may name the Follow, or only who followed', async () => {
  const { activity } = await ask();
  expect(await answer({ activity })).toBe(true);
  expect(await standing()).toMatchObject({ state: 'accepted' });
  expect(await answer({ follower: world.blog.id, is: 'rejected' })).toBe(true);
  expect(await standing()).toMatchObject({ state: 'rejected' });
});

test('only the one who was asked can answer', async () => {
  const { activity } = await ask();
  const before = dump(world);
  expect(await answer({ actor: stranger.id, activity })).toBe(false);
  expect(await answer({ actor: stranger.id, follower: world.blog.id })).toBe(false);
  expect(await answer({})).toBe(false);
  expect(await answer({ activity: '/ap/activities/follow-never' })).toBe(false);
  expect(dump(world)).toEqual(before);
});

test('only an accepted following counts and is listed', async () => {
  const { db, blog } = world;
  const { activity } = await ask();
  expect(await isFollowed(db, { actor: reader.id })).toBe(false);
  expect(await followingCount(db, { follower: blog.id })).toBe(0);
  await answer({ activity });
  await ask(stranger.id);
  expect(await isFollowed(db, { actor: reader.id })).toBe(true);
  expect(await followingCount(db, { follower: blog.id })).toBe(1);
  expect(await followingPage(db, { follower: blog.id, after: '', limit: 10 })).toEqual([reader.id]);
  expect(await followingPage(db, { follower: blog.id, after: reader.id, limit: 10 })).toEqual([]);
});

test('unfollowing undoes that very Follow; an answer that comes after it is too late', async () => {
  const { db, blog, clock } = world;
  const { activity } = await ask();
  await unfollow(db, { follower: blog.id, actor: reader.id, clock });
  expect(await standing()).toBeNull();
  expect(await answer({ activity })).toBe(false);
  expect((await untold(db, { limit: 10 })).at(-1)).toMatchObject({
    verb: 'follow.undone',
    object: reader.id,
    facts: { activity },
  });
  await unfollow(db, { follower: blog.id, actor: reader.id, clock });
  expect(await tellings(world)).toEqual(['follow.asked', 'follow.undone']);
});

test.each(['@reader@example.social', 'reader@EXAMPLE.social', 'acct:reader@example.social', reader.id, reader.url])(
  'whom a blog follows is found as %s',
  async (account) => {
    await ask();
    const { db, blog } = world;
    expect(await followedNamed(db, { follower: blog.id, account })).toMatchObject({ id: reader.id });
    expect(await followedNamed(db, { follower: 'another', account })).toBeNull();
  },
);

test('nobody is found under an empty or unknown name', async () => {
  const { db, blog } = world;
  await ask();
  for (const account of ['', '@', '@reader', '@visitor@newcomer.example', 'https://example.social/']) {
    expect(await followedNamed(db, { follower: blog.id, account })).toBeNull();
  }
});
