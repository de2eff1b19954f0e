// What the home page and the lists of blogs and tags show of the whole node. Words are put in the order of a Thai dictionary here:
// no database of ours does, for SQLite knows no collation and a server's depends on how it was built.
import type { Db } from '../../storage/database.ts';
import { followerCount } from '../followers.ts';
import { tagKey } from '../text/hashtags.ts';
import { compareThai } from '../text/thai.ts';
import { entryCount } from './lists.ts';

export interface BlogCard {
  id: string;
  handle: string;
  title: string;
  summary: string;
  kind: 'person' | 'team';
  language: string;
  /** Published ones. */
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
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .select((e) => e.fn.countAll().as('n'))
    .where('comments.state', '=', 'shown')
    .where('entries.state', '=', 'published')
    .executeTakeFirstOrThrow();
  return { blogs: Number(blogs.n), entries: Number(entries.n), comments: Number(comments.n) };
}

/** Open blogs with how many entries they published, busiest first, equally busy ones by title. */
export async function blogCards(db: Db, { limit }: { limit: number }): Promise<BlogCard[]> {
  const rows = await db
    .selectFrom('blogs')
    .select(['id', 'handle', 'title', 'summary', 'kind', 'language'])
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
  const cards = rows.map((row) => ({ ...row, entries: Number(row.entries ?? 0) }));
  return cards.sort((one, other) => other.entries - one.entries || compareThai(one.title, other.title));
}

/** Tags of published entries, most used first, equally used ones in dictionary order, optionally of one blog. */
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
  const tags = rows.map((row) => ({ ...row, entries: Number(row.entries) }));
  return tags.sort((one, other) => other.entries - one.entries || compareThai(one.shown, other.shown));
}

/** Counts for a blog's masthead. */
export async function blogFigures(
  db: Db,
  { blog }: { blog: string },
): Promise<{ entries: number; comments: number; followers: number }> {
  const comments = await db
    .selectFrom('entries')
    .innerJoin('comments', 'comments.entry', 'entries.id')
    .select((e) => e.fn.countAll().as('n'))
    .where('entries.blog', '=', blog)
    .where('entries.state', '=', 'published')
    .where('comments.state', '=', 'shown')
    .executeTakeFirstOrThrow();
  return {
    entries: await entryCount(db, { blog }),
    comments: Number(comments.n),
    followers: await followerCount(db, { followed: blog }),
  };
}

/**
 * The tag that a name in an address folds to, with how much is shown under it; null when only drafts or nobody carries it.
 */
export async function tagReading(
  db: Db,
  { name }: { name: string },
): Promise<{ key: string; shown: string; entries: number; posts: number } | null> {
  const key = tagKey(name);
  const own = await db
    .selectFrom('entryTags')
    .innerJoin('entries', 'entries.id', 'entryTags.entry')
    .select((e) => [e.fn.countAll().as('n'), e.fn.min('entryTags.shown').as('shown')])
    .where('entryTags.tag', '=', key)
    .where('entries.state', '=', 'published')
    .executeTakeFirstOrThrow();
  const afar = await db
    .selectFrom('postTags')
    .select((e) => [e.fn.countAll().as('n'), e.fn.min('shown').as('shown')])
    .where('tag', '=', key)
    .executeTakeFirstOrThrow();
  const shown = own.shown ?? afar.shown;
  return shown === null ? null : { key, shown, entries: Number(own.n), posts: Number(afar.n) };
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
