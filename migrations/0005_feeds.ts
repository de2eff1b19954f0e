// What crawlers and feed readers need: the dates of all entries without their words, and the feeds that a hub is to hear of.
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  // Holds all that a sitemap asks for. In the table itself the words of every entry lie in between.
  await schema
    .createIndex('entries_dates')
    .on('entries')
    .columns(['state', 'number', 'blog', 'series', 'published', 'revised'])
    .execute();
  await schema
    .createTable('feed_changes')
    .addColumn('page', 'text', (c) => c.primaryKey().notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('due', 'bigint', (c) => c.notNull())
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('failing_since', 'bigint')
    .addColumn('reason', 'text')
    .execute();
  await schema.createIndex('feed_changes_due').on('feed_changes').columns(['due', 'failures', 'page']).execute();
}
