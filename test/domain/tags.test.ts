// Tags: shown as they were written, told apart by their fold.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { setEntryTags, tagsOf } from '../../src/domain/tags.ts';
import { shownVersion } from '../../src/storage/database.ts';
import { listening } from '../databases.ts';
import { dump, openWorld, published, type World } from '../world.ts';

let world: World;
let entry: Entry;
beforeEach(async () => {
  world = await openWorld();
  entry = await published(world);
});
afterEach(() => world.close());

const set = (tags: string[]) => setEntryTags(world.db, { entry, tags });
const shown = () => tagsOf(world.db, { entry: entry.id });

test('the three encodings of น้ำ are one tag, shown as it was first written', async () => {
  await set(['น\u0e49\u0e4d\u0e32', 'น้ำ', 'น\u0e4d\u0e49\u0e32']);
  expect(await shown()).toEqual(['น\u0e49\u0e4d\u0e32']);
  expect(dump(world).tags).toHaveLength(1);
});

test('another entry’s spelling joins the same tag and keeps its own look', async () => {
  await set(['KM']);
  const other = await published(world, { tags: ['km'] });
  expect(await tagsOf(world.db, { entry: other.id })).toEqual(['km']);
  expect(dump(world).tags).toEqual([{ key: 'km', shown: 'KM' }]);
});

test('at most 32 are kept, and none without a letter', async () => {
  await set(['2549', '#', ...Array.from({ length: 40 }, (_, i) => `ตำบล${i}`)]);
  expect(await shown()).toEqual(Array.from({ length: 32 }, (_, i) => `ตำบล${i}`));
});

test('a tag that is set anew leaves its old ones', async () => {
  await set(['ดิน', 'น้ำ']);
  await set(['น้ำ', 'ลม']);
  expect(await shown()).toEqual(['น้ำ', 'ลม']);
});

test('a tag that stays is not written again, unless it is spelt or stands otherwise', async () => {
  await listening(world.db);
  await set(['ดิน', 'น้ำ', 'km']);
  const before = shownVersion(world.db);
  await set(['ดิน', 'น้ำ', 'km']);
  expect(shownVersion(world.db)).toBe(before);
  await set(['KM', 'น้ำ', 'ดิน']);
  expect(await shown()).toEqual(['KM', 'น้ำ', 'ดิน']);
  expect(shownVersion(world.db)).toBeGreaterThan(before);
});
