// From what the domain reads to what the views show: lists of entries, blogs and posts.
import type { Blog } from '../domain/blogs.ts';
import type { EntryPage } from '../domain/reading/lists.ts';
import type { PostItem } from '../domain/reading/posts.ts';
import { pageAfter } from '../urls.ts';
import type { Voice } from '../views/answer-box.ts';
import type { Pager } from '../views/pager.ts';
import type { PostView } from '../views/post-item.ts';
import type { Asking } from './door.ts';

/** A post from afar. */
export function postCard(post: PostItem): PostView {
  const { author } = post;
  return {
    id: post.id,
    title: post.title,
    summary: post.summary,
    body: post.html,
    url: post.url,
    language: post.language,
    published: post.published,
    author: { name: author.name || author.handle, user: author.handle, host: author.host },
  };
}

/** A blog that somebody may speak as. */
export function voiceCard({ handle, title, language }: Blog): Voice {
  return { handle, title, language };
}

/** Where a list goes on. Cursors only lead forward, so "newer" leads to the beginning. */
export function pagerOf(list: string, { after, next }: { after: string | null; next: EntryPage['next'] }): Pager {
  return { newer: after === null ? null : list, older: next === null ? null : pageAfter(list, next) };
}

/** The cursor that the address carries, or null at the beginning of a list. */
export function cursorOf(c: Asking): string | null {
  return c.req.query('after') ?? null;
}
