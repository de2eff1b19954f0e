// Making the index anew, entry by entry, while the node goes on: after an upgrade brought another dictionary, a word may be
// cut differently now than when it was kept. Readers are told only where there is less to be found meanwhile.
import { setImmediate } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { WORDS_BY } from '../text/thai-words.ts';
import { forgetAll, keepFindable } from './keep.ts';

/** Where it is written down by what the words were cut; beside the origin, and no setting that anybody changes. */
const KEY = 'search.words-by';
/** Stands there while the index is made from nothing. */
const BEING_MADE = '';
/** A transaction of so many entries takes some tens of milliseconds; others write in between. */
const AT_ONCE = 20;

const logger = getLogger(['wethi', 'search']);

/** Whether the whole index was made by the dictionary and the rules of this program. */
export async function isIndexCurrent(db: Db): Promise<boolean> {
  return (await madeBy(db)) === WORDS_BY;
}

/** Whether less is found just now, because the index is made from nothing. */
export async function isIndexBeingMade(db: Db): Promise<boolean> {
  return (await madeBy(db)) === BEING_MADE;
}

/**
 * Forgets everything and keeps every published entry anew; meanwhile less is found. Returns how many can be found. When `signal`
 * ends it early, the index is used as far as it came, and the next start begins again.
 */
export async function reindex(db: Db, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
  await inTransaction(db, async (db) => {
    await writeDown(db, BEING_MADE);
    await forgetAll(db);
  });
  return await keepAll(db, signal);
}

/** Keeps every published entry anew, each in its own place, so that all the while every one is found. */
async function keepAll(db: Db, signal: AbortSignal | undefined): Promise<number> {
  let after = 0;
  for (let more = true; more; await setImmediate()) {
    if (signal?.aborted === true) return await findableCount(db);
    const last = await inTransaction(db, (db) => keepSome(db, after));
    more = last !== null;
    after = last ?? after;
  }
  await writeDown(db, WORDS_BY);
  return await findableCount(db);
}

async function madeBy(db: Db): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst();
  return row?.value ?? null;
}

async function writeDown(db: Db, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key: KEY, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
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
 * Makes the index anew in the background: entry by entry, which no reader notices, where another dictionary cut the words; from
 * nothing where that was never done to its end. `stop` ends it and waits for what is under way.
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
    const by = await madeBy(db);
    if (by === WORDS_BY) return;
    const whole = by !== null && by !== BEING_MADE;
    const count = await (whole ? keepAll(db, signal) : reindex(db, { signal }));
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
