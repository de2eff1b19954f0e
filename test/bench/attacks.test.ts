// The judge of the attacks is judged itself: what it reads from a run of the tests, and what it does not let through.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { corpusFaults, corpusIn, genuineIn } from '../../bench/attacks/corpus.ts';
import { threatsOf } from '../../bench/attacks/map.ts';
import { type Outcome, readReport } from '../../bench/attacks/vitest.ts';
import { GUARDS } from '../../bench/mutants/advisories.ts';

const ROOT = join(import.meta.dirname, '../..');
const RECORDED = 'test/attacks/corpus/genuine/recorded.test.ts';
const folder = mkdtempSync(join(tmpdir(), 'wethi-attacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const recordings = readdirSync(join(ROOT, 'test/federation/gate/recorded'));
const outcome = (given: Partial<Outcome>): Outcome => ({
  ...{ file: RECORDED, title: '', groups: [], passed: true, complaint: '' },
  ...given,
});
const letters = recordings.map((title) => outcome({ title }));
const SAID = [
  'class | variants | accepted | controls accepted (seed 1)',
  'T11 somebody else signs | 700 | 0 | 700',
  'T12 whose key | 400 | 0 | 400',
  '',
  'sender (built from federation.md, seed 1) | letters taken',
  'Mastodon 4.6 | 150',
  'snac, by ids | 60',
  '',
  'something else | 1000',
].join('\n');

function faultsOf({ said = SAID, outcomes = letters }: { said?: string; outcomes?: Outcome[] }): string[] {
  return corpusFaults(corpusIn({ said }), genuineIn({ said, outcomes }, { root: ROOT }));
}

test('a thousand forgeries, all refused, beside every recording and two hundred built letters, all taken, is well', () => {
  expect(faultsOf({})).toEqual([]);
  const { recorded, built, table } = genuineIn({ said: SAID, outcomes: letters }, { root: ROOT });
  expect([recorded, built]).toEqual([recordings.length, 210]);
  expect(table).toMatch(/^recorded +31\/31$/m);
});

test('one forgery that was accepted, or one honest letter that was not, is a fault', () => {
  expect(faultsOf({ said: SAID.replace('700 | 0 | 700', '700 | 1 | 700') })).toEqual(['1 forgeries were accepted']);
  expect(faultsOf({ said: SAID.replace('700 | 0 | 700', '700 | 0 | 699') })).toHaveLength(1);
  expect(faultsOf({ outcomes: letters.with(3, outcome({ title: recordings[3] ?? '', passed: false })) })).toEqual([
    '30 of 31 recorded letters were taken',
  ]);
  expect(faultsOf({ outcomes: letters.slice(1) })).toHaveLength(1);
});

test('too few of any kind, or none at all, is a fault', () => {
  expect(faultsOf({ said: SAID.replace('700 | 0 | 700', '500 | 0 | 500') })).toEqual(['900 forgeries, not 1000']);
  expect(faultsOf({ said: SAID.replace('| 60', '| 40') })).toEqual(['190 built letters were taken, not 200']);
  expect(faultsOf({ said: '' })).toHaveLength(2);
  const elsewhere = letters.map((one) => ({ ...one, file: 'test/attacks/corpus/genuine/built.test.ts' }));
  expect(faultsOf({ outcomes: elsewhere })).toEqual(['0 of 31 recorded letters were taken']);
});

test('a threat is named by a test or by a group around it, first of all or in brackets', () => {
  expect(threatsOf('T51: a form that another site sends')).toEqual(['T51']);
  expect(threatsOf('T7 a chain (GHSA-97w4, T8)')).toEqual(['T7', 'T8']);
  expect(threatsOf('after T51 nothing changes')).toEqual([]);
});

test.each(GUARDS)('$advisory: what is to be taken out stands where it is looked for, and so does its test', (one) => {
  const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  expect(textOf(one.mutation.file).split(one.mutation.line)).toHaveLength(2);
  expect(textOf(one.test.file)).toContain(one.test.name.replace(/^T\d+ /, ''));
});

/** What `npm run attacks` makes of a run of the tests of T45 that is over. */
function attacksOn({ group, code }: { group: string; code: number }): { status: number | null; stdout: string } {
  const report = join(folder, 'report.json');
  const one = { title: 'a socket that drips', ancestorTitles: [group], status: 'passed', failureMessages: null };
  const file = {
    name: join(ROOT, 'test/attacks/storms.test.ts'),
    status: 'passed',
    message: '',
    assertionResults: [one],
  };
  writeFileSync(report, JSON.stringify({ testResults: [file] }));
  writeFileSync(join(folder, 'said'), '');
  const words = ['--only', 'T45', '--report', report, '--said', join(folder, 'said'), '--ended', String(code)];
  return spawnSync(process.execPath, [join(ROOT, 'bench/attacks/run.ts'), ...words], { encoding: 'utf8' });
}

test('a run that is over is read, and how vitest ended counts', () => {
  expect(attacksOn({ group: 'T45: sockets', code: 0 })).toMatchObject({ status: 0 });
  const ended = attacksOn({ group: 'T45: sockets', code: 1 });
  expect([ended.status, ended.stdout]).toEqual([1, expect.stringContaining('✗ vitest ended with 1')]);
  const nobody = attacksOn({ group: 'sockets', code: 0 });
  expect([nobody.status, nobody.stdout]).toEqual([1, expect.stringContaining('T45  BROKEN')]);
  expect(() => readReport({ root: ROOT, report: join(folder, 'none'), said: 'it fell', code: 1 })).toThrow('it fell');
});

test.each([['--only', 'T76'], ['--report', 'x', '--said', 'y'], ['--ended', '0'], ['T1']])(
  'the command says how it is used when it is not understood: %j',
  (...words) => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'bench/attacks/run.ts'), ...words], {
      encoding: 'utf8',
    });
    expect([status, stderr.startsWith('npm run attacks')]).toEqual([64, true]);
  },
);
