// The index over words: one set of functions, written once for each database, because full text is where their SQL parts
// ways. What is asked of them is plain words, so nothing that a reader types is ever read as the index's own language.
import { type Expression, PostgresAdapter, type SqlBool } from 'kysely';
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

/** What is looked for, and between which places. */
export interface Search {
  phrases: Phrase[];
  way: Way;
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
  limit: number;
}

export interface WordIndex {
  /** Takes in the words of what was just added to `findable`. */
  put(db: Db, row: FindableRow): Promise<void>;
  /** Takes them out for good; `row` is what was put in, word for word, or the index is damaged. */
  drop(db: Db, row: FindableRow): Promise<void>;
  /** Empties the index, whatever is in it. */
  clear(db: Db): Promise<void>;
  /** The places of those that hold every phrase, in the way that is asked for, the greatest first. */
  places(db: Db, search: Search): Promise<number[]>;
  /** Whether `letters` stand in `text`, byte for byte. */
  stands(text: Expression<string>, letters: string): Expression<SqlBool>;
}

/** The index of the database behind `db`. */
export function wordIndex(db: Db): WordIndex {
  return db.getExecutor().adapter instanceof PostgresAdapter ? postgresWords : sqliteWords;
}
