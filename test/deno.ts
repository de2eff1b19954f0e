// `deno task test`: runs every test under Deno, and counts. What ran and what test/deno-skips.ts names must together be the
// tests that Node has, name by name; Node is asked which those are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DENO_SKIPS, type DenoSkip } from './deno-skips.ts';

declare const Deno: { version: { deno: string } };

interface Report {
  testResults: { name: string; assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
}

const ROOT = join(import.meta.dirname, '..');
const full = (file: string, test: string) => `${relative(ROOT, file)} > ${test}`;

/** Every test that Node would run, in test files whose path has one of `words`. */
function testsOfNode(folder: string, words: string[]): string[] {
  const list = join(folder, 'node.json');
  // npx takes the Node that npm brought along. Names that are computed are known only when the files run.
  const asked = spawnSync('npx', ['vitest', 'list', '--no-static-parse', `--json=${list}`, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (asked.status !== 0) throw new Error(`Node could not say which tests there are: it ended with ${asked.status}`);
  const tests = JSON.parse(readFileSync(list, 'utf8')) as { file: string; name: string }[];
  return tests.map(({ file, name }) => full(file, name));
}

/** Runs the tests under Deno; their output is this process's. */
function runUnderDeno(folder: string, words: string[]): { green: boolean; ran: string[]; skipped: string[] } {
  const file = join(folder, 'deno.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { status } = spawnSync(process.execPath, ['run', '-A', 'npm:vitest', 'run', ...reporters, ...words], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const tests = (JSON.parse(readFileSync(file, 'utf8')) as Report).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      name: full(name, [...ancestorTitles, title].join(' > ')),
      ran: status === 'passed' || status === 'failed',
    })),
  );
  return {
    green: status === 0,
    ran: tests.filter(({ ran }) => ran).map(({ name }) => name),
    skipped: tests.filter(({ ran }) => !ran).map(({ name }) => name),
  };
}

/** What `left` has more often than `right`; two tests of a file may have one name. */
function more(left: string[], right: string[]): string[] {
  const rest = [...right];
  return left.filter((name) => {
    const at = rest.indexOf(name);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

const folder = mkdtempSync(join(tmpdir(), 'wethi-deno-'));
try {
  const words = process.argv.slice(2);
  const under = runUnderDeno(folder, words);
  const node = testsOfNode(folder, words);
  const nameOf = ({ file, test }: DenoSkip) => `${file} > ${test}`;
  const skips = DENO_SKIPS.filter((skip) => under.skipped.includes(nameOf(skip)));
  const stale = words.length > 0 ? [] : DENO_SKIPS.filter((skip) => !skips.includes(skip)).map(nameOf);
  const counted = [...under.ran, ...skips.map(nameOf)];
  const wrong = [
    ...more(node, counted).map((name) => `not run under Deno, and not in test/deno-skips.ts: ${name}`),
    ...more(counted, node).map((name) => `run under Deno alone: ${name}`),
    ...stale.map((name) => `named in test/deno-skips.ts, but not skipped: ${name}`),
  ];
  for (const skip of skips) process.stdout.write(`skipped: ${nameOf(skip)}\n    ${skip.because}\n`);
  for (const line of wrong) process.stdout.write(`✗ ${line}\n`);
  process.stdout.write(
    `Deno ${Deno.version.deno}: ${under.ran.length} tests, ${skips.length} skipped, ${counted.length} of the ${node.length} that Node has\n`,
  );
  process.exitCode = under.green && wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
