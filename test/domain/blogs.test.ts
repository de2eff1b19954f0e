// Blogs: what others follow.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog, blogByHandle, blogById, blogOrRefuse, openBlogs } from '../../src/domain/blogs.ts';
import { keysOf } from '../../src/domain/keys.ts';
import { viewerOf } from '../../src/domain/visibility.ts';
import { dump, office, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Given = Partial<Omit<Parameters<typeof addBlog>[1], 'clock'>>;
const add = (given: Given = {}) =>
  addBlog(world.db, {
    handle: 'klum_pui',
    title: 'กลุ่มปุ๋ยหมัก',
    author: office.person.username,
    clock: world.clock,
    ...given,
  });

test('a blog comes with its keys and its first author', async () => {
  const { db, author } = world;
  const blog = await add({ kind: 'team', summary: ' จดเรื่องกองปุ๋ย ' });
  expect(await blogById(db, { id: blog.id })).toEqual(blog);
  expect(blog).toMatchObject({
    handle: 'klum_pui',
    title: 'กลุ่มปุ๋ยหมัก',
    summary: 'จดเรื่องกองปุ๋ย',
    kind: 'team',
    language: 'th',
    licence: 'all-rights-reserved',
    comments: 'hold-first',
    sendsHighlight: 1,
    closed: null,
    version: 1,
  });
  expect(await keysOf(db, { owner: blog.id })).toHaveLength(2);
  expect(await viewerOf(db, { person: author })).toMatchObject({ blogs: expect.arrayContaining([blog.id]) });
});

test('§15.16 its title may be in any writing', async () => {
  for (const [index, title] of ['ปุ๋ย ๒๕๔๙ ฯลฯ', '\u{1f331} Ñandú', '堆肥', 'سماد'].entries()) {
    expect((await add({ handle: `pui_${index}`, title })).title).toBe(title);
  }
});

test('a blog is found by its handle in any case, and by nothing else', async () => {
  const { db, blog } = world;
  expect(await blogByHandle(db, { handle: 'Khunamnuay_MUANG' })).toEqual(blog);
  expect(await blogOrRefuse(db, { handle: blog.handle })).toEqual(blog);
  expect(await blogByHandle(db, { handle: 'nobody' })).toBeNull();
  expect(await blogById(db, { id: 'nobody' })).toBeNull();
  await expect(blogOrRefuse(db, { handle: 'nobody' })).rejects.toMatchObject({
    kind: 'not-found',
    telling: { en: expect.stringContaining('wethi blog list') },
  });
});

test.each<[string, Given, object]>([
  ['a bad handle', { handle: 'ปุ๋ย' }, { kind: 'invalid', field: 'handle' }],
  ['a reserved handle', { handle: 'instance' }, { kind: 'invalid', field: 'handle' }],
  ['the handle of another blog', { handle: office.blog.handle }, { kind: 'conflict', field: 'handle' }],
  ['the handle of the organisation', { handle: office.organisation.handle }, { kind: 'conflict', field: 'handle' }],
  ['no title', { title: ' ' }, { kind: 'invalid', field: 'title' }],
  ['an unknown licence', { licence: 'mine' }, { kind: 'invalid', field: 'licence' }],
  ['an author who never was', { author: 'nobody' }, { kind: 'not-found', field: 'author' }],
])('%s is refused, and nothing is kept', async (_, given, refusal) => {
  const before = dump(world);
  await expect(add(given)).rejects.toMatchObject(refusal);
  expect(dump(world)).toEqual(before);
});

test('open blogs are listed oldest first; closed ones are not', async () => {
  const { db, blog, clock } = world;
  clock.pass({ minutes: 1 });
  const second = await add();
  expect((await openBlogs(db)).map(({ id }) => id)).toEqual([blog.id, second.id]);
  await db.updateTable('blogs').set({ closed: '2026-11-23T04:00:00.000Z' }).where('id', '=', blog.id).execute();
  expect((await openBlogs(db)).map(({ id }) => id)).toEqual([second.id]);
});
