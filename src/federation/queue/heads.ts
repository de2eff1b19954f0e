// What may go next in a lane. A delivery that was postponed lets others pass, but nothing that is about the same object.
// Everything here is part of a statement about lanes, so that one statement serves many of them.
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';

type OfLane = ExpressionBuilder<Tables, 'lanes'>;

/** The number of the lane's first delivery that was not postponed, nor waits behind one about its object; null when none. */
export function fresh(lane: OfLane) {
  return unhindered(lane).select('d.number').where('d.due', 'is', null).orderBy('d.number').limit(1);
}

/** The number of the lane's postponed delivery whose time came first; null when none has come by `now`. */
export function postponed(lane: OfLane, { now }: { now: number }) {
  return unhindered(lane).select('d.number').where('d.due', '<=', now).orderBy('d.due').orderBy('d.number').limit(1);
}

/**
 * When the lane is to be knocked at next: at `now` if anything fresh waits, else when the first of what was postponed may go,
 * in epoch milliseconds; null when nothing waits.
 */
export function nextDue(lane: OfLane, { now }: { now: number }) {
  // What waits behind another about its object has to wait for that one's time, whatever its own.
  const soonest = unhindered(lane).select('d.due').where('d.due', 'is not', null).orderBy('d.due').limit(1);
  return lane
    .case()
    .when(lane.exists(fresh(lane)))
    .then(now)
    .else(soonest)
    .end();
}

/** Whether anything fresh waits for `host`. */
export async function hasFresh(db: Db, { host }: { host: string }): Promise<boolean> {
  const lane = await db
    .selectFrom('lanes')
    .select('host')
    .where('host', '=', host)
    .where((lane) => lane.exists(fresh(lane)))
    .executeTakeFirst();
  return lane !== undefined;
}

function unhindered(lane: OfLane) {
  return lane
    .selectFrom('deliveries as d')
    .innerJoin('activities as a', 'a.id', 'd.activity')
    .where('d.state', '=', 'waiting')
    .whereRef('d.host', '=', 'lanes.host')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deliveries as earlier')
            .innerJoin('activities as b', 'b.id', 'earlier.activity')
            .select('earlier.number')
            .where('earlier.state', '=', 'waiting')
            .whereRef('earlier.host', '=', 'lanes.host')
            .where('earlier.due', 'is not', null)
            .whereRef('earlier.number', '<', 'd.number')
            .whereRef('b.object', '=', 'a.object'),
        ),
      ),
    );
}
