// Bodies stand in the database as bytes. Where a page shows many of them they are read as text: a buffer for each short comment
// costs more than its words, and the collector has to look after it.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { isPostgres } from './postgres.ts';

/** The body in `column`, such as `comments.html`, as text. It is UTF-8 without U+0000, as everything that was sanitised is. */
export function bodyText(db: Db, column: string): RawBuilder<string> {
  const body = sql.ref(column);
  return isPostgres(db) ? sql<string>`convert_from(${body}, 'UTF8')` : sql<string>`cast(${body} as text)`;
}
