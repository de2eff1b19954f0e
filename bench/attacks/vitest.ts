// Runs test files in a process of their own and reads what vitest wrote down about every single test.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** One test that ran. */
export interface Outcome {
  /** Below the root, such as `test/attacks/forged.test.ts`. */
  file: string;
  /** Its own title, without those of the groups around it. */
  title: string;
  /** The titles of the groups around it, outermost first. */
  groups: string[];
  passed: boolean;
  /** The first line of what it failed with; empty when it passed. */
  complaint: string;
}

export interface Run {
  outcomes: Outcome[];
  /** What a file said that could not be run at all, by file. */
  unreadable: Map<string, string>;
  /** What the tests themselves printed: the ledgers' figures. */
  said: string;
  /** How vitest ended; null when it was killed. It is not 0 when something failed that is no test's, such as an error after all of them. */
  code: number | null;
}

interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      title: string;
      ancestorTitles: string[];
      status: string;
      failureMessages: string[] | null;
    }[];
  }[];
}

/** Runs the files at `root`, of their tests those whose names contain `only`. Skipped tests did not run and are left out. */
export async function runTests({ root, files, only }: { root: string; files: string[]; only?: string }): Promise<Run> {
  // Without a file vitest would run them all.
  if (files.length === 0) return { outcomes: [], unreadable: new Map(), said: '', code: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'wethi-attacks-'));
  const output = join(folder, 'report.json');
  try {
    const filter = only === undefined ? [] : ['-t', only.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')];
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const words = [vitest, 'run', ...files, ...filter, '--reporter=default', '--reporter=json'];
    const { said, code } = await spoken(root, [...words, `--outputFile.json=${output}`]);
    return readReport({ root, report: output, said, code });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spoken(cwd: string, words: string[]): Promise<Pick<Run, 'said' | 'code'>> {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, NO_COLOR: '1', CI: '1' };
    const child = spawn(process.execPath, words, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    // Not at its exit: what it said last may still be on the way.
    child.on('close', (code) => resolve({ said, code }));
  });
}

/**
 * What a run of vitest at `root` wrote into the file `report`; `said` is what it printed meanwhile, `code` how it ended.
 * @throws Error when there is no report: then nobody knows what held.
 */
export function readReport({
  root,
  report,
  said,
  code,
}: { root: string; report: string } & Pick<Run, 'said' | 'code'>): Run {
  const { testResults } = JSON.parse(textOf(report, said)) as Report;
  const unreadable = new Map<string, string>();
  const outcomes = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    if (status === 'failed' && assertionResults.length === 0) unreadable.set(file, message.split('\n')[0] ?? '');
    return assertionResults
      .filter((one) => one.status === 'passed' || one.status === 'failed')
      .map((one) => ({
        file,
        title: one.title,
        groups: one.ancestorTitles,
        passed: one.status === 'passed',
        complaint: one.failureMessages?.[0]?.split('\n')[0] ?? '',
      }));
  });
  return { outcomes, unreadable, said, code };
}

function textOf(output: string, said: string): string {
  try {
    return readFileSync(output, 'utf8');
  } catch (cause) {
    throw new Error(`vitest ended without a report:\n${said.slice(-2_000)}`, { cause });
  }
}
