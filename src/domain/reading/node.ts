// What the home page and the lists of blogs and tags show of the whole node.
import type { Db } from '../../storage/database.ts';
import { tagKey } from '../text/hashtags.ts';

export interface BlogCard {
  id: string;
  handle: string;
  title: string;
  summary: string;
  kind: 'person' | 'team';
  entries: number;
}

export interface TagCount {
  key: string;
  shown: string;
  entries: number;
}

/** Counts for the masthead. */
export async function nodeFigures(db: Db): Promise<{ blogs: number; entries: number; comments: number }> {
  const blogs = await db
    .selectFrom('blogs')
    .select((e) => e.fn.countAll().as('n'))
    .where('closed', 'is', null)
    .executeTakeFirstOrThrow();
  const entries = await db
    .selectFrom('entries')
    .select((e) => e.fn.countAll().as('n'))
    .where('state', '=', 'published')
    .executeTakeFirstOrThrow();
  const comments = await db
    .selectFrom('comments')
    .select((e) => e.fn.countAll().as('n'))
    .where('state', '=', 'shown')
    .executeTakeFirstOrThrow();
  return { blogs: Number(blogs.n), entries: Number(entries.n), comments: Number(comments.n) };
}

/** Open blogs with how many entries they published, busiest first. */
export async function blogCards(db: Db, { limit }: { limit: number }): Promise<BlogCard[]> {
  const rows = await db
    .selectFrom('blogs')
    .select(['id', 'handle', 'title', 'summary', 'kind'])
    .select((e) =>
      e
        .selectFrom('entries')
        .select((e) => e.fn.countAll().as('n'))
        .whereRef('entries.blog', '=', 'blogs.id')
        .where('entries.state', '=', 'published')
        .as('entries'),
    )
    .where('closed', 'is', null)
    .orderBy('entries', 'desc')
    .orderBy('handle')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, entries: Number(row.entries ?? 0) }));
}

/** Tags of published entries, most used first, optionally of one blog. */
export async function topTags(db: Db, { blog, limit }: { blog?: string; limit: number }): Promise<TagCount[]> {
  let query = db
    .selectFrom('entryTags')
    .innerJoin('tags', 'tags.key', 'entryTags.tag')
    .innerJoin('entries', 'entries.id', 'entryTags.entry')
    .select(['tags.key', 'tags.shown'])
    .select((e) => e.fn.countAll().as('entries'))
    .where('entries.state', '=', 'published');
  if (blog !== undefined) query = query.where('entries.blog', '=', blog);
  const rows = await query
    .groupBy(['tags.key', 'tags.shown'])
    .orderBy('entries', 'desc')
    .orderBy('tags.key')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, entries: Number(row.entries) }));
}

/** The tag that a name in an address folds to, with the spellings that were folded together; null when nobody used it. */
export async function tagReading(
  db: Db,
  { name }: { name: string },
): Promise<{ key: string; shown: string; spellings: string[] } | null> {
  const key = tagKey(name);
  const tag = await db.selectFrom('tags').selectAll().where('key', '=', key).executeTakeFirst();
  if (tag === undefined) return null;
  const own = await db.selectFrom('entryTags').select('shown').distinct().where('tag', '=', key).limit(20).execute();
  const afar = await db.selectFrom('postTags').select('shown').distinct().where('tag', '=', key).limit(20).execute();
  return { ...tag, spellings: [...new Set([...own, ...afar].map((row) => row.shown))] };
}

/** The series of a blog with how many parts it has, newest first. */
export async function blogSeries(
  db: Db,
  { blog }: { blog: string },
): Promise<{ id: string; title: string; parts: number; latest: string }[]> {
  const rows = await db
    .selectFrom('series')
    .innerJoin('entries', 'entries.series', 'series.id')
    .select(['series.id', 'series.title'])
    .select((e) => [e.fn.countAll().as('parts'), e.fn.max('entries.published').as('latest')])
    .where('series.blog', '=', blog)
    .where('entries.state', '=', 'published')
    .groupBy(['series.id', 'series.title'])
    .orderBy('latest', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({ ...row, parts: Number(row.parts), latest: row.latest ?? '' }));
}
