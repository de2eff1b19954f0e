// Triggers that let `shown` count, in the words of either engine: see migrations/0004_shown.ts for what they are for.
// Frozen as the steps that use it are: to change it would change what they made in databases that are older. Write another.
import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * From now on each row of `table` that is changed so is a change of what everybody is shown; `changed` narrows an update down
 * to the columns that reach a page. For migrations.
 */
export async function countShown(
  db: Kysely<unknown>,
  { table, change, changed }: { table: string; change: 'insert' | 'update' | 'delete'; changed?: string[] },
): Promise<void> {
  const differs = changed?.map((column) => `old.${column} is distinct from new.${column}`).join(' or ');
  const count =
    db.getExecutor().adapter instanceof PostgresAdapter
      ? 'execute function call_out_shown()'
      : 'begin update shown set version = version + 1; end';
  await sql`create trigger ${sql.ref(`shown_${table}_${change}`)} after ${sql.raw(change)} on ${sql.table(table)}
    for each row ${sql.raw(differs === undefined ? '' : `when (${differs})`)} ${sql.raw(count)}`.execute(db);
}
