// What the operator's lists show: everything in every state.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { addFollower } from '../../../src/domain/followers.ts';
import { receiveLike } from '../../../src/domain/likes.ts';
import { addPerson, disablePerson } from '../../../src/domain/people.ts';
import {
  blogsHere,
  commentsHere,
  entriesHere,
  homeOf,
  peopleHere,
  repliesHere,
} from '../../../src/domain/reading/operator.ts';
import { deleteReply, writeReply } from '../../../src/domain/replies.ts';
import { commented, meet, ORIGIN, openWorld, published, reader, type World, withSeed } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
});
afterEach(() => world.close());

test('people stand by username, and nothing of their passwords', async () => {
  const { db, clock } = world;
  const likhit = { username: 'a_likhit', name: 'คุณลิขิต', role: 'author' as const, password: 'จดไว้ในเวทีทุกวัน' };
  await addPerson(db, { ...likhit, clock });
  await disablePerson(db, { username: 'a_likhit' });
  expect(await peopleHere(db)).toEqual([
    { username: 'a_likhit', name: 'คุณลิขิต', role: 'author', disabled: true, created: '2026-11-23T03:00:00.000Z' },
    expect.objectContaining({ username: 'amnuay', role: 'administrator', disabled: false }),
  ]);
});

test('blogs stand with their authors and figures', async () => {
  const { db, blog, clock } = world;
  await published(world);
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: `${reader.id}#follow`, clock });
  expect(await blogsHere(db)).toEqual([
    { handle: blog.handle, title: blog.title, authors: ['amnuay'], entries: 1, followers: 1 },
  ]);
});

test('entries stand in every state, page by page, with the blog they are at home in', async () => {
  const { db, blog, clock } = world;
  const first = await published(world);
  const second = await published(world);
  await receiveLike(db, { id: `${reader.id}#like`, actor: reader.id, entry: second.id, clock });
  await withdrawEntry(db, { id: first.id, clock });
  const entries = await entriesHere(db, { limit: 10 });
  expect(entries).toMatchObject([
    { number: 2, state: 'published', likes: 1, comments: 0, handle: blog.handle },
    { number: 1, state: 'withdrawn', title: first.title },
  ]);
  expect(await entriesHere(db, { before: 2, limit: 10 })).toMatchObject([{ number: 1 }]);
  expect(await entriesHere(db, { blog: 'another', limit: 10 })).toEqual([]);
  expect(await homeOf(db, { entry: first })).toEqual(blog);
  await expect(homeOf(db, { entry: { blog: 'nowhere' } })).rejects.toThrow(/missing/);
});

test('comments stand newest first, in every state, each with who speaks', async () => {
  const { db, clock } = world;
  const seed = await withSeed(world);
  const entry = await published(world);
  clock.pass({ minutes: 1 });
  await commented(world, { actor: reader, entry });
  expect(await commentsHere(db, { limit: 10 })).toMatchObject([
    { entry: entry.number, state: 'held', author: '@reader@example.social', text: 'เยี่ยมยอดเลยนะคะ' },
    { entry: seed.number, state: 'shown', author: '', published: null },
  ]);
  expect(await commentsHere(db, { state: 'held', limit: 10 })).toHaveLength(1);
  expect(await commentsHere(db, { entry: seed.number, limit: 10 })).toHaveLength(1);
  expect(await commentsHere(db, { state: 'hidden', limit: 10 })).toEqual([]);

  // Two of one moment: the later one is the newer.
  const { id } = await commented(world, { actor: reader, entry, uri: 'https://example.social/notes/2' });
  expect((await commentsHere(db, { limit: 10 }))[0]).toMatchObject({ id });
});

test('answers under others’ posts stand newest first, deleted ones too', async () => {
  const { db, blog, clock } = world;
  const said = { blog: blog.id, actor: reader.id, source: 'ขอบ**คุณ**', language: 'th', origin: ORIGIN, clock };
  const first = await writeReply(db, { ...said, inReplyTo: 'https://example.social/posts/1' });
  const second = await writeReply(db, { ...said, inReplyTo: 'https://example.social/posts/2' });
  await deleteReply(db, { id: first.id, clock });
  expect(await repliesHere(db, { limit: 10 })).toEqual([
    {
      id: second.id,
      inReplyTo: 'https://example.social/posts/2',
      state: 'shown',
      author: `@${blog.handle}`,
      text: 'ขอบคุณ',
      published: second.published,
    },
    expect.objectContaining({ id: first.id, state: 'deleted', text: '' }),
  ]);
  expect(await repliesHere(db, { limit: 1 })).toHaveLength(1);
});
