// Making the index anew, entry by entry, while the node goes on: after an upgrade brought another dictionary, a word may be
// cut differently now than when it was kept. Readers are told only where there is less to be found meanwhile.
import { setTimeout as pause } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { newId } from '../ids.ts';
import { WORDS_BY } from '../text/thai-words.ts';
import { forgetAll, keepFindable } from './keep.ts';

/** Where it is written down by what the words were cut; beside the origin, and no setting that anybody changes. */
const KEY = 'search.words-by';
/**
 * Stands there, with a name of its own behind it, while a run makes the index from nothing, or exchanges the words of one that
 * finds everything. The newest run is the one that counts: an older one, which finds another's name there, stops. So nobody has to
 * know whether a run is still alive, and none calls whole what another one emptied.
 */
const RUNS = { fromNothing: 'from-nothing ', exchange: 'exchange ' };
/** A transaction of so many entries takes some tens of milliseconds; others write in between. */
const AT_ONCE = 20;

const logger = getLogger(['wethi', 'search']);

/** Whether the whole index was made by the dictionary and the rules of this program. */
export async function isIndexCurrent(db: Db): Promise<boolean> {
  return (await madeBy(db)) === WORDS_BY;
}

/** Whether less is found just now, because the index is made from nothing. */
export async function isIndexBeingMade(db: Db): Promise<boolean> {
  return isFromNothing(await madeBy(db));
}

/**
 * Forgets everything and keeps every published entry anew; meanwhile less is found. Returns how many can be found, or null when
 * another run began meanwhile and this one left the index to it. When `signal` ends it early, the index is used as far as it came,
 * and the next start begins again.
 */
export async function reindex(db: Db, { signal }: { signal?: AbortSignal } = {}): Promise<number | null> {
  const run = await inTransaction(db, (db) => begin(db, 'fromNothing'));
  return await keepAll(db, { run, signal });
}

/** Begins a run and returns its name. Inside a transaction. */
async function begin(db: Db, how: keyof typeof RUNS): Promise<string> {
  const run = `${RUNS[how]}${newId()}`;
  await writeDown(db, run);
  if (how === 'fromNothing') await forgetAll(db);
  return run;
}

/** Keeps every published entry anew, each in its own place, so that all the while every one is found. */
async function keepAll(
  db: Db,
  { run, signal }: { run: string; signal: AbortSignal | undefined },
): Promise<number | null> {
  for (let after: number | null = 0; after !== null; ) {
    if (signal?.aborted === true) break;
    const behind: number = after;
    const since = performance.now();
    const step = await inTransaction(db, async (db) => {
      if ((await madeBy(db)) !== run) return 'overtaken';
      const last = await keepSome(db, behind);
      if (last === null) await writeDown(db, WORDS_BY);
      return last;
    });
    if (step === 'overtaken') return null;
    after = step;
    // Half of the time is others': whoever waits for SQLite's one writer only looks from time to time, and found it at work for seconds.
    await pause(performance.now() - since);
  }
  return await findableCount(db);
}

function isFromNothing(by: string | null): boolean {
  return by?.startsWith(RUNS.fromNothing) === true;
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
 * nothing where that was never done to its end. It takes over from whoever is at it. `stop` ends it and waits for what is under way.
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
    const run = await inTransaction(db, async (db) => {
      const by = await madeBy(db);
      if (by === WORDS_BY) return null;
      return await begin(db, by === null || isFromNothing(by) ? 'fromNothing' : 'exchange');
    });
    const count = run === null ? null : await keepAll(db, { run, signal });
    if (count !== null) logger.info('The search index was made anew: {count} entries can be found', { count });
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
