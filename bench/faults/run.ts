// `npm run faults`: the scenarios in a row, a line a round while they run, then the table. Exit 1 when a criterion fails.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { broken, type Round, tableOf } from './findings.ts';
import { inboxAndKill } from './inbox.ts';
import { publishAndKill, withdrawWhileDown } from './publish.ts';
import { neverRecovers, slowRecovery } from './recovery.ts';
import { sickAmongHealthy } from './sick.ts';

const USAGE = `npm run faults -- [--rounds N] [--seed N] [--only NAME[,NAME…]] [--json] [--output FILE]
  --rounds  rounds of the scenarios that kill, each with its own seed; 5 unless told
  --seed    the first seed; 1 unless told
  --only    ${'NAMES'}
  --json    prints the rounds as JSON instead of the table
  --output  writes the rounds as JSON to a file as well
`;

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

interface Asked {
  names: string[];
  seeds: number[];
  json: boolean;
  output: string | undefined;
}

function asked(): Asked | null {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
      json: { type: 'boolean', default: false },
      output: { type: 'string' },
    },
  });
  const names = values.only.split(',');
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!names.every((name) => name in SCENARIOS) || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
    return null;
  }
  const seeds = Array.from({ length: rounds }, (_, i) => seed + i);
  return { names, seeds, json: values.json, output: values.output };
}

function told({ scenario, seed, seconds, remarks, ...round }: Round): string {
  const faults = broken({ scenario, seed, seconds, remarks, ...round });
  const figures = Object.entries(remarks).map(([name, figure]) => `${name} ${figure}`);
  const lines = [
    `${faults.length === 0 ? '✓' : '✗'} ${scenario} seed ${seed}, ${seconds.toFixed(1)} s: ${figures.join(', ')}`,
  ];
  for (const { criterion, seen, least, most } of faults)
    lines.push(`    ✗ ${criterion}: ${seen}, not ${least}–${most}`);
  return `${lines.join('\n')}\n`;
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE.replace('NAMES', Object.keys(SCENARIOS).join(', ')));
  process.exit(64);
}
const rounds: Round[] = [];
for (const name of wanted.names) {
  for await (const round of SCENARIOS[name]?.(wanted.seeds) ?? []) {
    rounds.push(round);
    process.stderr.write(told(round));
  }
}
const failing = rounds.filter((round) => broken(round).length > 0);
const json = `${JSON.stringify({ passed: failing.length === 0, rounds }, null, 2)}\n`;
if (wanted.output !== undefined) writeFileSync(wanted.output, json);
process.stdout.write(wanted.json ? json : `${tableOf(rounds)}\n`);
process.exitCode = failing.length === 0 ? 0 : 1;
