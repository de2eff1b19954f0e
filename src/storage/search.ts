// The index over words: one set of functions, written once for each database, because full text is where their SQL parts
// ways. What is asked of them is plain words, so nothing that a reader types is ever read as the index's own language.
import { PostgresAdapter, type RawBuilder, type SqlBool } from 'kysely';
import type { Db } from './database.ts';
import { postgresWords } from './search-postgres.ts';
import { sqliteWords } from './search-sqlite.ts';
import type { FindableRow } from './tables-of-search.ts';

/** Words that stand one after another. */
export interface Phrase {
  /** At least one; another where the same letters may also be cut into other words. */
  cuts: string[][];
  /** Whether the last word may be the beginning of a longer one. */
  open: boolean;
}

/**
 * `names`: all in title and tags, word for word. `exact`: word for word anywhere; `text`: so, but not in `names`. `all`: anywhere,
 * open words with something behind them too; `begun`: so, but not in `exact`. The beginning of a word is dear to look for, since
 * the index has to gather whatever goes on from it; that is why it stands apart.
 */
export type Way = 'names' | 'exact' | 'text' | 'begun' | 'all';

export interface WordIndex {
  /** Takes the words of something findable in. */
  put(db: Db, row: FindableRow): Promise<void>;
  /** Takes them out for good; `row` is what was put in, word for word, or the index is damaged. */
  drop(db: Db, row: FindableRow): Promise<void>;
  /** Empties the index, whatever is in it. */
  clear(db: Db): Promise<void>;
  /** A condition on rows of `search_words`: they hold every phrase, in the way that is asked for. */
  holds(phrases: Phrase[], way: Way): RawBuilder<SqlBool>;
  /** `place` as a value that the index compares with its `rowid`. */
  place(place: number): RawBuilder<number>;
}

/** The index of the database behind `db`. */
export function wordIndex(db: Db): WordIndex {
  return db.getExecutor().adapter instanceof PostgresAdapter ? postgresWords : sqliteWords;
}
