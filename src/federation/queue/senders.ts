// Whose inbound message comes next. Every host has one message worked on at a time and goes to the end of the line after it,
// so that a host which never answers, or brings a thousand messages, keeps only its own mail waiting.
import type { Db } from '../../storage/database.ts';

/** Hosts in one INSERT, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** A message that waits for nothing but a worker, `since` epoch milliseconds. */
export interface Next {
  number: number;
  since: number;
}

/** The message to be taken next: due, free, the first living one of its lane, of the host that has been waiting longest. */
export async function nextMessage(db: Db, { now }: { now: number }): Promise<Next | null> {
  const row = await db
    .selectFrom('senders as s')
    .crossJoin('messages as m')
    .select(['m.number', 'm.due', 's.since'])
    .whereRef('m.sender', '=', 's.host')
    .where('m.dead', 'is', null)
    .where('m.due', '<=', now)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('messages as taken')
            .select('taken.number')
            .whereRef('taken.sender', '=', 's.host')
            .where('taken.leasedUntil', '>', now),
        ),
      ),
    )
    .where((where) =>
      where.or([
        where('m.lane', 'is', null),
        where.not(
          where.exists(
            where
              .selectFrom('messages as earlier')
              .select('earlier.number')
              .whereRef('earlier.lane', '=', 'm.lane')
              .where('earlier.dead', 'is', null)
              .whereRef('earlier.number', '<', 'm.number'),
          ),
        ),
      ]),
    )
    .orderBy('s.since')
    .orderBy('s.host')
    .orderBy('m.number')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { number: row.number, since: Math.max(row.due, row.since) };
}

/** Puts hosts that are not in the line at its end. */
export async function stepUp(db: Db, { hosts, now }: { hosts: string[]; now: number }): Promise<void> {
  for (let i = 0; i < hosts.length; i += CHUNK) {
    await db
      .insertInto('senders')
      .values(hosts.slice(i, i + CHUNK).map((host) => ({ host, since: now })))
      .onConflict((conflict) => conflict.column('host').doNothing())
      .execute();
  }
}

/** Puts every host in the line that has a living message and is not there. */
export async function lineUp(db: Db, { now }: { now: number }): Promise<void> {
  const rows = await db.selectFrom('messages').select('sender').distinct().where('dead', 'is', null).execute();
  await stepUp(db, { hosts: rows.map(({ sender }) => sender), now });
}

/** Sends a host, one of whose messages was just worked on, to the end of the line, or home when nothing of it is left. */
export async function stepBack(db: Db, { host, now }: { host: string; now: number }): Promise<void> {
  const left = await db
    .selectFrom('messages')
    .select('number')
    .where('sender', '=', host)
    .where('dead', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) await db.deleteFrom('senders').where('host', '=', host).execute();
  else await db.updateTable('senders').set({ since: now }).where('host', '=', host).execute();
}
