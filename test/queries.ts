// Counts what a handle asks of the database, so that a list that asks once for each of its rows is found, and tells how SQLite
// goes about it.
import { CompiledQuery, type KyselyPlugin } from 'kysely';
import type { Db } from '../src/storage/database.ts';

/** A handle that counts: `asked()` gives the number of questions since it was called last. */
export function counting(db: Db): { db: Db; asked(): number } {
  let count = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // Answers are counted, for a query that is kept compiled is not transformed again.
    async transformResult({ result }) {
      count++;
      return result;
    },
  };
  return {
    db: db.withPlugin(plugin),
    asked() {
      const asked = count;
      count = 0;
      return asked;
    },
  };
}

/** A handle whose questions SQLite tells the plans of: `plans()` gives a line for each of their steps. */
export function planning(db: Db): { db: Db; plans(): Promise<string[]> } {
  const asked: CompiledQuery[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const executor = db.getExecutor();
      asked.push(executor.compileQuery(executor.transformQuery(node, queryId), queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    db: db.withPlugin(plugin),
    async plans() {
      const lines: string[] = [];
      for (const { sql, parameters } of asked) {
        const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
        lines.push(...(await db.executeQuery<{ detail: string }>(plan)).rows.map(({ detail }) => detail));
      }
      return lines;
    },
  };
}
