// What may go next in a lane. A delivery that was postponed lets others pass, but nothing that is about the same object.
import type { Db } from '../../storage/database.ts';

/** The number of the first delivery for `host` that was not postponed, nor waits behind one about its object. */
export async function nextFresh(db: Db, { host }: { host: string }): Promise<number | null> {
  const row = await unhindered(db, host).where('d.due', 'is', null).orderBy('d.number').limit(1).executeTakeFirst();
  return row?.number ?? null;
}

/** The number of the postponed delivery for `host` whose time came first. */
export async function nextPostponed(db: Db, { host, now }: { host: string; now: number }): Promise<number | null> {
  const row = await unhindered(db, host)
    .where('d.due', '<=', now)
    .orderBy('d.due')
    .orderBy('d.number')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? null;
}

/** When the first of what was postponed for `host` may go, in epoch milliseconds; null when nothing was. */
export async function soonestPostponed(db: Db, { host }: { host: string }): Promise<number | null> {
  // What waits behind another about its object has to wait for that one's time, whatever its own.
  const row = await unhindered(db, host)
    .select('d.due')
    .where('d.due', 'is not', null)
    .orderBy('d.due')
    .limit(1)
    .executeTakeFirst();
  return row?.due ?? null;
}

function unhindered(db: Db, host: string) {
  return db
    .selectFrom('deliveries as d')
    .innerJoin('activities as a', 'a.id', 'd.activity')
    .select('d.number')
    .where('d.state', '=', 'waiting')
    .where('d.host', '=', host)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deliveries as earlier')
            .innerJoin('activities as b', 'b.id', 'earlier.activity')
            .select('earlier.number')
            .where('earlier.state', '=', 'waiting')
            .where('earlier.host', '=', host)
            .where('earlier.due', 'is not', null)
            .whereRef('earlier.number', '<', 'd.number')
            .whereRef('b.object', '=', 'a.object'),
        ),
      ),
    );
}
