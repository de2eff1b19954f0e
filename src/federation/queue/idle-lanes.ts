// Lanes of hosts with whom there is nothing left to do. Without this sweep a row would stay for every host that we ever wrote to.
import { setImmediate } from 'node:timers/promises';
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import type { DeliveryRow } from '../../storage/tables-of-mail.ts';

/** Rows removed by one statement; between two of them others have their turn. */
const CHUNK = 500;

/** Every state, because the index over deliveries begins with it: asked for a host alone, it would be read through. */
const STATES = Object.keys({
  waiting: true,
  delivered: true,
  dead: true,
  cancelled: true,
  superseded: true,
} satisfies Record<DeliveryRow['state'], true>) as DeliveryRow['state'][];

/**
 * Removes the lanes of hosts for whom there is no delivery any more, not even a finished one, from which nobody follows and
 * where nobody is followed. A suspended host keeps its lane, or it would be written to again for a week. What is removed
 * comes back, and well, with the next mail. Returns how many.
 */
export async function pruneLanes(db: Db): Promise<number> {
  let lanes = 0;
  for (let removed = CHUNK; removed === CHUNK; lanes += removed) {
    const result = await db
      .deleteFrom('lanes')
      .where('host', 'in', (select) =>
        select
          .selectFrom('lanes as l')
          .select('l.host')
          .where((lane) => isIdle(lane))
          .limit(CHUNK),
      )
      // Once more for the row itself: who enqueues at the same time gives it a time, and it must not go then.
      .where('due', 'is', null)
      .executeTakeFirst();
    removed = Number(result.numDeletedRows);
    await setImmediate();
  }
  return lanes;
}

type OfLane = ExpressionBuilder<Tables & { l: Tables['lanes'] }, 'l'>;

function isIdle(lane: OfLane) {
  const follow = lane.selectFrom('followers').innerJoin('actors', 'actors.id', 'followers.actor').select('actors.host');
  const followed = lane
    .selectFrom('following')
    .innerJoin('actors', 'actors.id', 'following.actor')
    .select('actors.host');
  const deliveries = lane
    .selectFrom('deliveries')
    .select('deliveries.number')
    .where('deliveries.state', 'in', STATES)
    .whereRef('deliveries.host', '=', 'l.host');
  return lane.and([
    lane('l.due', 'is', null),
    lane('l.suspended', 'is', null),
    lane.not(lane.exists(deliveries)),
    lane('l.host', 'not in', follow),
    lane('l.host', 'not in', followed),
  ]);
}
