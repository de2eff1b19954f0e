// What a reader finds who follows every link: the index first, then what looking through the texts adds.
import { findPlaces, type Narrowing, type Place } from '../../../src/domain/search/places.ts';
import type { Question } from '../../../src/domain/search/question.ts';
import type { Db } from '../../../src/storage/database.ts';

/** All places that answer the question, each with the step that gave it. */
export async function everyPlace(db: Db, question: Question, narrowing: Narrowing = {}): Promise<Place[]> {
  const all: Place[] = [];
  let after: Place | null = null;
  do {
    const { found, further } = await findPlaces(db, { question, narrowing, after, limit: Number.MAX_SAFE_INTEGER });
    all.push(...found);
    after = further;
  } while (after !== null);
  return all;
}
