// What the operator's lists show: everything in every state, because whoever runs the program may see the database anyway.

import type { Db } from '../../storage/database.ts';
import type { CommentRow, EntryRow } from '../../storage/tables.ts';
import { type Blog, blogById, openBlogs } from '../blogs.ts';
import { followerCount } from '../followers.ts';
import { likeCount } from '../likes.ts';
import { plainText } from '../text/excerpt.ts';
import { entryCount } from './lists.ts';

const PEOPLE_MAX = 1_000;

export interface PersonItem {
  username: string;
  name: string;
  role: string;
  disabled: boolean;
  created: string;
}

/** Everybody who may or might sign in, by username. */
export async function peopleHere(db: Db): Promise<PersonItem[]> {
  const rows = await db
    .selectFrom('people')
    .select(['username', 'name', 'role', 'disabled', 'created'])
    .orderBy('username')
    .limit(PEOPLE_MAX)
    .execute();
  return rows.map((row) => ({ ...row, disabled: row.disabled === 1 }));
}

export interface BlogItem {
  handle: string;
  title: string;
  /** Usernames. */
  authors: string[];
  /** Published ones. */
  entries: number;
  followers: number;
}

/** Every open blog, oldest first. */
export async function blogsHere(db: Db): Promise<BlogItem[]> {
  const items: BlogItem[] = [];
  for (const { id, handle, title } of await openBlogs(db)) {
    const authors = await db
      .selectFrom('authors')
      .innerJoin('people', 'people.id', 'authors.person')
      .select('people.username')
      .where('authors.blog', '=', id)
      .orderBy('people.username')
      .execute();
    items.push({
      handle,
      title,
      authors: authors.map((author) => author.username),
      entries: await entryCount(db, { blog: id }),
      followers: await followerCount(db, { followed: id }),
    });
  }
  return items;
}

/** The blog that an entry stands in. */
export async function homeOf(db: Db, { entry }: { entry: Pick<EntryRow, 'blog'> }): Promise<Blog> {
  const blog = await blogById(db, { id: entry.blog });
  if (blog === null) throw new Error(`the blog ${entry.blog} is missing although an entry stands in it`);
  return blog;
}

export interface EntryItem {
  number: number;
  title: string;
  state: EntryRow['state'];
  handle: string;
  published: string | null;
  revised: string | null;
  likes: number;
  /** Shown ones. */
  comments: number;
}

/** Entries in every state, newest number first. `before` is the last number of the page before. */
export async function entriesHere(
  db: Db,
  { blog, before, limit }: { blog?: string | undefined; before?: number | undefined; limit: number },
): Promise<EntryItem[]> {
  let query = db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['entries.id', 'entries.number', 'entries.title', 'entries.state', 'entries.published', 'entries.revised'])
    .select('blogs.handle')
    .select((e) =>
      e
        .selectFrom('comments')
        .select((e) => e.fn.countAll().as('n'))
        .whereRef('comments.entry', '=', 'entries.id')
        .where('comments.state', '=', 'shown')
        .as('comments'),
    );
  if (blog !== undefined) query = query.where('entries.blog', '=', blog);
  if (before !== undefined) query = query.where('entries.number', '<', before);
  const rows = await query.orderBy('entries.number', 'desc').limit(limit).execute();
  return await Promise.all(
    rows.map(async ({ id, ...row }) => ({
      ...row,
      likes: await likeCount(db, { entry: id }),
      comments: Number(row.comments ?? 0),
    })),
  );
}

export interface CommentItem {
  id: string;
  /** The number of the entry it stands under. */
  entry: number;
  state: CommentRow['state'];
  /** `@user@host` from afar, `@handle` of a blog here, or the name that a guest gave. */
  author: string;
  text: string;
  published: string | null;
}

/** Comments, newest first, optionally in one state or under one entry. */
export async function commentsHere(
  db: Db,
  { state, entry, limit }: { state?: CommentRow['state'] | undefined; entry?: number | undefined; limit: number },
): Promise<CommentItem[]> {
  let query = db
    .selectFrom('comments')
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .leftJoin('actors', 'actors.id', 'comments.actor')
    .leftJoin('blogs', 'blogs.id', 'comments.blog')
    .select(['comments.id', 'entries.number as entry', 'comments.state', 'comments.html', 'comments.published'])
    .select(['comments.guest', 'actors.handle as user', 'actors.host', 'blogs.handle']);
  if (state !== undefined) query = query.where('comments.state', '=', state);
  if (entry !== undefined) query = query.where('entries.number', '=', entry);
  const rows = await query.orderBy('comments.received', 'desc').orderBy('comments.id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    id: row.id,
    entry: row.entry,
    state: row.state,
    author: row.user !== null ? `@${row.user}@${row.host}` : row.handle !== null ? `@${row.handle}` : (row.guest ?? ''),
    text: plainText(Buffer.from(row.html).toString()),
    published: row.published,
  }));
}

export interface ReplyItem {
  id: string;
  /** The post elsewhere that it stands under. */
  inReplyTo: string;
  state: 'shown' | 'deleted';
  /** `@handle` of a blog here. */
  author: string;
  text: string;
  published: string;
}

/** What blogs here answered under other servers' posts, newest first. */
export async function repliesHere(db: Db, { limit }: { limit: number }): Promise<ReplyItem[]> {
  const rows = await db
    .selectFrom('replies')
    .innerJoin('blogs', 'blogs.id', 'replies.blog')
    .select(['replies.id', 'replies.inReplyTo', 'replies.deleted', 'replies.html', 'replies.published'])
    .select('blogs.handle')
    .orderBy('replies.published', 'desc')
    .orderBy('replies.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id, inReplyTo, deleted, html, published, handle }) => ({
    id,
    inReplyTo,
    state: deleted === null ? 'shown' : 'deleted',
    author: `@${handle}`,
    text: plainText(Buffer.from(html).toString()),
    published,
  }));
}

export interface QuoteItem {
  id: string;
  /** The number of the entry that is quoted. */
  entry: number;
  /** The post that quotes it. */
  post: string;
  /** `@user@host`. */
  author: string;
  created: string;
  revoked: string | null;
}

/** Posts elsewhere that quote entries with our stamp, newest first, optionally of one entry. */
export async function quotesHere(
  db: Db,
  { entry, limit }: { entry?: number | undefined; limit: number },
): Promise<QuoteItem[]> {
  let query = db
    .selectFrom('quotes')
    .innerJoin('entries', 'entries.id', 'quotes.entry')
    .innerJoin('actors', 'actors.id', 'quotes.actor')
    .select(['quotes.id', 'entries.number as entry', 'quotes.post', 'quotes.created', 'quotes.revoked'])
    .select(['actors.handle', 'actors.host']);
  if (entry !== undefined) query = query.where('entries.number', '=', entry);
  const rows = await query.orderBy('quotes.created', 'desc').orderBy('quotes.id', 'desc').limit(limit).execute();
  return rows.map(({ handle, host, ...row }) => ({ ...row, author: `@${handle}@${host}` }));
}
