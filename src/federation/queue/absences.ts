// Inboxes that are not there any more. Such an answer may be a server's bad hour, for everybody who shares an inbox, so it takes
// three of them over a week in which it took nothing and, where it is everybody's, nobody at that host wrote to us.
import { getLogger } from '@logtape/logtape';
import { letGoAt } from '../../domain/followers.ts';
import type { Db } from '../../storage/database.ts';

const log = getLogger(['wethi', 'queue']);

/** Not Found and Gone (RFC 9110 §15.5.5, §15.5.11): what servers answer for an actor that was removed. */
const ABSENT = [404, 410];

const DAY = 24 * 3_600_000;
/** From the first such answer to the one that is believed. */
const CONFIRMED_AFTER_MS = 7 * DAY;
/** Answers nearer to each other may be one bad hour: one entry alone is told in several letters. */
const APART_MS = DAY;

/** A refusal by an inbox; `now` is in epoch milliseconds. */
interface Refusal {
  inbox: string;
  host: string;
  status: number;
  now: number;
}

/**
 * Notes a refusal. Whoever had their mail sent to an inbox follows no more when it was first said to be absent a week ago,
 * again in between, a day or more from both, and now, and nothing spoke against it (`noteArrivals`, `noteWriting`).
 *
 * One such answer ends the letter (federation.md §15, item 55), only sustained failure the inbox (item 56). Mastodon stops
 * writing to a host after failures on seven different days, Misskey when a shared inbox answers 410; neither ends anybody's
 * following for it. We do, so we are not to be quick.
 */
export async function noteRefusal(db: Db, { inbox, host, status, now }: Refusal): Promise<void> {
  if (!ABSENT.includes(status)) return;
  const note = await db.selectFrom('absences').select(['since', 'again']).where('inbox', '=', inbox).executeTakeFirst();
  if (note === undefined) {
    await db.insertInto('absences').values({ inbox, host, since: now, again: null }).execute();
  } else if (note.again === null) {
    if (note.since > now - APART_MS) return;
    await db.updateTable('absences').set({ again: now }).where('inbox', '=', inbox).execute();
  } else if (note.since <= now - CONFIRMED_AFTER_MS && note.again <= now - APART_MS) {
    await forget(db, { inboxes: [inbox] });
    const followers = await letGoAt(db, { inbox });
    log.warn('{inbox} is gone; {followers} followings ended', { inbox, followers });
  }
}

/** These inboxes took something, so they are there. */
export async function noteArrivals(db: Db, { inboxes }: { inboxes: string[] }): Promise<void> {
  await forget(db, { inboxes });
}

/**
 * Somebody at `host` wrote to us and signed it, so it lives, whatever its shared inbox says. Of one actor's own inbox that says
 * nothing. One read when nothing was noted, one look-up for each that was.
 */
export async function noteWriting(db: Db, { host }: { host: string }): Promise<void> {
  const noted = await db.selectFrom('absences').select('inbox').where('host', '=', host).limit(1).executeTakeFirst();
  if (noted === undefined) return;
  await db
    .deleteFrom('absences')
    .where('host', '=', host)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('actors')
          .select('actors.id')
          .whereRef('actors.sharedInbox', '=', 'absences.inbox')
          .where('actors.host', '=', host),
      ),
    )
    .execute();
}

async function forget(db: Db, { inboxes }: { inboxes: string[] }): Promise<void> {
  await db.deleteFrom('absences').where('inbox', 'in', inboxes).execute();
}

/** Forgets what was noted of inboxes to which no follower's mail goes any more. */
export async function pruneNotes(db: Db): Promise<void> {
  await db
    .deleteFrom('absences')
    .where((absence) =>
      absence.not(
        absence.exists(
          absence.selectFrom('followers').select('activity').whereRef('followers.inbox', '=', 'absences.inbox'),
        ),
      ),
    )
    .execute();
}
