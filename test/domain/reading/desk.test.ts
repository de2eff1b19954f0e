// The desk of somebody who is signed in: theirs, and what waits for them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog, type Blog } from '../../../src/domain/blogs.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { writeEntry } from '../../../src/domain/entries/write.ts';
import { blogsOf, deskReading } from '../../../src/domain/reading/desk.ts';
import { ANYONE, type Viewer } from '../../../src/domain/visibility.ts';
import { commented, meet, ORIGIN, office, openWorld, published, reader, type World, words } from '../../world.ts';

let world: World;
let other: Blog;
beforeEach(async () => {
  world = await openWorld();
  const { db, clock } = world;
  clock.pass({ minutes: 1 });
  other = await addBlog(db, { handle: 'another', title: 'อีกบล็อก', author: office.person.username, clock });
  await meet(world, reader);
  const mine = await published(world, { title: 'ของฉัน' });
  const theirs = await published({ ...world, blog: other }, { title: 'ของเขา' });
  await commented(world, { actor: reader, entry: mine, uri: 'https://example.social/notes/1' });
  await commented(world, { actor: reader, entry: theirs, uri: 'https://example.social/notes/2' });
});
afterEach(() => world.close());

const person = (role: 'administrator' | 'moderator' | 'author', blogs: string[] = []): Viewer => ({
  kind: 'person',
  id: 'somebody',
  role,
  blogs,
});

async function desk(viewer: Viewer) {
  const { blogs, entries, held } = await deskReading(world.db, { viewer });
  return {
    blogs: blogs.map(({ handle }) => handle),
    entries: entries.map(({ title }) => title),
    held: held.map(({ entry }) => entry.title),
  };
}

test('nobody has a desk who is not signed in', async () => {
  expect(await desk(ANYONE)).toEqual({ blogs: [], entries: [], held: [] });
  expect(await blogsOf(world.db, { viewer: ANYONE })).toEqual([]);
});

test('an author finds their own blog, its entries, and what waits under them', async () => {
  const viewer = person('author', [world.blog.id]);
  expect(await desk(viewer)).toEqual({ blogs: [world.blog.handle], entries: ['ของฉัน'], held: ['ของฉัน'] });
  expect(await desk(person('author'))).toEqual({ blogs: [], entries: [], held: [] });
});

test('a moderator finds all that waits, and only their own blogs', async () => {
  expect(await desk(person('moderator'))).toEqual({ blogs: [], entries: [], held: ['ของฉัน', 'ของเขา'] });
});

test('an administrator finds everything', async () => {
  expect(await desk(person('administrator'))).toEqual({
    blogs: [world.blog.handle, 'another'],
    entries: ['ของเขา', 'ของฉัน'],
    held: ['ของฉัน', 'ของเขา'],
  });
});

test('drafts lie on the desk, withdrawn entries do not', async () => {
  const { db, blog, clock } = world;
  const gone = await published(world, { title: 'ถอนแล้ว' });
  await withdrawEntry(db, { id: gone.id, clock });
  const draft = words({ title: 'ร่าง' });
  await writeEntry(db, { blog: blog.id, author: null, words: draft, as: 'draft', origin: ORIGIN, clock });
  const { entries } = await deskReading(db, { viewer: person('author', [blog.id]) });
  expect(entries).toMatchObject([
    { title: 'ร่าง', state: 'draft', published: null, comments: 0, blog: { handle: blog.handle } },
    { title: 'ของฉัน', state: 'published', published: '2026-11-23T03:01:00.000Z', comments: 0 },
  ]);
});

test('a closed blog is on nobody’s desk', async () => {
  const { db } = world;
  await db.updateTable('blogs').set({ closed: '2026-11-23T04:00:00.000Z' }).where('id', '=', other.id).execute();
  expect((await blogsOf(db, { viewer: person('administrator') })).map(({ id }) => id)).toEqual([world.blog.id]);
});
