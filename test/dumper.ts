// Reads whole databases for test/databases.ts, in a thread of its own: the tests wait for it where they stand.
import { type MessagePort, parentPort } from 'node:worker_threads';
import pg from 'pg';

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
  const client = new pg.Client({ connectionString: path });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read');
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    );
    const tables: Record<string, unknown[]> = {};
    // A row keeps its place in SQLite's answer when it changes; here the order has to be asked for.
    for (const { name } of rows) tables[name] = (await client.query(`select * from "${name}" as t order by t`)).rows;
    return tables;
  } finally {
    await client.end();
  }
}
