// `npm run attacks`: every threat of docs/security.md with what its tests said just now, then the corpus of forgeries and of
// honest letters. With `--advisories` the guards instead, each taken out once. Exit 1 when anything is broken, or nobody knows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noticed, tryGuards } from '../mutants/advisories.ts';
import { ROOT } from '../mutants/copy.ts';
import { CONTROLS, corpusFaults, corpusIn, genuineIn } from './corpus.ts';
import { type Place, readMap, THREATS_MAX, threatsOf } from './map.ts';
import { type Run, readReport, runTests } from './vitest.ts';

const USAGE = `npm run attacks -- [--only T12,T34] [--figures] [--report FILE --said FILE --ended CODE] | --advisories
  --only        these threats, without the corpus
  --figures     prints what the tests measured as well
  --report      does not run the tests again but reads vitest's JSON report of a run of all of them,
  --said        what that run printed
  --ended       and the code with which it ended
  --advisories  instead: takes each guard that closes an advisory out of a copy, where its test must turn red
`;

interface Verdict {
  threat: string;
  /** `held`, `waits` or `BROKEN`. */
  state: string;
  remark: string;
}

/** What is to be said of a threat after the tests ran. */
function verdictOf(threat: string, place: Place | undefined, { outcomes, unreadable }: Run): Verdict {
  if (place === undefined) return { threat, state: 'BROKEN', remark: 'docs/security.md does not know it' };
  if (place.waits !== null) return { threat, state: 'waits', remark: place.waits };
  const complaints: string[] = [];
  let count = 0;
  for (const file of place.files) {
    const own = outcomes.filter((one) => one.file === file && namesIt(one, threat));
    if (own.length === 0) complaints.push(`no test of it ran in ${file}: ${unreadable.get(file) ?? 'there is none'}`);
    for (const { title, passed, complaint } of own) if (!passed) complaints.push(`${title}: ${complaint}`);
    count += own.length;
  }
  if (complaints.length > 0) return { threat, state: 'BROKEN', remark: complaints.join('; ') };
  const files = place.files.map((file) => file.replace(/^test\//, '').replace(/\.test\.ts$/, ''));
  return { threat, state: 'held', remark: `${count} ${count === 1 ? 'test' : 'tests'}: ${files.join(', ')}` };
}

/** Whether a test is one of this threat, by its own title or that of a group around it. */
function namesIt({ title, groups }: Run['outcomes'][number], threat: string): boolean {
  return [title, ...groups].flatMap(threatsOf).includes(threat);
}

/** Runs the tests of the threats and prints the tables; whether all is well. */
async function attackAll({ only, figures, earlier }: Asked): Promise<boolean> {
  const map = readMap(readFileSync(join(ROOT, 'docs/security.md'), 'utf8'));
  const threats = Array.from({ length: THREATS_MAX }, (_, n) => `T${n + 1}`).filter(
    (threat) => only.length === 0 || only.includes(threat),
  );
  const whole = only.length === 0;
  const held = threats.flatMap((threat) => map.get(threat)?.files ?? []);
  const files = new Set([...held, ...(whole ? CONTROLS : [])]);
  const all = earlier === null ? await runTests({ root: ROOT, files: [...files].sort() }) : readEarlier(earlier);
  const run = { ...all, outcomes: all.outcomes.filter(({ file }) => files.has(file)) };
  if (figures) process.stdout.write(`${measuredIn(run.said)}\n\n`);
  const verdicts = threats.map((threat) => verdictOf(threat, map.get(threat), run));
  for (const { threat, state, remark } of verdicts) {
    process.stdout.write(`${threat.padEnd(4)} ${state.padEnd(7)} ${remark}\n`);
  }
  const [corpus, genuine] = [corpusIn(run), genuineIn(run, { root: ROOT })];
  if (whole) process.stdout.write(`\n${corpus.table}\n\n${genuine.table}\n`);
  const count = (state: string) => verdicts.filter((verdict) => verdict.state === state).length;
  process.stdout.write(`\n${count('held')} held, ${count('waits')} wait, ${count('BROKEN')} broken\n`);
  const faults = [
    ...run.outcomes.flatMap(({ file, title, passed, complaint }) =>
      passed ? [] : [`${file}: ${title}: ${complaint}`],
    ),
    ...[...run.unreadable].flatMap(([file, complaint]) => (files.has(file) ? [`${file}: ${complaint}`] : [])),
    ...(whole ? corpusFaults(corpus, genuine) : []),
    ...(run.code === 0 ? [] : [`vitest ended with ${run.code}`]),
  ];
  for (const fault of faults) process.stdout.write(`✗ ${fault}\n`);
  return faults.length === 0 && count('BROKEN') === 0;
}

/** The lines of the ledgers, with the figures under them. */
function measuredIn(said: string): string {
  return said
    .split('\n')
    .filter((line) => /^T\d+ +(?:held|BROKEN) /.test(line) || /^ {5}[^ ✓×]/.test(line))
    .join('\n');
}

/** Takes the guards out in turn and prints both runs of each; whether every one was missed. */
async function advisories(): Promise<boolean> {
  let survivors = 0;
  for await (const trial of tryGuards()) {
    const { advisory, guard, whole, without } = trial;
    if (!noticed(trial)) survivors += 1;
    const said = [
      `${noticed(trial) ? '✓' : '✗'} ${advisory}: ${guard}`,
      `    with it:    ${whole === null ? 'NO TEST RAN' : whole.passed ? 'green' : `RED, ${whole.complaint}`}`,
      `    without it: ${without === null ? 'NO TEST RAN' : without.passed ? 'GREEN, nobody noticed' : `red, ${without.complaint}`}`,
    ];
    process.stdout.write(`${said.join('\n')}\n`);
  }
  process.stdout.write(`\n${survivors === 0 ? 'every guard was missed' : `${survivors} guards were not missed`}\n`);
  return survivors === 0;
}

/** A run of the tests that is over. */
interface Earlier {
  report: string;
  said: string;
  code: number;
}

function readEarlier({ report, said, code }: Earlier): Run {
  return readReport({ root: ROOT, report, said: readFileSync(said, 'utf8'), code });
}

interface Asked {
  only: string[];
  figures: boolean;
  earlier: Earlier | null;
  advisories: boolean;
}

/** What the command line asks for; null when it cannot be understood. */
function asked(): Asked | null {
  const { values, positionals } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      advisories: { type: 'boolean', default: false },
      figures: { type: 'boolean', default: false },
      report: { type: 'string' },
      said: { type: 'string' },
      ended: { type: 'string' },
    },
    allowPositionals: true,
    // A word that is not known leads to the usage, like a threat that is none.
    strict: false,
  });
  const { only, advisories, figures, report, said, ended, ...unknown } = values;
  const threats = only === '' ? [] : String(only).split(',');
  const right = threats.every((threat) => /^T\d+$/.test(threat) && Number(threat.slice(1)) <= THREATS_MAX);
  if (!right || positionals.length > 0 || Object.keys(unknown).length > 0) return null;
  const given = [report, said, ended].filter((one) => one !== undefined);
  const [file = '', words = '', code = ''] = given.map(String);
  if (given.length > 0 && (given.length < 3 || !/^\d+$/.test(code))) return null;
  const earlier = given.length === 0 ? null : { report: file, said: words, code: Number(code) };
  return { only: threats, figures: figures === true, earlier, advisories: advisories === true };
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exit(64);
}
process.exitCode = (await (wanted.advisories ? advisories() : attackAll(wanted))) ? 0 : 1;
