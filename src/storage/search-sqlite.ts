// The index over words in SQLite: FTS5 without a text of its own (migrations/0006_search.ts).
import { sql } from 'kysely';
import type { Phrase, WordIndex } from './search.ts';

/** The driver binds every number as a real one, and FTS5 takes only integers for a rowid. */
const integer = (place: number) => sql<number>`cast(${place} as integer)`;

export const sqliteWords: WordIndex = {
  async put(db, { place, title, tags, body }) {
    await sql`insert into search_words (rowid, title, tags, body)
      values (${integer(place)}, ${title}, ${tags}, ${body})`.execute(db);
  },

  async drop(db, { place, title, tags, body }) {
    await sql`insert into search_words (search_words, rowid, title, tags, body)
      values ('delete', ${integer(place)}, ${title}, ${tags}, ${body})`.execute(db);
  },

  holds(phrases, where) {
    const all = `(${phrases.map(quoted).join(' AND ')})`;
    const names = `{title tags} : ${all}`;
    return sql`search_words match ${where === 'names' ? names : `${all} NOT (${names})`}`;
  },

  place: integer,
};

/** An FTS5 string: inside the quotes only `"` means anything, and NUL would end the text. */
function quoted({ words, open }: Phrase): string {
  const text = words.join(' ').replaceAll('\0', ' ').replaceAll('"', '""');
  return `"${text}"${open ? ' *' : ''}`;
}
