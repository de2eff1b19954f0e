// Finding entries. First those that have every phrase in their title and tags, then those that have them anywhere, both by the
// index. Where that gives hardly any, the texts themselves are looked through, for what the dictionary cut otherwise; that
// costs the more the more there is, so it is done in slices and has an end. Among equals the newest comes first.
import { setImmediate } from 'node:timers/promises';
import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../../storage/database.ts';
import { wordIndex } from '../../storage/search.ts';
import type { Tables } from '../../storage/tables.ts';
import type { SearchWordsRow } from '../../storage/tables-of-search.ts';
import { type EntryItem, entryItems } from '../reading/lists.ts';
import { keptText } from '../text/excerpt.ts';
import { type Piece, passageOf } from '../text/passage.ts';
import { storedHtml } from '../text/sanitise.ts';
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

export interface Find {
  entry: EntryItem;
  /** Where it was found in the text; null when only title or tags have it. */
  passage: Piece[] | null;
}

const STEPS = ['names', 'text', 'anywhere'] as const;
type Step = (typeof STEPS)[number];

/** Fewer finds by the index than these, and the texts themselves are looked through. */
const ENOUGH = 5;
/** About three milliseconds of looking; then others have their turn. */
const SLICE = 300;
/** An office writes so many entries in a lifetime. */
const LOOKED_THROUGH_MAX = 20_000;

/** Published entries that answer the question, by key: `next` is where the next page begins. */
export async function findEntries(
  db: Db,
  {
    question,
    narrowing = {},
    after,
    limit,
  }: { question: Question; narrowing?: Narrowing; after: string | null; limit: number },
): Promise<{ finds: Find[]; next: string | null }> {
  const found = await placesOf(db, { question, narrowing, from: readCursor(after), limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    finds: await findsAt(db, { places: shown.map(({ place }) => place), question }),
    next: found.length > limit && last !== undefined ? `${last.step}_${last.place}` : null,
  };
}

interface Place {
  step: Step;
  place: number;
}

interface Asked {
  question: Question;
  narrowing: Narrowing;
  /** Places before this one, exclusive; null for all. */
  before: number | null;
  limit: number;
}

async function placesOf(
  db: Db,
  { question, narrowing, from, limit }: { question: Question; narrowing: Narrowing; from: Place | null; limit: number },
): Promise<Place[]> {
  const found: Place[] = [];
  const ask = (step: Step): Asked => ({
    ...{ question, narrowing, limit: limit - found.length },
    before: from?.step === step ? from.place : null,
  });
  for (const step of ['names', 'text'] as const) {
    if (found.length === limit || STEPS.indexOf(step) < STEPS.indexOf(from?.step ?? 'names')) continue;
    found.push(...(await byIndex(db, step, ask(step))).map((place) => ({ step, place })));
  }
  // Who reads on in the index has had a whole page of it.
  if (found.length >= ENOUGH || (from !== null && from.step !== 'anywhere')) return found;
  const sure = from === null ? found.map(({ place }) => place) : await firstByIndex(db, { question, narrowing });
  const more = await byLooking(db, { ...ask('anywhere'), besides: sure });
  return [...found, ...more.map((place) => ({ step: 'anywhere' as const, place }))];
}

/** The few that the index had, when somebody reads on in what it had not. */
async function firstByIndex(db: Db, asked: Pick<Asked, 'question' | 'narrowing'>): Promise<number[]> {
  const rest = { ...asked, before: null, limit: ENOUGH };
  return [...(await byIndex(db, 'names', rest)), ...(await byIndex(db, 'text', rest))];
}

async function byIndex(
  db: Db,
  where: 'names' | 'text',
  { question, narrowing, before, limit }: Asked,
): Promise<number[]> {
  const index = wordIndex(db);
  const { from, to } = boundsOf(narrowing, before);
  const rows = await db
    .withTables<{ searchWords: SearchWordsRow }>()
    .selectFrom('searchWords')
    // SQLite keeps the order of cross joins. Left to itself it would ask the index about each entry of a blog.
    .crossJoin('findable')
    .crossJoin('entries')
    .select('searchWords.rowid as place')
    .whereRef('findable.place', '=', 'searchWords.rowid')
    .whereRef('entries.id', '=', 'findable.entry')
    .where(index.holds(question.phrases, where))
    .where('searchWords.rowid', '>=', index.place(from))
    .where('searchWords.rowid', '<', index.place(to))
    .where(narrowedTo(narrowing))
    .orderBy('searchWords.rowid', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ place }) => Number(place));
}

/** Looks through the texts, newest first, until there are enough or it has been long enough. */
async function byLooking(
  db: Db,
  { question, narrowing, before, limit, besides }: Asked & { besides: number[] },
): Promise<number[]> {
  const { from, to } = boundsOf(narrowing, before);
  const found: number[] = [];
  let end = to;
  for (let looked = 0; looked < LOOKED_THROUGH_MAX && found.length < limit; looked += SLICE) {
    const begin = await sliceBefore(db, { from, to: end });
    if (begin === null) break;
    const rows = await db
      .selectFrom('findable')
      .crossJoin('entries')
      .select('findable.place')
      .whereRef('entries.id', '=', 'findable.entry')
      .where('findable.place', '>=', begin)
      .where('findable.place', '<', end)
      .where((e) => e.and(question.runs.map(standsIn)))
      .where(narrowedTo(narrowing))
      .orderBy('findable.place', 'desc')
      .execute();
    found.push(...rows.map(({ place }) => Number(place)).filter((place) => !besides.includes(place)));
    end = begin;
    await setImmediate();
  }
  return found.slice(0, limit);
}

/** The place where the next slice begins; null when nothing is left. */
async function sliceBefore(db: Db, { from, to }: { from: number; to: number }): Promise<number | null> {
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

function standsIn(run: string): Expression<SqlBool> {
  const pattern = `%${run.replace(/[\\%_]/g, '\\$&')}%`;
  const has = (column: 'title' | 'tags' | 'body') =>
    sql<SqlBool>`replace(${sql.ref(`findable.${column}`)}, ' ', '') like ${pattern} escape '\\'`;
  return sql<SqlBool>`(${sql.join([has('title'), has('tags'), has('body')], sql` or `)})`;
}

/** From, inclusive, and to, exclusive. */
function boundsOf({ year }: Narrowing, before: number | null): { from: number; to: number } {
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

async function findsAt(db: Db, { places, question }: { places: number[]; question: Question }): Promise<Find[]> {
  if (places.length === 0) return [];
  const rows = await db
    .selectFrom('findable')
    .innerJoin('entries', 'entries.id', 'findable.entry')
    .select(['findable.place', 'entries.id', 'entries.html'])
    .where('findable.place', 'in', places)
    .execute();
  const items = new Map((await entryItems(db, { ids: rows.map(({ id }) => id) })).map((item) => [item.id, item]));
  const finds = new Map<number, Find>();
  for (const { place, id, html } of rows) {
    const entry = items.get(id);
    if (entry === undefined) continue;
    const passage = passageOf(keptText(storedHtml(html)), { words: question.runs });
    finds.set(Number(place), { entry, passage });
  }
  return places.flatMap((place) => finds.get(place) ?? []);
}

/** Nonsense counts as the beginning, because cursors stand in addresses that people cut. */
function readCursor(cursor: string | null): Place | null {
  const match = cursor?.match(/^(names|text|anywhere)_(-?\d{1,16})$/);
  const step = STEPS.find((step) => step === match?.[1]);
  return step === undefined ? null : { step, place: Number(match?.[2]) };
}
