// Mail that newer mail makes pointless: an Update before a newer Update, anything about an object that was deleted since.
import type { Db } from '../../storage/database.ts';

/** What an activity is about; one actor's only, for others may tell of the same object. */
export interface Subject {
  actor: string;
  verb: string;
  /** ActivityPub id. */
  object: string;
}

/** The states of mail that newer mail took the place of. */
export type Outdated = 'superseded' | 'cancelled';

const REASONS: Record<Outdated, string> = {
  superseded: 'a newer Update took its place',
  cancelled: 'what it tells was deleted before it arrived',
};

/**
 * Ends what the activity `by` makes pointless in `inboxes`: older Updates, and for a Delete the Create too, whether they wait
 * or are dead letters (a later retry of one would bring back what was deleted). What is in flight is left alone; `settle` looks
 * again. `before` is the first number of the new deliveries. Returns the inboxes that never heard of the object, so that
 * the Delete itself may be spared.
 */
export async function outdate(db: Db, { by, inboxes, before, now }: Outdating): Promise<string[]> {
  if (by.verb !== 'Update' && by.verb !== 'Delete') return [];
  await end(db, { by, inboxes, before, now }, { verb: 'Update', state: 'superseded' });
  if (by.verb === 'Update') return [];
  const spared = await end(db, { by, inboxes, before, now }, { verb: 'Create', state: 'cancelled' });
  if (spared.length === 0) return [];
  const heard = await db
    .selectFrom('deliveries')
    .innerJoin('activities', 'activities.id', 'deliveries.activity')
    .select('deliveries.inbox')
    .where('activities.object', '=', by.object)
    .where('activities.actor', '=', by.actor)
    .where('deliveries.inbox', 'in', spared)
    .where('deliveries.attempts', '>', 0)
    .execute();
  const heardOf = new Set(heard.map((row) => row.inbox));
  return spared.filter((inbox) => !heardOf.has(inbox));
}

interface Outdating {
  by: Subject;
  inboxes: string[];
  before: number;
  now: number;
}

async function end(
  db: Db,
  { by, inboxes, before, now }: Outdating,
  which: { verb: string; state: Outdated },
): Promise<string[]> {
  // Looked up first, and said by what it is not: `state in ('waiting', 'dead')` has SQLite go through all that waits for anybody.
  const found = await db
    .selectFrom('activities as a')
    .innerJoin('deliveries as d', 'd.activity', 'a.id')
    .select(['d.number', 'd.inbox'])
    .where('a.object', '=', by.object)
    .where('a.actor', '=', by.actor)
    .where('a.verb', '=', which.verb)
    .where('d.inbox', 'in', inboxes)
    .where('d.number', '<', before)
    .where('d.state', 'not in', ['delivered', 'cancelled', 'superseded'])
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('lanes')
            .select('lanes.host')
            .whereRef('lanes.host', '=', 'd.host')
            .whereRef('lanes.taken', '=', 'd.number'),
        ),
      ),
    )
    .execute();
  if (found.length === 0) return [];
  const numbers = found.map(({ number }) => number);
  await db
    .updateTable('deliveries')
    .set({ state: which.state, reason: REASONS[which.state], changed: now })
    .where('number', 'in', numbers)
    .execute();
  return found.map(({ inbox }) => inbox);
}

/** Ends the Deletes in `inboxes` that need not be sent: nobody there heard of the object. */
export async function spare(
  db: Db,
  { activity, inboxes, now }: { activity: string; inboxes: string[]; now: number },
): Promise<void> {
  if (inboxes.length === 0) return;
  await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', reason: 'its Create was never sent', changed: now })
    .where('activity', '=', activity)
    .where('inbox', 'in', inboxes)
    .execute();
}

/** What became of a delivery whose successor was enqueued while it was in flight; null when there is none. */
export async function outdatedInFlight(
  db: Db,
  { subject, number, inbox }: { subject: Subject; number: number; inbox: string },
): Promise<{ state: Outdated; reason: string } | null> {
  const { verb, object, actor } = subject;
  if (verb !== 'Create' && verb !== 'Update') return null;
  const newer = await db
    .selectFrom('deliveries')
    .innerJoin('activities', 'activities.id', 'deliveries.activity')
    .select('deliveries.number')
    .where('activities.object', '=', object)
    .where('activities.actor', '=', actor)
    .where('activities.verb', 'in', verb === 'Create' ? ['Delete'] : ['Delete', 'Update'])
    .where('deliveries.inbox', '=', inbox)
    .where('deliveries.number', '>', number)
    .limit(1)
    .executeTakeFirst();
  if (newer === undefined) return null;
  const state = verb === 'Create' ? 'cancelled' : 'superseded';
  return { state, reason: REASONS[state] };
}
