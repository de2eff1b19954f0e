// All or nothing. Inside, use only the handle that is passed in: the outer one would wait for itself on SQLite.
import type { Db } from './database.ts';

/** Runs `work` in one transaction, reusing an open one; what it throws rolls everything back. No network inside. */
export function inTransaction<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
