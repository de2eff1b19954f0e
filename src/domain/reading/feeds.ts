// What feeds tell of entries: all that their pages tell, for as many as a feed holds. Three questions, however many entries.
import type { Db } from '../../storage/database.ts';
import { tagsOfEach } from '../tags.ts';
import { picturesNamed, type SafeHtml, storedHtml } from '../text/sanitise.ts';
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

/**
 * The newest published entries of the node, or of one blog, tag or series: at most `limit`, and only as many as have `bytesMax`
 * of HTML together, but one at least.
 */
export async function feedEntries(
  db: Db,
  { within, limit, bytesMax }: { within: Within; limit: number; bytesMax: number },
): Promise<FeedEntry[]> {
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
  const tags = await tagsOfEach(db, { entries: ids });
  let bytes = 0;
  return items.flatMap((item, index) => {
    const row = whole.get(item.id);
    bytes += row?.html.byteLength ?? 0;
    if (row === undefined || (bytes > bytesMax && index > 0)) return [];
    const { html, licence, revised } = row;
    const updated = revised ?? item.published;
    return [{ ...item, html: picturesNamed(storedHtml(html), item), licence, updated, tags: tags.get(item.id) ?? [] }];
  });
}
