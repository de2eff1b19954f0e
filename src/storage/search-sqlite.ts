// The index over words in SQLite: FTS5 without a text of its own (migrations/0006_search.ts).
import { sql } from 'kysely';
import type { Phrase, WordIndex } from './search.ts';
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
    const { place, title, tags, body } = columnsOf(row);
    await sql`insert into search_words (rowid, title, tags, body)
      values (${integer(place)}, ${title}, ${tags}, ${body})`.execute(db);
  },

  async drop(db, row) {
    const { place, title, tags, body } = columnsOf(row);
    await sql`insert into search_words (search_words, rowid, title, tags, body)
      values ('delete', ${integer(place)}, ${title}, ${tags}, ${body})`.execute(db);
  },

  async clear(db) {
    await sql`insert into search_words (search_words) values ('delete-all')`.execute(db);
  },

  holds(phrases, way) {
    const exact = all(phrases.map(quoted));
    const names = all(phrases.map(({ words }) => quoted({ words: words.map((word) => NAMED + word) })));
    const open = all(phrases.map((phrase) => `${quoted(phrase)}${phrase.open ? ' *' : ''}`));
    const asked = { names, text: `${exact} NOT ${names}`, begun: `${open} NOT ${exact}`, all: open }[way];
    return sql`search_words match ${asked}`;
  },

  place: integer,
};

function columnsOf({ place, title, tags, body }: FindableRow): Pick<FindableRow, 'place' | 'title' | 'tags' | 'body'> {
  return { place, title: `${title} ${named(title)}`, tags: `${tags} ${named(tags)}`, body };
}

function named(words: string): string {
  return words.replace(/[^ ]+/g, `${NAMED}$&`);
}

function all(phrases: string[]): string {
  return `(${phrases.join(' AND ')})`;
}

/** An FTS5 string: inside the quotes only `"` means anything, and NUL would end the text. */
function quoted({ words }: Pick<Phrase, 'words'>): string {
  return `"${words.join(' ').replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}
