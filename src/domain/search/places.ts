// Where the answers to a question stand. By the index: first the entries that have every phrase in their title and tags, then
// those that have them anywhere, then those in which the last word goes on. When it is at its end the texts themselves may be
// looked through, for what the dictionary cut otherwise (มากลับ is มาก|ลับ to it): at once where the index gave hardly any, else
// for who asks to (`DEEPER`); in slices, so many a page.
import { setImmediate } from 'node:timers/promises';
import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../../storage/database.ts';
import { type Way, wordIndex } from '../../storage/search.ts';
import type { Tables } from '../../storage/tables.ts';
import { ERA_AHEAD, monthStart } from '../text/dates.ts';
import { placesBetween } from './keep.ts';
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
  /** Code of an area, or the beginning of one: Arabic digits. Entries belong to the area of their organisation. */
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
/** Some milliseconds of looking; then others have their turn. */
const SLICE = 300;
/** Finds of the index that are fetched at once to be narrowed. Each time anew it gathers whatever a begun word goes on to. */
const FETCHED = 3_000;
/** So many are looked at unasked, some thirty milliseconds of work; who asks for more gets a page of what is behind them. */
const LOOKED_THROUGH_UNASKED = 3_000;
/** And so many for one page that was asked for; the next goes on from there. */
const LOOKED_THROUGH_MAX = 20_000;

interface Bounds {
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
}

type Asked = Bounds & { question: Question; narrowing: Narrowing; limit: number };

/** `end` is how far a step came before it had looked at enough; null when it was through. */
interface Walked {
  places: number[];
  end: number | null;
}

/**
 * Places of published entries, step by step and in each the newest first, from behind `after` on. Where there are fewer than
 * `limit`, `further` is where looking may go on, or begin on the texts themselves; null when nothing is left to be looked at.
 */
export async function findPlaces(
  db: Db,
  {
    question,
    narrowing,
    after,
    limit,
  }: { question: Question; narrowing: Narrowing; after: Place | null; limit: number },
): Promise<{ found: Place[]; further: Place | null }> {
  const found: Place[] = [];
  for (const step of STEPS.slice(after === null ? 0 : STEPS.indexOf(after.step))) {
    if (found.length === limit) break;
    // Who is behind a page of the index has had enough of it.
    const enough = after === null ? found.length >= ENOUGH : after.step !== 'anywhere';
    if (step === 'anywhere' && enough) return { found, further: DEEPER };
    const bounds = boundsOf(narrowing, after?.step === step ? after.place : null);
    const most = after === null ? LOOKED_THROUGH_UNASKED : LOOKED_THROUGH_MAX;
    const asked = { question, narrowing, ...bounds, limit: limit - found.length, most };
    // At the beginning of the list all that earlier steps have stands before; later it may stand pages before.
    const before = after === null ? found.map(({ place }) => place) : 'pages';
    const { places, end } = await (step === 'anywhere'
      ? byLooking(db, { ...asked, before })
      : behind(db, step, { ...asked, before }));
    found.push(...places.map((place) => ({ step, place })));
    if (found.length < limit && end !== null) return { found, further: { step, place: end } };
  }
  return { found, further: null };
}

/** `before` are the places that earlier steps gave, `most` how many may be looked at. */
type AskedBehind = Asked & { before: number[] | 'pages'; most: number };

/** What the wider way gives beyond what is known, for that takes the index half of the time that telling the ways apart takes. */
const WIDER = { names: 'names', text: 'exact', begun: 'all' } as const satisfies Partial<Record<Place['step'], Way>>;

async function behind(db: Db, step: keyof typeof WIDER, { before, ...asked }: AskedBehind): Promise<Walked> {
  if (step === 'begun' && !asked.question.phrases.some(({ open }) => open)) return { places: [], end: null };
  if (before === 'pages') return await narrowed(db, step, asked);
  const { places, end } = await narrowed(db, WIDER[step], { ...asked, limit: asked.limit + before.length });
  return { places: places.filter((place) => !before.includes(place)).slice(0, asked.limit), end };
}

/**
 * The finds of the index that answer the narrowing. Any number of them may not, and each has to be looked up; so they are looked at
 * in slices, and only so many.
 */
async function narrowed(db: Db, way: Way, { most, ...asked }: Asked & { most: number }): Promise<Walked> {
  const { narrowing, limit } = asked;
  // What is kept is published, and whoever shows it looks again; so only what narrows has to be looked up.
  if (!isNarrowing(narrowing)) return { places: await byIndex(db, way, asked), end: null };
  const places: number[] = [];
  let { to } = asked;
  let fetched: number[] = [];
  for (let looked = 0; looked < most && places.length < limit; looked += SLICE) {
    if (fetched.length === 0) fetched = await byIndex(db, way, { ...asked, to, limit: FETCHED });
    const slice = fetched.splice(0, SLICE);
    const last = slice.at(-1);
    if (last === undefined) return { places, end: null };
    places.push(...(await fitting(db, { slice, narrowing })));
    to = last;
    await setImmediate();
  }
  return { places: places.slice(0, limit), end: to };
}

async function fitting(db: Db, { slice, narrowing }: { slice: number[]; narrowing: Narrowing }): Promise<number[]> {
  const rows = await db
    .selectFrom('findable')
    .innerJoin('entries', 'entries.id', 'findable.entry')
    .select('findable.place')
    .where('findable.place', 'in', slice)
    .where(narrowedTo(narrowing))
    .execute();
  const fit = new Set(rows.map(({ place }) => Number(place)));
  return slice.filter((place) => fit.has(place));
}

async function byIndex(
  db: Db,
  way: Way,
  { question, from, to, limit }: Pick<Asked, 'question' | 'from' | 'to' | 'limit'>,
): Promise<number[]> {
  return await wordIndex(db).places(db, { phrases: question.phrases, way, from, to, limit });
}

/** Looks through the texts that the index did not give, newest first, until there are enough or it has been long enough. */
async function byLooking(db: Db, { before, most, ...asked }: AskedBehind): Promise<Walked> {
  const { from, limit } = asked;
  const found: number[] = [];
  let to = asked.to;
  for (let looked = 0; looked < most && found.length < limit; looked += SLICE) {
    const begin = await sliceBefore(db, { from, to });
    if (begin === null) return { places: found, end: null };
    const slice = { ...asked, from: begin, to, limit: SLICE };
    const standing = await inTexts(db, slice);
    const known: number[] = before !== 'pages' ? before : standing.length === 0 ? [] : await byIndex(db, 'all', slice);
    found.push(...standing.filter((place) => !known.includes(place)));
    to = begin;
    await setImmediate();
  }
  return { places: found.slice(0, limit), end: to };
}

async function inTexts(db: Db, { question, narrowing, from, to }: Asked): Promise<number[]> {
  const rows = await db
    .selectFrom('findable')
    .crossJoin('entries')
    .select('findable.place')
    .whereRef('entries.id', '=', 'findable.entry')
    .where('findable.place', '>=', from)
    .where('findable.place', '<', to)
    .where((e) => e.and(question.runs.map((run) => standsIn(db, run))))
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
function standsIn(db: Db, run: string): Expression<SqlBool> {
  const number = /^\p{N}+$/u.test(run);
  const has = (column: 'title' | 'tags' | 'body') => {
    const text = sql.ref(`findable.${column}`);
    const read = number ? sql<string>`' ' || ${text} || ' '` : sql<string>`replace(${text}, ' ', '')`;
    return wordIndex(db).stands(read, number ? ` ${run} ` : run);
  };
  return sql<SqlBool>`(${sql.join([has('title'), has('tags'), has('body')], sql` or `)})`;
}

function isNarrowing(narrowing: Narrowing): boolean {
  return Object.values(narrowing).some((value) => value !== undefined);
}

function boundsOf({ year }: Narrowing, before: number | null): Bounds {
  const everywhere = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  const { from, to } = year === undefined ? everywhere : placesBetween(instantsOf(year));
  return { from, to: Math.min(to, before ?? to) };
}

/** When a Gregorian year begins and ends in Thailand; the end is the beginning of the next. */
function instantsOf(year: number): { from: string; to: string } {
  const start = (year: number) => monthStart({ year: year + ERA_AHEAD, month: 1 });
  return { from: start(year), to: start(year + 1) };
}

function narrowedTo({ blog, tag, author, licence, area, year }: Narrowing): Expression<SqlBool> {
  const e = expressionBuilder<Tables, 'entries'>();
  const all = [e('entries.state', '=', 'published')];
  if (blog !== undefined) all.push(e('entries.blog', '=', blog));
  if (author !== undefined) all.push(e('entries.author', '=', author));
  if (licence !== undefined) all.push(e('entries.licence', '=', licence));
  if (year !== undefined) {
    const { from, to } = instantsOf(year);
    all.push(e('entries.published', '>=', from), e('entries.published', '<', to));
  }
  const conditions: Expression<SqlBool>[] = all;
  if (tag !== undefined) {
    const tagged = e.selectFrom('entryTags').select('entryTags.entry').where('entryTags.tag', '=', tag);
    conditions.push(e.exists(tagged.whereRef('entryTags.entry', '=', 'entries.id')));
  }
  if (area !== undefined) {
    const within = e.selectFrom('organisations').select('id').where('organisations.area', 'like', `${area}%`);
    conditions.push(e.exists(within));
  }
  return e.and(conditions);
}
