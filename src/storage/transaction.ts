// All or nothing. Inside, use only the handle that is passed in: the outer one would wait for itself on SQLite, and on
// PostgreSQL it would not see what is under way.
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from './database.ts';

/** Tries of one transaction, the first among them. Each loses to one that was committed, so somebody always comes through. */
const TRIES_MAX = 20;
/** The pause before a new try is up to this many milliseconds for each try before. */
const PAUSE_MS = 10;

/**
 * What PostgreSQL says when a transaction must be run again: it read what another one changed meanwhile, the two waited for each
 * other, or both looked for a row that was not there and then added it (its manual, §13.5). SQLite never says so.
 */
const AGAIN = new Set(['40001', '40P01', '23505']);

/**
 * Runs `work` in one transaction as if nobody else wrote meanwhile, reusing an open one; what it throws rolls everything back.
 * So it may decide upon what it has read. It may be run more than once, so it does nothing outside the database. No network inside.
 */
export function inTransaction<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : untilThrough(db, { isolation: 'serializable', work });
}

/**
 * The same for the queues, whose rows many write to at once: others' commits are seen from one statement to the next, so whoever
 * decides upon a row locks it first (`forUpdate`), in the order of its key.
 */
export function inLockingTransaction<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : untilThrough(db, { isolation: 'read committed', work });
}

async function untilThrough<T>(
  db: Db,
  { isolation, work }: { isolation: 'serializable' | 'read committed'; work: (db: Db) => Promise<T> },
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().setIsolationLevel(isolation).execute(work);
    } catch (error) {
      if (tries >= TRIES_MAX || !(error instanceof Error && 'code' in error && AGAIN.has(String(error.code))))
        throw error;
    }
    await pause(Math.random() * PAUSE_MS * tries);
  }
}
