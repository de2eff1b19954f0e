// The entry of 2006 comes home: every field of it, once, and nobody is told.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../../src/domain/blogs.ts';
import { threadOf } from '../../../src/domain/comments/thread.ts';
import { entryByOriginal } from '../../../src/domain/entries/find.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { reviseEntry } from '../../../src/domain/entries/write.ts';
import { GOTOKNOW, importGotoknow } from '../../../src/domain/portability/gotoknow.ts';
import { readGotoknow } from '../../../src/domain/portability/gotoknow-text.ts';
import { seriesById } from '../../../src/domain/series.ts';
import { tagsOf } from '../../../src/domain/tags.ts';
import { plainText } from '../../../src/domain/text/excerpt.ts';
import { ANYONE } from '../../../src/domain/visibility.ts';
import { dump, ORIGIN, office, openWorld, seed, tellings, type World, withSeed, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const raw = readFileSync(seed.file);

/** Imports a text, as the command line does. */
const bring = (text: Uint8Array, blog = world.blog) =>
  importGotoknow(world.db, {
    read: readGotoknow(Buffer.from(text).toString()),
    raw: text,
    blog,
    author: world.author.id,
    origin: ORIGIN,
    clock: world.clock,
  });

test('§15.90 number, dates, title, highlight, licence, series and tag are what the page of 2006 says', async () => {
  const entry = await withSeed(world);
  expect(entry).toMatchObject({
    number: 1,
    originalSystem: GOTOKNOW,
    originalNumber: '58082',
    title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่9',
    highlight: seed.highlight,
    highlightDerived: 0,
    published: '2006-11-09T02:30:00.000Z',
    revised: '2012-02-11T09:17:00.000Z',
    created: '2026-11-23T03:00:00.000Z',
    licence: 'all-rights-reserved',
    language: 'th',
    part: 9,
    state: 'published',
    silent: 1,
    blog: world.blog.id,
    author: world.author.id,
  });
  expect(await seriesById(world.db, { id: entry.series ?? '' })).toMatchObject({ title: seed.series.title });
  expect(await tagsOf(world.db, { entry: entry.id })).toEqual(['รักเธอประเทศไทย']);
  expect(await entryByOriginal(world.db, { system: GOTOKNOW, number: '58082' })).toEqual(entry);
});

test('its body keeps every word, its two headings, and the typing errors of 2006', async () => {
  const { html } = await withSeed(world);
  const body = Buffer.from(html).toString();
  expect(body).toContain('<h2>2. ศักยภาพการทำหน้าที่ของคุณอำนวยตำบล</h2>');
  expect(body).toMatch(/<h3>๒\.๔ การสร้างพื้นที่เรียนรู้ในชุมชนเสมือนจริง\s+\(Weblog\)<\/h3>/);
  expect(body).toContain('เรียนร ูู้้และ');
  expect(body).toContain('GotoKnow.org');
  expect(body).not.toContain('<a ');
  const squash = (text: string) => text.replace(/\s+/g, '');
  const page = raw.toString();
  const written = page.slice(page.indexOf('2. ศักยภาพ'), page.indexOf('บันทึกนี้เขียนที่'));
  expect(squash(plainText(body))).toBe(squash(written));
});

test('its comment comes as a guest’s, shown, without a name or a date that nobody wrote down', async () => {
  const entry = await withSeed(world);
  const thread = await threadOf(world.db, { entry: entry.id, blog: world.blog.id, viewer: ANYONE });
  expect(thread).toMatchObject([
    { guest: '', actor: null, blog: null, imported: true, published: null, uri: null, state: 'shown' },
  ]);
  // Its spaces too: two of them were typed as no-break spaces.
  expect(thread[0]?.html).toBe(
    '<p>ถ้าคุณอำนวยตำบลได้มาเรียนกันที่ ชุมชนเสมือนจริง\u00a0 (Weblog)\u00a0ก็ถือได้ว่า เยี่ยมยอดเลยนะคะ</p>',
  );
});

test('the raw text is kept byte for byte', async () => {
  const entry = await withSeed(world);
  const kept = await world.db.selectFrom('imports').selectAll().executeTakeFirstOrThrow();
  expect(kept).toMatchObject({ entry: entry.id, system: GOTOKNOW, imported: '2026-11-23T03:00:00.000Z' });
  expect(Buffer.compare(Buffer.from(kept.raw), raw)).toBe(0);
});

test('§15.90 nobody is told', async () => {
  await withSeed(world);
  expect(await tellings(world)).toEqual([]);
});

test('a second import changes nothing, whatever the clock says', async () => {
  const first = await withSeed(world);
  const before = dump(world);
  world.clock.pass({ days: 1 });
  expect(await bring(raw)).toEqual({ ok: true, outcome: 'unchanged', entry: first, comments: 1 });
  expect(dump(world)).toEqual(before);
});

test('two imports at once are one', async () => {
  const imported = await Promise.all([bring(raw), bring(raw)]);
  expect(imported.map((one) => one.ok && one.outcome).toSorted()).toEqual(['imported', 'unchanged']);
  expect([dump(world).entries, dump(world).comments, dump(world).imports].map((rows) => rows?.length)).toEqual([
    1, 1, 1,
  ]);
});

test('what was revised here, or stands in another blog, is not overwritten', async () => {
  const { db, clock } = world;
  const first = await withSeed(world);
  await reviseEntry(db, { id: first.id, words: words({ title: 'แก้ที่นี่' }), as: 'published', origin: ORIGIN, clock });
  const other = await addBlog(db, { handle: 'another', title: 'อีกบล็อก', author: office.person.username, clock });
  const before = dump(world);
  expect(await bring(raw, other)).toMatchObject({
    outcome: 'unchanged',
    entry: { title: 'แก้ที่นี่', blog: world.blog.id },
  });
  expect(dump(world)).toEqual(before);
});

test('what was withdrawn does not come back with a second import', async () => {
  const { db, clock } = world;
  const { id } = await withSeed(world);
  await withdrawEntry(db, { id, clock });
  const before = dump(world);
  expect(await bring(raw)).toMatchObject({ outcome: 'unchanged', entry: { state: 'withdrawn' } });
  expect(dump(world)).toEqual(before);
});

test('many comments keep the order of the page', async () => {
  const said = Array.from({ length: 30 }, (_, n) => `ความเห็นที่ ${n + 1}`);
  const page = `ชื่อบันทึก\n\nเนื้อหา\n\nหมายเลขบันทึก: 7, สัญญาอนุญาต: สงวนสิทธิ์ทุกประการ\n\nความเห็น (30)\n\n${said.join('\n\n')}`;
  const imported = await bring(Buffer.from(page));
  if (!imported.ok) throw new Error('the page was refused');
  const thread = await threadOf(world.db, { entry: imported.entry.id, blog: world.blog.id, viewer: ANYONE });
  expect(thread.map(({ html }) => plainText(html))).toEqual(said);
});

test('a page without dates takes the moment of its import', async () => {
  const page = 'ชื่อบันทึก\n\nเนื้อหา\n\nหมายเลขบันทึก: 7, สัญญาอนุญาต: สงวนสิทธิ์ทุกประการ';
  expect(await bring(Buffer.from(page))).toMatchObject({
    outcome: 'imported',
    comments: 0,
    entry: { published: '2026-11-23T03:00:00.000Z', revised: null, highlight: 'เนื้อหา', highlightDerived: 1 },
  });
});

test('a page that cannot be an entry is refused with its problems, and nothing is kept', async () => {
  const before = dump(world);
  const page = `${'ก'.repeat(200)}\n\nเนื้อหา\n\nหมายเลขบันทึก: 7, สัญญาอนุญาต: สงวนสิทธิ์ทุกประการ`;
  expect(await bring(Buffer.from(page))).toMatchObject({ ok: false, problems: [{ field: 'title' }] });
  expect(dump(world)).toEqual(before);
});
