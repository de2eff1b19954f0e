// The embedded engine: one file, one writer at a time. Its pragmas, how its transactions begin, and who may work on its queues.
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { getLogger } from '@logtape/logtape';
import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type Logger,
  type SelectModifierNode,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely';
import type { Opened, Work } from './database.ts';
import { Names } from './names.ts';
import type { Tables } from './tables.ts';

const logger = getLogger(['wethi', 'storage']);

/** Statements kept prepared: there are a few hundred shapes of query, and preparing costs more than a point read. */
const STATEMENTS_MAX = 500;

/** How long a writer waits for another. */
const BUSY_MS = 5_000;
const BUSY_AGAIN_MS = 20;

/** How often it is looked whether another process has written, in milliseconds; a look takes some microseconds. */
const LOOK_MS = 50;

/** Long enough for another starter to write its number down. */
const LOCK_WAIT_MS = 200;

/** Opens (and where needed makes) the file at `path`, mode 0600 in a folder of mode 0700. */
export function openSqlite({ path, readonly, log }: { path: string; readonly: boolean; log?: Logger }): Opened {
  if (!readonly) makePrivate(path);
  const database = new Sqlite(path, { readonly });
  database.pragma(`busy_timeout = ${BUSY_MS}`);
  database.pragma('foreign_keys = ON');
  if (!readonly) {
    beginLog(database);
    // What was acknowledged to a peer or a person must survive a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('secure_delete = ON');
  }
  const db = new Kysely<Tables>({
    dialect: new ImmediateSqlite({ database: remembering(database) }),
    plugins: [new Names()],
    ...(log !== undefined && { log }),
  });
  let count: Sqlite.Statement<[], number> | undefined;
  return {
    db,
    shown() {
      count ??= database.prepare<[], number>('select version from shown').pluck();
      return count.get() ?? 0;
    },
    whenAdded: (listener) => watchOthers(database, listener),
    shared: false,
  };
}

/**
 * A file calls nobody, but it counts what was committed through other connections than ours. What they wrote it does not say, so
 * all of the work is looked for. So it is, once, where the file cannot be looked at: nobody is above this timer, and what it threw
 * would end the process.
 */
function watchOthers(database: Sqlite.Database, listener: (work: Work) => void): () => void {
  const version = database.prepare<[], number>('pragma data_version').pluck();
  const look = (): number | undefined | 'failed' => {
    try {
      return version.get();
    } catch (error) {
      if (seen !== 'failed') logger.error('Whether others wrote could not be seen: {error}', { error });
      return 'failed';
    }
  };
  let seen: ReturnType<typeof look> = version.get();
  const timer = setInterval(() => {
    const now = look();
    if (now === seen) return;
    seen = now;
    for (const work of ['happenings', 'deliveries', 'messages'] as const) listener(work);
  }, LOOK_MS);
  // Looking alone must not keep a process alive.
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Keeps others from working on the queues of the file at `path`. The lock is a transaction that stays open on a file beside it,
 * so the operating system itself lets go of it when its holder is killed, in another container too, and no stale lock is ever
 * left. Not for network file systems.
 */
export function lockFile(path: string): { ok: true; release(): void } | { ok: false; pid: number } {
  const lock = `${path}.worker`;
  // Closing any handle of a file gives up all POSIX locks that this process holds on it, so one that is there is left alone.
  if (!existsSync(lock)) makePrivate(lock);
  const file = new Sqlite(lock, { timeout: LOCK_WAIT_MS });
  const held = () => Number(file.pragma('user_version', { simple: true }));
  for (;;) {
    try {
      file.exec('begin immediate');
    } catch (error) {
      if (!isBusy(error)) throw error;
      const pid = held();
      file.close();
      return { ok: false, pid };
    }
    if (held() === process.pid) return { ok: true, release: () => void file.close() };
    // Others can read the number only after a commit; whoever came in between has written theirs, and we look again.
    file.pragma(`user_version = ${process.pid}`);
    file.exec('commit');
  }
}

function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/**
 * Switches a new database to its write-ahead log. SQLite reads first and writes then, and whoever is in the middle of that is
 * refused at once when somebody else writes, whatever the timeout (sqlite.org/c3ref/busy_handler.html); so it is tried again.
 */
function beginLog(database: Sqlite.Database): void {
  const end = Date.now() + BUSY_MS;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_AGAIN_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** Keeps prepared statements: Kysely compiles to the same text again and again. */
function remembering(database: Sqlite.Database): SqliteDatabase {
  const statements = new Map<string, Sqlite.Statement>();
  return {
    close: () => void database.close(),
    prepare(text: string) {
      let statement = statements.get(text);
      if (statement === undefined) {
        if (statements.size >= STATEMENTS_MAX) statements.clear();
        statement = database.prepare(text);
        statements.set(text, statement);
      }
      return statement as Sqlite.Statement & { all(parameters: readonly unknown[]): unknown[] };
    },
  };
}

/**
 * Begins every transaction as a writer. A deferred one that reads first and writes later fails at once with
 * SQLITE_BUSY when another process (the command line) wrote in between, and no busy timeout helps.
 */
class ImmediateSqlite extends SqliteDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    if (driver instanceof SqliteDriver) {
      driver.beginTransaction = async (connection: DatabaseConnection) => {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      };
    }
    return driver;
  }

  override createQueryCompiler(): SqliteQueryCompiler {
    return new WithoutRowLocks();
  }
}

/** Leaves out `for update`: the one writer there is has the whole file, and the words are PostgreSQL's. */
class WithoutRowLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForUpdate' && node.modifier !== 'SkipLocked') super.visitSelectModifier(node);
  }
}
