// An empty place for a database on either engine, and its end.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export type Engine = 'sqlite' | 'postgres';

/** The engines that can be asked here: PostgreSQL only where TEST_POSTGRES_URL names a server. */
export function engines(): Engine[] {
  return process.env.TEST_POSTGRES_URL === undefined ? ['sqlite'] : ['sqlite', 'postgres'];
}

/** Gives `work` the file or the address of a new database, and throws it away afterwards. */
export async function inPlace<T>(engine: Engine, work: (path: string) => Promise<T>): Promise<T> {
  if (engine === 'postgres') return await onServer(work);
  const folder = mkdtempSync(join(tmpdir(), 'wethi-bench-search-'));
  try {
    return await work(join(folder, 'wethi.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function onServer<T>(work: (path: string) => Promise<T>): Promise<T> {
  const server = process.env.TEST_POSTGRES_URL;
  if (server === undefined)
    throw new Error('TEST_POSTGRES_URL names no server; set it like postgres://wethi@127.0.0.1/postgres');
  const name = `wethi_bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query(`create database ${name} template template0 encoding 'UTF8'`);
  try {
    return await work(Object.assign(new URL(server), { pathname: `/${name}` }).href);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}
