// What is found, as a page shows it: the entry, and the place in its text where it was found.
import type { Db } from '../../storage/database.ts';
import { type EntryItem, publishedOf } from '../reading/lists.ts';
import { keptText } from '../text/excerpt.ts';
import { type Piece, passageOf } from '../text/passage.ts';
import { storedHtml } from '../text/sanitise.ts';
import { findPlaces, type Narrowing, type Place, STEPS } from './places.ts';
import type { Question } from './question.ts';

export interface Find {
  entry: EntryItem;
  /** Where it was found in the text; null when only title or tags have it. */
  passage: Piece[] | null;
}

/**
 * Published entries that answer the question, by key: `next` is where the next page begins, and `deeper`, where there was no more
 * in the index or in the texts that were looked through, the page of what else stands in the texts.
 */
export async function findEntries(
  db: Db,
  {
    question,
    narrowing = {},
    after,
    limit,
  }: { question: Question; narrowing?: Narrowing; after: string | null; limit: number },
): Promise<{ finds: Find[]; next: string | null; deeper: string | null }> {
  const { found, further } = await findPlaces(db, { question, narrowing, after: readCursor(after), limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    finds: await findsAt(db, { places: shown.map(({ place }) => place), question }),
    next: found.length > limit && last !== undefined ? cursorOf(last) : null,
    deeper: further === null ? null : cursorOf(further),
  };
}

async function findsAt(db: Db, { places, question }: { places: number[]; question: Question }): Promise<Find[]> {
  if (places.length === 0) return [];
  const rows = await db
    .selectFrom('findable')
    .innerJoin('entries', 'entries.id', 'findable.entry')
    .select(['findable.place', 'entries.id', 'entries.html'])
    .where('findable.place', 'in', places)
    .execute();
  const items = new Map((await publishedOf(db, { ids: rows.map(({ id }) => id) })).map((item) => [item.id, item]));
  const finds = new Map<number, Find>();
  for (const { place, id, html } of rows) {
    const entry = items.get(id);
    if (entry === undefined) continue;
    const passage = passageOf(keptText(storedHtml(html)), { words: question.runs });
    finds.set(Number(place), { entry, passage });
  }
  return places.flatMap((place) => finds.get(place) ?? []);
}

function cursorOf({ step, place }: Place): string {
  return `${step}_${place}`;
}

/** Nonsense counts as the beginning, because cursors stand in addresses that people cut. */
function readCursor(cursor: string | null): Place | null {
  const match = cursor?.match(/^(names|text|begun|anywhere)_(-?\d{1,16})$/);
  const step = STEPS.find((step) => step === match?.[1]);
  return step === undefined ? null : { step, place: Number(match?.[2]) };
}
