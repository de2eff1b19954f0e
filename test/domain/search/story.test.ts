// Story 9 of thai.md §3, on whichever engine the tests run: what finds the entry of 2006, where, and how its text is shown.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEntries } from '../../../src/domain/search/find.ts';
import { readQuestion } from '../../../src/domain/search/question.ts';
import { openWorld, seed, type World, withSeed } from '../../world.ts';
import { STORY } from './story.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await withSeed(world);
});
afterAll(() => world.close());

/** The text as it was written, on one line as passages are. */
const WRITTEN = readFileSync(seed.file, 'utf8').replace(/\s+/g, ' ');

async function finds(typed: string) {
  const question = readQuestion(typed);
  if (question === null) throw new Error(`${typed} asks nothing`);
  return (await findEntries(world.db, { question, after: null, limit: 20 })).finds;
}

describe('the seed is found by', () => {
  test.each(STORY.filter(({ found }) => found))('$typed', async ({ typed }) => {
    const found = await finds(typed);
    expect(found).toHaveLength(1);
    const passage = found[0]?.passage ?? null;
    // ตอนที่9 stands in the title alone.
    if (passage === null) return expect(typed).toBe('ตอนที่ 9');
    const shown = passage.map(({ text }) => text).join('');
    expect(WRITTEN).toContain(shown.replace(/^…|…$/g, ''));
    expect(passage.some(({ found }) => found)).toBe(true);
  });
});

test.each(STORY.filter(({ found }) => !found))('the seed is not found by $typed', async ({ typed }) => {
  expect(await finds(typed)).toEqual([]);
});
