// Links of a blog and of the organisation: what may be one, what is told of it, and when it is looked at again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addLink, linksNamed, linksOf, linksToCheck, noteLinkChecked, removeLink } from '../../src/domain/links.ts';
import { office, openWorld, tellings, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const { handle } = office.blog;
const add = (url: string, name = 'เว็บไซต์', of: string = handle) =>
  addLink(world.db, { handle: of, name, url, clock: world.clock });

test('a link is kept as browsers spell it, and its blog’s followers are told under a new revision', async () => {
  expect(await add('https://www.BangChak.example', ' เว็บ\nไซต์ ')).toEqual({
    name: 'เว็บ ไซต์',
    url: 'https://www.bangchak.example/',
    verified: null,
  });
  const [happening] = await world.db.selectFrom('happenings').selectAll().execute();
  expect(happening).toMatchObject({ verb: 'actor.revised', actor: world.blog.id, revision: world.blog.version + 1 });
});

test('the same address again is the same link under a new name', async () => {
  await add('https://a.example/');
  await add('https://b.example/');
  await add('https://a.example', 'ชื่อใหม่');
  expect((await linksNamed(world.db, { handle })).map(({ name, url }) => [name, url])).toEqual([
    ['ชื่อใหม่', 'https://a.example/'],
    ['เว็บไซต์', 'https://b.example/'],
  ]);
});

test('the organisation has links of its own', async () => {
  await add('https://a.example/', 'เว็บไซต์', `@${office.organisation.handle}`);
  expect(await linksOf(world.db, { actor: 'organisation' })).toHaveLength(1);
  expect(await linksNamed(world.db, { handle })).toEqual([]);
});

test('a link that was taken away is gone and told; taken away twice it is refused', async () => {
  await add('https://a.example/x');
  await removeLink(world.db, { handle, url: 'https://A.example/x', clock: world.clock });
  expect(await linksNamed(world.db, { handle })).toEqual([]);
  expect(await tellings(world)).toEqual(['actor.revised', 'actor.revised']);
  const again = removeLink(world.db, { handle, url: 'https://a.example/x', clock: world.clock });
  await expect(again).rejects.toMatchObject({ kind: 'not-found' });
});

test.each([
  'http://a.example/',
  'javascript:alert(1)',
  'ไม่ใช่ที่อยู่',
  'https://name:secret@a.example/',
  `https://a.example/${'x'.repeat(600)}`,
])('%s is no link', async (url) => {
  await expect(add(url)).rejects.toMatchObject({ kind: 'invalid', field: 'url' });
  expect(await tellings(world)).toEqual([]);
});

test('a name is needed, a blog that is there and open, and not more than eight', async () => {
  await expect(add('https://a.example/', '  ')).rejects.toMatchObject({ kind: 'invalid', field: 'name' });
  await expect(add('https://a.example/', 'x', 'nobody')).rejects.toMatchObject({ kind: 'not-found' });
  for (let number = 0; number < 8; number++) await add(`https://a.example/${number}`);
  await expect(add('https://a.example/8')).rejects.toMatchObject({ kind: 'conflict' });
  expect((await add('https://a.example/7', 'ใหม่')).name).toBe('ใหม่');
  await world.db.updateTable('blogs').set({ closed: '2026-11-23T04:00:00.000Z' }).execute();
  await expect(add('https://a.example/0')).rejects.toMatchObject({ kind: 'gone' });
});

test('a new link is looked at at once, a missing mark after a day, a mark after a week', async () => {
  const { db, clock } = world;
  await add('https://a.example/');
  await add('https://b.example/');
  const due = async () => (await linksToCheck(db, { limit: 10, clock })).map(({ url }) => new URL(url).host);
  const [first, second] = await linksToCheck(db, { limit: 10, clock });
  expect(await due()).toEqual(['a.example', 'b.example']);
  await noteLinkChecked(db, { id: first?.id ?? '', found: 'links back', clock });
  await noteLinkChecked(db, { id: second?.id ?? '', found: 'does not', clock });
  expect(await due()).toEqual([]);
  clock.pass({ hours: 25 });
  expect(await due()).toEqual(['b.example']);
  clock.pass({ hours: 6 * 24 });
  expect(await due()).toEqual(['a.example', 'b.example']);
});

test('a mark stands while the page cannot be read, and falls when it says nothing any more', async () => {
  const { db, clock } = world;
  await add('https://a.example/');
  const [{ id } = { id: '' }] = await linksToCheck(db, { limit: 1, clock });
  const marked = async () => (await linksNamed(db, { handle }))[0]?.verified;
  await noteLinkChecked(db, { id, found: 'links back', clock });
  const since = await marked();
  expect(since).toBe('2026-11-23T03:00:00.000Z');
  clock.pass({ hours: 24 });
  await noteLinkChecked(db, { id, found: 'links back', clock });
  await noteLinkChecked(db, { id, found: 'unread', clock });
  expect(await marked()).toBe(since);
  await noteLinkChecked(db, { id, found: 'does not', clock });
  expect(await marked()).toBeNull();
});
