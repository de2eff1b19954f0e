// What the home page and the lists of blogs and tags show of the whole node. Words are put in the order of a Thai dictionary here:
// no database of ours does, for SQLite knows no collation and a server's depends on how it was built.
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
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
  let counts = db
    .selectFrom('entryTags')
    .select(['tag', (e) => e.fn.countAll().as('entries')])
    .where('published', 'is not', null);
  if (blog !== undefined) {
    counts = counts.where('entry', 'in', (e) => e.selectFrom('entries').select('id').where('blog', '=', blog));
  }
  // Names are looked up for those that are left: counting is the work here.
  const most = counts.groupBy('tag').orderBy('entries', 'desc').orderBy('tag').limit(limit).as('most');
  const rows = await db
    .selectFrom(most)
    .innerJoin('tags', 'tags.key', 'most.tag')
    .select(['tags.key', 'tags.shown', 'most.entries'])
    .orderBy('most.entries', 'desc')
    .orderBy('tags.key')
    .execute();
  const tags = rows.map((row) => ({ ...row, entries: Number(row.entries) }));
  return tags.sort((one, other) => other.entries - one.entries || compareThai(one.shown, other.shown));
}

/** Counts for a blog's masthead. */
export async function blogFigures(
  db: Db,
  { blog }: { blog: string },
): Promise<{ entries: number; comments: number; followers: number }> {
  // Entry by entry: left to itself, the engine begins with every comment of the node.
  const comments = await db
    .selectFrom('entries')
    .select((e) => e.fn.sum<number | null>(shownUnder(e)).as('n'))
    .where('entries.blog', '=', blog)
    .where('entries.state', '=', 'published')
    .executeTakeFirstOrThrow();
  return {
    entries: await entryCount(db, { blog }),
    comments: Number(comments.n ?? 0),
    followers: await followerCount(db, { followed: blog }),
  };
}

function shownUnder(e: ExpressionBuilder<Tables, 'entries'>) {
  return e
    .selectFrom('comments')
    .select((e) => e.fn.countAll<number>().as('n'))
    .whereRef('comments.entry', '=', 'entries.id')
    .where('comments.state', '=', 'shown');
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
    .select((e) => [e.fn.countAll().as('n'), e.fn.min('shown').as('shown')])
    .where('tag', '=', key)
    .where('published', 'is not', null)
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
