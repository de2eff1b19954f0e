// Counts what a handle asks of the database, so that a list that asks once for each of its rows is found.
import type { KyselyPlugin } from 'kysely';
import type { Db } from '../src/storage/database.ts';

/** A handle that counts: `asked()` gives the number of questions since it was called last. */
export function counting(db: Db): { db: Db; asked(): number } {
  let count = 0;
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      count++;
      return node;
    },
    transformResult: async ({ result }) => result,
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
