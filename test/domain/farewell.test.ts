// Somebody from afar deleted themselves: what they said here goes with them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { knownActor, rememberActor } from '../../src/domain/actors.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import { type Entry, entryOrRefuse } from '../../src/domain/entries/write.ts';
import { bidFarewell } from '../../src/domain/farewell.ts';
import { addFollower, followerCount } from '../../src/domain/followers.ts';
import { askToFollow, followingOf } from '../../src/domain/following.ts';
import { likeCount, receiveLike } from '../../src/domain/likes.ts';
import { goAlong } from '../../src/domain/moves.ts';
import { postById, receivePost } from '../../src/domain/posts.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import {
  arrivingPost,
  commented,
  dump,
  meet,
  openWorld,
  published,
  reader,
  stranger,
  tellings,
  type World,
} from '../world.ts';

let world: World;
let entry: Entry;
let liked: Entry;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
  entry = await published(world);
  liked = await published(world);
  const { db, blog, clock } = world;
  for (const actor of [reader, stranger]) {
    await meet(world, actor);
    await commented(world, { actor, entry });
    await receiveLike(db, { id: `${actor.id}#like`, actor: actor.id, entry: liked.id, clock });
    await receivePost(db, { post: arrivingPost(actor, { tags: ['น้ำ'] }), clock });
    await addFollower(db, { followed: blog.id, actor: actor.id, activity: `${actor.id}#follow`, clock });
    await askToFollow(db, { follower: blog.id, actor: actor.id, clock });
  }
});
afterEach(() => world.close());

const farewell = () => bidFarewell(world.db, { actor: reader.id, clock: world.clock });

test('comments, likes, posts and the following both ways go, and nobody else’s', async () => {
  const { db, blog } = world;
  await farewell();
  const thread = await threadOf(db, { entry: entry.id, blog: blog.id, viewer: ANYONE });
  expect(thread.map(({ actor }) => actor?.id)).toEqual([stranger.id]);
  expect(await likeCount(db, { entry: liked.id })).toBe(1);
  expect(await postById(db, { id: arrivingPost(reader).id })).toBeNull();
  expect(await postById(db, { id: arrivingPost(stranger).id })).not.toBeNull();
  expect(dump(world).post_tags).toHaveLength(1);
  expect(await followerCount(db, { followed: blog.id })).toBe(1);
  expect(await followingOf(db, { follower: blog.id, actor: reader.id })).toBeNull();
  expect(await followingOf(db, { follower: blog.id, actor: stranger.id })).not.toBeNull();
});

test('§15.80 what they said under an account from which they moved goes with them, and that one is itself again', async () => {
  const { db, blog, clock } = world;
  const before = { ...stranger, id: `${stranger.id}-before` };
  await meet(world, before);
  await commented(world, { actor: before, entry, uri: `${before.id}/notes/1` });
  await goAlong(db, { from: before.id, to: reader.id, clock });
  const { version } = await entryOrRefuse(db, { id: entry.id });
  await farewell();
  const thread = await threadOf(db, { entry: entry.id, blog: blog.id, viewer: ANYONE });
  expect(thread.map(({ actor }) => actor?.id)).toEqual([stranger.id]);
  expect(await knownActor(db, { id: before.id })).toMatchObject({ name: stranger.name, gone: null, movedTo: null });
  expect((await entryOrRefuse(db, { id: entry.id })).version).toBe(version + 1);
});

test('their profile is forgotten but for its id', async () => {
  await farewell();
  expect(await knownActor(world.db, { id: reader.id })).toMatchObject({
    name: '',
    summary: '',
    icon: null,
    gone: '2026-11-23T03:00:00.000Z',
  });
});

test('every page on which they stood becomes new, and no other', async () => {
  const { db } = world;
  const untouched = await published(world);
  const version = async ({ id }: Entry) => (await entryOrRefuse(db, { id })).version;
  const before = [await version(entry), await version(liked), await version(untouched)];
  await farewell();
  const after = [await version(entry), await version(liked), await version(untouched)];
  expect(after.map((version, i) => version - (before[i] ?? 0))).toEqual([1, 1, 0]);
});

test('nothing of it is told', async () => {
  const before = await tellings(world);
  await farewell();
  expect(await tellings(world)).toEqual(before);
});

test('the farewell of somebody unknown, and a second one, do no harm', async () => {
  await farewell();
  const { comments } = dump(world);
  await bidFarewell(world.db, { actor: 'https://nowhere.example/users/x', clock: world.clock });
  await farewell();
  expect(dump(world).comments).toHaveLength(comments?.length ?? 0);
});

test('whom their server vouches for again is back', async () => {
  await farewell();
  await rememberActor(world.db, { actor: reader, clock: world.clock });
  expect(await knownActor(world.db, { id: reader.id })).toMatchObject({ name: reader.name, gone: null });
});
