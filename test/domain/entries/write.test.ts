// Entries: written, published, revised, and what of it is to be told.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pinEntry } from '../../../src/domain/entries/pin.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import type { Words } from '../../../src/domain/entries/words.ts';
import { type Entry, entryOrRefuse, reviseEntry, writeEntry } from '../../../src/domain/entries/write.ts';
import { untold } from '../../../src/domain/happenings.ts';
import { tagsOf } from '../../../src/domain/tags.ts';
import { dump, ORIGIN, openWorld, published, tellings, type World, words } from '../../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function drafted(given: Partial<Words> = {}): Promise<Entry> {
  const { db, blog, author, clock } = world;
  const written = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words(given),
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the draft was refused');
  return written.entry;
}

async function revised(
  entry: Entry,
  given: Partial<Words> = {},
  as: 'draft' | 'published' = 'published',
): Promise<Entry> {
  const { db, clock } = world;
  const written = await reviseEntry(db, { id: entry.id, words: words(given), as, origin: ORIGIN, clock });
  if (!written.ok) throw new Error('the revision was refused');
  return written.entry;
}

test('publishing an entry is written down to be told, once', async () => {
  const entry = await published(world);
  expect(await untold(world.db, { limit: 10 })).toMatchObject([
    { verb: 'entry.published', actor: world.blog.id, object: entry.id, revision: 0 },
  ]);
});

test('what was written is what is kept', async () => {
  const entry = await published(world, { source: 'ครบ **เก้าวัน**' });
  const kept = await entryOrRefuse(world.db, { id: entry.id });
  expect(kept).toEqual(entry);
  expect(Buffer.from(kept.source).toString()).toBe('ครบ **เก้าวัน**');
  expect(Buffer.from(kept.html).toString().trim()).toBe('<p>ครบ <strong>เก้าวัน</strong></p>');
  expect(kept).toMatchObject({
    state: 'published',
    author: world.author.id,
    licence: 'cc-by-4.0',
    language: 'th',
    silent: 0,
    pinned: 0,
    published: '2026-11-23T03:00:00.000Z',
    revised: null,
    version: 1,
  });
});

test('a draft is nobody’s business: it has no date and nothing is told', async () => {
  const draft = await drafted();
  expect(draft).toMatchObject({ state: 'draft', published: null, revised: null });
  expect(await tellings(world)).toEqual([]);
});

test('a draft that is revised stays a draft, and tells nothing', async () => {
  const draft = await revised(await drafted(), { title: 'อีกชื่อหนึ่ง' }, 'draft');
  expect(draft).toMatchObject({ state: 'draft', title: 'อีกชื่อหนึ่ง', published: null, revised: null, version: 2 });
  expect(await tellings(world)).toEqual([]);
});

test('a draft gets its date when it is published, and is told as new', async () => {
  const draft = await drafted();
  world.clock.pass({ hours: 5 });
  expect(await revised(draft)).toMatchObject({
    number: draft.number,
    state: 'published',
    published: '2026-11-23T08:00:00.000Z',
    revised: null,
    version: 2,
  });
  expect(await tellings(world)).toEqual(['entry.published']);
});

test('a revision keeps the first date, counts the version up and is told with it', async () => {
  const entry = await published(world);
  world.clock.pass({ minutes: 3 });
  const after = await revised(entry, { title: 'แก้แล้ว' });
  expect(after).toMatchObject({
    number: entry.number,
    published: entry.published,
    revised: '2026-11-23T03:03:00.000Z',
    version: 2,
  });
  expect(await entryOrRefuse(world.db, { id: entry.id })).toEqual(after);
  expect(await untold(world.db, { limit: 10 })).toMatchObject([
    { verb: 'entry.published' },
    { verb: 'entry.revised', object: entry.id, revision: 2 },
  ]);
});

test('the time of revision grows by a second at least, even when the clock stands or falls back', async () => {
  let entry = await published(world);
  const times: string[] = [];
  for (const _ of [1, 2, 3]) {
    entry = await revised(entry);
    times.push(entry.revised ?? '');
    world.clock.pass({ milliseconds: -200 });
  }
  expect(times).toEqual(['2026-11-23T03:00:01.000Z', '2026-11-23T03:00:02.000Z', '2026-11-23T03:00:03.000Z']);
});

test('what was published does not become a draft again', async () => {
  expect(await revised(await published(world), {}, 'draft')).toMatchObject({ state: 'published', version: 2 });
});

test('what was published cannot be emptied by saving it as a draft', async () => {
  const { db, clock } = world;
  const entry = await published(world);
  const emptied = await reviseEntry(db, {
    id: entry.id,
    words: words({ source: ' ' }),
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  expect(emptied).toMatchObject({ ok: false, problems: [{ field: 'source' }] });
  expect(await entryOrRefuse(db, { id: entry.id })).toEqual(entry);
});

test('a draft may be empty, but it may not be larger than what can be published', async () => {
  expect(await drafted({ source: '' })).toMatchObject({ state: 'draft', highlight: '' });
  const { db, blog, clock } = world;
  const large = words({ source: 'ก'.repeat(140_000) });
  const refused = await writeEntry(db, {
    blog: blog.id,
    author: null,
    words: large,
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  expect(refused).toMatchObject({ ok: false, problems: [{ field: 'source' }] });
});

test('§15.34 numbers count up over drafts and blogs, and one that was withdrawn is not used again', async () => {
  const { db, clock } = world;
  const first = await published(world);
  const second = await drafted();
  await withdrawEntry(db, { id: second.id, clock });
  const third = await published(world);
  await withdrawEntry(db, { id: third.id, clock });
  const fourth = await published(world);
  expect([first, second, third, fourth].map((entry) => entry.number)).toEqual([1, 2, 3, 4]);
});

test.each([
  ['later', '2012-02-11T09:17:00.000Z', '2012-02-11T09:17:00.000Z'],
  ['at the very same instant', '2006-11-09T02:30:00.000Z', null],
  ['before it was published', '2006-11-08T02:30:00.000Z', null],
])('§15.33 an entry from elsewhere that says it was revised %s', async (_, revised, kept) => {
  const { db, blog, author, clock } = world;
  const original = { system: 'gotoknow', number: '58082', published: '2006-11-09T02:30:00.000Z', revised };
  const given = { blog: blog.id, author: author.id, words: words(), original, origin: ORIGIN, clock };
  expect(await writeEntry(db, { ...given, as: 'published' })).toMatchObject({
    entry: { published: original.published, revised: kept },
  });
});

test('entries that are written at once get numbers of their own', async () => {
  const entries = await Promise.all([1, 2, 3, 4, 5].map(() => published(world)));
  expect(entries.map((entry) => entry.number).toSorted()).toEqual([1, 2, 3, 4, 5]);
});

test('every problem is told at once, each at its field, and nothing is kept', async () => {
  const { db, blog, clock } = world;
  const before = dump(world);
  const refused = await writeEntry(db, {
    blog: blog.id,
    author: null,
    words: words({
      title: '  ',
      highlight: 'ก'.repeat(501),
      source: '\n',
      tags: ['2549', 'ปุ๋ยหมัก'],
      part: 2.5,
      licence: 'mine',
      language: 'ภาษาไทย',
    }),
    as: 'published',
    origin: ORIGIN,
    clock,
  });
  if (refused.ok) throw new Error('nothing was refused');
  expect(refused.problems.map(({ field }) => field)).toEqual([
    'title',
    'source',
    'highlight',
    'tags',
    'part',
    'series',
    'licence',
    'language',
  ]);
  for (const { telling } of refused.problems) {
    expect(telling.th).toMatch(/[\u0e00-\u0e7f]/);
    expect(telling.en).toMatch(/^[a-z]/);
  }
  expect(dump(world)).toEqual(before);
});

test('tags keep their order and spelling; other spellings of the same word count once', async () => {
  const entry = await published(world, { tags: ['น้ำ', 'ปุ๋ยหมัก', 'น\u0e49\u0e4d\u0e32', 'KM', 'km'] });
  expect(await tagsOf(world.db, { entry: entry.id })).toEqual(['น้ำ', 'ปุ๋ยหมัก', 'KM']);
  await revised(entry, { tags: ['km', 'ปุ๋ยหมัก'] });
  expect(await tagsOf(world.db, { entry: entry.id })).toEqual(['km', 'ปุ๋ยหมัก']);
});

test('a revision that fails half-way changes nothing and tells nothing', async () => {
  const { db, clock } = world;
  const entry = await published(world, { tags: ['น้ำ'] });
  const before = dump(world);
  const failing = db.transaction().execute(async (db) => {
    await reviseEntry(db, {
      id: entry.id,
      words: words({ title: 'ใหม่', tags: [] }),
      as: 'published',
      origin: ORIGIN,
      clock,
    });
    throw new Error('the power went');
  });
  await expect(failing).rejects.toThrow('the power went');
  expect(dump(world)).toEqual(before);
});

test('an entry that never was is not found, and a withdrawn one is gone', async () => {
  const { db, clock } = world;
  const never = reviseEntry(db, { id: 'never', words: words(), as: 'published', origin: ORIGIN, clock });
  await expect(never).rejects.toMatchObject({ kind: 'not-found' });
  const entry = await published(world);
  await withdrawEntry(db, { id: entry.id, clock });
  await expect(revised(entry)).rejects.toMatchObject({ kind: 'gone' });
  await expect(pinEntry(db, { id: entry.id, place: 'first', clock })).rejects.toMatchObject({ kind: 'gone' });
});

test('a # in the text makes a tag, after those of the field, once', async () => {
  const { db } = world;
  const entry = await published(world, { tags: ['ปุ๋ยหมัก'], source: 'วัดความร้อนทุกเช้า #จัดการความรู้ และ #ปุ๋ยหมัก' });
  expect(await tagsOf(db, { entry: entry.id })).toEqual(['ปุ๋ยหมัก', 'จัดการความรู้']);
});

test('§15.87 a blog that moved away publishes nothing new, and what it published stays and can be mended', async () => {
  const { db, clock, blog, author } = world;
  const old = await published(world);
  const draft = await drafted();
  await db.updateTable('blogs').set({ movedTo: 'https://new.example/users/a' }).where('id', '=', blog.id).execute();
  const given = { words: words(), origin: ORIGIN, clock } as const;
  const refused = [
    await writeEntry(db, { ...given, blog: blog.id, author: author.id, as: 'published' }),
    await reviseEntry(db, { ...given, id: draft.id, as: 'published' }),
  ];
  for (const written of refused) {
    expect(written).toMatchObject({ ok: false, problems: [{ field: 'blog' }] });
    const [problem] = written.ok ? [] : written.problems;
    expect(problem?.telling.th).toContain('เผยแพร่ที่ https://new.example/users/a หรือเก็บเป็นร่างไว้');
    expect(problem?.telling.en).toContain('publish at https://new.example/users/a, or keep this as a draft');
  }
  expect(await entryOrRefuse(db, { id: draft.id })).toEqual(draft);
  expect((await drafted()).state).toBe('draft');
  expect((await revised(old, { source: 'แก้คำผิด' })).state).toBe('published');
  expect((await revised(draft, {}, 'draft')).state).toBe('draft');
});
