// Finding: story 9 of thai.md §3 on the seed itself, the order, the pages, what narrows, and what is not found.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addBlog } from '../../../src/domain/blogs.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../../src/domain/entries/write.ts';
import { receivePost } from '../../../src/domain/posts.ts';
import { findEntries } from '../../../src/domain/search/find.ts';
import type { Narrowing } from '../../../src/domain/search/places.ts';
import { readQuestion } from '../../../src/domain/search/question.ts';
import { reindex } from '../../../src/domain/search/reindex.ts';
import { tagKey } from '../../../src/domain/text/hashtags.ts';
import { plainToHtml } from '../../../src/domain/text/sanitise.ts';

import {
  arrivingPost,
  commented,
  meet,
  ORIGIN,
  openWorld,
  published,
  reader,
  type World,
  withSeed,
  words,
} from '../../world.ts';
import { everyPlace } from './every-place.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
});
afterEach(() => world.close());

async function page(typed: string, given: { narrowing?: Narrowing; after?: string | null; limit?: number } = {}) {
  const question = readQuestion(typed);
  if (question === null) return { finds: [], next: null, deeper: null };
  return await findEntries(world.db, { question, after: null, limit: 20, ...given });
}

/** Numbers of what is found, in order. */
async function found(typed: string, narrowing: Narrowing = {}): Promise<number[]> {
  return (await page(typed, { narrowing })).finds.map(({ entry }) => entry.number);
}

describe('the seed is found by', () => {
  test.each([
    'คุณอำนวย',
    'ตำบล',
    'จัดการความรู้',
    'การจัดการความรู้',
    'อบต.',
    'อบต',
    'ปุ๋ยหมัก',
    'บางจาก',
    'หมู่ที่ 1',
    'หมู่ที่ ๑',
    'หมู่ที่1',
    'ตอนที่ 9',
    'ตอนที่9',
    'ตอนที่๙',
    'คน',
    '2.4',
    '๒.๔',
    'GOTOKNOW',
    'gotoknow.org',
    'ค\u200bน',
    'คุณอ\u0e4d\u0e32นวย',
    'อำน',
    'ยู่',
    'เเก้จน',
    'รักเธอประเทศไทย',
    '#รักเธอประเทศไทย',
    'เรียนรู้',
    'บางจาก ปุ๋ยหมัก',
  ])('%s', async (typed) => {
    const seed = await withSeed(world);
    expect(await found(typed)).toEqual([seed.number]);
  });
});

test.each(['ปุยหมัก', 'ปุ๋ยคอก', 'บางจาก กรุงเทพ', 'หมู่ที่ 12', 'ตอนที่ 99'])('the seed is not found by %s', async (typed) => {
  await withSeed(world);
  expect(await found(typed)).toEqual([]);
});

describe('among several entries', () => {
  test('title and tags come before the text, and of equals the newest comes first', async () => {
    const { clock } = world;
    const told: number[] = [];
    for (const given of [
      { title: 'ปุ๋ยหมักกองแรก' },
      { source: 'เราตั้งกองปุ๋ยหมักแล้ว' },
      { tags: ['ปุ๋ยหมัก'] },
      { source: 'ปุ๋ยหมักอีกครั้ง' },
      { title: 'เรื่องอื่น' },
    ]) {
      told.push((await published(world, { title: 'ไม่มีชื่อ', source: 'ไม่มีอะไร', ...given })).number);
      clock.pass({ minutes: 1 });
    }
    const [title, text, tag, again] = told;
    expect(await found('ปุ๋ยหมัก')).toEqual([tag, title, again, text]);
  });

  test('an old entry that was imported late stands among the old', async () => {
    const now = await published(world, { source: 'คุณอำนวยวันนี้' });
    const old = await withSeed(world);
    expect(await found('คุณอำนวย')).toEqual([now.number, old.number]);
  });

  test('a hundred entries of one minute, more than it has places, stand in the order in which they came', async () => {
    const { db, clock } = world;
    for (let i = 0; i < 100; i++) await published(world, { source: 'พร้อมกัน' });
    clock.pass({ minutes: 1 });
    await published(world, { source: 'พร้อมกัน' });
    const numbers = async () => (await page('พร้อมกัน', { limit: 200 })).finds.map(({ entry }) => entry.number);
    expect(await numbers()).toEqual(Array.from({ length: 101 }, (_, i) => 101 - i));
    await reindex(db);
    expect(new Set(await numbers()).size).toBe(101);
  });

  test('pages follow each other without a gap or a repetition, from the index into the texts', async () => {
    for (let i = 0; i < 4; i++) await published(world, { title: 'น้ำเค็ม', source: 'x' });
    for (let i = 0; i < 3; i++) await published(world, { title: 'y', source: 'คลองน้ำเค็มแล้ว' });
    const all: number[] = [];
    let after: string | null = null;
    do {
      const { finds, next } = await page('น้ำเค็ม', { after, limit: 2 });
      all.push(...finds.map(({ entry }) => entry.number));
      after = next;
    } while (after !== null);
    expect(all).toEqual([4, 3, 2, 1, 7, 6, 5]);
  });

  test('what the dictionary cut otherwise comes behind, page by page', async () => {
    const sure = await published(world, { source: 'ยู่ ยู่' });
    for (let i = 0; i < 5; i++) await published(world, { source: 'เราอยู่ที่นี่' });
    const first = await page('ยู่', { limit: 3 });
    expect(first.finds.map(({ entry }) => entry.number)).toEqual([sure.number, 6, 5]);
    const second = await page('ยู่', { limit: 3, after: first.next });
    expect(second.finds.map(({ entry }) => entry.number)).toEqual([4, 3, 2]);
    expect(second.next).toBeNull();
  });

  test('where the index gave enough, the texts are looked through for who asks to, and nothing is shown twice', async () => {
    for (let i = 0; i < 6; i++) await published(world, { title: i % 2 === 0 ? 'ยู่' : 'x', source: 'ยู่ ยู่' });
    for (let i = 0; i < 5; i++) await published(world, { source: 'เราอยู่ที่นี่' });
    const first = await page('ยู่');
    expect(first.finds.map(({ entry }) => entry.number)).toEqual([5, 3, 1, 6, 4, 2]);
    expect(first.next).toBeNull();
    const second = await page('ยู่', { after: first.deeper, limit: 3 });
    expect(second.finds.map(({ entry }) => entry.number)).toEqual([11, 10, 9]);
    const third = await page('ยู่', { after: second.next, limit: 3 });
    expect(third.finds.map(({ entry }) => entry.number)).toEqual([8, 7]);
    expect([third.next, third.deeper]).toEqual([null, null]);
  });

  test('a cursor that was cut or made up is the beginning', async () => {
    const { number } = await published(world, { source: 'น้ำเค็ม' });
    for (const after of ['', 'names_', 'text_x', "names_1' or 1", 'anywhere', 'names_99999999999999999999']) {
      expect((await page('น้ำเค็ม', { after })).finds.map(({ entry }) => entry.number)).toEqual([number]);
    }
    expect((await page('น้ำเค็ม', { after: 'anywhere_9999999999999999' })).finds).toEqual([]);
  });
});

describe('what is found is narrowed by', () => {
  let other: Entry;
  let own: Entry;
  beforeEach(async () => {
    const { db, author, clock } = world;
    const blog = await addBlog(db, { handle: 'khunkit', title: 'คุณกิจ', author: author.username, clock });
    own = await published(world, { source: 'น้ำเค็มปีนี้', tags: ['น้ำ'], licence: 'cc-by-4.0' });
    const written = await writeEntry(db, {
      ...{ blog: blog.id, author: null, words: words({ source: 'น้ำเค็มปีก่อน', licence: 'all-rights-reserved' }) },
      ...{ as: 'published', origin: ORIGIN, clock },
      original: { system: 'gotoknow', number: '1', published: '2006-12-31T16:59:59.999Z', revised: null },
    });
    if (!written.ok) throw new Error('refused');
    other = written.entry;
  });

  test('nothing, when nothing is asked', async () => {
    expect(await found('น้ำเค็ม')).toEqual([own.number, other.number]);
  });

  test.each<[string, () => Narrowing, 'own' | 'other' | 'both' | 'none']>([
    ['blog', () => ({ blog: other.blog }), 'other'],
    ['tag, in any spelling', () => ({ tag: tagKey('น\u0e4d\u0e49\u0e32') }), 'own'],
    ['author', () => ({ author: world.author.id }), 'own'],
    ['licence', () => ({ licence: 'all-rights-reserved' }), 'other'],
    ['year in Thailand', () => ({ year: 2006 }), 'other'],
    ['the year after', () => ({ year: 2007 }), 'none'],
    ['year of publishing', () => ({ year: 2026 }), 'own'],
    ['area', () => ({ area: '800119' }), 'both'],
    ['an area around it', () => ({ area: '80' }), 'both'],
    ['an area elsewhere', () => ({ area: '8002' }), 'none'],
    ['all at once', () => ({ blog: own.blog, tag: tagKey('น้ำ'), licence: 'cc-by-4.0', year: 2026 }), 'own'],
    ['what contradicts itself', () => ({ blog: own.blog, year: 2006 }), 'none'],
  ])('%s', async (_, narrowing, expected) => {
    await world.db.updateTable('organisations').set({ area: '800119' }).execute();
    const both = [own.number, other.number];
    const numbers = { own: [own.number], other: [other.number], both, none: [] }[expected];
    expect(await found('น้ำเค็ม', narrowing())).toEqual(numbers);
    // The same holds where the texts are looked through.
    expect(await found('ำเค็', narrowing())).toEqual(numbers);
  });
});

test('more entries of the last hour of a year than it has places are still of that year', async () => {
  const { db, blog, clock } = world;
  const last: number[] = [];
  for (let n = 1; n <= 40; n++) {
    const written = await writeEntry(db, {
      ...{ blog: blog.id, author: null, words: words({ source: 'น้ำเค็ม' }), as: 'published', origin: ORIGIN, clock },
      original: { system: 'gotoknow', number: `${n}`, published: '2006-12-31T16:30:00.000Z', revised: null },
    });
    if (written.ok) last.unshift(written.entry.number);
  }
  const numbers = async (typed: string, year: number) =>
    (await page(typed, { narrowing: { year }, limit: 50 })).finds.map(({ entry }) => entry.number);
  for (const typed of ['น้ำเค็ม', 'ำเค็']) {
    expect(await numbers(typed, 2006)).toEqual(last);
    expect(await numbers(typed, 2007)).toEqual([]);
  }
});

test('what stands at the end of an entry as long as a book is found, by a word and by a phrase', async () => {
  const { db } = world;
  const { number } = await published(world, { title: 'x', source: `${'วัด ดิน '.repeat(9_000)} ปลาตะเพียนทอง กระจูด` });
  expect(await found('กระจูด')).toEqual([number]);
  expect(await found('ตะเพียนทอง')).toEqual([number]);
  const question = readQuestion('ปลาตะเพียนทอง');
  if (question === null) throw new Error('nothing asked');
  expect(question.runs).toEqual(['ปลาตะเพียนทอง']);
  const steps = (await everyPlace(db, question)).map(({ step }) => step);
  expect(steps).toEqual(['text']);
});

describe('not found is', () => {
  test('a draft, until it is published', async () => {
    const { db, blog, author, clock } = world;
    const draft = words({ source: 'น้ำเค็ม' });
    const written = await writeEntry(db, {
      ...{ blog: blog.id, author: author.id, words: draft, as: 'draft', origin: ORIGIN, clock },
    });
    expect(await found('น้ำเค็ม')).toEqual([]);
    if (written.ok)
      await reviseEntry(db, { id: written.entry.id, words: draft, as: 'published', origin: ORIGIN, clock });
    expect(await found('น้ำเค็ม')).toEqual([1]);
  });

  test('what was written before a revision; what is written now is', async () => {
    const { db, clock } = world;
    const entry = await published(world, { source: 'น้ำเค็ม', tags: ['คลอง'] });
    clock.pass({ days: 400 });
    await reviseEntry(db, { id: entry.id, words: words({ source: 'น้ำจืด' }), as: 'published', origin: ORIGIN, clock });
    expect(await found('น้ำเค็ม')).toEqual([]);
    expect(await found('คลอง')).toEqual([]);
    expect(await found('น้ำจืด')).toEqual([entry.number]);
    expect(await found('น้ำจืด', { year: 2026 })).toEqual([entry.number]);
  });

  test('a withdrawn entry', async () => {
    const { db, clock } = world;
    const entry = await published(world, { source: 'น้ำเค็ม' });
    await withdrawEntry(db, { id: entry.id, clock });
    expect(await found('น้ำเค็ม')).toEqual([]);
    expect(await found('ำเค็')).toEqual([]);
  });

  test('a change that was taken back', async () => {
    const { db } = world;
    const failing = db.transaction().execute(async (db) => {
      await published({ ...world, db }, { source: 'น้ำเค็ม' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await found('น้ำเค็ม')).toEqual([]);
  });

  test('a comment, or a post from elsewhere', async () => {
    const { db, clock } = world;
    const actor = await meet(world, reader);
    const entry = await published(world);
    await commented(world, { actor, entry, html: plainToHtml('น้ำเค็ม') });
    await db
      .insertInto('following')
      .values({ follower: world.blog.id, actor: actor.id, activity: 'x', state: 'accepted', since: '2026-11-23' })
      .execute();
    await receivePost(db, { post: arrivingPost(actor, { html: plainToHtml('น้ำเค็ม') }), clock });
    expect(await found('น้ำเค็ม')).toEqual([]);
  });
});

test('a find shows the place in the text, or nothing where only the title has it', async () => {
  await published(world, { title: 'น้ำเค็มมาเร็ว', source: 'วัดที่สะพาน' });
  await published(world, { source: 'วันนี้**น้ำ**เค็มมาก <b>' });
  const { finds } = await page('น้ำเค็ม');
  expect(finds.map(({ passage }) => passage)).toEqual([
    null,
    [
      { text: 'วันนี้', found: false },
      { text: 'น้ำเค็ม', found: true },
      { text: 'มาก <b>', found: false },
    ],
  ]);
});
