// The index over words in PostgreSQL: vectors of words that were cut before, for its parser keeps Thai marks but does not part
// Thai words. Words are parted by spaces, which every ctype takes for such (zero-width ones it does not, thai.md §4.3). `simple`
// changes nothing: folding was done before.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Phrase, WordIndex } from './search.ts';

export const postgresWords: WordIndex = {
  async put(db, { place, title, tags, body }) {
    // A vector of each, then joined: positions go on counting, so a phrase may run from a title into its tags. We let it.
    const names = sql`to_tsvector('simple', ${title}) || to_tsvector('simple', ${tags})`;
    await sql`insert into search_words (rowid, names, words)
      values (${place}, ${names}, ${names} || to_tsvector('simple', ${body}))`.execute(db);
  },

  async drop(db, { place }) {
    await sql`delete from search_words where rowid = ${place}`.execute(db);
  },

  async clear(db) {
    await sql`delete from search_words`.execute(db);
  },

  holds(phrases, way) {
    const exact = every(phrases, ({ cuts }) => cuts.map(query));
    const open = every(phrases, ({ cuts, open }) => cuts.map(open ? begun : query));
    const { names, words } = { names: sql`search_words.names`, words: sql`search_words.words` };
    return {
      names: sql<SqlBool>`${names} @@ ${exact}`,
      exact: sql<SqlBool>`${words} @@ ${exact}`,
      text: sql<SqlBool>`(${words} @@ ${exact} and not ${names} @@ ${exact})`,
      begun: sql<SqlBool>`(${words} @@ ${open} and not ${words} @@ ${exact})`,
      all: sql<SqlBool>`${words} @@ ${open}`,
    }[way];
  },

  place: (place) => sql<number>`cast(${place} as bigint)`,
};

function every(phrases: Phrase[], cutsOf: (phrase: Phrase) => RawBuilder<unknown>[]): RawBuilder<unknown> {
  const each = phrases.map((phrase) => sql`(${sql.join(cutsOf(phrase), sql` || `)})`);
  return sql`(${sql.join(each, sql` && `)})`;
}

/**
 * `phraseto_tsquery` reads no operators. Null, which nothing answers, for letters that the server's ctype does not know: of those it
 * makes an empty query, which fails with a prefix and is left out of a conjunction.
 */
function query(words: string[]): RawBuilder<unknown> {
  return sql`nullif(phraseto_tsquery('simple', ${words.join(' ').replaceAll('\0', ' ')}), ''::tsquery)`;
}

/** A prefix is what it gives with `:*` behind its last word. */
function begun(words: string[]): RawBuilder<unknown> {
  return sql`(${query(words)}::text || ':*')::tsquery`;
}
