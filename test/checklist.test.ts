// FEDERATION.md says of every number of the checklist how it stands. Here that is held to what the tests are called, both ways,
// so that nothing is promised that no test shows and no test shows what is not promised. Each rule is also shown red.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const NUMBERS_MAX = 99;
/** What may be done later; all else has to be kept. */
const MAY_WAIT = new Set([49, 65, 68, 73, 74, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 99]);

interface Row {
  number: number;
  state: string;
}

/** The rows of the table below the heading. @throws Error for one that says neither `kept`, `kept, but …` nor `waits: …`. */
function rowsOf(document: string): Row[] {
  const section = document.split(/^## /m).find((part) => part.startsWith('Checklist\n')) ?? '';
  const lines = section.match(/^\|.*$/gm) ?? [];
  return lines.slice(2).map((line) => {
    const [, number = '', state = ''] =
      line.match(/^\| (\d+) \| [^|]+ \| (kept(?:, but [^|]+)?|waits: [^|]+) \|$/) ?? [];
    if (number === '') throw new Error(`no row of the checklist: ${line}`);
    return { number: Number(number), state };
  });
}

/** The numbers with which names of tests begin: the first text given to `test`, `it`, `describe` or what `each` makes. */
function numbersIn(source: string): number[] {
  const names = source.matchAll(/(?:\b(?:test|it|describe)|\))\(\s*(['"`])((?:§15\.\d+\b ?)+)/g);
  return [...names].flatMap(([, , numbers = '']) => [...numbers.matchAll(/\.(\d+)/g)].map(([, one]) => Number(one)));
}

/** What is wrong between the table and the tests, a line each. */
function faultsOf(rows: Row[], shown: Set<number>): string[] {
  const all = Array.from({ length: NUMBERS_MAX }, (_, index) => index + 1);
  const complete = rows.map(({ number }) => number).join() === all.join();
  const states = new Map(rows.map(({ number, state }) => [number, state]));
  const kept = (number: number) => states.get(number)?.startsWith('kept') === true;
  return [
    ...(complete ? [] : [`the rows are not 1 to ${NUMBERS_MAX}, each once and in order`]),
    ...all.filter((one) => kept(one) && !shown.has(one)).map((one) => `${one} is kept, but no test shows it`),
    ...[...shown].filter((one) => !kept(one)).map((one) => `${one} has a test, but its row does not say kept`),
    ...rows
      .filter(({ number, state }) => state.startsWith('waits') && !MAY_WAIT.has(number))
      .map(({ number }) => `${number} may not wait`),
  ];
}

const document = readFileSync(join(ROOT, 'FEDERATION.md'), 'utf8');
const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.test.ts'),
);
const shown = new Set(files.flatMap((file) => numbersIn(readFileSync(join(ROOT, 'test', file), 'utf8'))));

test('§15.99 every number stands in FEDERATION.md as the tests show it', () => {
  expect(faultsOf(rowsOf(document), shown)).toEqual([]);
});

describe('a fault is found:', () => {
  const rows = Array.from({ length: NUMBERS_MAX }, (_, index): Row => ({ number: index + 1, state: 'kept' }));
  const tests = new Set(rows.map(({ number }) => number));
  const changed = (number: number, state: string) =>
    rows.map((row) => (row.number === number ? { number, state } : row));
  const without = (number: number) => new Set([...tests].filter((one) => one !== number));

  test('none where all is well, and where what may wait waits', () => {
    expect(faultsOf(rows, tests)).toEqual([]);
    expect(faultsOf(changed(65, 'waits: time'), without(65))).toEqual([]);
    expect(faultsOf(changed(12, 'kept, but not for browsers'), tests)).toEqual([]);
  });

  test.each<[string, Row[], Set<number>, string]>([
    ['a row without a test', rows, without(12), '12 is kept, but no test shows it'],
    ['a test without a row', rows, new Set([...tests, 100]), '100 has a test, but its row does not say kept'],
    ['a test of what waits', changed(65, 'waits: time'), tests, '65 has a test, but its row does not say kept'],
    ['a forbidden wait', changed(12, 'waits: time'), without(12), '12 may not wait'],
    [
      'a row twice',
      [...rows, { number: 99, state: 'kept' }],
      tests,
      'the rows are not 1 to 99, each once and in order',
    ],
  ])('%s', (_, planted, named, fault) => {
    expect(faultsOf(planted, named)).toEqual([fault]);
  });

  test('a row too few', () => {
    expect(faultsOf(rows.slice(1), tests)).toContain('the rows are not 1 to 99, each once and in order');
  });

  test.each(['| 1 | a | soon |', '| 1 | a | kept for now |', '| 1 | kept |', '| x | a | kept |', '| 1 | a | waits |'])(
    'the row %s',
    (row) => {
      expect(() => rowsOf(`## Checklist\n\n| a | b | c |\n|---|---|---|\n${row}\n`)).toThrow(row);
    },
  );
});

test('names of tests are found as they are written', () => {
  const [one, two] = [12, 34].map((number) => `§15.${number}`);
  expect(numbersIn(`test('${one} ${two} a', …)`)).toEqual([12, 34]);
  expect(numbersIn(`describe("${one}", …)`)).toEqual([12]);
  expect(numbersIn(`test.each(servers)(\n  '${two} to %s a',`)).toEqual([34]);
  expect(numbersIn(`] as const)(\`${two} a\`, …)`)).toEqual([34]);
  expect(numbersIn(`test.skip('${one} a', …)`)).toEqual([]);
  expect(numbersIn(`// test('a') of ${one}\nexpect('${two}')`)).toEqual([]);
});
