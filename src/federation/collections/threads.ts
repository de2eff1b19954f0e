// What was said under an entry, for servers that fill in a conversation which they saw only in part (federation.md §10): only
// what is shown to everybody, as addresses, wherever it was written.
import { addressedComments, addressedCount, commentById } from '../../domain/comments/find.ts';
import type { Comment } from '../../domain/comments/receive.ts';
import { entryById } from '../../domain/entries/find.ts';
import type { Entry } from '../../domain/entries/write.ts';
import { path } from '../../urls.ts';
import { at, type Here } from '../here.ts';
import { listed, PAGE } from './addresses.ts';

interface Asked {
  id: string;
  after: string | null;
}

/** The `replies` of an entry: all that is said under it, oldest first (federation.md §0.6, item 66). */
export async function entryReplies(here: Here, { id, after }: Asked): Promise<object | null> {
  const entry = await publishedEntry(here, id);
  return entry === null ? null : await repliesAt(here, { path: path.articleReplies(id), below: { entry: id }, after });
}

/** The `replies` of a comment of this node's own: what answers it directly, oldest first. */
export async function commentReplies(here: Here, { id, after }: Asked): Promise<object | null> {
  const comment = await ownComment(here, id);
  if (comment === null) return null;
  return await repliesAt(here, { path: path.noteReplies(id), below: { entry: comment.entry, parent: id }, after });
}

/** A comment that a blog here wrote, as long as it and its entry are shown. */
export async function ownComment(here: Here, id: string): Promise<Comment | null> {
  const comment = await commentById(here.db, { id });
  if (comment === null || comment.blog === null || comment.state !== 'shown') return null;
  return (await publishedEntry(here, comment.entry)) === null ? null : comment;
}

/**
 * The `context` of an entry and of everything under it: first the entry, then all that was said, oldest first, owned by the
 * entry's blog (FEP-7888, FEP-f228).
 */
export async function entryContext(here: Here, { id, after }: Asked): Promise<object | null> {
  const entry = await publishedEntry(here, id);
  if (entry === null) return null;
  const list = {
    path: path.articleContext(id),
    type: 'OrderedCollection',
    about: { attributedTo: at(here, path.actor(entry.blog)).href },
    total: async () => 1 + (await addressedCount(here.db, { entry: id })),
    async page(key: string) {
      const { items, next } = await said(here, { below: { entry: id }, after: key });
      return { items: key === '' ? [at(here, path.article(id)).href, ...items] : items, next };
    },
  } as const;
  return await listed(here, list, after);
}

/** What is meant by "below": the whole thread of an entry, or what answers one comment in it. */
interface Below {
  entry: string;
  parent?: string;
}

async function repliesAt(
  here: Here,
  { path, below, after }: { path: string; below: Below; after: string | null },
): Promise<object> {
  const list = {
    path,
    type: 'Collection',
    total: () => addressedCount(here.db, below),
    page: (key: string) => said(here, { below, after: key }),
  } as const;
  return await listed(here, list, after);
}

async function said(
  here: Here,
  { below, after }: { below: Below; after: string },
): Promise<{ items: string[]; next: string | null }> {
  const rows = await addressedComments(here.db, { ...below, after, limit: PAGE + 1 });
  const shown = rows.slice(0, PAGE);
  return {
    items: shown.map((row) => row.uri ?? at(here, path.note(row.id)).href),
    next: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null,
  };
}

async function publishedEntry(here: Here, id: string): Promise<Entry | null> {
  const entry = await entryById(here.db, { id });
  return entry?.state === 'published' ? entry : null;
}
