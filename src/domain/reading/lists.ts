// Lists of entries for pages and collections: newest first, by key and never by offset, always with a limit.
import type { Db } from '../../storage/database.ts';

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

/** Published entries, newest first, optionally of one blog or tag. */
export async function entriesPage(
  db: Db,
  { blog, tag, after, limit }: { blog?: string; tag?: string; after: Cursor | null; limit: number },
): Promise<EntryPage> {
  let query = items(db).where('entries.state', '=', 'published');
  if (blog !== undefined) query = query.where('entries.blog', '=', blog);
  if (tag !== undefined) {
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('entryTags')
          .select('entryTags.entry')
          .whereRef('entryTags.entry', '=', 'entries.id')
          .where('entryTags.tag', '=', tag),
      ),
    );
  }
  const key = readCursor(after);
  if (key !== null) {
    query = query.where((e) =>
      e.or([
        e('entries.published', '<', key.published),
        e.and([e('entries.published', '=', key.published), e('entries.number', '<', key.number)]),
      ]),
    );
  }
  const rows = await query
    .orderBy('entries.published', 'desc')
    .orderBy('entries.number', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit).map(itemOf);
  const last = shown.at(-1);
  return { items: shown, next: rows.length > limit && last !== undefined ? `${last.published}_${last.number}` : null };
}

/** The parts of a series in their order. */
export async function seriesParts(db: Db, { series }: { series: string }): Promise<EntryItem[]> {
  const rows = await items(db)
    .where('entries.series', '=', series)
    .where('entries.state', '=', 'published')
    // Those without a number stand first on both engines.
    .orderBy('entries.part', (part) => part.asc().nullsFirst())
    .orderBy('entries.published')
    .limit(1_000)
    .execute();
  return rows.map(itemOf);
}

/** Entries that stand first on a blog and in its `featured` collection. */
export async function pinnedEntries(db: Db, { blog }: { blog: string }): Promise<{ id: string; number: number }[]> {
  return await db
    .selectFrom('entries')
    .select(['id', 'number'])
    .where('blog', '=', blog)
    .where('state', '=', 'published')
    .where('pinned', '=', 1)
    .orderBy('published', 'desc')
    .limit(20)
    .execute();
}

/** How many published entries a blog has. */
export async function entryCount(db: Db, { blog }: { blog: string }): Promise<number> {
  const row = await db
    .selectFrom('entries')
    .select((e) => e.fn.countAll().as('n'))
    .where('blog', '=', blog)
    .where('state', '=', 'published')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

function items(db: Db) {
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

type ItemRow = Awaited<ReturnType<ReturnType<typeof items>['execute']>>[number];

function itemOf(row: ItemRow): EntryItem {
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
