// W7: an entry goes out to a thousand and to ten thousand inboxes on two hundred servers, each letter signed for its inbox.
import type { Given, Round } from './floors/fan-out.ts';
import { openKeys } from './letters.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import { openReader } from './reader.ts';
import { type Audience, openAudience, tell } from './telling.ts';
import { type Bench, type Figure, inTurn, type Limit, medianOf, peakOf, shownOnly, type Workload } from './workload.ts';

const HOSTS = 200;
const AT_ONCE = 16;
const IDLE_MS = 2_000;
const SECONDS_MAX = 180;
/** A whole round of ten thousand takes half a minute. */
const LARGE_ROUNDS_MAX = 3;
const LIMIT: Limit = { most: 1_500, ratio: 5 };
const MOONSHOT: Limit = { most: 560, ratio: 1.2 };

interface Sample {
  cpuUs: number;
  /** From the first letter to the last. */
  seconds: number;
  readerMs: number;
}

export const fanOut: Workload = {
  name: 'W7',
  what: 'an entry to 1,000 and 10,000 inboxes on 200 servers',
  async run(bench) {
    const small = await measured(bench, { each: 5, rounds: bench.rounds });
    const rounds = Math.min(bench.rounds, LARGE_ROUNDS_MAX);
    const large = bench.size === 'whole' ? await measured(bench, { each: 50, rounds }) : null;
    return {
      figures: [...figuresOf('1,000', small), ...(large === null ? [] : figuresOf('10,000', large))],
      remarks: {
        'deliveries/s, 1,000': rateOf(small, 1_000),
        ...(large === null ? {} : { 'deliveries/s, 10,000': rateOf(large, 10_000) }),
        'reader, idle p99 ms': small.idleMs.toFixed(1),
      },
    };
  },
};

interface Measured {
  node: Sample[];
  floor: Sample[];
  idleMs: number;
  peak: Figure;
}

function rateOf({ node }: Measured, inboxes: number): string {
  return (inboxes / medianOf(node, ({ seconds }) => seconds)).toFixed(0);
}

function figuresOf(size: string, { node, floor, idleMs, peak }: Measured): Figure[] {
  const row = (name: string, what: keyof Sample, unit: Figure['unit']): Figure =>
    shownOnly(
      `${name}, ${size}`,
      medianOf(node, (sample) => sample[what]),
      unit,
    );
  return [
    {
      ...row('CPU a delivery', 'cpuUs', 'µs'),
      floor: medianOf(floor, ({ cpuUs }) => cpuUs),
      limit: LIMIT,
      moonshot: MOONSHOT,
    },
    {
      ...row('first to last', 'seconds', 's'),
      floor: medianOf(floor, ({ seconds }) => seconds),
      moonshot: size === '1,000' ? { most: 1 } : null,
    },
    { ...row('reader p99 meanwhile', 'readerMs', 'ms'), floor: idleMs, limit: { most: 100 }, moonshot: { most: 10 } },
    { ...peak, name: `${peak.name}, ${size}` },
  ];
}

async function measured(bench: Bench, { each, rounds }: { each: number; rounds: number }): Promise<Measured> {
  const audience = await openAudience({ hosts: HOSTS, each });
  try {
    const floor = await openFloor(audience);
    try {
      const samples = await inTurn(rounds, {
        node: () => round(audience),
        floor: () => floorRound(audience, { floor, each }),
      });
      const peak = await peakOf(audience.target);
      await bench.profiled(audience.target, { of: `${audience.inboxes} deliveries`, work: () => round(audience) });
      return { ...samples, idleMs: await idle(audience), peak };
    } finally {
      await floor.close();
    }
  } finally {
    await audience.close();
  }
}

let entries = 0;

async function round(audience: Audience): Promise<Sample> {
  const { served, cost, read } = await tell(audience, { title: `กองที่ ${++entries}`, seconds: SECONDS_MAX });
  if (served.size !== audience.inboxes) throw new Error(`${served.size} of ${audience.inboxes} were served`);
  return { cpuUs: cost.cpuUs / audience.inboxes, seconds: Math.max(...served.values()), readerMs: read.p99Ms };
}

/** How long the reader waits when nothing goes on. */
async function idle({ target }: Audience): Promise<number> {
  const reader = openReader({ url: target.urls.page, title: target.title });
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return (await reader.stop()).p99Ms;
}

/** The floor sends the very letter that the node sends, under a key of its own. */
async function openFloor(audience: Audience): Promise<Program> {
  const { seen } = await tell(audience, { title: `กองที่ ${++entries}`, seconds: SECONDS_MAX });
  const body = seen.kept[0]?.body;
  if (body === undefined) throw new Error('no letter was kept');
  const { rsa } = await openKeys();
  const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const given: Given = { pem, keyId: rsa.keyId, body };
  return await openProgram(new URL('./floors/fan-out.ts', import.meta.url), given);
}

async function floorRound(
  { neighbours, inboxes: all }: Audience,
  { floor, each }: { floor: Program; each: number },
): Promise<Sample> {
  // In the order in which the node comes to them: a letter for every server, then the next.
  const inboxes = Array.from({ length: each }, (_, n) =>
    neighbours.origins.map((origin) => `${origin}/users/reader${n + 1}/inbox`),
  ).flat();
  await neighbours.report();
  const round: Round = { inboxes, atOnce: AT_ONCE };
  const { done: taken, cost } = await costOf(floor, () => floor.ask<number>('deliver', round));
  const { first, taken: letters, badDigests } = await neighbours.report();
  if (taken !== all || letters.length !== all || badDigests > 0)
    throw new Error(`the floor brought ${taken} of ${all}`);
  const seconds = (Math.max(...letters.map(({ at }) => at)) - (first ?? 0)) / 1_000;
  return { cpuUs: cost.cpuUs / all, seconds, readerMs: 0 };
}
