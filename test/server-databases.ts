// Databases on the server that TEST_POSTGRES_URL names. To make one costs half a second (some files for every table), to empty
// one a hundredth of it, so a test's database is emptied and lent again, whichever test file comes next. The role must be a
// superuser: rows are taken out and put in without asking the triggers and keys that stand between tables.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Who reads databases for `dump` (test/dumper.ts); it may go on having one open that is lent again. */
export const DUMPER = 'wethi test dumper';

/** Bytes of tables and indexes beyond which a database is thrown away: what was deleted still takes its place there. */
const GROWN_BYTES = 12_000_000;

/** The server that TEST_POSTGRES_URL names, with another database. */
export function addressOf(name: string): string {
  const address = new URL(process.env.TEST_POSTGRES_URL ?? '');
  address.pathname = `/${name}`;
  return address.href;
}

/** A database of this run: `empty` is the migrated one that is copied, `free` lists those that may be lent again. */
export function nameInRun(rest: string): string {
  return `wethi_test_${process.env.WETHI_TEST_RUN}_${rest}`;
}

/** A new database in which nothing is, not even a table. */
export async function makeBare(): Promise<string> {
  return await make('template0');
}

/** A migrated database without a row. */
export async function borrow(): Promise<string> {
  const { rows } = await (await list()).query<{ name: string }>(
    'delete from free where name = (select name from free limit 1 for update skip locked) returning name',
  );
  return rows[0] === undefined ? await make(nameInRun('empty')) : lend(rows[0].name);
}

async function make(template: string): Promise<string> {
  const name = nameInRun(randomBytes(6).toString('hex'));
  await (await list()).query(`create database ${name} template ${template} encoding 'UTF8'`);
  return lend(name);
}

/** What this test file has and has not given back. */
const lent = new Set<string>();

function lend(name: string): string {
  const address = addressOf(name);
  lent.add(address);
  return address;
}

/**
 * Empties a database for the next test. One that somebody still has open, that has other tables or triggers than it was made
 * with, or that has grown, is thrown away instead.
 */
export async function giveBack(address: string): Promise<void> {
  // A test that closes its world has it closed once more after it; by then it may be somebody else's.
  if (!lent.delete(address)) return;
  const emptied = await at(address, async (client) => {
    await client.query(LEFT);
    const { rows } = await client.query<{ sound: boolean }>(
      `select ${SHAPE} = $1 and ${SIZE} < $2 and not ${USED} as sound`,
      [process.env.WETHI_TEST_SHAPE, GROWN_BYTES],
    );
    if (rows[0]?.sound === true) await client.query(EMPTY);
    return rows[0]?.sound === true;
  }).catch((error: unknown) => {
    // One that was never migrated has no table to look at. Whatever it is, the database goes; but why must be readable.
    if ((error as { code?: string }).code === '42P01') return false;
    process.stderr.write(`${nameOf(address)} is thrown away, because it could not be emptied: ${error}\n`);
    return false;
  });
  if (emptied) await (await list()).query('insert into free values ($1)', [nameOf(address)]);
  else await (await list()).query(`drop database if exists ${nameOf(address)} with (force)`);
}

/** A number for all that is made in a database beside rows; a copy has its template's. */
export async function shapeOf(address: string): Promise<string> {
  const { rows } = await at(address, (client) => client.query<{ shape: string }>(`select ${SHAPE} as shape`));
  return rows[0]?.shape ?? '';
}

/** All rows, as statements that put them into a database that `borrow` gave. */
export async function rowsOf(address: string): Promise<string> {
  return await at(address, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(`select oid::regclass::text as name ${TABLES}`);
    const statements: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ all: string | null }>(`select json_agg(t)::text as all from ${name} as t`);
      const all = rows[0]?.all ?? null;
      if (all === null) continue;
      const text = client.escapeLiteral(all);
      statements.push(`insert into ${name} select * from json_populate_recordset(null::${name}, ${text})`);
    }
    const { rows: counters } = await client.query<{ statement: string }>(
      `select format('select setval(%L, %s)', schemaname || '.' || sequencename, last_value) as statement
        from pg_sequences where last_value is not null`,
    );
    return [UNASKED, ...statements, ...counters.map(({ statement }) => statement)].join(';\n');
  });
}

/** Puts rows of `rowsOf` in. */
export async function fill(address: string, rows: string): Promise<void> {
  await at(address, (client) => client.query(rows));
}

/** Triggers and keys between tables ask nothing, for this connection. */
const UNASKED = 'set session_replication_role = replica';

/** Every table of ours but the ledger of migrations. */
const TABLES = `from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'migrations'`;

const SHAPE = `(select md5(string_agg(part, ' ' order by part)) from (
  select oid || '.' || relnatts as part from pg_class where relnamespace = 'public'::regnamespace
  union all select oid::text from pg_trigger
  union all select oid::text from pg_constraint
  union all select oid::text from pg_proc where pronamespace = 'public'::regnamespace
  union all select name from migrations) as parts)`;

const SIZE = `(select sum(pg_total_relation_size(oid)) ${TABLES})`;

const USED = `exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
  and backend_type = 'client backend' and application_name <> '${DUMPER}')`;

/** A connection that was closed is seen for some milliseconds more. */
const LEFT = `do $$ begin
  for i in 1..20 loop
    perform pg_stat_clear_snapshot();
    exit when not ${USED};
    perform pg_sleep(0.01);
  end loop;
end $$`;

const EMPTY = `do $$ declare place regclass; begin
  ${UNASKED};
  for place in select oid ${TABLES} loop execute format('delete from %s', place); end loop;
  for place in select oid from pg_class where relkind = 'S' loop perform setval(place, 1, false); end loop;
end $$`;

function nameOf(address: string): string {
  return new URL(address).pathname.slice(1);
}

async function at<T>(address: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

let lists: Promise<pg.Client> | undefined;

/** The connection to the list of free ones, which also makes and drops; it ends with the test file. */
function list(): Promise<pg.Client> {
  lists ??= (async () => {
    const client = new pg.Client({ connectionString: addressOf(nameInRun('free')) });
    await client.connect();
    return client;
  })();
  return lists;
}
