// What the page of reports shows: who reports what, and the entries and comments that it is about.
import type { Db } from '../../storage/database.ts';
import { ORGANISATION } from '../organisations.ts';
import { excerpt, plainText } from '../text/excerpt.ts';
import { mayReadReports, type Viewer } from '../visibility.ts';

export interface ReportReading {
  id: string;
  /** Who reports. */
  actor: { name: string; handle: string; host: string; url: string };
  /** Plain text. */
  content: string;
  received: string;
  seen: string | null;
  blogs: { handle: string; title: string; language: string }[];
  /** Whether the organisation itself is reported. */
  organisation: boolean;
  entries: { handle: string; number: number; title: string; language: string }[];
  comments: {
    id: string;
    text: string;
    language: string | null;
    state: string;
    entry: { handle: string; number: number };
  }[];
}

const COMMENT_GRAPHEMES_MAX = 280;

/** Reports that nobody has seen, oldest first, or those that somebody has, newest first. Empty for whoever may not read them. */
export async function reportsReading(
  db: Db,
  { viewer, which, limit }: { viewer: Viewer; which: 'new' | 'seen'; limit: number },
): Promise<ReportReading[]> {
  if (!mayReadReports(viewer)) return [];
  const rows = await db
    .selectFrom('reports')
    .innerJoin('actors', 'actors.id', 'reports.actor')
    .select(['reports.id', 'reports.content', 'reports.received', 'reports.seen'])
    .select(['actors.name', 'actors.handle', 'actors.host', 'actors.url'])
    .where('reports.seen', which === 'new' ? 'is' : 'is not', null)
    .orderBy('reports.received', which === 'new' ? 'asc' : 'desc')
    .orderBy('reports.id')
    .limit(limit)
    .execute();
  return await Promise.all(
    rows.map(async ({ name, handle, host, url, ...row }) => ({
      ...row,
      actor: { name, handle, host, url },
      ...(await aboutWhat(db, row.id)),
    })),
  );
}

/** How many reports wait for somebody to look; null for whoever may not know. */
export async function reportsWaiting(db: Db, { viewer }: { viewer: Viewer }): Promise<number | null> {
  if (!mayReadReports(viewer)) return null;
  const row = await db
    .selectFrom('reports')
    .select((e) => e.fn.countAll().as('n'))
    .where('seen', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

async function aboutWhat(
  db: Db,
  report: string,
): Promise<Pick<ReportReading, 'blogs' | 'organisation' | 'entries' | 'comments'>> {
  const subjects = await db.selectFrom('reportSubjects').selectAll().where('report', '=', report).execute();
  const ids = (kind: string) => subjects.filter((one) => one.kind === kind).map(({ subject }) => subject);
  const blogs = await db
    .selectFrom('blogs')
    .select(['handle', 'title', 'language'])
    .where('id', 'in', ids('actor'))
    .orderBy('handle')
    .execute();
  const entries = await db
    .selectFrom('entries')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['blogs.handle', 'entries.number', 'entries.title', 'entries.language'])
    .where('entries.id', 'in', ids('entry'))
    .orderBy('entries.number')
    .execute();
  const comments = await db
    .selectFrom('comments')
    .innerJoin('entries', 'entries.id', 'comments.entry')
    .innerJoin('blogs', 'blogs.id', 'entries.blog')
    .select(['comments.id', 'comments.html', 'comments.language', 'comments.state', 'blogs.handle', 'entries.number'])
    .where('comments.id', 'in', ids('comment'))
    .orderBy('comments.id')
    .execute();
  return {
    blogs,
    organisation: ids('actor').includes(ORGANISATION),
    entries,
    comments: comments.map(({ html, handle, number, ...comment }) => ({
      ...comment,
      text: excerpt(plainText(Buffer.from(html).toString()), { max: COMMENT_GRAPHEMES_MAX }),
      entry: { handle, number },
    })),
  };
}
