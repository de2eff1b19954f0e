// Brings the database to the shape that this program knows: forward only, one transaction a step, a verified copy of the file before.
import { chmodSync, closeSync, openSync, readdirSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { type Db, fileOf } from './database.ts';
import { isPostgres } from './postgres.ts';
import { inLockingTransaction } from './transaction.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);

/** The database was brought forward by a newer program; this one would misread it. */
export class NewerSchema extends Error {
  readonly unknown: string[];

  constructor(unknown: string[]) {
    super(`the database knows steps that this program does not: ${unknown.join(', ')}`);
    this.name = 'NewerSchema';
    this.unknown = unknown;
  }
}

interface Ledger {
  migrations: { name: string; applied: string };
}

/** Names of the steps in order, without their extension. */
export function knownMigrations({ folder = FOLDER }: { folder?: URL } = {}): string[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z_]+\.(ts|js)$/.test(file))
    .map((file) => file.replace(/\.(ts|js)$/, ''))
    .sort();
}

/** The number of the lock that a process holds on a server while it brings the database forward; it only has to be the same. */
const LOCK = 7_307_853;

/**
 * Applies what is missing and returns its names. Before the first step on a file that already holds something,
 * a copy is written to `<path>.before-<step>` and checked; a server's copies are its operator's. `folder` holds the steps; the program's own unless a test brings others.
 * @throws NewerSchema when the database is ahead of this program.
 */
export async function migrate(db: Db, { path, folder = FOLDER }: { path: string; folder?: URL }): Promise<string[]> {
  const ledger = sql`create table if not exists migrations (name text primary key, applied text not null)`;
  // Two servers' statements at once would both find no table; a file's would ask for the write lock for nothing.
  await (isPostgres(db) ? alone(db, (db) => ledger.execute(db)) : ledger.execute(db));
  const known = knownMigrations({ folder });
  const applied = await steps(db);
  const file = fileOf(path);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new NewerSchema(unknown);
  const done: string[] = [];
  for (const name of known.filter((name) => !applied.includes(name))) {
    const step = await loadStep(name, folder);
    await alone(db, async (db) => {
      // Another process may have brought the database forward since; now nobody else can.
      const applied = await steps(db);
      if (applied.includes(name)) return;
      if (file !== null && applied.length > 0 && done.length === 0)
        await copyVerified(file, { copy: `${file}.before-${name}`, steps: applied.length });
      await step.up(db as unknown as Kysely<unknown>);
      await (db as unknown as Kysely<Ledger>)
        .insertInto('migrations')
        .values({ name, applied: new Date().toISOString() })
        .execute();
      done.push(name);
    });
  }
  return done;
}

/** In one transaction, while nobody else brings the database forward. On SQLite a writer is alone as it is. */
async function alone(db: Db, work: (db: Db) => Promise<unknown>): Promise<void> {
  await inLockingTransaction(db, async (db) => {
    if (isPostgres(db)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
    await work(db);
  });
}

/** Names of the steps that this database has seen; none when it was never brought forward. */
export async function appliedMigrations(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables();
  return tables.some(({ name }) => name === 'migrations') ? await steps(db) : [];
}

async function steps(db: Db): Promise<string[]> {
  const rows = await (db as unknown as Kysely<Ledger>).selectFrom('migrations').select('name').execute();
  return rows.map((row) => row.name);
}

async function loadStep(name: string, folder: URL): Promise<{ up(db: Kysely<unknown>): Promise<void> }> {
  // Checkouts run the .ts, the packed program its compiled twin.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return await import(new URL(`${name}.${extension}`, folder).href);
}

/** Copies a live SQLite file through the engine and refuses to go on unless the copy is whole. */
async function copyVerified(path: string, { copy, steps }: { copy: string; steps: number }): Promise<void> {
  // The copy holds the same keys as the database, so nobody else may read it either.
  closeSync(openSync(copy, 'w', 0o600));
  chmodSync(copy, 0o600);
  const source = new Sqlite(path, { readonly: true });
  try {
    await source.backup(copy);
  } finally {
    source.close();
  }
  const twin = new Sqlite(copy, { readonly: true });
  try {
    const sound = twin.pragma('integrity_check', { simple: true });
    const rows = twin.prepare('select count(*) as n from migrations').get() as { n: number };
    if (sound !== 'ok' || rows.n !== steps)
      throw new Error(`the copy ${copy} is not whole (${String(sound)}); nothing was changed`);
  } finally {
    twin.close();
  }
}
