// What a signed-in person finds on their desk: their blogs, what they wrote, and comments that wait for them.
import type { Db } from '../../storage/database.ts';
import type { Blog } from '../blogs.ts';
import { heldComments } from '../comments/thread.ts';
import type { Viewer } from '../visibility.ts';

export interface DeskEntry {
  id: string;
  number: number;
  title: string;
  state: 'draft' | 'published' | 'withdrawn';
  language: string;
  blog: { handle: string; title: string; language: string };
  /** Shown ones. */
  comments: number;
  /** As far as they were written down. */
  reads: number;
  created: string;
  published: string | null;
  revised: string | null;
}

const ENTRIES_MAX = 100;
const HELD_MAX = 100;

/** Blogs that the viewer may write in, oldest first. */
export async function blogsOf(db: Db, { viewer }: { viewer: Viewer }): Promise<Blog[]> {
  if (viewer.kind === 'anyone') return [];
  let query = db.selectFrom('blogs').selectAll().where('closed', 'is', null);
  if (viewer.role !== 'administrator') {
    if (viewer.blogs.length === 0) return [];
    query = query.where('id', 'in', viewer.blogs);
  }
  return await query.orderBy('created').limit(1_000).execute();
}

/** The desk of a viewer; empty for anyone who is not signed in. */
export async function deskReading(
  db: Db,
  { viewer }: { viewer: Viewer },
): Promise<{ blogs: Blog[]; entries: DeskEntry[]; held: Awaited<ReturnType<typeof heldComments>> }> {
  const blogs = await blogsOf(db, { viewer });
  if (viewer.kind === 'anyone') return { blogs, entries: [], held: [] };
  const mine = blogs.map((blog) => blog.id);
  return {
    blogs,
    entries: await deskEntries(db, { blogs: mine }),
    held: await heldComments(db, { blogs: viewer.role === 'author' ? mine : 'all', limit: HELD_MAX }),
  };
}

/** Entries of these blogs in every state but withdrawn, newest first. */
export async function deskEntries(db: Db, { blogs }: { blogs: string[] }): Promise<DeskEntry[]> {
  if (blogs.length === 0) return [];
  const rows = await db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['entries.id', 'entries.number', 'entries.title', 'entries.state', 'entries.language'])
    .select(['entries.created', 'entries.published', 'entries.revised'])
    .select(['blogs.handle', 'blogs.title as blogTitle', 'blogs.language as blogLanguage'])
    .select((e) =>
      e
        .selectFrom('comments')
        .select((e) => e.fn.countAll().as('n'))
        .whereRef('comments.entry', '=', 'entries.id')
        .where('comments.state', '=', 'shown')
        .as('comments'),
    )
    .leftJoin('reads', 'reads.entry', 'entries.id')
    .select('reads.times as reads')
    .where('entries.state', '!=', 'withdrawn')
    .where('entries.blog', 'in', blogs)
    .orderBy('entries.number', 'desc')
    .limit(ENTRIES_MAX)
    .execute();
  return rows.map(({ handle, blogTitle, blogLanguage, ...row }) => ({
    ...row,
    blog: { handle, title: blogTitle, language: blogLanguage },
    comments: Number(row.comments ?? 0),
    reads: row.reads ?? 0,
  }));
}
