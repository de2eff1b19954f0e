// The one file that says who may see and do what. Every read and act that depends on the asker asks here.
import type { Db } from '../storage/database.ts';
import type { Person } from './people.ts';
import { Refusal } from './refusal.ts';

/** Somebody who asks: anyone at all, or a person with the blogs they write in. */
export type Viewer = { kind: 'anyone' } | { kind: 'person'; id: string; role: Person['role']; blogs: string[] };

export const ANYONE: Viewer = { kind: 'anyone' };

/** The viewer that a person is. */
export async function viewerOf(db: Db, { person }: { person: Person }): Promise<Viewer> {
  const rows = await db.selectFrom('authors').select('blog').where('person', '=', person.id).execute();
  return { kind: 'person', id: person.id, role: person.role, blogs: rows.map((row) => row.blog) };
}

/** Whether the viewer writes in this blog. Administrators may look after every blog. */
export function mayWrite(viewer: Viewer, blog: string): boolean {
  return viewer.kind === 'person' && (viewer.role === 'administrator' || viewer.blogs.includes(blog));
}

/** Whether the viewer decides about comments under this blog's entries. */
export function mayModerate(viewer: Viewer, blog: string): boolean {
  return viewer.kind === 'person' && (viewer.role !== 'author' || viewer.blogs.includes(blog));
}

/** Whether the viewer looks after the whole node, and so reads what others reported. */
export function mayReadReports(viewer: Viewer): boolean {
  return viewer.kind === 'person' && viewer.role !== 'author';
}

/** Drafts are for those who write there; what is published is for everybody. */
export function maySeeEntry(viewer: Viewer, entry: { blog: string; state: string }): boolean {
  return entry.state === 'published' || (entry.state === 'draft' && mayWrite(viewer, entry.blog));
}

/** Held comments are for those who decide; hidden and deleted ones for nobody in a thread. */
export function maySeeComment(viewer: Viewer, blog: string, state: string): boolean {
  return state === 'shown' || (state === 'held' && mayModerate(viewer, blog));
}

/** @throws Refusal `forbidden`. */
export function checkMayWrite(viewer: Viewer, blog: string): void {
  if (!mayWrite(viewer, blog)) {
    throw new Refusal('forbidden', {
      th: 'คุณไม่ได้เป็นผู้เขียนของบล็อกนี้ ขอสิทธิ์จากผู้ดูแลเวที',
      en: 'you are not an author of this blog; ask the administrator',
    });
  }
}

/** @throws Refusal `forbidden`. */
export function checkMayModerate(viewer: Viewer, blog: string): void {
  if (!mayModerate(viewer, blog)) {
    throw new Refusal('forbidden', {
      th: 'คุณไม่ได้ดูแลความเห็นของบล็อกนี้ ขอสิทธิ์จากผู้ดูแลเวที',
      en: 'you do not look after the comments of this blog; ask the administrator',
    });
  }
}
