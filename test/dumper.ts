// Reads whole databases for test/databases.ts, in a thread of its own: the tests wait for it where they stand.
import { type MessagePort, parentPort } from 'node:worker_threads';
import pg from 'pg';
import { DUMPER } from './server-databases.ts';

interface Asked {
  path: string;
  /** Set to 1 and rung when the answer is on the port. */
  done: Int32Array;
  port: MessagePort;
}

// Bigints as numbers, as the program reads them.
pg.types.setTypeParser(20, Number);

parentPort?.on('message', async ({ path, done, port }: Asked) => {
  try {
    port.postMessage({ tables: await read(path) });
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});

async function read(path: string): Promise<Record<string, unknown[]>> {
  const { client, names } = await clientOf(path);
  // A row keeps its place in SQLite's answer when it changes; here the order has to be asked for.
  const all = names.map((name) => `select * from "${name}" as t order by t`);
  // Statements that are sent together are one transaction, and this is one that sees nothing in between.
  const answers = await client.query(['set transaction isolation level repeatable read', ...all].join(';'));
  const [, ...results] = answers as unknown as pg.QueryResult[];
  return Object.fromEntries(results.map(({ rows }, i) => [names[i], rows]));
}

let last: { path: string; client: pg.Client; names: string[] } | undefined;

/** Walks ask for one database hundreds of times, so the last one stays open; it is dropped with us. */
async function clientOf(path: string): Promise<{ client: pg.Client; names: string[] }> {
  if (last?.path === path) return last;
  await last?.client.end().catch(() => undefined);
  const client = new pg.Client({ connectionString: path, application_name: DUMPER });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
  );
  last = { path, client, names: rows.map(({ name }) => name) };
  return last;
}
