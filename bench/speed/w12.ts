// W12: how long an office waits for its node, and how much memory it takes: at rest, and while letters come in, an entry
// goes out and everybody reads. Then a short soak, after which nothing may have been kept.
import { setTimeout as pause } from 'node:timers/promises';
import { load, receive, type Visit, wrongOf } from './client.ts';
import { type Keys, openKeys, type Posting, posted, replyOf, writerAt } from './letters.ts';
import { openPost, statusesOf } from './mail.ts';
import { type Neighbours, openNeighbours } from './neighbours.ts';
import { megabytes, openProgram } from './processes.ts';
import { examined, type Reading, readsChanging } from './readings.ts';
import { openTarget, type Target } from './target.ts';
import { openAudience, tell } from './telling.ts';
import {
  type Bench,
  type Figure,
  type Figures,
  inTurn,
  medianOf,
  noneOf,
  peakOf,
  shownOnly,
  type Workload,
} from './workload.ts';

const SIZES = {
  whole: { idleMs: 5_000, hosts: 100, each: 10, letters: 1_000, reads: 40_000, soakMs: 60_000 },
  short: { idleMs: 2_000, hosts: 20, each: 5, letters: 100, reads: 2_000, soakMs: 5_000 },
};
const LINES = 32;
const WRITING_HOSTS = 20;
const AT_ONCE = 16;
const TOLD_WITHIN_S = 180;
/** What a stampede asks for, evenly (docs/performance.md). */
const SOAK_PER_SECOND = 270;
const SOAK_LETTERS_PER_SECOND = 2;

/** The floor loads nothing; the node loads the library, opens its database and looks at it. Beyond this it does something else too. */
const START_RATIO = 20;

interface Life {
  startMs: number;
  /** CPU time until then, of all threads. */
  startCpuMs: number;
  idleMb: number;
}

export const footprint: Workload = {
  name: 'W12',
  what: 'cold start, memory at rest and under everything at once, and what a short soak leaves behind',
  async run(bench): Promise<Figures> {
    const lives = await inTurn(bench.rounds, { floor: () => floorLife(bench), node: () => nodeLife(bench) });
    const of = (name: string, unit: Figure['unit'], pick: (life: Life) => number): Figure => ({
      ...shownOnly(name, medianOf(lives.node, pick), unit),
      floor: medianOf(lives.floor, pick),
    });
    const strained = await strain(bench);
    return {
      figures: [
        {
          ...of('start to first answer', 'ms', ({ startMs }) => startMs),
          limit: { most: 900, ratio: START_RATIO },
          moonshot: { most: 350 },
        },
        of('CPU until the first answer', 'ms', ({ startCpuMs }) => startCpuMs),
        { ...of('memory at rest', 'MB', ({ idleMb }) => idleMb), limit: { most: 130 }, moonshot: { most: 100 } },
        ...strained.figures,
      ],
      remarks: strained.remarks,
    };
  },
};

async function floorLife({ size }: Bench): Promise<Life> {
  const start = performance.now();
  const floor = await openProgram(new URL('./floors/stored.ts', import.meta.url), {});
  const startMs = performance.now() - start;
  const { cpuUs } = await floor.gauge();
  await pause(SIZES[size].idleMs);
  const { rssBytes } = await floor.gauge();
  await floor.close();
  return { startMs, startCpuMs: cpuUs / 1_000, idleMb: megabytes(rssBytes) };
}

async function nodeLife({ size }: Bench): Promise<Life> {
  const node = await openTarget();
  const { cpuUs } = await node.gauge();
  await pause(SIZES[size].idleMs);
  const { rssBytes } = await node.gauge();
  await node.close();
  return { startMs: node.startMs, startCpuMs: cpuUs / 1_000, idleMb: megabytes(rssBytes) };
}

/** Everything at once, then the soak, on one node. */
async function strain(bench: Bench): Promise<Figures> {
  const { hosts, each, letters, reads, soakMs } = SIZES[bench.size];
  const writers = await openWriters();
  const audience = await openAudience({ hosts, each });
  try {
    const { target } = audience;
    const readings = await examined(target);
    const calls = [readings.page, readings.article, readings.actor, readings.webfinger];
    const [read, sent] = await Promise.all([
      load(target.origin, {
        calls: calls.map((one) => readsChanging(one, 'kept')),
        connection: 'kept',
        lines: LINES,
        requests: reads,
      }),
      bring(target, { writers, count: letters }),
      tell(audience, { title: 'กองที่ทุกคนรอ', seconds: TOLD_WITHIN_S }),
    ]);
    const peak = await peakOf(target);
    const soaked = await soak(target, { writers, calls, ms: soakMs });
    return {
      figures: [
        { ...peak, name: `${peak.name}, all at once` },
        { ...shownOnly(`live memory kept by a soak of ${soakMs / 1_000} s`, soaked.keptMb, 'MB'), limit: { most: 4 } },
        noneOf('wrong answers and refused letters', wrongOf(read) + sent.refused + soaked.wrong),
      ],
      remarks: { inboxes: audience.inboxes, letters, reads, 'reads of the soak': soaked.reads },
    };
  } finally {
    await audience.close();
    await writers.neighbours.close();
  }
}

/** Those who write letters, on servers of their own. */
interface Writers {
  keys: Keys;
  neighbours: Neighbours;
}

async function openWriters(): Promise<Writers> {
  const keys = await openKeys();
  return { keys, neighbours: await openNeighbours({ count: WRITING_HOSTS, keys }) };
}

/** What is asked for in a stampede, evenly, with letters; live memory is what two collections leave. */
async function soak(
  target: Target,
  { writers, calls, ms }: { writers: Writers; calls: readonly Reading[]; ms: number },
): Promise<{ keptMb: number; wrong: number; reads: number }> {
  const once = async (length: number) => {
    const visits = Array.from({ length: Math.round((SOAK_PER_SECOND * length) / 1_000) }, (_, n): Visit => {
      const reading = calls[n % calls.length];
      if (reading === undefined) throw new Error('nothing to read');
      return { atMs: (n * 1_000) / SOAK_PER_SECOND, from: '127.0.0.1', calls: [readsChanging(reading, 'fresh')] };
    });
    const count = Math.ceil((SOAK_LETTERS_PER_SECOND * length) / 1_000);
    const [loaded, sent] = await Promise.all([
      receive(target.origin, visits),
      bring(target, { writers, count, perSecond: SOAK_LETTERS_PER_SECOND }),
    ]);
    return { wrong: wrongOf(loaded) + sent.refused, reads: loaded.requests };
  };
  // What fills once, caches and the compiler's own, is full before the first look.
  await once(ms / 4);
  const before = await target.ask<number>('live-bytes');
  const { wrong, reads } = await once(ms);
  const after = await target.ask<number>('live-bytes');
  return { keptMb: megabytes(after - before), wrong, reads };
}

let written = 0;

/** Replies to an entry that nobody reads just now, from all servers in turn. */
async function bring(
  { urls }: Target,
  { writers, count, perSecond }: { writers: Writers; count: number; perSecond?: number },
): Promise<{ refused: number }> {
  const { sharedInbox: inbox, quietArticle: article, actor: blog } = urls;
  const { origins } = writers.neighbours;
  const postings: Posting[] = [];
  for (let n = 0; n < count; n++) {
    const writer = writerAt(origins[n % origins.length] ?? '', 'writer', writers.keys);
    const activity = replyOf(writer, { article, blog, name: `${++written}`, text: `ฉบับที่ ${written}` });
    postings.push(await posted(writer, { activity, inbox, variant: 'cavage', from: '127.0.1.1' }));
  }
  const post = openPost();
  try {
    const sent = await post.bring(postings, { atOnce: AT_ONCE, ...(perSecond && { perSecond }) });
    return { refused: count - (statusesOf(sent)[202] ?? 0) };
  } finally {
    post.close();
  }
}
