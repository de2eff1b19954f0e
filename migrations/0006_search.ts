// What can be found: the words of published entries, and an index over them. The index is each database's own: FTS5 in
// SQLite, a text search vector in PostgreSQL.
import { type Kysely, PostgresAdapter, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  await db.schema
    .createTable('findable')
    // SQLite keeps rows in the order of an `integer primary key`, of that very spelling; its integers have 64 bits anyway.
    .addColumn('place', postgres ? 'bigint' : 'integer', (c) => c.primaryKey())
    .addColumn('entry', 'text', (c) => c.notNull().unique().references('entries.id'))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('tags', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  if (postgres) await vectors(db);
  else await fts5(db);
}

/**
 * Thai marks are `Mn`, and by default FTS5 cuts words at them (thai.md §4.3). There is one column, because whatever stands in
 * another than the first says so at every word: three made the index a third larger. It keeps no text, because `findable` does;
 * `secure-delete` takes the words of a withdrawn entry out at once, where `contentless_delete` would leave them in the file
 * until some later merge.
 */
async function fts5(db: Kysely<unknown>): Promise<void> {
  await sql`create virtual table search_words using fts5(words, content='',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn'")`.execute(db);
  await sql`insert into search_words (search_words, rank) values ('secure-delete', 1)`.execute(db);
}

async function vectors(db: Kysely<unknown>): Promise<void> {
  await sql`create table search_words (rowid bigint primary key, names tsvector not null, words tsvector not null)`.execute(
    db,
  );
  await sql`create index search_words_names on search_words using gin (names)`.execute(db);
  await sql`create index search_words_words on search_words using gin (words)`.execute(db);
}
