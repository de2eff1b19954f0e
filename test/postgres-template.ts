// Before the tests run on PostgreSQL: a migrated template from which they copy their databases. Afterwards all of them go.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../src/storage/database.ts';
import { migrate } from '../src/storage/migrate.ts';
import { addressOf } from './databases.ts';

/** Runs `DIALECTS=postgres` needs it; the workers inherit the run's name. */
export default async function prepare(): Promise<() => Promise<void>> {
  process.env.WETHI_TEST_RUN = randomBytes(4).toString('hex');
  const name = `wethi_test_${process.env.WETHI_TEST_RUN}`;
  await tell([`create database ${name}_empty template template0 encoding 'UTF8'`]);
  const path = addressOf(`${name}_empty`);
  const db = openDatabase({ path });
  await migrate(db, { path });
  await db.destroy();
  return async () => {
    const names = await namesLike(name);
    await tell(names.map((one) => `drop database if exists ${one} with (force)`));
  };
}

async function tell(statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function namesLike(beginning: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [beginning],
  );
  await client.end();
  return rows.map(({ datname }) => datname);
}
