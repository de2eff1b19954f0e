// One thing read again and again from the node and, in turn with it, from the floor: what W1 and W4 are made of.
import { load, wrongOf } from './client.ts';
import type { Call, Connection } from './exchange.ts';
import type { Stored } from './floors/stored.ts';
import { costOf, openProgram, type Program } from './processes.ts';
import { type Reading, readingAt, reads, readsAgain, storedFrom } from './readings.ts';
import type { Target } from './target.ts';
import { type Bench, type Figure, inTurn, medianOf, noneOf, shownOnly } from './workload.ts';

/** Lines at once, as wrk had them when the anchors of docs/performance.md were measured. */
const LINES = 32;
/** A new connection costs two to five times what its request does, so fewer make a round as long. */
const REQUESTS = { whole: { kept: 8_000, fresh: 3_000 }, short: { kept: 3_000, fresh: 2_000 } };

/**
 * Before anything is looked at, for node and floor alike. For the first thirty thousand requests of a process the compiler is still
 * at work and they cost twice as much; from the fortieth on they cost the same for as long as one looks.
 */
const SETTLING = 40_000;

/** How a thing is read. */
export interface Way {
  connection: Connection;
  /** `again`: by somebody who has it and asks whether it is still so. */
  has: 'nothing' | 'again';
}

interface Sample {
  cpuUsEach: number;
  p50Ms: number;
  p99Ms: number;
  wrong: number;
}

/** The floor of reading, with the node's own bytes. */
export async function openStored(readings: readonly Reading[]): Promise<Program & { origin: string }> {
  const stored: Stored = storedFrom(readings);
  return await openProgram(new URL('./floors/stored.ts', import.meta.url), stored);
}

/** Has node and floor answer until they do it as they will from then on. */
export async function settled({
  node,
  floor,
  reading,
}: {
  node: Target;
  floor: Program & { origin: string };
  reading: Reading;
}): Promise<void> {
  const load = { way: { connection: 'kept', has: 'nothing' }, requests: SETTLING } as const;
  await sample(floor, callFor(readingAt(floor.origin, reading), load.way), load);
  await sample(node, callFor(reading, load.way), load);
}

/** Measures one way of reading one thing. The limits are of CPU time for one request. */
export async function readingFigures(
  bench: Bench,
  {
    node,
    floor,
    reading,
    way,
    limit,
    moonshot,
  }: { node: Target; floor: Program & { origin: string }; reading: Reading; way: Way } & Pick<
    Figure,
    'limit' | 'moonshot'
  >,
): Promise<Figure[]> {
  const requests = REQUESTS[bench.size][way.connection];
  const there = readingAt(floor.origin, reading);
  const sides = await inTurn(bench.rounds, {
    floor: () => sample(floor, callFor(there, way), { way, requests }),
    node: () => sample(node, callFor(reading, way), { way, requests }),
  });
  const of = (what: string, unit: Figure['unit'], pick: (sample: Sample) => number): Figure => ({
    ...shownOnly(`${name}: ${what}`, medianOf(sides.node, pick), unit),
    floor: medianOf(sides.floor, pick),
  });
  const name = nameOf(reading, way);
  const wrong = [...sides.node, ...sides.floor].reduce((sum, sample) => sum + sample.wrong, 0);
  return [
    { ...of('CPU', 'µs', ({ cpuUsEach }) => cpuUsEach), limit, moonshot },
    of('p50', 'ms', ({ p50Ms }) => p50Ms),
    of('p99', 'ms', ({ p99Ms }) => p99Ms),
    // Neither the node's nor the floor's.
    noneOf(`${name}: wrong answers`, wrong),
  ];
}

/** One more round under the profiler, when it was asked for. */
export async function profiledReading(
  bench: Bench,
  { node, reading, way }: { node: Target; reading: Reading; way: Way },
): Promise<void> {
  const requests = REQUESTS[bench.size][way.connection];
  const work = () => sample(node, callFor(reading, way), { way, requests });
  await bench.profiled(node, { of: nameOf(reading, way), work });
}

function callFor(reading: Reading, { connection, has }: Way): Call {
  return has === 'again' ? readsAgain(reading, connection) : reads(reading, connection);
}

function nameOf({ name }: Reading, { connection, has }: Way): string {
  const what = has === 'again' ? `${name} again (304)` : name;
  return connection === 'fresh' ? `${what}, new connection` : what;
}

async function sample(
  program: Program & { origin: string },
  call: Call,
  { way, requests }: { way: Way; requests: number },
): Promise<Sample> {
  const work = () => load(program.origin, { calls: [call], connection: way.connection, lines: LINES, requests });
  const { done, cost } = await costOf(program, work);
  return { cpuUsEach: cost.cpuUs / done.requests, p50Ms: done.p50Ms, p99Ms: done.p99Ms, wrong: wrongOf(done) };
}
