// W3: an entry was announced, and every server that took it comes for its author, its page and its picture: within a second,
// and over a minute, as Mastodon spreads them. Replies come in meanwhile.
import { setTimeout as pause } from 'node:timers/promises';
import { type Chance, chanceOf } from '../faults/chance.ts';
import { type Loaded, receive, type Visit, wrongOf } from './client.ts';
import { askOnce, type Call } from './exchange.ts';
import { type Keys, openKeys, type Posting, posted, replyOf, writerAt } from './letters.ts';
import { openPost } from './mail.ts';
import { type Neighbours, openNeighbours } from './neighbours.ts';
import { costOf, megabytes, type Program } from './processes.ts';
import { openStored } from './reading-load.ts';
import { commentsIn, examined, type Reading, type Readings, readingAt, reads, readsChanging } from './readings.ts';
import { openTarget, type Target } from './target.ts';
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
  whole: { instances: 4_000, minuteMs: 60_000, replies: 3, repliesInMinute: 20 },
  short: { instances: 400, minuteMs: 4_000, replies: 1, repliesInMinute: 2 },
};
const BURST_MS = 1_000;
const REPLIERS = 10;
const SHOWN_WITHIN_MS = 30_000;

type Origin = Program & { origin: string };

interface Setting {
  node: Target;
  floor: Origin;
  readings: Readings;
  keys: Keys;
  neighbours: Neighbours;
  chance: Chance;
}

interface Sample {
  cpuUsEach: number;
  loaded: Loaded;
}

export const stampede: Workload = {
  name: 'W3',
  what: 'a stampede of instances: object, actor, page and og:image, each on a new connection, while replies come in',
  async run(bench): Promise<Figures> {
    const keys = await openKeys();
    const neighbours = await openNeighbours({ count: REPLIERS, keys });
    const node = await openTarget();
    try {
      const readings = await examined(node);
      const floor = await openStored(Object.values(readings));
      try {
        return await measured(bench, { node, floor, readings, keys, neighbours, chance: chanceOf(bench.seed) });
      } finally {
        await floor.close();
      }
    } finally {
      await node.close();
      await neighbours.close();
    }
  },
};

async function measured({ rounds, size }: Bench, setting: Setting): Promise<Figures> {
  const { instances, minuteMs, replies, repliesInMinute } = SIZES[size];
  const { node, floor, readings } = setting;
  const before = await node.gauge();
  const burst = { instances, spreadMs: BURST_MS };
  const bursts = await inTurn(rounds, {
    floor: () => atFloor(setting, burst),
    node: () => atNode(setting, { ...burst, replies }),
  });
  const minute = { instances, spreadMs: minuteMs };
  const slow = {
    floor: await atFloor(setting, minute),
    node: await atNode(setting, { ...minute, replies: repliesInMinute }),
  };
  const after = await node.gauge();
  // The round that warmed up brought its replies too.
  const sent = replies * (rounds + 1) + repliesInMinute;
  const burstOf = (what: string, unit: Figure['unit'], pick: (sample: Sample) => number): Figure => ({
    ...shownOnly(`${what}, in 1 s`, medianOf(bursts.node, pick), unit),
    floor: medianOf(bursts.floor, pick),
  });
  const slowOf = (what: string, unit: Figure['unit'], pick: (sample: Sample) => number): Figure => ({
    ...shownOnly(`${what}, over ${minuteMs / 1_000} s`, pick(slow.node), unit),
    floor: pick(slow.floor),
  });
  const all = [...bursts.node, ...bursts.floor, slow.node, slow.floor];
  const wrong = all.reduce((sum, { loaded }) => sum + wrongOf(loaded), 0);
  const lacking = await missing(readings.page, { comments: node.comments + sent });
  const gained = megabytes(after.rssBytes - before.rssBytes);
  return {
    figures: [
      {
        ...burstOf('CPU a request', 'µs', ({ cpuUsEach }) => cpuUsEach),
        limit: { most: 225, ratio: 3 },
        moonshot: { most: 150, ratio: 2 },
      },
      { ...burstOf('p99', 'ms', ({ loaded }) => loaded.p99Ms), limit: { most: 1_500 }, moonshot: { most: 1_000 } },
      burstOf('until all are served', 'ms', ({ loaded }) => loaded.wallMs),
      { ...slowOf('p99', 'ms', ({ loaded }) => loaded.p99Ms), limit: { most: 75 }, moonshot: { most: 50 } },
      slowOf('CPU a request', 'µs', ({ cpuUsEach }) => cpuUsEach),
      noneOf('errors and wrong answers', wrong),
      noneOf('replies that do not stand under the entry', lacking),
      { ...shownOnly('memory gained', gained, 'MB'), limit: { most: 60 }, moonshot: { most: 40 } },
      await peakOf(node),
    ],
    remarks: {
      instances,
      'requests in all': all.reduce((sum, { loaded }) => sum + loaded.requests, 0),
      'replies meanwhile': sent,
      ...faultsIn(all),
      'floor peak MB': Math.round(megabytes((await floor.gauge()).peakRssBytes)),
    },
  };
}

interface Crowd {
  instances: number;
  spreadMs: number;
}

async function atFloor({ floor, readings, chance }: Setting, crowd: Crowd): Promise<Sample> {
  const calls = sought(readings).map((reading) => reads(readingAt(floor.origin, reading), 'fresh'));
  const visits = visitsOf(calls, { ...crowd, chance });
  const { done: loaded, cost } = await costOf(floor, () => receive(floor.origin, visits));
  return { loaded, cpuUsEach: cost.cpuUs / loaded.requests };
}

async function atNode(setting: Setting, { replies, ...crowd }: Crowd & { replies: number }): Promise<Sample> {
  const { node, readings, chance } = setting;
  const visits = visitsOf(
    sought(readings).map((reading) => readsChanging(reading, 'fresh')),
    { ...crowd, chance },
  );
  const letters = await lettersOf(setting, replies);
  const post = openPost();
  try {
    const work = () =>
      Promise.all([
        receive(node.origin, visits),
        post.bring(letters, { atOnce: replies, perSecond: (replies * 1_000) / crowd.spreadMs }),
      ]);
    const { done, cost } = await costOf(node, work);
    const [loaded, sent] = done;
    const refused = sent.find(({ status }) => status !== 202);
    if (refused !== undefined) throw new Error(`a reply was answered ${refused.status}`);
    return { loaded, cpuUsEach: cost.cpuUs / loaded.requests };
  } finally {
    post.close();
  }
}

/** What an instance asks for, in its order: what it was told of, who wrote it, and then its preview. */
function sought({ article, actor, page, picture }: Readings): Reading[] {
  return [article, actor, page, picture];
}

/** Every instance comes from an address of its own at a moment that chance chooses. */
function visitsOf(calls: readonly Call[], { instances, spreadMs, chance }: Crowd & { chance: Chance }): Visit[] {
  const moments = Array.from({ length: instances }, () => chance.between(0, spreadMs * 1_000) / 1_000).sort(
    (a, b) => a - b,
  );
  return moments.map((atMs, n) => ({ atMs, from: `127.1.${Math.floor(n / 250)}.${1 + (n % 250)}`, calls }));
}

let written = 0;

async function lettersOf({ node, keys, neighbours }: Setting, count: number): Promise<Posting[]> {
  const { article, actor: blog, sharedInbox: inbox } = node.urls;
  const letters: Posting[] = [];
  for (let n = 0; n < count; n++) {
    const origin = neighbours.origins[n % neighbours.origins.length] ?? '';
    const name = `stampede${++written}`;
    const activity = replyOf(writerAt(origin, 'writer', keys), { article, blog, name, text: `ฉบับที่ ${written}` });
    letters.push(
      await posted(writerAt(origin, 'writer', keys), { activity, inbox, variant: 'cavage', from: '127.0.1.1' }),
    );
  }
  return letters;
}

/** How many comments the page lacks, after it was given half a minute. */
async function missing({ url, accept }: Reading, { comments }: { comments: number }): Promise<number> {
  const until = performance.now() + SHOWN_WITHIN_MS;
  for (;;) {
    const lacking = comments - commentsIn(await askOnce(url, { accept }));
    if (lacking === 0 || performance.now() > until) return Math.abs(lacking);
    await pause(100);
  }
}

function faultsIn(samples: readonly Sample[]): Record<string, number> {
  const faults: Record<string, number> = {};
  for (const { loaded } of samples) {
    for (const [fault, times] of Object.entries(loaded.wrong)) faults[fault] = (faults[fault] ?? 0) + times;
  }
  return faults;
}
