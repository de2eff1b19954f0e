// Whose inbound message comes next, and which. Every host has one message worked on at a time and goes to the end of the line after it,
// so that a host which never answers, or brings a thousand messages, keeps only its own mail waiting.
import { type Expression, expressionBuilder, type SqlBool } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';

/** Hosts in one INSERT, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** A message that waits for nothing but a worker, `since` epoch milliseconds. */
export interface Next {
  number: number;
  since: number;
}

/** The message to be taken next: due, free, the first living one of its lane, of the host that has been waiting longest. */
export async function nextMessage(db: Db, { now }: { now: number }): Promise<Next | null> {
  const row = await inLine(db, { now }).executeTakeFirst();
  return row === undefined ? null : { number: row.number, since: Math.max(row.due, row.since) };
}

/** The same for a worker that means to take it: holds its host, and passes over hosts that another worker holds. */
export async function takeNext(db: Db, { now }: { now: number }): Promise<{ number: number; sender: string } | null> {
  const row = await inLine(db, { now }).forUpdate('s').skipLocked().executeTakeFirst();
  return row === undefined ? null : { number: row.number, sender: row.host };
}

function inLine(db: Db, { now }: { now: number }) {
  return (
    db
      .selectFrom('senders as s')
      .crossJoin('messages as m')
      .select(['m.number', 'm.due', 's.since', 's.host'])
      // A host all of whose messages wait for their next try stands in the line for later, and is not looked at before.
      .where('s.since', '<=', now)
      .whereRef('m.sender', '=', 's.host')
      .where('m.first', '=', 1)
      .where('m.dead', 'is', null)
      .where('m.due', '<=', now)
      .where((where) => isFree({ sender: where.ref('s.host'), now }))
      .orderBy('s.since')
      .orderBy('s.host')
      .orderBy('m.due')
      .orderBy('m.number')
      .limit(1)
  );
}

/** That none of the host's messages is being worked on. */
export function isFree({ sender, now }: { sender: string | Expression<string>; now: number }): Expression<SqlBool> {
  const where = expressionBuilder<Tables>();
  const taken = where.selectFrom('messages as taken').select('taken.number').where('taken.sender', '=', sender);
  return where.not(where.exists(taken.where('taken.leasedUntil', '>', now)));
}

/** Keeps others from the hosts' messages until the transaction ends, in the order in which everybody does. */
export async function holdSenders(db: Db, { hosts }: { hosts: string[] }): Promise<void> {
  if (hosts.length === 0) return;
  await db.selectFrom('senders').select('host').where('host', 'in', hosts).orderBy('host').forUpdate().execute();
}

/** Has the first living message of `lane` taken next, when whatever stood before it is gone. */
export async function bringForward(db: Db, { lane }: { lane: string }): Promise<void> {
  await db
    .updateTable('messages')
    .set({ first: 1 })
    .where('number', '=', (select) =>
      select
        .selectFrom('messages as m')
        .select('m.number')
        .where('m.lane', '=', lane)
        .where('m.dead', 'is', null)
        .orderBy('m.number')
        .limit(1),
    )
    .execute();
}

/** A host and when the first of its messages may be worked on, in epoch milliseconds. */
export interface Arrival {
  host: string;
  since: number;
}

/** Puts hosts in the line, at that time's place; one that stands before it keeps its place. */
export async function stepUp(db: Db, { arrivals }: { arrivals: Arrival[] }): Promise<void> {
  for (let i = 0; i < arrivals.length; i += CHUNK) {
    await db
      .insertInto('senders')
      .values(arrivals.slice(i, i + CHUNK))
      .onConflict((conflict) =>
        conflict
          .column('host')
          .doUpdateSet({ since: (set) => set.ref('excluded.since') })
          .whereRef('senders.since', '>', 'excluded.since'),
      )
      .execute();
  }
}

/** Puts every host in the line that has a living message and is not there, or stands there for later than it need. */
export async function lineUp(db: Db, { now }: { now: number }): Promise<void> {
  const rows = await db
    .selectFrom('messages')
    .select(({ fn }) => ['sender', fn.min('due').as('due')])
    .where('dead', 'is', null)
    .groupBy('sender')
    .execute();
  await stepUp(db, { arrivals: rows.map(({ sender, due }) => ({ host: sender, since: Math.max(due, now) })) });
}

/**
 * Sends a host, one of whose messages was just worked on, to the end of the line; to a later place when all that is left of it
 * waits for its next try; or home when nothing is left.
 */
export async function stepBack(db: Db, { host, now }: { host: string; now: number }): Promise<void> {
  const next = await db
    .selectFrom('messages')
    .select('due')
    .where('sender', '=', host)
    .where('first', '=', 1)
    .where('dead', 'is', null)
    .orderBy('due')
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) await db.deleteFrom('senders').where('host', '=', host).execute();
  else {
    const since = Math.max(next.due, now);
    await db.updateTable('senders').set({ since }).where('host', '=', host).execute();
  }
}
