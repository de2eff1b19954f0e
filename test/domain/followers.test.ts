// Who listens to us, and where their mail goes.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KnownActor } from '../../src/domain/actors.ts';
import { bidFarewell } from '../../src/domain/farewell.ts';
import {
  addFollower,
  followerCount,
  followerInboxes,
  followersPage,
  inboxOf,
  interactorInboxes,
  removeFollower,
} from '../../src/domain/followers.ts';
import { untold } from '../../src/domain/happenings.ts';
import { receiveLike } from '../../src/domain/likes.ts';
import { ORGANISATION } from '../../src/domain/organisations.ts';
import { commented, meet, openWorld, published, reader, stranger, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const follow = (actor: KnownActor, n = 1, followed = world.blog.id) =>
  addFollower(world.db, { followed, actor: actor.id, activity: `${actor.id}#follow-${n}`, clock: world.clock });
const count = (followed = world.blog.id) => followerCount(world.db, { followed });

test('a follower is counted, and an Accept of that very Follow is promised', async () => {
  await follow(reader);
  expect(await count()).toBe(1);
  expect(await untold(world.db, { limit: 10 })).toMatchObject([
    { verb: 'follow.accepted', actor: world.blog.id, object: `${reader.id}#follow-1`, facts: { follower: reader.id } },
  ]);
});

test('a repeated Follow with a new id is accepted anew, and counted once', async () => {
  await follow(reader, 1);
  await follow(reader, 2);
  expect(await count()).toBe(1);
  expect((await untold(world.db, { limit: 10 })).map(({ object }) => object)).toEqual([
    `${reader.id}#follow-1`,
    `${reader.id}#follow-2`,
  ]);
});

test('a follower goes by whom they followed, or by the id of their last Follow', async () => {
  const { db } = world;
  await follow(reader, 1);
  await follow(reader, 1, ORGANISATION);
  await removeFollower(db, { followed: world.blog.id, actor: reader.id });
  expect([await count(), await count(ORGANISATION)]).toEqual([0, 1]);

  await follow(reader, 2);
  await removeFollower(db, { actor: reader.id, activity: `${reader.id}#follow-9` });
  expect(await count()).toBe(1);
  await removeFollower(db, { actor: reader.id, activity: `${reader.id}#follow-2` });
  expect([await count(), await count(ORGANISATION)]).toEqual([0, 1]);
});

test('nobody can send another’s follower away', async () => {
  await follow(reader);
  await removeFollower(world.db, { actor: stranger.id, activity: `${reader.id}#follow-1` });
  await removeFollower(world.db, { actor: stranger.id, followed: world.blog.id });
  expect(await count()).toBe(1);
});

test('the list is read page by page, each follower once', async () => {
  for (let n = 0; n < 7; n++) await follow(await meet(world, { ...reader, id: `https://example.social/users/${n}` }));
  const seen: string[] = [];
  for (;;) {
    const page = await followersPage(world.db, { followed: world.blog.id, after: seen.at(-1) ?? '', limit: 3 });
    if (page.length === 0) break;
    seen.push(...page);
  }
  expect(seen).toEqual(Array.from({ length: 7 }, (_, n) => `https://example.social/users/${n}`));
});

test('mail goes once to a server that shares an inbox, and to nobody who is gone', async () => {
  const { db, blog, clock } = world;
  const neighbour = await meet(world, { ...reader, id: 'https://example.social/users/neighbour' });
  for (const actor of [reader, neighbour, stranger]) await follow(actor);
  const inboxes = async () => (await followerInboxes(db, { followed: blog.id })).toSorted();
  expect(await inboxes()).toEqual([reader.sharedInbox, stranger.inbox].toSorted());
  await db.updateTable('actors').set({ gone: '2026-11-23T03:00:00.000Z' }).where('id', '=', stranger.id).execute();
  expect(await inboxes()).toEqual([reader.sharedInbox]);
  await bidFarewell(db, { actor: reader.id, clock });
  expect(await inboxes()).toEqual([neighbour.sharedInbox]);
});

test('whoever commented on an entry or liked it has a copy, and hears of its changes', async () => {
  const { db, clock } = world;
  const entry = await published(world);
  const other = await published(world);
  expect(await interactorInboxes(db, { entry: entry.id, speaker: entry.blog })).toEqual([]);
  await commented(world, { actor: reader, entry });
  await receiveLike(db, { id: `${stranger.id}#like`, actor: stranger.id, entry: entry.id, clock });
  expect((await interactorInboxes(db, { entry: entry.id, speaker: entry.blog })).toSorted()).toEqual(
    [reader.sharedInbox, stranger.inbox].toSorted(),
  );
  expect(await interactorInboxes(db, { entry: other.id, speaker: other.blog })).toEqual([]);
});

test('one actor’s inbox is their own, not the shared one; unknown and gone ones have none', async () => {
  const { db, clock } = world;
  expect(await inboxOf(db, { actor: reader.id })).toBe(reader.inbox);
  expect(await inboxOf(db, { actor: 'https://nowhere.example/users/x' })).toBeNull();
  await bidFarewell(db, { actor: reader.id, clock });
  expect(await inboxOf(db, { actor: reader.id })).toBeNull();
});
