// What the home page and the lists of blogs and tags show of the whole node. Words are put in the order of a Thai dictionary here:
// no database of ours does, for SQLite knows no collation and a server's depends on how it was built.
import type { Db } from '../../storage/database.ts';
import { tagKey } from '../text/hashtags.ts';
import { compareThai } from '../text/thai.ts';

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
  const kept = await db
    .selectFrom('figures')
    .select((e) => [e.fn.sum('entries').as('entries'), e.fn.sum('comments').as('comments')])
    .executeTakeFirstOrThrow();
  return { blogs: Number(blogs.n), entries: Number(kept.entries ?? 0), comments: Number(kept.comments ?? 0) };
}

/** Open blogs with how many entries they published, busiest first, equally busy ones by title. */
export async function blogCards(db: Db, { limit }: { limit: number }): Promise<BlogCard[]> {
  const rows = await db
    .selectFrom('blogs')
    .leftJoin(
      (e) =>
        e
          .selectFrom('figures')
          .select((e) => ['owner', e.fn.sum<number>('entries').as('entries')])
          .groupBy('owner')
          .as('kept'),
      (join) => join.onRef('kept.owner', '=', 'blogs.id'),
    )
    .select(['id', 'handle', 'title', 'summary', 'kind', 'language'])
    .select((e) => e.fn.coalesce('kept.entries', e.lit(0)).as('entries'))
    .where('closed', 'is', null)
    .orderBy('entries', 'desc')
    .orderBy('handle')
    .limit(limit)
    .execute();
  return rows.sort((one, other) => other.entries - one.entries || compareThai(one.title, other.title));
}

/** Tags of published entries, most used first, equally used ones in dictionary order, optionally of one blog. */
export async function topTags(db: Db, { blog, limit }: { blog?: string; limit: number }): Promise<TagCount[]> {
  const rows = await db
    .selectFrom('tagFigures')
    .innerJoin('tags', 'tags.key', 'tagFigures.tag')
    .select(['tags.key', 'tags.shown', 'tagFigures.entries'])
    .where('tagFigures.owner', '=', blog ?? '')
    .where('tagFigures.entries', '>', 0)
    .orderBy('tagFigures.entries', 'desc')
    .orderBy('tagFigures.tag')
    .limit(limit)
    .execute();
  return rows.sort((one, other) => other.entries - one.entries || compareThai(one.shown, other.shown));
}

/** Counts for a blog's masthead. */
export async function blogFigures(
  db: Db,
  { blog }: { blog: string },
): Promise<{ entries: number; comments: number; followers: number }> {
  const row = await db
    .selectFrom('figures')
    .select((e) => [
      e.fn.sum('entries').as('entries'),
      e.fn.sum('comments').as('comments'),
      e.fn.sum('followers').as('followers'),
    ])
    .where('owner', '=', blog)
    .executeTakeFirstOrThrow();
  return {
    entries: Number(row.entries ?? 0),
    comments: Number(row.comments ?? 0),
    followers: Number(row.followers ?? 0),
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
    .selectFrom('tagFigures')
    .innerJoin('tags', 'tags.key', 'tagFigures.tag')
    .select(['tagFigures.entries', 'tags.shown'])
    .where('tagFigures.tag', '=', key)
    .where('tagFigures.owner', '=', '')
    .where('tagFigures.entries', '>', 0)
    .executeTakeFirst();
  const afar = await db
    .selectFrom('postTags')
    .select((e) => [e.fn.countAll().as('n'), e.fn.min('shown').as('shown')])
    .where('tag', '=', key)
    .executeTakeFirstOrThrow();
  const shown = own?.shown ?? afar.shown;
  return shown === null ? null : { key, shown, entries: own?.entries ?? 0, posts: Number(afar.n) };
}

/** The series of a blog with how many parts it has, newest first. */
export async function blogSeries(
  db: Db,
  { blog }: { blog: string },
): Promise<{ id: string; title: string; parts: number; latest: string }[]> {
  const rows = await db
    .selectFrom('series')
    .select(['series.id', 'series.title'])
    // Series by series, for the same reason.
    .select((e) => {
      const parts = e
        .selectFrom('entries')
        .whereRef('entries.series', '=', 'series.id')
        .where('entries.state', '=', 'published');
      return [
        parts.select((e) => e.fn.countAll().as('n')).as('parts'),
        parts.select((e) => e.fn.max('published').as('at')).as('latest'),
      ];
    })
    .where('series.blog', '=', blog)
    .where((e) =>
      e.exists(
        e
          .selectFrom('entries')
          .select('id')
          .whereRef('entries.series', '=', 'series.id')
          .where('entries.state', '=', 'published'),
      ),
    )
    .orderBy('latest', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({ ...row, parts: Number(row.parts), latest: row.latest ?? '' }));
}
