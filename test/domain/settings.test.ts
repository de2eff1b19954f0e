// What the clerk may change while the node runs.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { type SettingKey, setSetting, setting, settings } from '../../src/domain/settings.ts';
import { dump, office, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const set = (key: string, value: string) => setSetting(world.db, { key, value });

test('a setting has no value until somebody gives it one, and the last one stands', async () => {
  const { db } = world;
  expect(await setting(db, { key: 'comments.default' })).toBeNull();
  await set('comments.default', 'open');
  await set('comments.default', 'closed');
  expect(await setting(db, { key: 'comments.default' })).toBe('closed');
  expect(await settings(db)).toEqual([
    { key: 'comments.default', value: 'closed' },
    { key: 'licence.default', value: null },
    { key: 'language.default', value: null },
    { key: 'show-reads', value: null },
    { key: 'websub-hub', value: null },
    { key: 'boosts', value: null },
  ]);
});

test.each(['origin', 'comments', '', 'toString', 'constructor', '__proto__'])('%j is no setting', async (key) => {
  const before = dump(world);
  await expect(set(key, 'open')).rejects.toMatchObject({
    kind: 'invalid',
    telling: { en: expect.stringContaining('wethi setting list') },
  });
  expect(dump(world)).toEqual(before);
});

test.each<[SettingKey, string]>([
  ['comments.default', 'yes'],
  ['licence.default', 'cc-by-3.0'],
  ['language.default', 'ไทย'],
  ['show-reads', 'true'],
  ['websub-hub', 'http://hub.example/'],
  ['websub-hub', 'https://user:secret@hub.example/'],
  ['websub-hub', 'hub.example'],
])('%s cannot be %s', async (key, value) => {
  await expect(set(key, value)).rejects.toMatchObject({ kind: 'invalid' });
  expect(await setting(world.db, { key })).toBeNull();
});

test('a new blog takes them where it says nothing itself', async () => {
  const { db, clock } = world;
  await set('comments.default', 'closed');
  await set('licence.default', 'cc-by-sa-4.0');
  await set('language.default', 'en');
  const silent = { handle: 'silent', title: 'เงียบ', author: office.person.username, clock };
  expect(await addBlog(db, silent)).toMatchObject({ comments: 'closed', licence: 'cc-by-sa-4.0', language: 'en' });
  const own = { comments: 'open' as const, licence: 'cc-by-4.0', language: 'th' };
  expect(await addBlog(db, { ...silent, ...own, handle: 'outspoken' })).toMatchObject(own);
});
