// The rows of search. `findable` is a table like the others and stands among them in tables.ts; `search_words` is each
// database's own kind of index over it, and only search-sqlite.ts and search-postgres.ts know what is in it.

/** A published entry as search reads it: words cut and folded, with a space between them. */
export interface FindableRow {
  /** Its number in the index. Grows with the time of publishing, so that newest first is the index's own order backwards. */
  place: number;
  entry: string;
  title: string;
  tags: string;
  body: string;
}
