// Which hosts have heard of which actor whom it counts there as followers (FEP-8fcf): once a day is enough. Kept with what else the
// node remembers for a while, and written down with the end of the delivery, so that it costs no commit of its own.
import type { Db } from '../../storage/database.ts';

const AGAIN_AFTER_MS = 24 * 3_600_000;

/** Somebody here, and a host that has their followers. */
interface Pair {
  actor: string;
  host: string;
}

/** Whether the host has heard it within a day. `now` is in epoch milliseconds. */
export async function saidLately(db: Db, { actor, host, now }: Pair & { now: number }): Promise<boolean> {
  const row = await db
    .selectFrom('kv')
    .select('key')
    .where('key', '=', keyOf({ actor, host }))
    .where('expires', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that hosts have heard it now. */
export async function noteSaid(db: Db, { pairs, now }: { pairs: Pair[]; now: number }): Promise<void> {
  if (pairs.length === 0) return;
  await db
    .insertInto('kv')
    .values(pairs.map((pair) => ({ key: keyOf(pair), value: 'true', expires: now + AGAIN_AFTER_MS })))
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ expires: now + AGAIN_AFTER_MS }))
    .execute();
}

function keyOf({ actor, host }: Pair): string {
  return JSON.stringify(['followers-said', actor, host]);
}
