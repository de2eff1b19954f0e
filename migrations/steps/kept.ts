// Triggers that keep a column or a count right by themselves, in the words of either engine: no act can forget them, and the
// command line is another process.
// Frozen as the steps that use it are: to change it would change what they made in databases that are older. Write another.
import { type Kysely, PostgresAdapter, sql } from 'kysely';

/** When a trigger fires, and what it does then. */
export interface Keeping {
  table: string;
  change: 'insert' | 'update' | 'delete';
  /** A condition over `old` and `new`; each such row unless told. No questions in it: PostgreSQL refuses them there. */
  when?: string;
  /** Statements over `old` and `new` that both engines read alike. */
  work: string[];
}

/** The same for all rows of one statement. */
export interface KeepingAll {
  table: string;
  change: 'insert' | 'delete';
  /** What `work` reads of the rows that came or went. */
  columns: string[];
  /** Statements over `rows`, which stands where a table may, and that both engines read alike. */
  work: (rows: string) => string[];
}

/** From now on `work` is done in the transaction of each such change. `name` is the trigger's. For migrations. */
export async function keepWith(
  db: Kysely<unknown>,
  { name, table, change, when, work }: Keeping & { name: string },
): Promise<void> {
  const statements = work.map((statement) => `${statement};`).join(' ');
  let body = `begin ${statements} end`;
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`create function ${sql.ref(name)}() returns trigger language plpgsql as ${sql.raw(`$$
      begin ${statements} return null; end $$`)}`.execute(db);
    body = `execute function ${name}()`;
  }
  await sql`create trigger ${sql.ref(name)} after ${sql.raw(change)} on ${sql.table(table)} for each row
    ${sql.raw(when === undefined ? '' : `when (${when})`)} ${sql.raw(body)}`.execute(db);
}

/**
 * The same, but on PostgreSQL once for each statement: a row that one transaction changes again and again leaves a dead version
 * each time, through which the next change must find its way. SQLite leaves none, and knows triggers for each row only.
 */
export async function keepAllWith(
  db: Kysely<unknown>,
  { name, table, change, columns, work }: KeepingAll & { name: string },
): Promise<void> {
  const row = change === 'insert' ? 'new' : 'old';
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) {
    const alone = `(select ${columns.map((column) => `${row}.${column} as ${column}`).join(', ')})`;
    return await keepWith(db, { name, table, change, work: work(alone) });
  }
  const statements = work('changed')
    .map((statement) => `${statement};`)
    .join(' ');
  await sql`create function ${sql.ref(name)}() returns trigger language plpgsql as ${sql.raw(`$$
    begin ${statements} return null; end $$`)}`.execute(db);
  await sql`create trigger ${sql.ref(name)} after ${sql.raw(change)} on ${sql.table(table)}
    referencing ${sql.raw(row)} table as changed for each statement execute function ${sql.ref(name)}()`.execute(db);
}
