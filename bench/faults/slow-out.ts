// R7: a fifth of the peers takes our letters and says nothing, or a byte a second. The others must not notice; nobody who hangs
// holds on to us for long, or to much of us.
import { median, p95 } from '../figures.ts';
import { chanceOf } from './chance.ts';
import { atLeast, atMost, exactly, none, type Round } from './findings.ts';
import { type Call, type Door, dripping, openDoors, silent } from './hosts-doors.ts';
import type { Scenario } from './scenario.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';

const HEALTHY_SECONDS_MAX = 5;
const CUT_SECONDS_MAX = 30;
const WORKERS_PERCENT_MAX = 20;
const PATIENCE_MS = 60_000;
/** Entries before anybody hangs, and as many again while all of them do, unless the first is cut before that. */
const TURNS = 3;
/** How long the well take to answer: long enough that many are served at once, too short to be put aside for it. */
const THINKING_MS = 60;

export const scenarios: Scenario[] = [
  {
    row: 'R7',
    name: 'hung-20-of-100',
    long: (seeds) => hungAmongHealthy({ peers: 100, hung: 20, seeds: seeds.slice(0, 1) }),
    short: (seeds) => hungAmongHealthy({ peers: 80, hung: 16, seeds: seeds.slice(0, 1) }),
  },
];

/** Of `peers`, so many hang: half of them silent, half dripping. Entries go out before, as it begins, and while all hang. */
async function* hungAmongHealthy({
  peers,
  hung,
  seeds,
}: {
  peers: number;
  hung: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: peers, chance });
    const { doors, behind } = await openDoors(servers);
    const trial = await openTrial();
    try {
      for (const { origin } of doors) servers.behave(origin, () => ({ status: 202, after: THINKING_MS }));
      await gatherFollowers(trial, { servers: behind, each: 1 });
      const order = chance.shuffled(doors);
      const [sick, well] = [order.slice(0, hung), order.slice(hung)];
      const { findings, remarks } = await found({ trial, servers, sick, well });
      findings.push(...(await trial.end()));
      yield { scenario: 'hung-20-of-100', seed, seconds: (performance.now() - began) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      for (const door of doors) await door.close();
      await servers.close();
    }
  }
}

interface Stage {
  trial: Trial;
  servers: Servers;
  sick: Door[];
  well: Door[];
}

async function found(stage: Stage): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const { trial, sick, well } = stage;
  const usual: number[] = [];
  for (let turn = 1; turn <= TURNS; turn++) usual.push(atOnceIn((await told(stage, `กองก่อน ${turn}`)).letters));
  // Who is thrown out in the middle of a letter would only be knocked at a minute later.
  await trial.drained();
  for (const [i, door] of sick.entries()) door.behave(i % 2 === 0 ? silent : dripping);
  const first = await told(stage, 'กองแรก');
  const calls = () => sick.flatMap((door) => door.calls);
  const allHang = () => calls().length >= sick.length && calls().every(({ left }) => left === null);
  const later: Told[] = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    const next = await told(stage, `กองระหว่าง ${turn}`);
    if (!allHang()) break;
    later.push(next);
  }
  await comesTrue(PATIENCE_MS, () => calls().length >= sick.length && calls().every(({ left }) => left !== null));
  const status = await trial.queue();
  const meanwhile = later.map(({ letters }) => atOnceIn(letters));
  const slowest = later.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...later.map(({ seconds }) => p95(seconds)));
  return {
    findings: [
      exactly(well.length, 'healthy inboxes served with the first entry', first.seconds.length),
      atLeast(1, 'later entries told while all of them hung', later.length),
      ...later.map(({ seconds }) => exactly(well.length, 'healthy inboxes served with a later one', seconds.length)),
      atMost(HEALTHY_SECONDS_MAX, 'seconds until 95 % of them had the first', tenths(p95(first.seconds))),
      atMost(HEALTHY_SECONDS_MAX, 'seconds until 95 % of them had a later one', tenths(slowest)),
      exactly(sick.length, 'hung peers that were posted to', sick.filter((door) => door.calls.length > 0).length),
      atMost(WORKERS_PERCENT_MAX, '% of the usual posts at once that are missing meanwhile', missing(usual, meanwhile)),
      atMost(CUT_SECONDS_MAX, 'seconds until a hung attempt was cut', tenths(Math.max(...calls().map(lasted)))),
      exactly(sick.length, 'lanes that wait', status.lanes.length),
      none('deliveries given up', status.outgoing.dead),
    ],
    remarks: {
      'posts at once before': usual.map((posts) => posts.toFixed(1)).join(' '),
      'and meanwhile': meanwhile.map((posts) => posts.toFixed(1)).join(' '),
      'p95 s': `${tenths(p95(first.seconds))}, ${tenths(slowest)}`,
    },
  };
}

interface Told {
  /** For each of the healthy, from the writing until it had the letter. */
  seconds: number[];
  /** What anybody got. */
  letters: Letter[];
}

/** Publishes and waits until each of the healthy has it. */
async function told({ trial, servers, well }: Stage, title: string): Promise<Told> {
  const start = performance.now();
  const { id } = await trial.publish(title);
  const origins = new Set(well.map(({ origin }) => origin));
  const letters = () => servers.letters.filter(({ object }) => object === id);
  const theirs = () => letters().filter(({ inbox }) => origins.has(new URL(inbox).origin));
  await comesTrue(PATIENCE_MS, () => theirs().length >= well.length);
  return { seconds: theirs().map(({ at }) => (at - start) / 1_000), letters: letters() };
}

/** How many letters were being answered at a time, on the average from the first one to the last. */
export function atOnceIn(letters: readonly Pick<Letter, 'at'>[]): number {
  const moments = letters.map(({ at }) => at);
  return (letters.length * THINKING_MS) / (Math.max(...moments) + THINKING_MS - Math.min(...moments));
}

/**
 * What part of the posts that go out at once, in percent, is missing while others hang: their share of the workers. It is seen
 * from outside, and before and after on the same machine, so neither a place more nor a slow one changes what is allowed.
 */
export function missing(usual: readonly number[], meanwhile: readonly number[]): number {
  if (meanwhile.length === 0) return 100;
  return Math.max(0, Math.round((1 - median(meanwhile) / median(usual)) * 100));
}

function lasted({ came, left }: Call): number {
  return ((left ?? performance.now()) - came) / 1_000;
}

function tenths(seconds: number): number {
  return Math.ceil(seconds * 10) / 10;
}
