// What readers type is words and nothing else: no letter of it is read as the language of an index or of SQL.
import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEntries } from '../../../src/domain/search/find.ts';
import { readQuestion } from '../../../src/domain/search/question.ts';
import { expressionOf } from '../../../src/storage/search-sqlite.ts';
import { engine, runsOn } from '../../databases.ts';
import { openWorld, published, type World, withSeed } from '../../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await withSeed(world);
  await published(world, { title: 'AND OR NOT NEAR', source: 'column title:x "quoted" NEAR(a b, 2) a* ^b {c} -d' });
});
afterAll(() => world.close());

describe('a question is read', () => {
  test.each([
    ['หมู่ที่ ๑', [['หมู่', 'ที่'], ['1']]],
    ['ตอนที่9', [['ตอน', 'ที่', '9']]],
    ['  ปุ๋ยหมัก\u00a0บางจาก ', [['ปุ๋ย', 'หมัก'], ['บางจาก']]],
    ['"ก" OR title:ข', [['ก'], ['or'], ['title', 'ข']]],
  ])('%s', (typed, words) => {
    expect(readQuestion(typed)?.phrases.map(({ cuts: [words] }) => words)).toEqual(words);
  });

  test.each(['', ' ', '"', '* ^ ()', '😀', '\u200b', '์'])('"%s" asks nothing', (typed) => {
    expect(readQuestion(typed)).toBeNull();
  });

  test('only the last word may go on, unless it is one letter or a number', () => {
    const open = (typed: string) => readQuestion(typed)?.phrases.map((phrase) => phrase.open);
    expect(open('ปุ๋ย หมัก')).toEqual([false, true]);
    expect(open('ปุ๋ย ก')).toEqual([false, false]);
    expect(open('หมู่ที่ 1')).toEqual([false, false]);
  });

  test('as far as anybody types', () => {
    expect(readQuestion('คำ '.repeat(5_000))?.phrases).toHaveLength(10);
    expect(readQuestion('ก'.repeat(5_000))?.runs[0]).toHaveLength(200);
  });
});

/** Pieces of the languages below, glued at random with Thai, and any text at all. */
const typed = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          ...[
            '"',
            "'",
            '*',
            '^',
            '(',
            ')',
            '{',
            '}',
            ':',
            '+',
            '-',
            ',',
            ';',
            '%',
            '_',
            '\\',
            '\0',
            '<->',
            ':*',
            '|',
            '&',
            '!',
          ],
          ...[
            'AND',
            'OR',
            'NOT',
            'NEAR(',
            'title',
            'search_words',
            'rowid',
            '--',
            '/*',
            ' ',
            ' ',
            '\n',
            '\u200b',
            '\ud800',
          ],
          ...['ปุ๋ย', 'หมัก', 'ตำบล', 'น้ำ', 'ำ', '์', '๙', '9', 'ß', 'İ', '٣', '²', 'ｱ', 'क्षि', '👩‍🌾', 'e\u0301'],
        ),
        { maxLength: 20 },
      )
      .map((pieces) => pieces.join('')),
  },
);

test('no text breaks the question, the index or the list, and what is asked is all that is bound', async () => {
  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      const question = readQuestion(text);
      if (question === null) return;
      const { finds } = await findEntries(world.db, { question, after: null, limit: 5 });
      expect(finds.length).toBeLessThanOrEqual(2);
      if (engine === 'postgres') return;
      // Between the quotes of the expression stands no quote, so nothing of the text is an operator.
      expect(expressionOf(question.phrases, 'all')).toMatch(
        /^\(\((?:"[^"\0]*"(?: \*)?(?: OR |\) AND \(|(?=\))))+\)\)$/,
      );
    }),
    { numRuns: 1_500 },
  );
}, 60_000);

test('letters that a server does not know as such find nothing, alone and beside others', async () => {
  for (const text of ['\u{31350}', 'ตำบล \u{31350}', '\u{31350} ตำบล']) {
    const question = readQuestion(text);
    if (question === null) throw new Error('nothing asked');
    expect((await findEntries(world.db, { question, after: null, limit: 5 })).finds).toEqual([]);
  }
});

test.each(['AND', 'NOT', 'title:x', '"quoted"', 'NEAR(a b, 2)', 'a*', '{c}', '-d', '^b'])(
  '%s is looked for as words',
  async (text) => {
    const question = readQuestion(text);
    if (question === null) throw new Error('nothing asked');
    const { finds } = await findEntries(world.db, { question, after: null, limit: 5 });
    expect(finds.map(({ entry }) => entry.title)).toContain('AND OR NOT NEAR');
  },
);

describe.runIf(runsOn('sqlite', "plans of finding: SQLite's way of telling them is read"))(
  'the database goes by the index',
  () => {
    /** How SQLite would run each statement that finding makes. */
    async function plansOf(
      text: string,
      given: Parameters<typeof findEntries>[1]['narrowing'] = {},
    ): Promise<string[]> {
      const question = readQuestion(text);
      if (question === null) throw new Error('nothing asked');
      const asked: CompiledQuery[] = [];
      const watched = world.db.withPlugin({
        transformQuery: ({ node, queryId }) => {
          const executor = world.db.getExecutor();
          asked.push(executor.compileQuery(executor.transformQuery(node, queryId), queryId));
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      await findEntries(watched, { question, narrowing: given, after: null, limit: 20 });
      const plans: string[] = [];
      for (const { sql, parameters } of asked) {
        const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
        const { rows } = await world.db.executeQuery<{ detail: string }>(plan);
        plans.push(...rows.map(({ detail }) => detail));
      }
      return plans;
    }

    test.each([
      ['a word', 'ตำบล', {}],
      ['words', 'คุณอำนวย ตำบล', {}],
      ['a word that is nowhere', 'กรุงเทพ', {}],
      ['a narrowed word', 'ตำบล', { blog: 'x', tag: 'x', author: 'x', licence: 'x', area: '80', year: 2006 }],
    ])('for %s', async (_, text, narrowing) => {
      const plans = await plansOf(text, narrowing);
      // There is one organisation, and one row of it.
      const scans = plans.filter((plan) => plan.startsWith('SCAN ') && !plan.startsWith('SCAN organisations'));
      expect(scans.length).toBeGreaterThan(0);
      for (const scan of scans) expect(scan).toMatch(/^SCAN search_words VIRTUAL TABLE INDEX \d+:M\d><$/);
      expect(plans.join('\n')).not.toMatch(/TEMP B-TREE/);
    });
  },
);
