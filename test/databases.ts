// A database of its own for every test that opens one, on the engine that the project in vitest.config.ts names: a file for
// SQLite, one of a server's (server-databases.ts) for PostgreSQL.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import pg from 'pg';
import { vi } from 'vitest';
import { type Db, openDatabase, shownVersion } from '../src/storage/database.ts';
import { migrate } from '../src/storage/migrate.ts';
import { borrow, fill, giveBack, makeBare, rowsOf } from './server-databases.ts';

/** Which engine these tests run on. */
export const engine = process.env.WETHI_TEST_ENGINE === 'postgres' ? 'postgres' : 'sqlite';

/** Whether these tests run on that engine. If not, the reason is printed, so that nothing is left out without a word. */
export function runsOn(only: typeof engine, because: string): boolean {
  if (engine !== only) process.stdout.write(`skipped on ${engine}: ${because}\n`);
  return engine === only;
}

/** Where a database is: `folder` is the test's own, for whatever else it writes. */
export interface Place {
  folder: string;
  path: string;
}

/** What `copyOf` copies: a file's bytes, or the statements that fill a server's. */
export type Template = Buffer | string;

/** A place where nothing is yet. */
export async function bareDatabase(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  return { folder, path: engine === 'sqlite' ? join(folder, 'wethi.db') : await makeBare() };
}

/** A migrated database without a row. */
export async function emptyDatabase(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  if (engine === 'postgres') return { folder, path: await borrow() };
  const path = join(folder, 'wethi.db');
  const db = openDatabase({ path });
  await migrate(db, { path });
  await db.destroy();
  return { folder, path };
}

/** Keeps the database as it stands, and takes its place away. Nobody may have it open. */
export async function asTemplate(place: Place): Promise<Template> {
  // Closing the last connection has brought everything from the log into the one file.
  const template = engine === 'sqlite' ? readFileSync(place.path) : await rowsOf(place.path);
  await removeDatabase(place);
  return template;
}

/** A database like `template`. */
export async function copyOf(template: Template): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  const path = engine === 'sqlite' ? join(folder, 'wethi.db') : await borrow();
  await (typeof template === 'string' ? fill(path, template) : writeFile(path, template));
  return { folder, path };
}

/** The test has no more use for it, whoever still has it open. */
export async function removeDatabase({ folder, path }: Place): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  if (engine === 'postgres') await giveBack(path);
}

/** Which writes are to fail: `when` is SQL about `new`. */
interface Broken {
  table: string;
  change: string;
  when?: string;
}

/** Has such writes fail, as on a full disk, until `mend` is called. */
export async function breakDisk(db: Db, { table, change, when = 'true' }: Broken): Promise<{ mend(): Promise<void> }> {
  const trigger = sql`create trigger broken before ${sql.raw(change)} on ${sql.table(table)}
    for each row when (${sql.raw(when)})`;
  if (engine === 'sqlite') {
    await sql`${trigger} begin select raise(abort, 'disk full'); end`.execute(db);
    return { mend: async () => void (await sql`drop trigger if exists broken`.execute(db)) };
  }
  await sql`create or replace function break_disk() returns trigger language plpgsql
    as $$ begin raise 'disk full'; end $$`.execute(db);
  await sql`${trigger} execute function break_disk()`.execute(db);
  return { mend: async () => void (await sql`drop trigger if exists broken on ${sql.table(table)}`.execute(db)) };
}

/** What a process that is to use this database is told as DATABASE_URL. */
export function databaseUrl({ path }: Pick<Place, 'path'>): string {
  return engine === 'sqlite' ? `sqlite:${path}` : path;
}

/** Changes what is shown as another process would, past everything of ours, and waits until word of it can have come. */
export async function meddle({ path }: Pick<Place, 'path'>, statement: string): Promise<void> {
  if (engine === 'sqlite') {
    const file = new Sqlite(path);
    file.exec(statement);
    file.close();
    return;
  }
  const here = openDatabase({ path, readonly: true });
  const before = shownVersion(here);
  const client = new pg.Client({ connectionString: path });
  await client.connect();
  await client.query(statement);
  await client.end();
  // All handles of one process hear with the same ears.
  await vi.waitUntil(() => shownVersion(here) !== before);
  await here.destroy();
}

/** Waits until answers may be kept in memory: PostgreSQL must have been called first. */
export async function listening(db: Db): Promise<void> {
  await vi.waitUntil(() => {
    const now = shownVersion(db);
    return now === shownVersion(db);
  });
}

/** Everything that the database holds, table by table. It waits for the answer, so that a test reads it in passing. */
export function dump({ path }: Pick<Place, 'path'>): Record<string, unknown[]> {
  if (engine === 'postgres') return dumpServer(path);
  const database = new Sqlite(path, { readonly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all();
    return Object.fromEntries(tables.map((name) => [name, database.prepare(`select * from "${name}"`).all()]));
  } finally {
    database.close();
  }
}

let dumper: Worker | undefined;

/** The driver knows only promises, so another thread asks while this one stands still. */
function dumpServer(path: string): Record<string, unknown[]> {
  dumper ??= new Worker(new URL('./dumper.ts', import.meta.url));
  dumper.unref();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  dumper.postMessage({ path, done, port: port2 }, [port2]);
  Atomics.wait(done, 0, 0, 20_000);
  const answer = receiveMessageOnPort(port1)?.message as { tables: Record<string, unknown[]> } | { error: string };
  port1.close();
  if ('error' in answer) throw new Error(answer.error);
  return answer.tables;
}
