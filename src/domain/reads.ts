// How often an entry was read. Of who read it nothing is kept, not even for a moment: a read is one more, no address, no cookie.
import { getLogger } from '@logtape/logtape';
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import { inTransaction } from '../storage/transaction.ts';

/** Writing each read down at once would cost more than showing the page; a crash loses at most a minute of them. */
const FLUSH_EVERY_MS = 60_000;

const logger = getLogger(['wethi', 'reads']);

/** Counts in memory, and writes down now and then. */
export interface ReadCounter {
  /** One more read of the entry with this id. Nearly free: it is asked on the way of every hot page. */
  count(entry: string): void;
  /** Writes down what was counted since the last time. Never throws: what could not be written is written the next time. */
  flush(): Promise<void>;
  /** Writes down the rest, when what is being written down is, and counts no more. */
  close(): Promise<void>;
}

/** Opens the counter of a node; it writes with `db` every minute. */
export function openReadCounter(db: Db): ReadCounter {
  let counted = new Map<string, number>();
  const count = (entry: string, times: number) => counted.set(entry, (counted.get(entry) ?? 0) + times);

  async function flush(): Promise<void> {
    const reads = counted;
    counted = new Map();
    try {
      await addReads(db, { reads });
    } catch (error) {
      for (const [entry, times] of reads) count(entry, times);
      logger.error('reads could not be written down, and wait for the next minute: {error}', { error });
    }
  }

  // One after the other: what one could not write is counted again, and the next one writes it.
  let last = Promise.resolve();
  const flushInTurn = () => {
    last = last.then(flush);
    return last;
  };

  const timer = setInterval(() => void flushInTurn(), FLUSH_EVERY_MS);
  timer.unref();
  return {
    count: (entry) => void count(entry, 1),
    flush: flushInTurn,
    async close() {
      clearInterval(timer);
      await flushInTurn();
    },
  };
}

/** Adds to the reads of entries, by their ids, in one transaction. */
export async function addReads(db: Db, { reads }: { reads: ReadonlyMap<string, number> }): Promise<void> {
  if (reads.size === 0) return;
  await inTransaction(db, async (db) => {
    for (const [entry, times] of reads) {
      await db
        .insertInto('reads')
        .values({ entry, times })
        .onConflict((c) => c.column('entry').doUpdateSet((e) => ({ times: e('reads.times', '+', times) })))
        .execute();
    }
  });
}

/** How often an entry was read, as far as it was written down. */
export async function readsOf(db: Db, { entry }: { entry: string }): Promise<number> {
  const row = await db.selectFrom('reads').select('times').where('entry', '=', entry).executeTakeFirst();
  return row?.times ?? 0;
}

/** The same for everybody's eyes: null unless the setting `show-reads` says that they may know. */
export async function readsForAll(db: Db, { entry }: { entry: string }): Promise<number | null> {
  const [row] = await readsShown(db, { entry });
  return row === undefined ? null : (row.times ?? 0);
}

const readsShown = prepared((db, { entry }: { entry: string }) =>
  db
    .selectFrom('settings')
    .leftJoin('reads', (join) => join.on('reads.entry', '=', entry))
    .select('reads.times')
    .where('settings.key', '=', 'show-reads')
    .where('settings.value', '=', 'yes'),
);
