// What was said of an object, and to whom: a withdrawal goes to everybody who heard, and takes the words out of the queue.
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { holdLanes } from './lanes.ts';

/** Activities named in one statement, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** Why mail ends whose recipient blocks its sender. */
export const UNWANTED = 'whoever it goes to blocks its sender';

/** The inboxes that anything of this object was ever sent to, as far as the queue still remembers. */
export async function inboxesTold(db: Db, { object }: { object: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('activities')
    .innerJoin('deliveries', 'deliveries.activity', 'activities.id')
    .select('deliveries.inbox')
    .distinct()
    .where('activities.object', '=', object)
    .where('deliveries.attempts', '>', 0)
    .execute();
  return rows.map((row) => row.inbox);
}

/** The inboxes that one activity was or may be sent to, as far as the queue still remembers. */
export async function inboxesSent(db: Db, { activity }: { activity: string }): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select('inbox')
    .where('activity', '=', activity)
    .where('state', '!=', 'cancelled')
    .execute();
  return rows.map((row) => row.inbox);
}

/**
 * Empties every Create and Update of a deleted object and ends what of them still waits or could be tried again: nobody is
 * to be sent them, and they must not be read. One in flight is left to `settle`, which sees the Delete behind it.
 */
export async function forgetWords(
  db: Db,
  { object, actor, clock }: { object: string; actor: string; clock: Clock },
): Promise<void> {
  const said = () =>
    db
      .selectFrom('activities')
      .select('id')
      .where('object', '=', object)
      .where('actor', '=', actor)
      .where('verb', 'in', ['Create', 'Update']);
  await end(db, { activities: (await said().execute()).map(({ id }) => id), reason: 'it was deleted', clock });
  await db.updateTable('activities').set({ body: new Uint8Array(), shown: 0 }).where('id', 'in', said()).execute();
}

/** Ends a Follow or Like that was taken back, so that no later retry brings it to life again. */
export async function takeBack(db: Db, { activity, clock }: { activity: string; clock: Clock }): Promise<void> {
  await end(db, { activities: [activity], reason: 'it was taken back', clock });
}

/**
 * Ends what of `speaker` waits for an inbox or could be tried again, once whoever it belongs to will not hear it. One in flight
 * is left to `settle`, which asks who listens before it is tried again.
 */
export async function dropMail(
  db: Db,
  { speaker, inbox, clock }: { speaker: string; inbox: string; clock: Clock },
): Promise<void> {
  const open = await db
    .selectFrom('deliveries')
    .innerJoin('activities', 'activities.id', 'deliveries.activity')
    .select('deliveries.activity')
    .where('deliveries.state', 'in', ['waiting', 'dead'])
    .where('deliveries.host', '=', new URL(inbox).host)
    .where('deliveries.inbox', '=', inbox)
    .where('activities.actor', '=', speaker)
    .execute();
  for (let i = 0; i < open.length; i += CHUNK) {
    const activities = open.slice(i, i + CHUNK).map(({ activity }) => activity);
    await end(db, { activities, inbox, reason: UNWANTED, clock });
  }
}

async function end(
  db: Db,
  { activities, inbox, reason, clock }: { activities: string[]; inbox?: string; reason: string; clock: Clock },
): Promise<void> {
  if (activities.length === 0) return;
  const open = await db
    .selectFrom('deliveries')
    .select('host')
    .distinct()
    .where('activity', 'in', activities)
    .$if(inbox !== undefined, (query) => query.where('inbox', '=', inbox ?? ''))
    .where('state', 'in', ['waiting', 'dead'])
    .execute();
  if (open.length === 0) return;
  // What a worker takes at this moment would not be seen to be in flight.
  await holdLanes(db, { hosts: open.map(({ host }) => host) });
  await db
    .updateTable('deliveries')
    .set({ state: 'cancelled', reason, changed: clock.now() })
    .where('activity', 'in', activities)
    .$if(inbox !== undefined, (query) => query.where('inbox', '=', inbox ?? ''))
    .where('state', 'in', ['waiting', 'dead'])
    .where((e) =>
      e.not(e.exists(e.selectFrom('lanes').select('lanes.host').whereRef('lanes.taken', '=', 'deliveries.number'))),
    )
    .execute();
}
