// What the search page offers for narrowing: the blogs, the years in which something was published, and, for members, who wrote.
import type { Db } from '../../storage/database.ts';
import { openBlogs } from '../blogs.ts';
import type { Viewer } from '../visibility.ts';

const AUTHORS_MAX = 500;
const BANGKOK_AHEAD_MS = 7 * 60 * 60 * 1000;

export interface Choices {
  blogs: { handle: string; title: string; language: string }[];
  /** Empty for anyone who is no member: outside, the blog speaks and not the person. */
  authors: { id: string; name: string }[];
  /** Gregorian, newest first; as Thailand's clock counts them. */
  years: number[];
}

/** The choices for this viewer. */
export async function searchChoices(db: Db, { viewer }: { viewer: Viewer }): Promise<Choices> {
  return {
    blogs: (await openBlogs(db)).map(({ handle, title, language }) => ({ handle, title, language })),
    authors: viewer.kind === 'person' ? await writers(db) : [],
    years: await years(db),
  };
}

async function writers(db: Db): Promise<Choices['authors']> {
  return await db
    .selectFrom('people')
    .select(['id', 'name'])
    .where('id', 'in', (e) => e.selectFrom('authors').select('authors.person'))
    .orderBy('created')
    .limit(AUTHORS_MAX)
    .execute();
}

async function years(db: Db): Promise<number[]> {
  const [first, last] = [await published(db, 'asc'), await published(db, 'desc')];
  if (first === null || last === null) return [];
  return Array.from({ length: last - first + 1 }, (_, before) => last - before);
}

/** The year of the oldest or the newest entry. */
async function published(db: Db, order: 'asc' | 'desc'): Promise<number | null> {
  const row = await db
    .selectFrom('entries')
    .select('published')
    .where('state', '=', 'published')
    .orderBy('published', order)
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.published === null) return null;
  return new Date(Date.parse(row.published) + BANGKOK_AHEAD_MS).getUTCFullYear();
}
