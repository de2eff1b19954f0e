// Before the tests run on PostgreSQL: a migrated database that is copied, and the list of the copies that are free. Afterwards all
// of them go.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../src/storage/database.ts';
import { migrate } from '../src/storage/migrate.ts';
import { addressOf, nameInRun, shapeOf } from './server-databases.ts';

/** Runs when `DIALECTS` names PostgreSQL; the workers inherit the run's name, and what its databases look like. */
export default async function prepare(): Promise<() => Promise<void>> {
  process.env.WETHI_TEST_RUN = randomBytes(4).toString('hex');
  const server = process.env.TEST_POSTGRES_URL ?? '';
  for (const name of ['empty', 'free'])
    await ask(server, `create database ${nameInRun(name)} template template0 encoding 'UTF8'`);
  await ask(addressOf(nameInRun('free')), 'create table free (name text primary key)');
  const path = addressOf(nameInRun('empty'));
  const db = openDatabase({ path });
  await migrate(db, { path });
  await db.destroy();
  process.env.WETHI_TEST_SHAPE = await shapeOf(path);
  return async () => {
    const ours = await ask(server, `select datname from pg_database where starts_with(datname, '${nameInRun('')}')`);
    for (const { datname } of ours) await ask(server, `drop database if exists ${datname} with (force)`);
  };
}

async function ask(address: string, statement: string): Promise<{ datname: string }[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(statement);
  await client.end();
  return rows;
}
