// The index over words in SQLite: FTS5 without a text of its own (migrations/0006_search.ts).
import { sql } from 'kysely';
import type { Phrase, Way, WordIndex } from './search.ts';
import type { FindableRow } from './tables-of-search.ts';

/** The driver binds every number as a real one, and FTS5 takes only integers for a rowid. */
const integer = (place: number) => sql<number>`cast(${place} as integer)`;

/**
 * Stands before a word of title and tags, which is kept so too: a private letter that no word begins with. FTS5 could be asked
 * about columns instead, but then it goes through every entry that has a word in its text.
 */
const NAMED = '\ue000';

export const sqliteWords: WordIndex = {
  async put(db, row) {
    await sql`insert into search_words (rowid, words) values (${integer(row.place)}, ${wordsIn(row)})`.execute(db);
  },

  async drop(db, row) {
    await sql`insert into search_words (search_words, rowid, words)
      values ('delete', ${integer(row.place)}, ${wordsIn(row)})`.execute(db);
  },

  async clear(db) {
    await sql`insert into search_words (search_words) values ('delete-all')`.execute(db);
  },

  async places(db, { phrases, way, from, to, limit }) {
    const { rows } = await sql<{ place: number }>`select rowid as place from search_words
      where search_words match ${expressionOf(phrases, way)} and rowid >= ${integer(from)} and rowid < ${integer(to)}
      order by rowid desc limit ${limit}`.execute(db);
    return rows.map(({ place }) => place);
  },

  stands: (text, letters) => sql`instr(${text}, ${letters}) > 0`,
};

/** What FTS5 is asked, in its own language: what is between quotes is words to it, whatever they are. */
export function expressionOf(phrases: Phrase[], way: Way): string {
  const exact = every(phrases, ({ cuts }) => cuts.map(quoted));
  const names = every(phrases, ({ cuts }) => cuts.map((words) => quoted(words.map((word) => NAMED + word))));
  const open = every(phrases, ({ cuts, open }) => cuts.map((words) => `${quoted(words)}${open ? ' *' : ''}`));
  return { names, exact, text: `${exact} NOT ${names}`, begun: `${open} NOT ${exact}`, all: open }[way];
}

/** All in one, parted by the mark alone, which no phrase has in it. */
function wordsIn({ title, tags, body }: FindableRow): string {
  return [named(title), named(tags), title, tags, body].join(` ${NAMED} `);
}

function named(words: string): string {
  return words.replace(/[^ ]+/g, `${NAMED}$&`);
}

function every(phrases: Phrase[], cutsOf: (phrase: Phrase) => string[]): string {
  return `(${phrases.map((phrase) => `(${cutsOf(phrase).join(' OR ')})`).join(' AND ')})`;
}

/** An FTS5 string: inside the quotes only `"` means anything, and NUL would end the text. */
function quoted(words: string[]): string {
  return `"${words.join(' ').replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}
