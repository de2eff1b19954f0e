// What feeds tell of entries: all that their pages tell, for as many as a feed holds. Three questions, however many entries.
import type { Db } from '../../storage/database.ts';
import { type SafeHtml, storedHtml } from '../text/sanitise.ts';
import { type EntryItem, entriesPage, type Within } from './lists.ts';

/** An entry as a feed tells it. */
export interface FeedEntry extends EntryItem {
  html: SafeHtml;
  licence: string;
  /** Instant of the last change that readers should hear of. */
  updated: string;
  /** As shown, in the writer's order. */
  tags: string[];
}

/** The published entries of the node, or of one blog, tag or series, newest first. */
export async function feedEntries(db: Db, { within, limit }: { within: Within; limit: number }): Promise<FeedEntry[]> {
  const { items } = await entriesPage(db, { ...within, after: null, limit });
  if (items.length === 0) return [];
  const ids = items.map(({ id }) => id);
  const rows = await db
    .selectFrom('entries')
    .select(['id', 'html', 'licence', 'revised'])
    .where('id', 'in', ids)
    // One that was withdrawn since the first question has no words left.
    .where('state', '=', 'published')
    .execute();
  const whole = new Map(rows.map((row) => [row.id, row]));
  const tags = await tagsOfEach(db, ids);
  return items.flatMap((item) => {
    const row = whole.get(item.id);
    if (row === undefined) return [];
    const { html, licence, revised } = row;
    const updated = revised ?? item.published;
    return [{ ...item, html: storedHtml(html), licence, updated, tags: tags.get(item.id) ?? [] }];
  });
}

async function tagsOfEach(db: Db, entries: string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('entryTags')
    .select(['entry', 'shown'])
    .where('entry', 'in', entries)
    .orderBy('position')
    .execute();
  const tags = new Map<string, string[]>();
  for (const { entry, shown } of rows) tags.set(entry, [...(tags.get(entry) ?? []), shown]);
  return tags;
}
