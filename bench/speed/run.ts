// `npm run bench`: the workloads in a row, each beside its floor; then the table. Exit 1 when a limit is not kept.
import { parseArgs } from 'node:util';
import { asMarkdown, asTable, lineOf, profileLines } from './report.ts';
import { hotPage } from './w1.ts';
import { coldPage } from './w2.ts';
import { stampede } from './w3.ts';
import { documents } from './w4.ts';
import { inbox } from './w5.ts';
import { hostileInbox } from './w6.ts';
import { fanOut } from './w7.ts';
import { sickPeers } from './w8.ts';
import { audienceGrowth } from './w9.ts';
import { contentGrowth } from './w10.ts';
import { footprint } from './w12.ts';
import { passed, type Result, resultOf, type Sampling, type Workload } from './workload.ts';

const WORKLOADS: readonly Workload[] = [
  hotPage,
  coldPage,
  stampede,
  documents,
  inbox,
  hostileInbox,
  fanOut,
  sickPeers,
  audienceGrowth,
  contentGrowth,
  footprint,
];

const USAGE = `npm run bench -- [--only W1[,W4…]] [--rounds N] [--seed N] [--short] [--entries N] [--profile] [--json | --markdown]
  --only     ${WORKLOADS.map(({ name }) => name).join(', ')}
  --rounds   measured rounds of node and floor in turn, of which the middle one counts; 5 unless told
  --seed     of whatever is left to chance; 1 unless told
  --short    fewer requests and three rounds, for CI: the same checks; limits of time count on a quick machine only
  --entries  to which W10 grows; 100,000 unless told, or 20,000 with --short
  --profile  who used the target's time, from one more round
  --json     prints the results as JSON instead of the table
  --markdown prints the section of docs/performance.md that holds the figures
`;

interface Asked {
  workloads: readonly Workload[];
  rounds: number;
  seed: number;
  size: 'whole' | 'short';
  entries?: number;
  sampling: Sampling;
  as: (results: readonly Result[]) => string;
}

/** What the command line asks for; null when it cannot be understood. */
function asked(): Asked | null {
  const { values, positionals } = parseArgs({
    options: {
      only: { type: 'string', default: WORKLOADS.map(({ name }) => name).join(',') },
      rounds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      short: { type: 'boolean', default: false },
      entries: { type: 'string' },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
    allowPositionals: true,
    // A word that is not known leads to the usage below, like a number that is none.
    strict: false,
  });
  const { only, rounds, seed, short, entries, profile, json, markdown, ...unknown } = values;
  const names = String(only).split(',');
  const workloads = WORKLOADS.filter(({ name }) => names.includes(name));
  const [count, first] = [Number(rounds ?? (short === true ? 3 : 5)), Number(seed)];
  if (Object.keys(unknown).length + positionals.length > 0 || workloads.length !== names.length) return null;
  if (json === true && markdown === true) return null;
  const most = Number(entries ?? 1_000);
  if (!Number.isInteger(most) || most < 1_000) return null;
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) return null;
  return {
    workloads,
    rounds: count,
    seed: first,
    size: short === true ? 'short' : 'whole',
    ...(entries !== undefined && { entries: most }),
    sampling: profile === true ? 'cpu' : 'no',
    as: json === true ? asJson : markdown === true ? asMarkdown : asTable,
  };
}

function asJson(results: readonly Result[]): string {
  return JSON.stringify({ passed: results.every(passed), results }, null, 2);
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exit(64);
}
const { workloads, sampling, as, ...bench } = wanted;
const results: Result[] = [];
for (const workload of workloads) {
  const result = await resultOf(workload, { ...bench, sampling });
  results.push(result);
  process.stderr.write(lineOf(result));
  process.stderr.write(profileLines(result));
}
process.stdout.write(`${as(results)}\n`);
process.exitCode = results.every(passed) ? 0 : 1;
