// Making the index anew, entry by entry, while the node goes on: after an upgrade brought another dictionary, a word may be
// cut differently now than when it was kept.
import { setImmediate } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { WORDS_BY } from '../text/thai-words.ts';
import { forgetAll, keepFindable } from './keep.ts';

/** Where it is written down by what the words were cut; beside the origin, and no setting that anybody changes. */
const KEY = 'search.words-by';
/** A transaction of so many entries takes some tens of milliseconds; others write in between. */
const AT_ONCE = 20;

const logger = getLogger(['wethi', 'search']);

/** Whether the whole index was made by the dictionary and the rules of this program. */
export async function isIndexCurrent(db: Db): Promise<boolean> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  return row?.value === WORDS_BY;
}

/**
 * Forgets everything and keeps every published entry anew; meanwhile less is found. Returns how many can be found. When `signal`
 * ends it early, the index is used as far as it came, and the next start begins again.
 */
export async function reindex(db: Db, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
  let after = 0;
  await inTransaction(db, async (db) => {
    await db.deleteFrom('settings').where('key', '=', KEY).execute();
    await forgetAll(db);
  });
  for (let more = true; more; await setImmediate()) {
    if (signal?.aborted === true) return await findableCount(db);
    const last = await inTransaction(db, (db) => keepSome(db, after));
    more = last !== null;
    after = last ?? after;
  }
  await db
    .insertInto('settings')
    .values({ key: KEY, value: WORDS_BY })
    .onConflict((c) => c.column('key').doUpdateSet({ value: WORDS_BY }))
    .execute();
  return await findableCount(db);
}

/** Returns the number of the last one, null when there was none left. */
async function keepSome(db: Db, after: number): Promise<number | null> {
  const entries = await db
    .selectFrom('entries')
    .select(['id', 'number', 'state', 'published', 'title', 'html'])
    .where('number', '>', after)
    .where('state', '=', 'published')
    .orderBy('number')
    .limit(AT_ONCE)
    .execute();
  for (const entry of entries) await keepFindable(db, { entry });
  return entries.at(-1)?.number ?? null;
}

/**
 * Makes the index anew in the background where another dictionary, or none yet, made it. `stop` ends that and waits for what is
 * under way.
 */
export function keepIndexCurrent(db: Db): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = mend(db, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

async function mend(db: Db, signal: AbortSignal): Promise<void> {
  try {
    if (await isIndexCurrent(db)) return;
    const count = await reindex(db, { signal });
    logger.info('The search index was made anew: {count} entries can be found', { count });
  } catch (error) {
    logger.error('The search index could not be made anew; run wethi reindex: {error}', { error });
  }
}

async function findableCount(db: Db): Promise<number> {
  const row = await db
    .selectFrom('findable')
    .select((e) => e.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
