// Posts from afar as pages show them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askToFollow, noteFollowAnswer } from '../../../src/domain/following.ts';
import { type ArrivingPost, receivePost } from '../../../src/domain/posts.ts';
import { postsPage } from '../../../src/domain/reading/posts.ts';
import { tagKey } from '../../../src/domain/text/hashtags.ts';
import { arrivingPost, fresh, meet, openWorld, reader, stranger, type World } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const receive = (given: Partial<ArrivingPost>, actor = reader) =>
  receivePost(world.db, { post: arrivingPost(actor, given), clock: world.clock });

async function allPages(limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof postsPage>> = await postsPage(world.db, { after, limit });
    pages.push(page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== null && pages.length < 20);
  return pages;
}

test('posts are read page by page without a gap or a repeat, whatever signs their ids carry', async () => {
  const ids = Array.from({ length: 9 }, (_, n) => `https://example.social/posts|by|day/${n}`);
  for (const [n, id] of ids.entries()) await receive({ id, published: `2026-11-2${n % 2}T03:00:00.000Z` });
  const pages = await allPages(2);
  expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 2, 1]);
  expect(pages.flat()).toEqual([7, 5, 3, 1, 8, 6, 4, 2, 0].map((n) => ids[n]));
});

test('a cursor that somebody cut or made up is the first page', async () => {
  await receive({});
  for (const after of ['', 'x', '|', '2026|x', '2026-11-23T03:00:00.000Z|']) {
    expect((await postsPage(world.db, { after, limit: 2 })).items).toHaveLength(1);
  }
});

test('the reading list holds those whom these blogs follow with their consent', async () => {
  const { db, blog, clock } = world;
  await receive({});
  await receive({}, stranger);
  const list = async (followers: string[]) =>
    (await postsPage(db, { followers, after: null, limit: 10 })).items.map(({ author }) => author.id);
  const { activity } = await askToFollow(db, { follower: blog.id, actor: reader.id, clock });
  await askToFollow(db, { follower: blog.id, actor: stranger.id, clock });
  expect(await list([blog.id])).toEqual([]);
  await noteFollowAnswer(db, { actor: reader.id, activity, follower: null, answer: 'accepted' });
  expect(await list([blog.id])).toEqual([reader.id]);
  expect(await list(['another'])).toEqual([]);
  expect(await list([])).toEqual([]);
});

test('posts stand under a tag by any of its encodings, with their author’s card', async () => {
  await receive({ tags: [fresh.tagTakenApart, 'ดิน'] });
  await receive({ tags: ['ดิน'] }, stranger);
  const { items } = await postsPage(world.db, { tag: tagKey('น้ำ'), after: null, limit: 10 });
  expect(items).toMatchObject([
    {
      id: arrivingPost(reader).id,
      title: 'กองปุ๋ยที่บ้านมะขามเรียง',
      html: '<p>วันนี้กองปุ๋ยร้อนหกสิบองศา</p>',
      author: { id: reader.id, handle: 'reader', host: 'example.social', name: reader.name, url: reader.url },
    },
  ]);
  expect(items[0]?.tags).toHaveLength(2);
});
