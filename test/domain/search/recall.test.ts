// How much of what stands in thousands of entries 200 questions find, judged by LIKE over the same folded texts, which misses nothing
// and takes a hundred times as long.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { keepFindable } from '../../../src/domain/search/keep.ts';
import { readQuestion } from '../../../src/domain/search/question.ts';
import { renderMarkdown } from '../../../src/domain/text/markdown.ts';
import { inTransaction } from '../../../src/storage/transaction.ts';
import { engine } from '../../databases.ts';
import { ORIGIN, openWorld, published, type World } from '../../world.ts';
import { questions, tellings } from './corpus.ts';
import { everyPlace } from './every-place.ts';

// To a server each step goes over a wire, so that as many would take minutes.
const ENTRIES = engine === 'sqlite' ? 3_000 : 1_500;
/** Rows in one INSERT. */
const AT_ONCE = 500;
const QUESTIONS = 200;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const model = await published(world);
  const entries = [...tellings({ count: ENTRIES })].map(({ title, source }, at) => {
    const html = Buffer.from(renderMarkdown(source, { origin: ORIGIN }));
    const number = model.number + at;
    const published = new Date(world.clock.now() + number * 60_000).toISOString();
    return { ...model, id: newId(), number: number + 1, title, html, published };
  });
  await inTransaction(world.db, async (db) => {
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const some = entries.slice(at, at + AT_ONCE);
      await db.insertInto('entries').values(some).execute();
      for (const entry of some) await keepFindable(db, { entry });
    }
  });
}, 120_000);
afterAll(() => world.close());

/** A text as LIKE sees it: without spaces, and a number only as a whole one. */
function readingOf(columns: string[]): (run: string) => boolean {
  const runs = columns.map((column) => column.replaceAll(' ', '')).join('\n');
  const words = new Set(columns.join(' ').split(' '));
  return (run) => (/^\d+$/.test(run) ? words.has(run) : runs.includes(run));
}

test('200 questions find at least 99 of 100 entries that they should, and none that they should not', async () => {
  const { db } = world;
  const rows = await db.selectFrom('findable').selectAll().execute();
  const texts = rows.map(({ place, title, tags, body }) => ({ place, has: readingOf([title, tags, body]) }));
  const judged = [...new Set(questions({ count: 2 * QUESTIONS }))].slice(0, QUESTIONS);
  let [asked, there, found, byIndex, wrong] = [0, 0, 0, 0, 0];
  for (const typed of judged) {
    const question = readQuestion(typed);
    if (question === null) throw new Error(`${typed} asks nothing`);
    const truth = new Set(texts.filter(({ has }) => question.runs.every(has)).map(({ place }) => place));
    const places = await everyPlace(db, question);
    expect(new Set(places.map(({ place }) => place)).size, typed).toBe(places.length);
    if (truth.size > 0) asked++;
    there += truth.size;
    found += places.filter(({ place }) => truth.has(place)).length;
    byIndex += places.filter(({ step }) => step !== 'anywhere').length;
    wrong += places.filter(({ place }) => !truth.has(place)).length;
  }
  expect([judged.length, asked]).toEqual([QUESTIONS, QUESTIONS]);
  expect(wrong).toBe(0);
  expect(found / there).toBeGreaterThanOrEqual(0.99);
  // The index alone must not live off the looking.
  expect(byIndex / there).toBeGreaterThanOrEqual(0.9);
}, 120_000);
