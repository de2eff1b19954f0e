// Databases that are there only for a show: made beside another on its server, dropped when the show is over.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database with nothing in it. */
export interface Passing {
  /** As DATABASE_URL takes it. */
  address: string;
  /** Drops it, whoever still has it open. */
  drop(): Promise<void>;
}

/**
 * Makes a database on the server that `address` names, under a name that nobody has.
 * @throws Error with PostgreSQL's code when the server does not answer, or its user may not make databases.
 */
export async function makePassing(address: string): Promise<Passing> {
  const name = `wethi_passing_${randomBytes(6).toString('hex')}`;
  await tell(address, `create database ${name} template template0 encoding 'UTF8'`);
  const own = new URL(address);
  own.pathname = `/${name}`;
  return { address: own.href, drop: () => tell(address, `drop database ${name} with (force)`) };
}

async function tell(address: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
