// One thing read again and again from the node and, in turn with it, from the floor: what W1 and W4 are made of.
import { load, wrongOf } from './client.ts';
import type { Call, Connection } from './exchange.ts';
import type { Stored } from './floors/stored.ts';
import { costOf, megabytes, openProgram, type Program } from './processes.ts';
import { type Reading, readingAt, reads, readsAgain, storedFrom } from './readings.ts';
import type { Target } from './target.ts';
import { type Bench, type Figure, forSize, inTurn, type Limit, median, noneOf } from './workload.ts';

/** Lines at once, as wrk had them when the anchors of docs/performance.md were measured. */
const LINES = 32;
/** A new connection costs two to five times what its request does, so fewer make a round as long. */
const REQUESTS = { whole: { kept: 8_000, fresh: 3_000 }, short: { kept: 1_500, fresh: 500 } };

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
  const of = (pick: (sample: Sample) => number) => ({
    value: median(sides.node.map(pick)),
    floor: median(sides.floor.map(pick)),
  });
  const name = nameOf(reading, way);
  const wrong = [...sides.node, ...sides.floor].reduce((sum, sample) => sum + sample.wrong, 0);
  return [
    {
      name: `${name}: CPU`,
      unit: 'µs',
      ...of(({ cpuUsEach }) => cpuUsEach),
      limit: forSize(bench.size, limit),
      moonshot,
    },
    { name: `${name}: p50`, unit: 'ms', ...of(({ p50Ms }) => p50Ms), limit: null, moonshot: null },
    { name: `${name}: p99`, unit: 'ms', ...of(({ p99Ms }) => p99Ms), limit: null, moonshot: null },
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
  await bench.profiled(node, () => sample(node, callFor(reading, way), { way, requests }));
}

/** The most memory that the node has had so far. */
export async function peakOf(node: Program, limit: Limit | null): Promise<Figure> {
  const { peakRssBytes } = await node.gauge();
  return { name: 'peak memory', value: megabytes(peakRssBytes), unit: 'MB', floor: null, limit, moonshot: null };
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
