// Comments of a thread as views show them: who speaks and from where, with words that went through the sanitiser.
import type { Voice } from '../domain/comments/thread.ts';
import type { EntryReading } from '../domain/reading/entry.ts';
import type { CommentView } from '../views/comment.ts';
import type { Asking } from './door.ts';

/** The whole tree under an entry. */
export function commentViews(c: Asking, { thread, blog }: Pick<EntryReading, 'thread' | 'blog'>): CommentView[] {
  return thread.map((voice) => ({
    ...commentView(c, voice, blog.id),
    replies: commentViews(c, { thread: voice.replies, blog }),
  }));
}

/** One comment without its answers; `home` is the blog whose entry it stands under, or null where that does not matter. */
export function commentView(c: Asking, voice: Voice, home: string | null): CommentView {
  const { actor, blog } = voice;
  return {
    id: voice.id,
    state: voice.state,
    name: actor?.name || actor?.handle || blog?.title || voice.guest || null,
    handle: actor ? { user: actor.handle, host: actor.host } : blog && { user: blog.handle, host: hostOf(c) },
    kind: 'person',
    author: blog !== null && blog.id === home,
    imported: voice.imported,
    body: voice.html,
    language: voice.language,
    published: voice.published,
    url: voice.url,
    replies: [],
  };
}

function hostOf(c: Asking): string {
  return new URL(c.var.deps.origin).host;
}

/** The comment of a thread with this id, or null. */
export function voiceIn(thread: Voice[], id: string): Voice | null {
  for (const voice of thread) {
    const found = voice.id === id ? voice : voiceIn(voice.replies, id);
    if (found !== null) return found;
  }
  return null;
}
