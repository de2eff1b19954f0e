// `npm run faults`: the scenarios in a row, a line a round while they run, then the table. Exit 1 when a criterion fails.
import { cpus } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { scenarios as corpus } from './corpus.ts';
import { type Answer, broken, limitOf, none, type Round, tableOf } from './findings.ts';
import { scenarios as fuzz } from './fuzz.ts';
import { scenarios as hosts } from './hosts.ts';
import { scenarios as hot } from './hot.ts';
import { scenarios as inbox } from './inbox.ts';
import { scenarios as lanes } from './lanes.ts';
import { scenarios as poison } from './poison.ts';
import { scenarios as publish } from './publish.ts';
import { countsWithheld } from './pulse.ts';
import { scenarios as rebinding } from './rebinding.ts';
import { scenarios as recovery } from './recovery.ts';
import type { Scenario } from './scenario.ts';
import { scenarios as slowIn } from './slow-in.ts';
import { scenarios as slowOut } from './slow-out.ts';
import { scenarios as stopping } from './stopping.ts';
import { scenarios as storm } from './storm.ts';
import { scenarios as syncing } from './syncing.ts';
import { scenarios as writing } from './writing.ts';

/** Every scenario, in the order of the rows of security.md §3. */
const SCENARIOS: Scenario[] = [
  writing,
  publish,
  inbox,
  stopping,
  syncing,
  lanes,
  recovery,
  slowOut,
  hosts,
  slowIn,
  fuzz,
  corpus,
  hot,
  storm,
  poison,
  rebinding,
].flat();

const USAGE = `npm run faults -- [--only R1,NAME…] [--short] [--rounds N] [--seed N] [--json | --markdown]
  --only      ${SCENARIOS.map(({ row, name }) => `${name} (${row})`).join(', ')}
  --short     every scenario in small, as CI runs it
  --rounds    seeds that a scenario is given, 5 unless told, with --short 1; those that are long by themselves take the first
  --seed      the first seed; 1 unless told
  --json      prints the rounds as JSON instead of the table
  --markdown  prints the table with the machine and the date above it, for docs/reliability.md
`;

const NOT_COUNTED =
  'This kernel has no /proc/self/schedstat: what other programs took from the server counts as its lateness.';

interface Asked {
  scenarios: Scenario[];
  length: 'long' | 'short';
  seeds: number[];
  form: 'table' | 'json' | 'markdown';
}

/** What the command line asks for; null when it cannot be understood. */
function asked(): Asked | null {
  const { values, positionals } = parseArgs({
    options: {
      only: { type: 'string' },
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
    allowPositionals: true,
    // A word that is not known leads to the usage below, like a number that is none.
    strict: false,
  });
  const { only, short, rounds = short === true ? '1' : '5', seed, json, markdown, ...unknown } = values;
  const names = only === undefined ? null : String(only).split(',');
  const known = names === null || names.every((name) => SCENARIOS.some((scenario) => isCalled(scenario, name)));
  const [count, first] = [Number(rounds), Number(seed)];
  const right = known && positionals.length === 0 && Object.keys(unknown).length === 0 && !(json && markdown);
  if (!right || !Number.isInteger(count) || count < 1 || !Number.isInteger(first)) return null;
  return {
    scenarios: SCENARIOS.filter((scenario) => names?.some((name) => isCalled(scenario, name)) ?? true),
    length: short === true ? 'short' : 'long',
    seeds: Array.from({ length: count }, (_, i) => first + i),
    form: json === true ? 'json' : markdown === true ? 'markdown' : 'table',
  };
}

function isCalled({ row, name }: Scenario, word: string): boolean {
  return word === name || word.toUpperCase() === row;
}

/** A scenario that breaks off has failed, and the others are run all the same. */
async function* roundsOf(scenario: Scenario, { length, seeds }: Asked): AsyncGenerator<Round> {
  const start = performance.now();
  try {
    yield* scenario[length](seeds);
  } catch (error) {
    const findings = [none('scenario broke off', 1)];
    const remarks = { error: inspect(error) };
    const seconds = (performance.now() - start) / 1_000;
    yield { scenario: scenario.name, seed: seeds[0] ?? 0, seconds, findings, remarks };
  }
}

function lineOf({ row, round }: Answer): string {
  const { scenario, seed, seconds, remarks, leftOut } = round;
  const faults = broken(round);
  const figures = Object.entries(remarks).map(([name, figure]) => `${name} ${figure}`);
  return [
    `${faults.length === 0 ? '✓' : '✗'} ${row} ${scenario} seed ${seed}, ${seconds.toFixed(1)} s: ${figures.join(', ')}`,
    ...faults.map((fault) => `    ✗ ${fault.criterion}: ${fault.seen}, not ${limitOf(fault)}`),
    ...(leftOut === undefined ? [] : [`    – left out: ${leftOut}`]),
    '',
  ].join('\n');
}

function said(answers: Answer[], { form, length, seeds }: Asked): string {
  const passed = answers.every(({ round }) => broken(round).length === 0);
  if (form === 'json') {
    return JSON.stringify({ passed, length, rounds: answers.map(({ row, round }) => ({ row, ...round })) }, null, 2);
  }
  if (form === 'table') return tableOf(answers);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.versions.node}`;
  const day = new Date().toISOString().slice(0, 10);
  const count = `${answers.length} ${answers.length === 1 ? 'round' : 'rounds'}`;
  const rounds = `${length} form, ${count}, seeds from ${seeds[0]}`;
  const verdict = passed ? 'every figure keeps its limit' : 'NOT PASSED';
  const omissions = answers.flatMap(({ round: { scenario, leftOut } }) =>
    leftOut === undefined ? [] : [`- \`${scenario}\` left out ${leftOut}.`],
  );
  const notes = countsWithheld() ? omissions : [`- ${NOT_COUNTED}`, ...omissions];
  const head = `Measured ${day}: ${machine}; ${rounds}; ${verdict}.`;
  return [head, tableOf(answers), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exit(64);
}
if (!countsWithheld()) process.stderr.write(`– ${NOT_COUNTED}\n`);
const answers: Answer[] = [];
for (const scenario of wanted.scenarios) {
  let rounds = 0;
  for await (const round of roundsOf(scenario, wanted)) {
    rounds++;
    answers.push({ row: scenario.row, round });
    process.stderr.write(lineOf({ row: scenario.row, round }));
  }
  const { length } = wanted.seeds;
  if (rounds === 1 && length > 1) {
    process.stderr.write(`    – left out: ${length - 1} of ${length} seeds, because one round is long by itself\n`);
  }
  if (rounds === 0) throw new Error(`${scenario.name} gave no round`);
}
process.stdout.write(`${said(answers, wanted)}\n`);
process.exitCode = answers.every(({ round }) => broken(round).length === 0) ? 0 : 1;
