// What can be found is kept in the same transaction as the entry itself: nobody finds what was withdrawn, and everybody what
// was just published. Comments and posts from elsewhere are not searched.
import type { Db } from '../../storage/database.ts';
import { wordIndex } from '../../storage/search.ts';
import type { EntryRow } from '../../storage/tables.ts';
import { tagsOf } from '../tags.ts';
import { keptText } from '../text/excerpt.ts';
import { storedHtml } from '../text/sanitise.ts';
import { wordsOf } from '../text/thai-words.ts';

/**
 * Places in an hour, for entries that were published together. Places lie as close as they can: the index keeps the steps from
 * one to the next for every word. 64 a minute made it larger by a third, where entries lie hours apart as they do.
 */
const PLACES_PER_HOUR = 16;
const HOUR_MS = 3_600_000;
/** So many entries of one hour may run over into the places behind it, and are still found by the date. */
const RUN_OVER = 31 * 24 * PLACES_PER_HOUR;

/** What of an entry search needs to know. */
export type Findable = Pick<EntryRow, 'id' | 'state' | 'published' | 'title' | 'html'>;

/** Lets an entry be found as it now stands, with its tags; one that is not published is forgotten. Inside its transaction. */
export async function keepFindable(db: Db, { entry }: { entry: Findable }): Promise<void> {
  const before = await forgetFindable(db, { entry: entry.id });
  if (entry.state !== 'published' || entry.published === null) return;
  const row = {
    place: before ?? (await freePlace(db, { published: entry.published })),
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

/** Forgets everything, and mends an index that was damaged. */
export async function forgetAll(db: Db): Promise<void> {
  await db.deleteFrom('findable').execute();
  await wordIndex(db).clear(db);
}

/**
 * Between which places the entries of two instants lie, `to` exclusive. Some of others lie between them too, for the last hour may
 * run over: a month's places behind it are counted in, for imports that know only a date.
 */
export function placesBetween({ from, to }: { from: string; to: string }): { from: number; to: number } {
  return { from: placeOf(from), to: placeOf(to) + RUN_OVER };
}

/** The first place of an hour. */
function placeOf(published: string): number {
  return Math.floor(Date.parse(published) / HOUR_MS) * PLACES_PER_HOUR;
}

/** Behind all of its hour. Whole imports may share one, so it may run over into the next. */
async function freePlace(db: Db, { published }: { published: string }): Promise<number> {
  const first = placeOf(published);
  const { last } = await db
    .selectFrom('findable')
    .select((e) => e.fn.max('place').as('last'))
    .where('place', '>=', first)
    .where('place', '<', first + PLACES_PER_HOUR)
    .executeTakeFirstOrThrow();
  if (last === null) return first;
  // The last of those that stand without a gap. One statement, for a step to the database each would take minutes of an import.
  const { place } = await db
    .selectFrom('findable')
    .select('place')
    .where('place', '>=', Number(last))
    .where(({ exists, not, selectFrom, eb }) =>
      not(
        exists(
          selectFrom('findable as next')
            .select('next.place')
            .where('next.place', '=', eb('findable.place', '+', 1)),
        ),
      ),
    )
    .orderBy('place')
    .limit(1)
    .executeTakeFirstOrThrow();
  return Number(place) + 1;
}
