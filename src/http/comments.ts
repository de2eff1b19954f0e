// Deciding about a comment, from under the entry or from the desk.
import { Hono } from 'hono';
import { blogById } from '../domain/blogs.ts';
import { commentOrRefuse, decideComment } from '../domain/comments/moderate.ts';
import { entryById } from '../domain/entries/find.ts';
import { path, pattern } from '../urls.ts';
import type { Asking, Env } from './door.ts';
import { formOf } from './forms.ts';
import { goTo } from './redirects.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';

export const comments = new Hono<Env>().post(pattern.moderateComment, signedIn, async (c) => {
  const form = await formOf(c);
  const id = c.req.param('id');
  const { viewer } = await personOf(c);
  const decision = form.text('act') === 'show' ? 'show' : 'hide';
  await decideComment(c.var.deps.db, { id, decision, viewer });
  return goTo(c, form.text('back') === 'entry' ? await threadPath(c, id) : path.desk());
});

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
