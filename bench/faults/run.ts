// `npm run faults`: the scenarios in a row, a line a round while they run, then the table. Exit 1 when a criterion fails.
import { parseArgs } from 'node:util';
import { broken, none, type Round, tableOf } from './findings.ts';
import { inboxAndKill } from './inbox.ts';
import { publishAndKill, withdrawWhileDown } from './publish.ts';
import { neverRecovers, slowRecovery } from './recovery.ts';
import { sickAmongHealthy } from './sick.ts';

/** Every scenario; those that are slow and not about a moment run once. */
const SCENARIOS: Record<string, (seeds: number[]) => AsyncGenerator<Round>> = {
  'publish-40x5': (seeds) => publishAndKill({ scenario: 'publish-40x5', servers: 40, inboxesEach: 5, seeds }),
  'publish-200': (seeds) => publishAndKill({ scenario: 'publish-200', servers: 200, inboxesEach: 1, seeds }),
  'withdraw-while-down': (seeds) =>
    withdrawWhileDown({ scenario: 'withdraw-while-down', servers: 40, inboxesEach: 5, seeds }),
  inbox: (seeds) => inboxAndKill({ scenario: 'inbox', actors: 20, activitiesEach: 25, kills: 3, seeds }),
  'slow-recovery': (seeds) => slowRecovery({ refusals: 30, withinSeconds: 60, seeds: seeds.slice(0, 1) }),
  'never-recovers': (seeds) => neverRecovers({ seeds: seeds.slice(0, 1) }),
  'sick-10-of-70': (seeds) =>
    sickAmongHealthy({ scenario: 'sick-10-of-70', healthy: 60, sick: 10, seeds: seeds.slice(0, 1) }),
  'sick-20-of-100': (seeds) =>
    sickAmongHealthy({ scenario: 'sick-20-of-100', healthy: 80, sick: 20, seeds: seeds.slice(0, 1) }),
};

const USAGE = `npm run faults -- [--rounds N] [--seed N] [--only NAME[,NAME…]] [--json]
  --rounds  rounds of the scenarios that kill, each with a seed of its own; 5 unless told
  --seed    the first seed; 1 unless told
  --only    ${Object.keys(SCENARIOS).join(', ')}
  --json    prints the rounds as JSON instead of the table
`;

interface Asked {
  names: string[];
  seeds: number[];
  json: boolean;
}

/** What the command line asks for; null when it cannot be understood. */
function asked(): Asked | null {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
      json: { type: 'boolean', default: false },
    },
    // A word that is not known leads to the usage below, like a number that is none.
    strict: false,
  });
  const { rounds, seed, only, json, ...unknown } = values;
  const names = String(only).split(',');
  const [count, first] = [Number(rounds), Number(seed)];
  if (Object.keys(unknown).length > 0 || !names.every((name) => name in SCENARIOS)) return null;
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) return null;
  return { names, seeds: Array.from({ length: count }, (_, i) => first + i), json: json === true };
}

/** A scenario that breaks off has failed, and the others are run all the same. */
async function* roundsOf(name: string, seeds: number[]): AsyncGenerator<Round> {
  const start = performance.now();
  try {
    yield* SCENARIOS[name]?.(seeds) ?? [];
  } catch (error) {
    const findings = [none('scenario broke off', 1)];
    const remarks = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    yield { scenario: name, seed: seeds[0] ?? 0, seconds: (performance.now() - start) / 1_000, findings, remarks };
  }
}

function lineOf(round: Round): string {
  const { scenario, seed, seconds, remarks } = round;
  const faults = broken(round);
  const figures = Object.entries(remarks).map(([name, figure]) => `${name} ${figure}`);
  return [
    `${faults.length === 0 ? '✓' : '✗'} ${scenario} seed ${seed}, ${seconds.toFixed(1)} s: ${figures.join(', ')}`,
    ...faults.map(({ criterion, seen, least, most }) => `    ✗ ${criterion}: ${seen}, not ${least}–${most}`),
    '',
  ].join('\n');
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exit(64);
}
const rounds: Round[] = [];
for (const name of wanted.names) {
  for await (const round of roundsOf(name, wanted.seeds)) {
    rounds.push(round);
    process.stderr.write(lineOf(round));
  }
}
const passed = rounds.every((round) => broken(round).length === 0);
process.stdout.write(wanted.json ? `${JSON.stringify({ passed, rounds }, null, 2)}\n` : `${tableOf(rounds)}\n`);
process.exitCode = passed ? 0 : 1;
