// What people elsewhere ask us to look at: kept for administrators and moderators, and shown to nobody else.
import type { Db } from '../storage/database.ts';
import type { ReportSubjectRow } from '../storage/tables-of-acts.ts';
import { inTransaction } from '../storage/transaction.ts';
import { named } from '../urls.ts';
import { blogByHandle, blogById } from './blogs.ts';
import { type Clock, instant } from './clock.ts';
import { placeOf } from './comments/receive.ts';
import { newId } from './ids.ts';
import { ORGANISATION } from './organisations.ts';
import { Refusal } from './refusal.ts';
import { shortText } from './text/excerpt.ts';
import { mayReadReports, type Viewer } from './visibility.ts';

export type Subject = Omit<ReportSubjectRow, 'report'>;

/** Longest complaint kept, in UTF-16 units; Mastodon cuts there as well (federation.md item 83). */
const CONTENT_MAX = 5_000;

/** One report names so many things at most; each costs a look-up. */
const SUBJECTS_MAX = 50;

/** What of ours these addresses name: actors, entries, and whatever stands in our threads. Each once, in their order. */
export async function subjectsAt(db: Db, { origin, urls }: { origin: string; urls: string[] }): Promise<Subject[]> {
  const found = new Map<string, Subject>();
  for (const url of [...new Set(urls)].slice(0, SUBJECTS_MAX)) {
    const subject = await subjectAt(db, { origin, url });
    if (subject !== null) found.set(`${subject.kind} ${subject.subject}`, subject);
  }
  return [...found.values()];
}

async function subjectAt(db: Db, { origin, url }: { origin: string; url: string }): Promise<Subject | null> {
  const ours = named(origin, url);
  if (ours?.kind === 'actor') {
    const known = ours.id === ORGANISATION || (await blogById(db, { id: ours.id })) !== null;
    return known ? { kind: 'actor', subject: ours.id } : null;
  }
  if (ours?.kind === 'blog') {
    const blog = await blogByHandle(db, { handle: ours.handle });
    return blog === null ? null : { kind: 'actor', subject: blog.id };
  }
  const place = await placeOf(db, { origin, inReplyTo: url });
  if (place === null) return null;
  return place.parent === null ? { kind: 'entry', subject: place.entry } : { kind: 'comment', subject: place.parent };
}

/** Keeps a report of things of ours. */
export async function receiveReport(
  db: Db,
  {
    activity,
    actor,
    content,
    subjects,
    clock,
  }: { activity: string; actor: string; content: string; subjects: Subject[]; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const id = newId();
    const row = { id, activity, actor, content: shortText(content.trim(), { units: CONTENT_MAX }) };
    const kept = await db
      .insertInto('reports')
      .values({ ...row, received: instant(clock), seen: null, seenBy: null })
      .onConflict((c) => c.columns(['activity', 'actor']).doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) === 0) return;
    await db
      .insertInto('reportSubjects')
      .values(subjects.map((subject) => ({ report: id, ...subject })))
      .execute();
  });
}

/** Marks a report as seen, by whom. @throws Refusal `not-found`, also for those who may not know that it is there. */
export async function markSeen(
  db: Db,
  { id, viewer, clock }: { id: string; viewer: Viewer; clock: Clock },
): Promise<void> {
  if (viewer.kind !== 'person' || !mayReadReports(viewer)) throw noSuchReport();
  const report = await db.selectFrom('reports').select('seen').where('id', '=', id).executeTakeFirst();
  if (report === undefined) throw noSuchReport();
  // Who looked first stays.
  await db
    .updateTable('reports')
    .set({ seen: instant(clock), seenBy: viewer.id })
    .where('id', '=', id)
    .where('seen', 'is', null)
    .execute();
}

function noSuchReport(): Refusal {
  return new Refusal('not-found', {
    th: 'ไม่มีรายงานนี้ ดูทั้งหมดที่หน้ารายงาน',
    en: 'There is no such report. See all of them on the page of reports.',
  });
}
