// Deciding about a comment, from under the entry or from the desk.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { commentById } from '../domain/comments/find.ts';
import { commentOrRefuse, decideComment } from '../domain/comments/moderate.ts';
import { entryById } from '../domain/entries/find.ts';
import { mayModerate } from '../domain/visibility.ts';
import { path, pattern } from '../urls.ts';
import type { Asking, Env } from './door.ts';
import { formOf } from './forms.ts';
import { goTo } from './redirects.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';
import { nothingHere } from './tellings.ts';

export const comments = new Hono<Env>().post(pattern.moderateComment, signedIn, async (c) => {
  const form = await formOf(c);
  const id = c.req.param('id');
  const { viewer } = await personOf(c);
  await checkMayKnow(c, id);
  const decision = form.text('act') === 'show' ? 'show' : 'hide';
  await decideComment(c.var.deps.db, { id, decision, viewer });
  return goTo(c, form.text('back') === 'entry' ? await threadPath(c, id) : path.desk());
});

/**
 * What waits for a decision, or was hidden, is known to those who decide there. To all others it looks as if it never was
 * (security.md T56). @throws Refusal `not-found`.
 */
async function checkMayKnow(c: Asking, id: string): Promise<void> {
  const { db } = c.var.deps;
  const comment = await commentById(db, { id });
  const entry = comment === null ? null : await entryById(db, { id: comment.entry });
  if (comment === null || entry === null) throw nothingHere();
  const { viewer } = await personOf(c);
  if (comment.state !== 'shown' && !mayModerate(viewer, entry.blog)) throw nothingHere();
}

/** The page that the comment stands on; at the comment itself, which a hidden one no longer is. */
async function threadPath(c: Asking, id: string): Promise<string> {
  const { db } = c.var.deps;
  const comment = await commentOrRefuse(db, { id });
  const entry = await entryById(db, { id: comment.entry });
  const blog = await blogById(db, { id: comment.home });
  if (entry === null || blog === null) return path.desk();
  const page = path.entry(blog.handle, entry.number);
  return comment.state === 'shown' ? path.comment(blog.handle, entry.number, id) : `${page}#comments`;
}
