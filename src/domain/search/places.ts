// Where the answers to a question stand. By the index: first the entries that have every phrase in their title and tags, then
// those that have them anywhere, then those in which the last word goes on. When it is at its end the texts themselves may be
// looked through, for what the dictionary cut otherwise (มากลับ is มาก|ลับ to it): at once where the index gave hardly any, else
// for who asks to (`DEEPER`); in slices, and not for ever.
import { setImmediate } from 'node:timers/promises';
import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../../storage/database.ts';
import { type Way, wordIndex } from '../../storage/search.ts';
import type { Tables } from '../../storage/tables.ts';
import type { SearchWordsRow } from '../../storage/tables-of-search.ts';
import { placeOfYear } from './keep.ts';
import type { Question } from './question.ts';

/** What finds are narrowed down to; what is left out narrows nothing. */
export interface Narrowing {
  /** Id. */
  blog?: string | undefined;
  /** Key, as `tagKey` makes it. */
  tag?: string | undefined;
  /** Id of a person. Who wrote what in a blog of several is for members only, and the door sees to that. */
  author?: string | undefined;
  licence?: string | undefined;
  /** Code of an area, or the beginning of one. Entries belong to the area of their organisation. */
  area?: string | undefined;
  /** Of publishing in Thailand, Gregorian. */
  year?: number | undefined;
}

/** In the order in which they are asked. */
export const STEPS = ['names', 'text', 'begun', 'anywhere'] as const;

export interface Place {
  step: (typeof STEPS)[number];
  place: number;
}

/** Where looking through the texts begins, for who wants more than the index has. */
export const DEEPER: Place = { step: 'anywhere', place: Number.MAX_SAFE_INTEGER };

/** Fewer finds by the index than these, and the texts are looked through unasked. */
const ENOUGH = 5;
/** About three milliseconds of looking; then others have their turn. */
const SLICE = 300;
/** An office writes so many entries in a lifetime. */
const LOOKED_THROUGH_MAX = 20_000;

interface Bounds {
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
}

type Asked = Bounds & { question: Question; narrowing: Narrowing; limit: number };

/**
 * Places of published entries, step by step and in each the newest first, from behind `after` on. `ended` says what there is no
 * more of when there are fewer than `limit`: in the index, or, as far as the newest 20,000 go, anywhere.
 */
export async function findPlaces(
  db: Db,
  {
    question,
    narrowing,
    after,
    limit,
  }: { question: Question; narrowing: Narrowing; after: Place | null; limit: number },
): Promise<{ found: Place[]; ended: 'index' | 'all' | null }> {
  const found: Place[] = [];
  for (const step of STEPS.slice(after === null ? 0 : STEPS.indexOf(after.step))) {
    if (found.length === limit) return { found, ended: null };
    // Who is behind a page of the index has had enough of it.
    const enough = after === null ? found.length >= ENOUGH : after.step !== 'anywhere';
    if (step === 'anywhere' && enough) return { found, ended: 'index' };
    const bounds = boundsOf(narrowing, after?.step === step ? after.place : null);
    const asked = { question, narrowing, ...bounds, limit: limit - found.length };
    // At the beginning of the list all that the index has stands before what is looked up; later it may stand pages before.
    const before = after === null ? found.map(({ place }) => place) : 'pages';
    const places = step === 'anywhere' ? await byLooking(db, { ...asked, before }) : await byIndex(db, step, asked);
    found.push(...places.map((place) => ({ step, place })));
  }
  return { found, ended: found.length < limit ? 'all' : null };
}

async function byIndex(db: Db, way: Way, { question, narrowing, from, to, limit }: Asked): Promise<number[]> {
  if (way === 'begun' && !question.phrases.some(({ open }) => open)) return [];
  const index = wordIndex(db);
  const rows = await db
    .withTables<{ searchWords: SearchWordsRow }>()
    .selectFrom('searchWords')
    // SQLite keeps the order of cross joins. Left to itself it would ask the index about each entry of a blog.
    .crossJoin('findable')
    .crossJoin('entries')
    .select('searchWords.rowid as place')
    .whereRef('findable.place', '=', 'searchWords.rowid')
    .whereRef('entries.id', '=', 'findable.entry')
    .where(index.holds(question.phrases, way))
    .where('searchWords.rowid', '>=', index.place(from))
    .where('searchWords.rowid', '<', index.place(to))
    .where(narrowedTo(narrowing))
    .orderBy('searchWords.rowid', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ place }) => Number(place));
}

/**
 * Looks through the texts that the index did not give, newest first, until there are enough or it has been long enough. `before`
 * are the places that the index gave.
 */
async function byLooking(db: Db, { before, ...asked }: Asked & { before: number[] | 'pages' }): Promise<number[]> {
  const { from, limit } = asked;
  const found: number[] = [];
  let to = asked.to;
  for (let looked = 0; looked < LOOKED_THROUGH_MAX && found.length < limit; looked += SLICE) {
    const begin = await sliceBefore(db, { from, to });
    if (begin === null) break;
    const slice = { ...asked, from: begin, to, limit: SLICE };
    const standing = await inTexts(db, slice);
    const known: number[] = before !== 'pages' ? before : standing.length === 0 ? [] : await byIndex(db, 'all', slice);
    found.push(...standing.filter((place) => !known.includes(place)));
    to = begin;
    await setImmediate();
  }
  return found.slice(0, limit);
}

async function inTexts(db: Db, { question, narrowing, from, to }: Asked): Promise<number[]> {
  const rows = await db
    .selectFrom('findable')
    .crossJoin('entries')
    .select('findable.place')
    .whereRef('entries.id', '=', 'findable.entry')
    .where('findable.place', '>=', from)
    .where('findable.place', '<', to)
    .where((e) => e.and(question.runs.map(standsIn)))
    .where(narrowedTo(narrowing))
    .orderBy('findable.place', 'desc')
    .execute();
  return rows.map(({ place }) => Number(place));
}

/** The place where the next slice begins; null when nothing is left. */
async function sliceBefore(db: Db, { from, to }: Bounds): Promise<number | null> {
  const { begin } = await db
    .selectFrom((e) =>
      e
        .selectFrom('findable')
        .select('place')
        .where('place', '>=', from)
        .where('place', '<', to)
        .orderBy('place', 'desc')
        .limit(SLICE)
        .as('slice'),
    )
    .select((e) => e.fn.min('slice.place').as('begin'))
    .executeTakeFirstOrThrow();
  return begin === null ? null : Number(begin);
}

/** Stands in a text without its spaces, or, if it is a number, as a whole one: หมู่ที่ 1 is not หมู่ที่ 12. */
function standsIn(run: string): Expression<SqlBool> {
  const number = /^\p{N}+$/u.test(run);
  const pattern = number ? `% ${run} %` : `%${run.replace(/[\\%_]/g, '\\$&')}%`;
  const has = (column: 'title' | 'tags' | 'body') => {
    const text = sql.ref(`findable.${column}`);
    const read = number ? sql`' ' || ${text} || ' '` : sql`replace(${text}, ' ', '')`;
    return sql<SqlBool>`${read} like ${pattern} escape '\\'`;
  };
  return sql<SqlBool>`(${sql.join([has('title'), has('tags'), has('body')], sql` or `)})`;
}

function boundsOf({ year }: Narrowing, before: number | null): Bounds {
  const from = year === undefined ? Number.MIN_SAFE_INTEGER : placeOfYear(year);
  const end = year === undefined ? Number.MAX_SAFE_INTEGER : placeOfYear(year + 1);
  return { from, to: Math.min(end, before ?? end) };
}

function narrowedTo({ blog, tag, author, licence, area }: Narrowing): Expression<SqlBool> {
  const e = expressionBuilder<Tables, 'entries'>();
  const all = [e('entries.state', '=', 'published')];
  if (blog !== undefined) all.push(e('entries.blog', '=', blog));
  if (author !== undefined) all.push(e('entries.author', '=', author));
  if (licence !== undefined) all.push(e('entries.licence', '=', licence));
  const conditions: Expression<SqlBool>[] = all;
  if (tag !== undefined) {
    const tagged = e.selectFrom('entryTags').select('entryTags.entry').where('entryTags.tag', '=', tag);
    conditions.push(e.exists(tagged.whereRef('entryTags.entry', '=', 'entries.id')));
  }
  if (area !== undefined) {
    const within = `${area.replace(/\D/g, '')}%`;
    conditions.push(e.exists(e.selectFrom('organisations').select('id').where('organisations.area', 'like', within)));
  }
  return e.and(conditions);
}
