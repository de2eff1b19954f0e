// From what the domain reads to what the views show: lists of entries, blogs and posts.
import { type Blog, openBlogs } from '../domain/blogs.ts';
import type { EntryPage, EntryItem as EntryRead } from '../domain/reading/lists.ts';
import type { BlogCard as BlogRead } from '../domain/reading/node.ts';
import type { PostItem } from '../domain/reading/posts.ts';
import { storedHtml } from '../domain/text/sanitise.ts';
import { pageAfter } from '../urls.ts';
import type { Voice } from '../views/answer-box.ts';
import type { BlogCard } from '../views/blog-card.ts';
import type { EntryItem } from '../views/entry-item.ts';
import type { Pager } from '../views/pager.ts';
import type { PostView } from '../views/post-item.ts';
import type { Asking } from './door.ts';

/** The language of each open blog by handle; the lists of the domain do not carry it. */
export async function blogLanguages(c: Asking): Promise<Map<string, string>> {
  const blogs = await openBlogs(c.var.deps.pages);
  return new Map(blogs.map((blog) => [blog.handle, blog.language]));
}

/** An entry in a list. */
export function entryCard(entry: EntryRead, languages: Map<string, string>): EntryItem {
  const language = languages.get(entry.blog.handle) ?? entry.language;
  return { ...entry, blog: { ...entry.blog, language } };
}

/** A blog in a list. */
export function blogCard(blog: BlogRead, languages: Map<string, string>): BlogCard {
  return { ...blog, language: languages.get(blog.handle) ?? 'th' };
}

/** A post from afar. */
export function postCard(post: PostItem): PostView {
  const { author } = post;
  return {
    id: post.id,
    title: post.title,
    summary: post.summary,
    body: storedHtml(Buffer.from(post.html)),
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
