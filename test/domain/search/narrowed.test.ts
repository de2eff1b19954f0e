// Narrowed finds among more entries than one page looks through: a page's work is bounded, and who follows its links misses none.
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { keepFindable } from '../../../src/domain/search/keep.ts';
import { findPlaces } from '../../../src/domain/search/places.ts';
import { type Question, readQuestion } from '../../../src/domain/search/question.ts';
import { inTransaction } from '../../../src/storage/transaction.ts';
import { openWorld, published, type World } from '../../world.ts';
import { everyPlace } from './every-place.ts';

const ENTRIES = 3_300;
const NARROWED = { licence: 'cc-by-nc-4.0' };
const HOUR_MS = 3_600_000;

let world: World;
let question: Question;
/** Places of those with that licence: some old ones, behind all that a page looks through unasked. */
const wanted: number[] = [];
beforeAll(async () => {
  world = await openWorld();
  const model = await published(world, { source: 'น้ำเค็ม', licence: 'cc-by-4.0' });
  await inTransaction(world.db, async (db) => {
    for (let n = 1; n < ENTRIES; n++) {
      const licence = n <= 30 ? NARROWED.licence : model.licence;
      const instant = new Date(world.clock.now() + n * HOUR_MS).toISOString();
      const entry = { ...model, id: newId(), number: model.number + n, licence, published: instant };
      await db.insertInto('entries').values(entry).execute();
      await keepFindable(db, { entry });
    }
  });
  const rows = await world.db
    .selectFrom('findable')
    .innerJoin('entries', 'entries.id', 'findable.entry')
    .select('findable.place')
    .where('entries.licence', '=', NARROWED.licence)
    .execute();
  wanted.push(...rows.map(({ place }) => Number(place)).sort((a, b) => b - a));
  const read = readQuestion('น้ำเค็ม');
  if (read === null) throw new Error('nothing asked');
  question = read;
}, 120_000);
afterAll(() => world.close());

test('a first page stops where it has looked at enough, and says from where to look on', async () => {
  const { found, further } = await findPlaces(world.db, { question, narrowing: NARROWED, after: null, limit: 21 });
  expect(found).toEqual([]);
  expect(further?.step).toBe('text');
  const next = await findPlaces(world.db, { question, narrowing: NARROWED, after: further, limit: 21 });
  expect(next.found.map(({ place }) => place)).toEqual(wanted.slice(0, 21));
});

test('others have their turn while it looks', async () => {
  let looking = true;
  let turns = 0;
  const others = (async () => {
    for (; looking; turns++) await setImmediate();
  })();
  await findPlaces(world.db, { question, narrowing: NARROWED, after: null, limit: 21 });
  looking = false;
  await others;
  expect(turns).toBeGreaterThanOrEqual(10);
});

test('who follows every link finds each entry once', async () => {
  const places = await everyPlace(world.db, question, NARROWED);
  expect(places.map(({ place }) => place)).toEqual(wanted);
});
