// Keeps strangers from filling the database: what was only needed to recognise a repetition goes after a month.
import { setImmediate } from 'node:timers/promises';
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import type { Clock } from './clock.ts';

/** Longer than any signature is valid, and than any peer keeps trying (security.md §2d: tombstones of others 30 days). */
const KEPT_DAYS = 30;
const AT_ONCE = 200;

/** Where an actor may be named. */
const ROOMS = [
  'comments',
  'followers',
  'following',
  'likes',
  'reactions',
  'boosts',
  'blocks',
  'reports',
  'quotes',
  'posts',
  'replies',
] as const;

/** Drops old notes of applied activities, others' tombstones, told happenings, and actors whom nothing here names. */
export async function tidy(db: Db, { clock }: { clock: Clock }): Promise<void> {
  const before = new Date(clock.now() - KEPT_DAYS * 24 * 3_600_000).toISOString();
  await db.deleteFrom('received').where('received', '<', before).execute();
  // Our own tombstones are paths and stay for ever: an id is never used again.
  await db.deleteFrom('tombstones').where('deleted', '<', before).where('id', 'like', 'http%').execute();
  await db.deleteFrom('happenings').where('told', '<', before).execute();
  while ((await inTransaction(db, (db) => forgetStrangers(db, before))) === AT_ONCE) await setImmediate();
}

/** Drops a handful of actors whom nothing here names, so that nobody waits for a long list. */
async function forgetStrangers(db: Db, before: string): Promise<number> {
  const strangers = await db
    .selectFrom('actors')
    .select('id')
    .where('fetched', '<', before)
    .where((e) =>
      e.and(
        ROOMS.map((room) =>
          e.not(e.exists(e.selectFrom(room).select(`${room}.actor`).whereRef(`${room}.actor`, '=', 'actors.id'))),
        ),
      ),
    )
    .where((e) => e.not(e.exists(e.selectFrom('blogs').select('blogs.id').whereRef('blogs.movedTo', '=', 'actors.id'))))
    .where((e) =>
      e.not(e.exists(e.selectFrom('actors as mover').select('mover.id').whereRef('mover.movedTo', '=', 'actors.id'))),
    )
    .limit(AT_ONCE)
    .execute();
  const ids = strangers.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('actors').where('id', 'in', ids).execute();
  return ids.length;
}
