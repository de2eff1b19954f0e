// R7: a fifth of the peers takes our letters and says nothing, or a byte a second. The others must not notice; nobody who hangs
// holds on to us for long, or to much of us.
import { IN_FLIGHT_MAX } from '../../src/federation/queue/postman.ts';
import { chanceOf } from './chance.ts';
import { atMost, exactly, none, type Round } from './findings.ts';
import { type Call, type Door, dripping, openDoors, silent } from './hosts-doors.ts';
import type { Scenario } from './scenario.ts';
import { openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';

const HEALTHY_SECONDS_MAX = 5;
const CUT_SECONDS_MAX = 30;
const WORKERS_PERCENT_MAX = 20;
const PATIENCE_MS = 60_000;

export const scenarios: Scenario[] = [
  {
    row: 'R7',
    name: 'hung-20-of-100',
    long: (seeds) => hungAmongHealthy({ peers: 100, hung: 20, seeds: seeds.slice(0, 1) }),
    short: (seeds) => hungAmongHealthy({ peers: 50, hung: 10, seeds: seeds.slice(0, 1) }),
  },
];

/** Of `peers`, so many hang: half of them silent, half dripping. Two entries go out, the second while the first still hangs. */
export async function* hungAmongHealthy({
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
      await gatherFollowers(trial, { servers: behind, each: 1 });
      const order = chance.shuffled(doors);
      const [sick, well] = [order.slice(0, hung), order.slice(hung)];
      for (const [i, door] of sick.entries()) door.behave(i % 2 === 0 ? silent : dripping);
      const first = await served({ trial, servers, well, title: 'กองแรก' });
      const second = await served({ trial, servers, well, title: 'กองที่สอง' });
      const calls = () => sick.flatMap((door) => door.calls);
      await comesTrue(PATIENCE_MS, () => calls().length >= hung && calls().every(({ left }) => left !== null));
      const most = mostAtOnce(calls());
      const status = await trial.queue();
      const held = calls().map(({ came, left }) => ((left ?? performance.now()) - came) / 1_000);
      yield {
        scenario: 'hung-20-of-100',
        seed,
        seconds: (performance.now() - began) / 1_000,
        findings: [
          exactly(peers - hung, 'healthy inboxes served with the first entry', first.length),
          exactly(peers - hung, 'healthy inboxes served with the second', second.length),
          atMost(HEALTHY_SECONDS_MAX, 'seconds until 95 % of them had the first', p95(first)),
          atMost(HEALTHY_SECONDS_MAX, 'seconds until 95 % of them had the second', p95(second)),
          exactly(hung, 'hung peers that were posted to', sick.filter((door) => door.calls.length > 0).length),
          atMost(CUT_SECONDS_MAX, 'seconds until a hung attempt was cut', tenths(Math.max(...held))),
          atMost(WORKERS_PERCENT_MAX, '% of all posts that may be under way, held by hung peers', percent(most)),
          exactly(hung, 'lanes that wait', status.lanes.length),
          none('deliveries given up', status.outgoing.dead),
          ...(await trial.end()),
        ],
        remarks: { 'p95 s': `${p95(first)}, ${p95(second)}`, 'hung at once': most },
      };
    } finally {
      await trial.close();
      for (const door of doors) await door.close();
      await servers.close();
    }
  }
}

interface Post {
  trial: Trial;
  servers: Servers;
  well: Door[];
  title: string;
}

/** Publishes; returns the seconds from then until each of the healthy had it. */
async function served({ trial, servers, well, title }: Post): Promise<number[]> {
  const start = performance.now();
  const { id } = await trial.publish(title);
  const origins = new Set(well.map(({ origin }) => origin));
  const theirs = () =>
    servers.letters.filter(({ object, inbox }) => object === id && origins.has(new URL(inbox).origin));
  await comesTrue(PATIENCE_MS, () => theirs().length >= well.length);
  return theirs().map(({ at }) => (at - start) / 1_000);
}

function mostAtOnce(calls: Call[]): number {
  return Math.max(
    ...calls.map(({ came }) => calls.filter((other) => other.came <= came && (other.left ?? came + 1) > came).length),
  );
}

function percent(posts: number): number {
  return Math.ceil((posts / IN_FLIGHT_MAX) * 100);
}

function p95(seconds: number[]): number {
  return tenths([...seconds].sort((a, b) => a - b)[Math.ceil(seconds.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY);
}

function tenths(seconds: number): number {
  return Math.ceil(seconds * 10) / 10;
}
