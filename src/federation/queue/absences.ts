// Inboxes that are not there any more. Such an answer may be a server's bad hour, for everybody who shares an inbox, so it takes
// three of them over a week in which that host neither wrote to us nor took what was sent there.
import { getLogger } from '@logtape/logtape';
import { letGoAt } from '../../domain/followers.ts';
import type { Db } from '../../storage/database.ts';
import { reasonOf } from './outcomes.ts';

const log = getLogger(['wethi', 'queue']);

/** Not Found and Gone (RFC 9110 §15.5.5, §15.5.11): what servers answer for an actor that was removed. */
const ABSENT = [404, 410];

const DAY = 24 * 3_600_000;
/** From the first such answer to the one that is believed. */
const CONFIRMED_AFTER_MS = 7 * DAY;
/** Answers nearer to each other may be one bad hour: one entry alone is told in several letters. */
const APART_MS = DAY;

/** Inboxes in one statement, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** A refusal by an inbox; `now` is in epoch milliseconds. */
interface Refusal {
  inbox: string;
  host: string;
  status: number;
  now: number;
}

/**
 * Notes a refusal. Whoever had their mail sent to an inbox follows no more when it was first said to be absent a week ago,
 * again in between, a day or more from both, and now, and nothing spoke against it (`noteArrivals`, `noteWriting`). One
 * actor's own inbox is believed no sooner than a shared one.
 *
 * One such answer ends the letter (federation.md §15, item 55), only sustained failure the inbox (item 56). Mastodon stops
 * writing to a host after failures on seven different days, Misskey when a shared inbox answers 410; neither ends anybody's
 * following for it. We do, so we are not to be quick.
 */
export async function noteRefusal(db: Db, { inbox, host, status, now }: Refusal): Promise<void> {
  if (!ABSENT.includes(status)) return;
  await db
    .insertInto('absences')
    .values({ inbox, since: now })
    .onConflict((conflict) => conflict.column('inbox').doNothing())
    .execute();
  const { since } = await db
    .selectFrom('absences')
    .select('since')
    .where('inbox', '=', inbox)
    .executeTakeFirstOrThrow();
  if (since > now - CONFIRMED_AFTER_MS) return;
  if (!(await wasAbsent(db, { inbox, host, from: since + APART_MS, to: now - APART_MS }))) return;
  await forget(db, { inboxes: [inbox] });
  const followers = await letGoAt(db, { inbox });
  log.warn('{inbox} is gone; {followers} followings ended', { inbox, followers });
}

/** Whether a letter died of such an answer then. The dead letters are the proof: if they were thrown away, it takes others. */
async function wasAbsent(
  db: Db,
  { inbox, host, from, to }: { inbox: string; host: string; from: number; to: number },
): Promise<boolean> {
  const letter = await db
    .selectFrom('deliveries')
    .select('number')
    .where('state', '=', 'dead')
    .where('host', '=', host)
    .where('inbox', '=', inbox)
    .where('changed', '>=', from)
    .where('changed', '<=', to)
    .where((where) => where.or(ABSENT.map((status) => where('reason', 'like', `${reasonOf(status)}%`))))
    .limit(1)
    .executeTakeFirst();
  return letter !== undefined;
}

/** These inboxes took something, so they are there. */
export async function noteArrivals(db: Db, { inboxes }: { inboxes: string[] }): Promise<void> {
  await forget(db, { inboxes });
}

/** Somebody at `host` wrote to us and signed it, so it lives, whatever its inboxes say. One read when they say nothing. */
export async function noteWriting(db: Db, { host }: { host: string }): Promise<void> {
  const notes = await db.selectFrom('absences').select('inbox').where('inbox', 'like', `%://${host}/%`).execute();
  // The pattern finds a little too much: `_` stands in some hosts' names.
  const inboxes = notes.map(({ inbox }) => inbox).filter((inbox) => new URL(inbox).host === host);
  for (let i = 0; i < inboxes.length; i += CHUNK) await forget(db, { inboxes: inboxes.slice(i, i + CHUNK) });
}

async function forget(db: Db, { inboxes }: { inboxes: string[] }): Promise<void> {
  await db.deleteFrom('absences').where('inbox', 'in', inboxes).execute();
}

/** Forgets what was noted of inboxes to which no follower's mail goes any more. */
export async function pruneNotes(db: Db): Promise<void> {
  await db
    .deleteFrom('absences')
    .where('inbox', 'not in', (select) =>
      select
        .selectFrom('followers')
        .innerJoin('actors', 'actors.id', 'followers.actor')
        .select((actor) => actor.fn.coalesce('actors.sharedInbox', 'actors.inbox').as('inbox')),
    )
    .execute();
}
