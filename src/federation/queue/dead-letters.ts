// Mail that could not be delivered and inbound work that could not be done, kept with the reason until somebody decides;
// and the sweeping out of what was delivered long ago.
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { pruneNotes } from './absences.ts';
import { incoming, outgoing } from './bell.ts';
import { pruneLanes } from './idle-lanes.ts';
import { WELL } from './lanes.ts';
import { bringForward, lineUp } from './senders.ts';

/** Rows removed by one statement; between two of them others have their turn. */
const CHUNK = 500;

/** Which dead letters: one, a host's, or every one. */
export type Which = { number: number } | { host: string } | 'all';

export interface DeadLetter {
  number: number;
  activity: string;
  verb: string;
  /** ActivityPub id. */
  object: string;
  actor: string;
  inbox: string;
  host: string;
  attempts: number;
  reason: string;
  /** Epoch milliseconds at which it died. */
  changed: number;
}

export interface DeadMessage {
  number: number;
  /** The actor it came from, where known. */
  lane: string | null;
  attempts: number;
  reason: string;
  created: number;
}

/** Outgoing dead letters, newest first; for the next page give the last number seen as `before`. */
export async function deadLetters(
  db: Db,
  { limit, before }: { limit: number; before?: number },
): Promise<DeadLetter[]> {
  return await db
    .selectFrom('deliveries as d')
    .innerJoin('activities as a', 'a.id', 'd.activity')
    .select(['d.number', 'd.activity', 'a.verb', 'a.object', 'a.actor', 'd.inbox', 'd.host', 'd.attempts', 'd.changed'])
    .select(({ fn, val }) => fn.coalesce('d.reason', val('')).as('reason'))
    .where('d.state', '=', 'dead')
    .$if(before !== undefined, (query) => query.where('d.number', '<', before ?? 0))
    .orderBy('d.number', 'desc')
    .limit(limit)
    .execute();
}

/**
 * Sends dead letters once more, each at its old place in its lane, and lifts their hosts' suspension: without that they
 * would wait for ever. Returns how many.
 */
export async function retryDead(db: Db, { clock, which }: { clock: Clock; which: Which }): Promise<number> {
  const now = clock.now();
  const retried = await inLockingTransaction(db, async (db) => {
    await db
      .updateTable('lanes')
      .set({ ...WELL, due: now })
      .where('host', 'in', (select) => {
        const dead = select.selectFrom('deliveries as d').select('d.host').where('d.state', '=', 'dead');
        if (which === 'all') return dead;
        return 'host' in which ? dead.where('d.host', '=', which.host) : dead.where('d.number', '=', which.number);
      })
      .execute();
    let query = db
      .updateTable('deliveries')
      .set({ state: 'waiting', changed: now, declined: 0, due: null })
      .where('state', '=', 'dead');
    if (which !== 'all') {
      query = 'host' in which ? query.where('host', '=', which.host) : query.where('number', '=', which.number);
    }
    return Number((await query.executeTakeFirst()).numUpdatedRows);
  });
  if (retried > 0) outgoing.ring();
  return retried;
}

/** Throws dead letters away for good. Returns how many. */
export async function dropDead(db: Db, { which }: { which: Which }): Promise<number> {
  let query = db.deleteFrom('deliveries').where('state', '=', 'dead');
  if (which !== 'all') {
    query = 'host' in which ? query.where('host', '=', which.host) : query.where('number', '=', which.number);
  }
  return Number((await query.executeTakeFirst()).numDeletedRows);
}

/** Inbound messages that were given up, newest first; for the next page give the last number seen as `before`. */
export async function deadMessages(
  db: Db,
  { limit, before }: { limit: number; before?: number },
): Promise<DeadMessage[]> {
  return await db
    .selectFrom('messages')
    .select(['number', 'lane', 'attempts', 'dead as reason', 'created'])
    .where('dead', 'is not', null)
    .$narrowType<{ reason: string }>()
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

/** Gives dead inbound messages to their listener again, with all their tries. Returns how many. */
export async function retryDeadMessages(
  db: Db,
  { clock, which }: { clock: Clock; which: { number: number } | 'all' },
): Promise<number> {
  const now = clock.now();
  const retried = await inLockingTransaction(db, async (db) => {
    let query = db.updateTable('messages').set({ dead: null, attempts: 0, due: now }).where('dead', 'is not', null);
    if (which !== 'all') query = query.where('number', '=', which.number);
    const revived = await query.returning('lane').execute();
    // Whatever died gave up its place as the first; without a lane nobody stands before it, and nobody would bring it forward.
    await db
      .updateTable('messages')
      .set({ first: 1 })
      .where('lane', 'is', null)
      .where('dead', 'is', null)
      .where('first', '=', 0)
      .execute();
    for (const lane of new Set(revived.map(({ lane }) => lane))) {
      if (lane === null) continue;
      // They stand before all that came to their lane since.
      await db.updateTable('messages').set({ first: 0 }).where('lane', '=', lane).where('first', '=', 1).execute();
      await bringForward(db, { lane });
    }
    await lineUp(db, { now });
    return revived.length;
  });
  if (retried > 0) incoming.ring();
  return retried;
}

/** Throws dead inbound messages away for good. Returns how many. */
export async function dropDeadMessages(db: Db, { which }: { which: { number: number } | 'all' }): Promise<number> {
  let query = db.deleteFrom('messages').where('dead', 'is not', null);
  if (which !== 'all') query = query.where('number', '=', which.number);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}

/**
 * Removes deliveries that ended well (delivered, cancelled, superseded) before `before` (epoch milliseconds), and then the
 * bodies that no delivery needs and that are as old. Dead letters and what waits stay. Lanes go that nobody needs then, and
 * what is noted of inboxes that nobody's mail goes to. Returns how many of each.
 */
export async function pruneDelivered(
  db: Db,
  { before }: { before: number },
): Promise<{ deliveries: number; activities: number; lanes: number }> {
  let deliveries = 0;
  for (const state of ['delivered', 'cancelled', 'superseded'] as const) {
    for (let removed = CHUNK; removed === CHUNK; deliveries += removed) {
      const result = await db
        .deleteFrom('deliveries')
        .where('number', 'in', (select) =>
          select
            .selectFrom('deliveries as d')
            .select('d.number')
            .where('d.state', '=', state)
            .where('d.changed', '<', before)
            .limit(CHUNK),
        )
        .executeTakeFirst();
      removed = Number(result.numDeletedRows);
      await setImmediate();
    }
  }
  const bodies = await db
    .deleteFrom('activities')
    .where('created', '<', new Date(before).toISOString())
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deliveries')
            .select('deliveries.number')
            .whereRef('deliveries.activity', '=', 'activities.id'),
        ),
      ),
    )
    .executeTakeFirst();
  const lanes = await pruneLanes(db);
  await pruneNotes(db);
  return { deliveries, activities: Number(bodies.numDeletedRows), lanes };
}
