// What crawlers and feed readers need: the dates of all entries without their words, and the feeds that a hub is to hear of.
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  // Holds all that a sitemap asks for. In the table itself the words of every entry lie in between.
  await schema
    .createIndex('entries_dates')
    .on('entries')
    .columns(['state', 'number', 'blog', 'series', 'published', 'revised'])
    .execute();
}
