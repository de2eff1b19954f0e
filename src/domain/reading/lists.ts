// Lists of entries for pages and collections: newest first, by key and never by offset, always with a limit.
import type { Db } from '../../storage/database.ts';
import type { Instant } from '../../storage/tables.ts';

/** An entry as a list shows it. */
export interface EntryItem {
  id: string;
  number: number;
  title: string;
  highlight: string;
  language: string;
  published: string;
  blog: { handle: string; title: string; language: string };
  /** Shown comments. */
  comments: number;
  part: number | null;
}

/** Where the next page starts; opaque to readers. */
export type Cursor = string;

export interface EntryPage {
  items: EntryItem[];
  next: Cursor | null;
}

/** Which entries a list holds. */
export interface Within {
  /** Id. */
  blog?: string;
  /** Key. */
  tag?: string;
  /** Id. */
  series?: string;
  /** Published in this span of time. */
  span?: { from: Instant; before: Instant };
}

/** Published entries, newest first. */
export async function entriesPage(
  db: Db,
  { blog, tag, series, span, after, limit }: Within & { after: Cursor | null; limit: number },
): Promise<EntryPage> {
  let query = entryItems(db).where('entries.state', '=', 'published');
  if (blog !== undefined) query = query.where('entries.blog', '=', blog);
  if (series !== undefined) query = query.where('entries.series', '=', series);
  if (span !== undefined) {
    query = query.where('entries.published', '>=', span.from).where('entries.published', '<', span.before);
  }
  const key = readCursor(after);
  const rows = await (tag === undefined ? newest(query, key) : newestUnder(query, { tag, key }))
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit).map(itemOf);
  const last = shown.at(-1);
  return { items: shown, next: rows.length > limit && last !== undefined ? `${last.published}_${last.number}` : null };
}

type Query = ReturnType<typeof entryItems>;
/** The bound by `published` alone is where the index is entered; an `or` by itself would be walked to from the newest entry on. */
type Key = { published: string; number: number } | null;

function newest(query: Query, key: Key): Query {
  const ordered = query.orderBy('entries.published', 'desc').orderBy('entries.number', 'desc');
  if (key === null) return ordered;
  return ordered
    .where('entries.published', '<=', key.published)
    .where((e) =>
      e.or([
        e('entries.published', '<', key.published),
        e.and([e('entries.published', '=', key.published), e('entries.number', '<', key.number)]),
      ]),
    );
}

/** By the tag's own dates: going through all entries would take long for a tag that few carry. */
function newestUnder(query: Query, { tag, key }: { tag: string; key: Key }): Query {
  const ordered = query
    .innerJoin('entryTags', 'entryTags.entry', 'entries.id')
    .where('entryTags.tag', '=', tag)
    .where('entryTags.published', 'is not', null)
    .orderBy('entryTags.published', 'desc')
    .orderBy('entryTags.number', 'desc');
  if (key === null) return ordered as Query;
  return ordered
    .where('entryTags.published', '<=', key.published)
    .where((e) =>
      e.or([
        e('entryTags.published', '<', key.published),
        e.and([e('entryTags.published', '=', key.published), e('entryTags.number', '<', key.number)]),
      ]),
    ) as Query;
}

/** Published ones of these entries, in no order. */
export async function publishedOf(db: Db, { ids }: { ids: string[] }): Promise<EntryItem[]> {
  const rows = await entryItems(db).where('entries.id', 'in', ids).where('entries.state', '=', 'published').execute();
  return rows.map(itemOf);
}

/** Where an entry without a number stands in its series: behind all that have one. */
const NO_PART = 1_000_000_000;

/** The ids of a series' published parts in their order, by key; those without a number come last. */
export async function seriesPage(
  db: Db,
  { series, after, limit }: { series: string; after: Cursor | null; limit: number },
): Promise<{ ids: string[]; next: Cursor | null }> {
  const key = after?.match(/^(\d{1,10})_(\d{1,9})$/);
  let query = db
    .selectFrom('entries')
    .select(['id', 'number'])
    .select((e) => e.fn.coalesce('part', e.val(NO_PART)).as('part'))
    .where('series', '=', series)
    .where('state', '=', 'published');
  if (key) {
    query = query.where((e) => {
      const part = e.fn.coalesce('part', e.val(NO_PART));
      return e.or([
        e(part, '>', Number(key[1])),
        e.and([e(part, '=', Number(key[1])), e('number', '>', Number(key[2]))]),
      ]);
    });
  }
  const rows = await query
    .orderBy('part')
    .orderBy('number')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    next: rows.length > limit && last !== undefined ? `${last.part}_${last.number}` : null,
  };
}

/** How many published parts a series has. */
export async function seriesCount(db: Db, { series }: { series: string }): Promise<number> {
  const row = await db
    .selectFrom('entries')
    .select((e) => e.fn.countAll().as('n'))
    .where('series', '=', series)
    .where('state', '=', 'published')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** Entries that stand first on a blog and in its `featured` collection, newest first. */
export async function pinnedEntries(db: Db, { blog }: { blog: string }): Promise<EntryItem[]> {
  const rows = await entryItems(db)
    .where('entries.blog', '=', blog)
    .where('entries.state', '=', 'published')
    .where('entries.pinned', '=', 1)
    .orderBy('entries.published', 'desc')
    .limit(20)
    .execute();
  return rows.map(itemOf);
}

/** How many published entries a blog has. */
export async function entryCount(db: Db, { blog }: { blog: string }): Promise<number> {
  const row = await db
    .selectFrom('figures')
    .select((e) => e.fn.sum('entries').as('n'))
    .where('owner', '=', blog)
    .executeTakeFirstOrThrow();
  return Number(row.n ?? 0);
}

/** The rows of `EntryItem`, whoever chooses and orders them. */
export function entryItems(db: Db) {
  return db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select([
      'entries.id',
      'entries.number',
      'entries.title',
      'entries.highlight',
      'entries.language',
      'entries.published',
      'entries.part',
      'blogs.handle as blogHandle',
      'blogs.title as blogTitle',
      'blogs.language as blogLanguage',
    ])
    .select((e) =>
      e
        .selectFrom('comments')
        .select((e) => e.fn.countAll().as('n'))
        .whereRef('comments.entry', '=', 'entries.id')
        .where('comments.state', '=', 'shown')
        .as('comments'),
    );
}

type ItemRow = Awaited<ReturnType<ReturnType<typeof entryItems>['execute']>>[number];

/** A row of `entryItems` as the views take it. */
export function itemOf(row: ItemRow): EntryItem {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    highlight: row.highlight,
    language: row.language,
    published: row.published ?? '',
    blog: { handle: row.blogHandle, title: row.blogTitle, language: row.blogLanguage },
    comments: Number(row.comments ?? 0),
    part: row.part,
  };
}

/** Reads a cursor back; nonsense counts as none, because cursors stand in addresses that people cut. */
function readCursor(cursor: Cursor | null): { published: string; number: number } | null {
  const match = cursor?.match(/^(\d{4}-\d\d-\d\dT[\d:.]+Z)_(\d{1,9})$/);
  return match ? { published: match[1] ?? '', number: Number(match[2]) } : null;
}
