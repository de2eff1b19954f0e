// What can be found is kept in the same transaction as the entry itself: nobody finds what was withdrawn, and everybody what
// was just published. Comments and posts from elsewhere are not searched.
import type { Db } from '../../storage/database.ts';
import { wordIndex } from '../../storage/search.ts';
import type { EntryRow } from '../../storage/tables.ts';
import { tagsOf } from '../tags.ts';
import { keptText } from '../text/excerpt.ts';
import { storedHtml } from '../text/sanitise.ts';
import { wordsOf } from '../text/thai-words.ts';

/** Places between two milliseconds, for entries that were published together. */
const PLACES_PER_MS = 1_024;

/** What of an entry search needs to know. */
export type Findable = Pick<EntryRow, 'id' | 'number' | 'state' | 'published' | 'title' | 'html'>;

/** Lets an entry be found as it now stands, with its tags; one that is not published is forgotten. Inside its transaction. */
export async function keepFindable(db: Db, { entry }: { entry: Findable }): Promise<void> {
  const before = await forgetFindable(db, { entry: entry.id });
  if (entry.state !== 'published' || entry.published === null) return;
  const row = {
    place: before ?? (await freePlace(db, { published: entry.published, number: entry.number })),
    entry: entry.id,
    title: wordsOf(entry.title).join(' '),
    tags: wordsOf((await tagsOf(db, { entry: entry.id })).join('\n')).join(' '),
    body: wordsOf(keptText(storedHtml(entry.html))).join(' '),
  };
  await db.insertInto('findable').values(row).execute();
  await wordIndex(db).put(db, row);
}

/** Takes an entry's words out of the index and out of the file. Returns the place it had, or null. Inside its transaction. */
export async function forgetFindable(db: Db, { entry }: { entry: string }): Promise<number | null> {
  const row = await db.deleteFrom('findable').where('entry', '=', entry).returningAll().executeTakeFirst();
  if (row === undefined) return null;
  await wordIndex(db).drop(db, row);
  return Number(row.place);
}

/** The place of the first moment of a year as Thailand counts it (`year` Gregorian): where its entries begin. */
export function placeOfYear(year: number): number {
  return Date.parse(`${year}-01-01T00:00:00+07:00`) * PLACES_PER_MS;
}

/** By time of publishing, then by number. Old imports share their minutes, so the next free one is taken. */
async function freePlace(db: Db, { published, number }: { published: string; number: number }): Promise<number> {
  let place = Date.parse(published) * PLACES_PER_MS + (number % PLACES_PER_MS);
  while ((await db.selectFrom('findable').select('place').where('place', '=', place).executeTakeFirst()) !== undefined)
    place++;
  return place;
}
