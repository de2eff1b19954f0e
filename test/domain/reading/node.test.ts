// What the home page, the blogs, the tags and the series show.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../../src/domain/blogs.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import type { Words } from '../../../src/domain/entries/words.ts';
import { writeEntry } from '../../../src/domain/entries/write.ts';
import { addFollower } from '../../../src/domain/followers.ts';
import { receivePost } from '../../../src/domain/posts.ts';
import {
  blogCards,
  blogFigures,
  blogSeries,
  nodeFigures,
  tagReading,
  topTags,
} from '../../../src/domain/reading/node.ts';
import {
  arrivingPost,
  commented,
  fresh,
  meet,
  ORIGIN,
  office,
  openWorld,
  published,
  reader,
  type World,
  words,
} from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
  await meet(world, reader);
});
afterEach(() => world.close());

const draft = (given: Partial<Words>) =>
  writeEntry(world.db, {
    blog: world.blog.id,
    author: null,
    words: words(given),
    as: 'draft',
    origin: ORIGIN,
    clock: world.clock,
  });

test('the figures count what is shown, and nothing of what was withdrawn', async () => {
  const { db, blog, clock } = world;
  const entry = await published(world);
  await commented(world, { actor: reader, entry });
  const gone = await published(world);
  await commented(world, { actor: reader, entry: gone, uri: 'https://example.social/notes/2' });
  await withdrawEntry(db, { id: gone.id, clock });
  await draft({});
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: `${reader.id}#follow`, clock });
  expect(await nodeFigures(db)).toEqual({ blogs: 1, entries: 1, comments: 1 });
  expect(await blogFigures(db, { blog: blog.id })).toEqual({ entries: 1, comments: 1, followers: 1 });
});

test('blogs stand busiest first, with what they published', async () => {
  const { db, clock } = world;
  const add = (handle: string) => addBlog(db, { handle, title: handle, author: office.person.username, clock });
  const busy = await add('busy');
  await add('a_quiet');
  await published({ ...world, blog: busy });
  await draft({});
  expect((await blogCards(db, { limit: 10 })).map(({ handle, entries }) => [handle, entries])).toEqual([
    ['busy', 1],
    // By title, and Thai stands before Latin.
    [world.blog.handle, 0],
    ['a_quiet', 0],
  ]);
  expect(await blogCards(db, { limit: 1 })).toHaveLength(1);
});

test('tags stand most used first; those of drafts are nobody’s business', async () => {
  const { db, blog } = world;
  await published(world, { tags: ['ดิน', 'น้ำ'] });
  await published(world, { tags: ['น้ำ'] });
  await draft({ tags: ['ลับ', 'ดิน'] });
  expect((await topTags(db, { limit: 10 })).map(({ shown, entries }) => [shown, entries])).toEqual([
    ['น้ำ', 2],
    ['ดิน', 1],
  ]);
  expect(await topTags(db, { blog: blog.id, limit: 1 })).toMatchObject([{ shown: 'น้ำ' }]);
  expect(await topTags(db, { blog: 'another', limit: 10 })).toEqual([]);
});

test('tags and blogs of the same count stand in the order of a Thai dictionary', async () => {
  const { db, clock } = world;
  await published(world, { tags: ['ไผ่', 'ขยะ', 'เกษตร', 'ฮวก'] });
  expect((await topTags(db, { limit: 10 })).map(({ shown }) => shown)).toEqual(['เกษตร', 'ขยะ', 'ไผ่', 'ฮวก']);
  for (const [handle, title] of [
    ['a_shore', 'ไร่ริมทะเล'],
    ['z_palm', 'เกษตรต้นจาก'],
  ] as const) {
    await addBlog(db, { handle, title, author: office.person.username, clock });
  }
  expect((await blogCards(db, { limit: 10 })).slice(1).map(({ title }) => title)).toEqual(['เกษตรต้นจาก', 'ไร่ริมทะเล']);
});

test.each([
  ['as keyboards write it', 'น้ำ'],
  ['as Mastodon takes it apart', fresh.tagTakenApart],
  ['with the tone behind the ring', 'น\u0e4d\u0e49\u0e32'],
  ['with its sign', '#น้ำ'],
  ['with an invisible space', 'น้ำ\u200b'],
])('the page of น้ำ is one, %s', async (_, name) => {
  const { db, clock } = world;
  await published(world, { tags: ['น้ำ'] });
  await receivePost(db, { post: arrivingPost(reader, { tags: [fresh.tagTakenApart] }), clock });
  expect(await tagReading(db, { name })).toMatchObject({ shown: 'น้ำ', entries: 1, posts: 1 });
});

test('a tag that nobody used, or only drafts and withdrawn entries, has no page', async () => {
  const { db, clock } = world;
  await draft({ tags: ['ลับ'] });
  const gone = await published(world, { tags: ['ถอน'] });
  await withdrawEntry(db, { id: gone.id, clock });
  for (const name of ['ลับ', 'ถอน', 'ไม่มี', '', '2549']) expect(await tagReading(db, { name })).toBeNull();
});

test('a tag that only posts from afar carry has a page', async () => {
  const { db, clock } = world;
  await receivePost(db, { post: arrivingPost(reader, { tags: ['#ดิน'] }), clock });
  expect(await tagReading(db, { name: 'ดิน' })).toMatchObject({ shown: 'ดิน', entries: 0, posts: 1 });
});

test('the series of a blog stand with the newest part first, and only with what is published', async () => {
  const { db, blog, clock } = world;
  await published(world, { series: 'กองปุ๋ย', part: 1 });
  clock.pass({ days: 1 });
  await published(world, { series: 'กองฟาง', part: 1 });
  clock.pass({ days: 1 });
  await published(world, { series: 'กองปุ๋ย', part: 2 });
  await draft({ series: 'ร่าง', part: 1 });
  expect(await blogSeries(db, { blog: blog.id })).toMatchObject([
    { title: 'กองปุ๋ย', parts: 2, latest: '2026-11-25T03:00:00.000Z' },
    { title: 'กองฟาง', parts: 1 },
  ]);
});
