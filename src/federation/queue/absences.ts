// Inboxes that are not there any more. One such answer may be a server's bad hour, so it takes two, a day apart.
import { getLogger } from '@logtape/logtape';
import { letGoAt } from '../../domain/departed.ts';
import type { Db } from '../../storage/database.ts';

const log = getLogger(['wethi', 'queue']);

/** Not Found and Gone (RFC 9110 §15.5.5, §15.5.11): what servers answer for an actor that was removed. */
const ABSENT = new Set([404, 410]);

const CONFIRMED_AFTER_MS = 24 * 3_600_000;

/**
 * Notes a refusal. Where the inbox was said to be absent a day ago already, and took nothing since, whoever had their mail
 * sent there follows no more (Mastodon, too, stops writing to inboxes that are gone).
 */
export async function noteRefusal(
  db: Db,
  { inbox, status, now }: { inbox: string; status: number; now: number },
): Promise<void> {
  if (!ABSENT.has(status)) return;
  await db
    .insertInto('absences')
    .values({ inbox, since: now })
    .onConflict((conflict) => conflict.column('inbox').doNothing())
    .execute();
  const confirmed = await db
    .deleteFrom('absences')
    .where('inbox', '=', inbox)
    .where('since', '<=', now - CONFIRMED_AFTER_MS)
    .executeTakeFirst();
  if (confirmed.numDeletedRows === 0n) return;
  const followers = await letGoAt(db, { inbox });
  log.warn('{inbox} is gone; {followers} followings ended', { inbox, followers });
}

/** These inboxes took something, so they are there. */
export async function noteArrivals(db: Db, { inboxes }: { inboxes: string[] }): Promise<void> {
  await db.deleteFrom('absences').where('inbox', 'in', inboxes).execute();
}
