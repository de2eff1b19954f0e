// Opens the database, whichever engine holds it, and says who may work on its queues and when what is shown has changed.
// What only one engine knows stands in sqlite.ts and postgres.ts.
import { type Kysely, type Logger, sql } from 'kysely';
import { addressWithoutPassword, isAddress, isPostgres, openPostgres } from './postgres.ts';
import { lockFile, openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** The handle that every domain act takes first. */
export type Db = Kysely<Tables>;

/** Rows that somebody else may have added, and that a worker waits for. */
export type Work = 'happenings' | 'deliveries' | 'messages';

/** What an engine gives beside the handle. */
export interface Opened {
  db: Db;
  /** See `shownVersion`. */
  shown(): number;
  /** See `whenAdded`. */
  whenAdded(listener: (work: Work) => void): () => void;
  /** Whether others may work on the queues of this database beside us. */
  shared: boolean;
}

const opened = new WeakMap<Db, Opened>();

/**
 * Opens the database at `path`: a file (made where needed, mode 0600 in a folder of mode 0700) for SQLite, or
 * `postgres://user:password@host/name` for PostgreSQL, which is asked when the first query comes.
 * `readonly` opens it for pages, which never wait for a writer. `log` is told of every statement, for whoever wants to know what
 * a page costs.
 */
export function openDatabase({ path, readonly = false, log }: { path: string; readonly?: boolean; log?: Logger }): Db {
  const given = { readonly, ...(log !== undefined && { log }) };
  const one = isAddress(path) ? openPostgres({ address: path, ...given }) : openSqlite({ path, ...given });
  opened.set(one.db, one);
  return one.db;
}

/**
 * A number that is another one as soon as anything that readers may see was committed, by whatever process. Two
 * microseconds and no promise, because it is asked before every answer from memory. On PostgreSQL what this process commits
 * counts at once, and what others commit when the server has said so; while it cannot say so, every answer is another number.
 * @throws Error for a transaction's handle.
 */
export function shownVersion(db: Db): number {
  return known(db).shown();
}

/**
 * Has `listener` called when work was added to the queues, until the returned function is called. PostgreSQL tells of every
 * process's. On SQLite whatever another process writes may be work, and is noticed within a twentieth of a second; who adds some in
 * this one says so themselves. While the database cannot be reached it is not called: who waits must also look.
 */
export function whenAdded(db: Db, listener: (work: Work) => void): () => void {
  return known(db).whenAdded(listener);
}

/** Whether other processes may work on the queues beside this one, so that what is leased may be theirs. */
export function isShared(db: Db): boolean {
  return known(db).shared;
}

function known(db: Db): Opened {
  const one = opened.get(db);
  if (one === undefined) throw new Error('only a handle of openDatabase knows this');
  return one;
}

/**
 * Makes this process the one that works the queues of the database at `path`, until it releases them or ends; `pid` is who does
 * already. On PostgreSQL there may be several: each locks the rows that it decides upon.
 */
export function takeWorkerLock({ path }: { path: string }): { ok: true; release(): void } | { ok: false; pid: number } {
  return isAddress(path) ? { ok: true, release: () => undefined } : lockFile(path);
}

/** What is broken in the database's file, or null. A server looks after its own files and says so to its operator. */
export async function damages(db: Db): Promise<string | null> {
  if (isPostgres(db)) return null;
  const { rows } = await sql<{ quickCheck: string }>`pragma quick_check`.execute(db);
  const found = rows.map((row) => row.quickCheck).join('; ');
  return found === 'ok' ? null : found;
}

/** The file that holds the database at `path`, or null when a server holds it. */
export function fileOf(path: string): string | null {
  return isAddress(path) ? null : path;
}

/** `path` as it may be shown and logged. */
export function placeShown(path: string): string {
  return isAddress(path) ? addressWithoutPassword(path) : path;
}
