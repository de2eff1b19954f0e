// The words of an entry: what keeps them from being taken, and what is read out of them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { problemsWith, type Words } from '../../../src/domain/entries/words.ts';
import { reviseEntry } from '../../../src/domain/entries/write.ts';
import { seriesById } from '../../../src/domain/series.ts';
import { ORIGIN, openWorld, published, type World, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const fields = (given: Partial<Words>) => problemsWith(words(given), { as: 'published' }).map(({ field }) => field);

test.each<[string, Partial<Words>, string[]]>([
  ['good words', {}, []],
  ['no title', { title: ' ' }, ['title']],
  ['a title of 150 characters', { title: 'ก'.repeat(150) }, []],
  ['a title of 151 characters', { title: 'ก'.repeat(151) }, ['title']],
  ['no text', { source: '\n \n' }, ['source']],
  ['400,000 bytes of text', { source: 'a'.repeat(400_000) }, []],
  ['one byte more', { source: 'a'.repeat(400_001) }, ['source']],
  ['a highlight of 500 characters', { highlight: 'ก'.repeat(500) }, []],
  ['a highlight of 501 characters', { highlight: 'ก'.repeat(501) }, ['highlight']],
  ['a tag of digits', { tags: ['๒๕๔๙'] }, ['tags']],
  ['a tag that other servers would drop', { tags: ['ก'.repeat(35)] }, ['tags']],
  ['32 tags', { tags: Array.from({ length: 32 }, (_, i) => `ตำบล${i}`) }, []],
  ['33 tags', { tags: Array.from({ length: 33 }, (_, i) => `ตำบล${i}`) }, ['tags']],
  ['33 spellings of one tag', { tags: Array.from({ length: 33 }, () => 'น้ำ') }, []],
  ['a part', { series: 'ชุด', part: 9 }, []],
  ['a part of nothing', { part: 9 }, ['series']],
  ['a part of a series without a name', { series: '  ', part: 9 }, ['series']],
  ['half a part', { series: 'ชุด', part: 1.5 }, ['part']],
  ['a part that is no number', { series: 'ชุด', part: Number.NaN }, ['part']],
  ['a part before the first', { series: 'ชุด', part: -1 }, ['part']],
  ['an unknown licence', { licence: 'cc-by-3.0' }, ['licence']],
  ['a language with its region', { language: 'th-TH' }, []],
  ['a language in words', { language: 'ไทย' }, ['language']],
])('%s', (_, given, expected) => {
  expect(fields(given)).toEqual(expected);
});

test('an empty highlight is taken from the first paragraph, and taken anew when that changes', async () => {
  const { db, clock } = world;
  const entry = await published(world, { source: '## หัวข้อ\n\nย่อหน้าแรก **ตัวหนา**\n\nย่อหน้าสอง' });
  expect(entry).toMatchObject({ highlight: 'ย่อหน้าแรก ตัวหนา', highlightDerived: 1 });
  const again = await reviseEntry(db, {
    id: entry.id,
    words: words({ source: 'เริ่มใหม่\n\nย่อหน้าสอง' }),
    as: 'published',
    origin: ORIGIN,
    clock,
  });
  expect(again).toMatchObject({ entry: { highlight: 'เริ่มใหม่', highlightDerived: 1 } });
});

test('a derived highlight is at most 200 letters with their marks, cut after a word', async () => {
  const entry = await published(world, { source: 'การเรียนรู้ในเวทีชาวบ้าน'.repeat(40) });
  const letters = [...new Intl.Segmenter('th', { granularity: 'grapheme' }).segment(entry.highlight)];
  expect(letters.length).toBeLessThanOrEqual(200);
  expect(letters.length).toBeGreaterThan(150);
  expect(entry.highlight).toMatch(/…$/);
});

test('a highlight that somebody wrote stays theirs, until it is emptied', async () => {
  const { db, clock } = world;
  const entry = await published(world, { highlight: ' เขียนเอง ' });
  expect(entry).toMatchObject({ highlight: 'เขียนเอง', highlightDerived: 0 });
  const emptied = await reviseEntry(db, {
    id: entry.id,
    words: words({ highlight: '' }),
    as: 'published',
    origin: ORIGIN,
    clock,
  });
  expect(emptied).toMatchObject({ entry: { highlight: 'วันนี้ครบเก้าวันหลังตั้งกอง', highlightDerived: 1 } });
});

test('a series is made when it is first named; other spellings of its title are the same one', async () => {
  const first = await published(world, { series: 'กองปุ๋ยหมัก', part: 1 });
  const second = await published(world, { series: ' กองปุ๋ยหมัก ', part: 2 });
  const other = await published(world, { series: 'กองฟาง', part: 1 });
  expect(second.series).toBe(first.series);
  expect(other.series).not.toBe(first.series);
  expect(await seriesById(world.db, { id: first.series ?? '' })).toMatchObject({ title: 'กองปุ๋ยหมัก' });
});

test('the part is read from the title, in Thai digits too, unless the writer says another', async () => {
  const series = 'สรุปบทเรียน';
  expect(await published(world, { title: 'สรุปบทเรียน ตอนที่9', series })).toMatchObject({ part: 9 });
  expect(await published(world, { title: 'สรุปบทเรียน ตอนที่ ๑๐', series })).toMatchObject({ part: 10 });
  expect(await published(world, { title: 'สรุปบทเรียน ตอนที่ 11', series, part: 12 })).toMatchObject({ part: 12 });
  expect(await published(world, { title: 'สรุปบทเรียน ตอนจบ', series })).toMatchObject({ part: null });
});

test('a title with a part makes no series by itself', async () => {
  expect(await published(world, { title: 'สรุปบทเรียน ตอนที่9' })).toMatchObject({ series: null, part: null });
});

test('raw HTML in the text shows as written and runs nowhere', async () => {
  const entry = await published(world, { source: '<script>alert(1)</script>' });
  expect(Buffer.from(entry.html).toString()).not.toContain('<script');
});
