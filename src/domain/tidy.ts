// Keeps strangers from filling the database: what was only needed to recognise a repetition goes after a month.
import type { Db } from '../storage/database.ts';
import type { Clock } from './clock.ts';

/** Longer than any signature is valid, and than any peer keeps trying (security.md §2d: tombstones of others 30 days). */
const KEPT_DAYS = 30;

/** Drops old notes of applied activities, others' tombstones, told happenings, and actors whom nothing here names. */
export async function tidy(db: Db, { clock }: { clock: Clock }): Promise<void> {
  const before = new Date(clock.now() - KEPT_DAYS * 24 * 3_600_000).toISOString();
  await db.deleteFrom('received').where('received', '<', before).execute();
  // Our own tombstones are paths and stay for ever: an id is never used again.
  await db.deleteFrom('tombstones').where('deleted', '<', before).where('id', 'like', 'http%').execute();
  await db.deleteFrom('happenings').where('told', '<', before).execute();
  await db
    .deleteFrom('actors')
    .where('fetched', '<', before)
    .where((e) =>
      e.and(
        (['comments', 'followers', 'following', 'likes', 'posts', 'replies'] as const).map((room) =>
          e.not(e.exists(e.selectFrom(room).select(`${room}.actor`).whereRef(`${room}.actor`, '=', 'actors.id'))),
        ),
      ),
    )
    .execute();
}
