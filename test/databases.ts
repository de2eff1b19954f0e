// A database of its own for every test that opens one, on the engine that the project in vitest.config.ts names: a file for
// SQLite, a copy of a migrated template for PostgreSQL.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import pg from 'pg';
import { vi } from 'vitest';
import { type Db, openDatabase, shownVersion } from '../src/storage/database.ts';
import { migrate } from '../src/storage/migrate.ts';

/** Which engine these tests run on. */
export const engine = process.env.WETHI_TEST_ENGINE === 'postgres' ? 'postgres' : 'sqlite';

/** Where a database is: `folder` is the test's own, for whatever else it writes. */
export interface Place {
  folder: string;
  path: string;
}

/** What `copyOf` copies. */
export type Template = Buffer | string;

/** A place where nothing is yet. */
export async function bareDatabase(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  return { folder, path: engine === 'sqlite' ? join(folder, 'wethi.db') : await create('template0') };
}

/** A migrated database without a row. */
export async function emptyDatabase(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  if (engine === 'postgres') return { folder, path: await create(emptyTemplate()) };
  const path = join(folder, 'wethi.db');
  const db = openDatabase({ path });
  await migrate(db, { path });
  await db.destroy();
  return { folder, path };
}

/** Keeps the database as it stands, and takes its place away. Nobody may have it open. */
export function asTemplate({ folder, path }: Place): Template {
  // Closing the last connection has brought everything from the log into the one file.
  const template = engine === 'sqlite' ? readFileSync(path) : path;
  rmSync(folder, { recursive: true });
  return template;
}

/** A database like `template`. */
export async function copyOf(template: Template): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  if (typeof template === 'string') return { folder, path: await create(nameOf(template)) };
  const path = join(folder, 'wethi.db');
  writeFileSync(path, template);
  return { folder, path };
}

/** Throws a database away, whoever still has it open. */
export async function removeDatabase({ folder, path }: Place): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  if (engine === 'postgres') await tell(`drop database if exists ${nameOf(path)} with (force)`);
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

/** The server that TEST_POSTGRES_URL names, with another database. */
export function addressOf(name: string): string {
  const address = new URL(process.env.TEST_POSTGRES_URL ?? '');
  address.pathname = `/${name}`;
  return address.href;
}

/** The migrated template that test/postgres-template.ts has made for this run. */
function emptyTemplate(): string {
  return `wethi_test_${process.env.WETHI_TEST_RUN}_empty`;
}

async function create(template: string): Promise<string> {
  const name = `wethi_test_${process.env.WETHI_TEST_RUN}_${randomBytes(6).toString('hex')}`;
  await tell(`create database ${name} template ${template} encoding 'UTF8'`);
  return addressOf(name);
}

function nameOf(address: string): string {
  return new URL(address).pathname.slice(1);
}

let admin: Promise<pg.Client> | undefined;

async function tell(statement: string): Promise<void> {
  admin ??= connected();
  await (await admin).query(statement);
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await client.connect();
  return client;
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
