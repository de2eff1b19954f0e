// Likes: counted once per actor, taken back only by who gave them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Entry, entryOrRefuse } from '../../src/domain/entries/write.ts';
import { untold } from '../../src/domain/happenings.ts';
import { like, likeCount, receiveLike, undoLike, unlike } from '../../src/domain/likes.ts';
import { path } from '../../src/urls.ts';
import { dump, meet, openWorld, published, reader, stranger, tellings, type World } from '../world.ts';

let world: World;
let entry: Entry;
beforeEach(async () => {
  world = await openWorld();
  entry = await published(world);
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const receive = (n: number, actor = reader.id, to = entry) =>
  receiveLike(world.db, { id: `${actor}#like-${n}`, actor, entry: to.id, clock: world.clock });
const count = (of = entry) => likeCount(world.db, { entry: of.id });
const version = async () => (await entryOrRefuse(world.db, { id: entry.id })).version;

test('each actor counts once, and the page becomes new', async () => {
  const before = await version();
  await receive(1);
  await receive(1, stranger.id);
  expect(await count()).toBe(2);
  expect(await version()).toBe(before + 2);
});

test('a second like by the same actor changes nothing', async () => {
  await receive(1);
  const before = dump(world);
  await receive(2);
  expect(dump(world)).toEqual(before);
});

test('one id that is said to like two things counts for the first', async () => {
  const other = await published(world);
  await receive(1);
  await receive(1, reader.id, other);
  expect([await count(), await count(other)]).toEqual([1, 0]);
});

test('a like is taken back by its id, or by what was liked', async () => {
  const { db } = world;
  await receive(1);
  const before = await version();
  await undoLike(db, { id: `${reader.id}#like-1`, actor: reader.id, entry: null });
  expect(await count()).toBe(0);
  expect(await version()).toBe(before + 1);
  await receive(2);
  await undoLike(db, { id: `${reader.id}#like-unknown`, actor: reader.id, entry: entry.id });
  expect(await count()).toBe(0);
});

test('nobody takes another’s like back', async () => {
  const { db } = world;
  await receive(1);
  const before = dump(world);
  await undoLike(db, { id: `${reader.id}#like-1`, actor: stranger.id, entry: null });
  await undoLike(db, { id: null, actor: stranger.id, entry: entry.id });
  await undoLike(db, { id: null, actor: reader.id, entry: null });
  expect(dump(world)).toEqual(before);
});

test('a blog likes something from afar once, and its author is told', async () => {
  const { db, blog, clock } = world;
  const object = 'https://example.social/posts/1';
  const first = await like(db, { blog: blog.id, object, to: reader.id, clock });
  expect(await like(db, { blog: blog.id, object, to: reader.id, clock })).toEqual(first);
  await unlike(db, { blog: blog.id, object, to: reader.id, clock });
  await unlike(db, { blog: blog.id, object, to: reader.id, clock });
  const facts = { activity: first.id, to: reader.id };
  expect((await untold(db, { limit: 10 })).slice(1)).toMatchObject([
    { verb: 'liked', actor: blog.id, object, facts },
    { verb: 'unliked', actor: blog.id, object, facts },
  ]);
});

test('a blog likes an entry here: it counts beside those from afar, and nobody has to be told', async () => {
  const { db, blog, clock } = world;
  await receive(1);
  const before = await version();
  const object = path.article(entry.id);
  await like(db, { blog: blog.id, object, to: null, clock });
  expect(await count()).toBe(2);
  await unlike(db, { blog: blog.id, object, to: null, clock });
  expect(await count()).toBe(1);
  expect(await version()).toBe(before + 2);
  expect(await tellings(world)).toEqual(['entry.published']);
});
