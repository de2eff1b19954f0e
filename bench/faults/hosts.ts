// R8: one peer in three misbehaves, each in a way of its own. The others must not notice; whoever asks for time gets it; and
// whoever says for a week that an inbox is gone, and is not heard of, is written to no more.
import { followerCount } from '../../src/domain/followers.ts';
import { median, p95 } from '../figures.ts';
import { chanceOf } from './chance.ts';
import { atMost, exactly, type Finding, holds, none, type Round } from './findings.ts';
import { alerting, answering, answerOf, type Door, type Manners, openDoors, resetting } from './hosts-doors.ts';
import { inOffice } from './lanes-office.ts';
import type { Scenario } from './scenario.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';

const PATIENCE_MS = 60_000;
const HUGE = 10 * 1024 * 1024;
const FLOOD = Buffer.concat([
  Buffer.from(`HTTP/1.1 204 No Content\r\ncontent-length: ${HUGE}\r\n\r\n`),
  Buffer.alloc(HUGE, '.'),
]);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** As many thirds as there are, so that each peer misbehaves once. */
const TURNS = 3;

/** The ways to misbehave. What comes of a letter: `taken`, `refused` for good, or `waiting` for another try. */
const WAYS: { name: string; manners: Manners; end: 'taken' | 'refused' | 'waiting' }[] = [
  { name: '500', manners: answering(() => answerOf('500 Internal Server Error')), end: 'waiting' },
  { name: 'RST', manners: resetting, end: 'waiting' },
  { name: 'TLS alert', manners: alerting, end: 'waiting' },
  {
    name: '301 to itself',
    manners: answering(() => answerOf('301 Moved', { location: '/users/reader1/inbox' })),
    end: 'refused',
  },
  { name: '200 with a page', manners: answering(() => page('<!doctype html><title>ยินดีต้อนรับ</title>')), end: 'taken' },
  {
    name: '204 with 10 MB',
    manners: answering(() => FLOOD),
    end: 'taken',
  },
  { name: '410', manners: answering(() => answerOf('410 Gone')), end: 'refused' },
];

function page(html: string): string {
  const bytes = Buffer.byteLength(html);
  return `HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${bytes}\r\n\r\n${html}`;
}

export const scenarios: Scenario[] = [
  {
    row: 'R8',
    name: 'rude-among-healthy',
    long: (seeds) => rudeAmongHealthy({ each: 5, pauseSeconds: 30, seeds: seeds.slice(0, 1) }),
    short: (seeds) => rudeAmongHealthy({ each: 3, pauseSeconds: 10, seeds: seeds.slice(0, 1) }),
  },
  { row: 'R8', name: 'gone', long: (seeds) => gone({ seeds }), short: (seeds) => gone({ seeds: seeds.slice(0, 1) }) },
];

/**
 * A third of the peers misbehaves, `each` of them in each way, and is well again; then another third, and the last. Before each
 * turn an entry goes out while all are well: so what the machine does meanwhile is in both figures, and only the ratio counts.
 */
async function* rudeAmongHealthy({
  each,
  pauseSeconds,
  seeds,
}: {
  each: number;
  pauseSeconds: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: each * WAYS.length * TURNS + 1, chance });
    const { doors, behind } = await openDoors(servers);
    const trial = await openTrial();
    try {
      await gatherFollowers(trial, { servers: behind, each: 1 });
      const [asking, ...others] = chance.shuffled(doors);
      if (asking === undefined) throw new Error('there are no doors');
      const crowd = { trial, servers: behind, asking, others, each };
      const pausing = askForPauses(asking, pauseSeconds);
      const turns: Turn[] = [];
      for (let turn = 0; turn < TURNS; turn++) turns.push(await rudeFor(crowd, turn));
      const pause = await pausing();
      const findings = [
        ...turns.flatMap(({ findings }) => findings),
        atMost(200, '% of the usual time until 95 % of the healthy are served', percentOf(turns)),
        { criterion: PAUSE, seen: pause, least: pauseSeconds * 9, most: pauseSeconds * 11 },
        none('inbound work given up', (await trial.queue()).incoming.dead),
        ...(await trial.end()),
      ];
      const remarks = {
        'p95 ms, usual/rude': turns.map(({ usual, rude }) => `${Math.round(usual)}/${Math.round(rude)}`).join(' '),
      };
      yield { scenario: 'rude-among-healthy', seed, seconds: (performance.now() - began) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      for (const door of doors) await door.close();
      await servers.close();
    }
  }
}

const PAUSE = 'tenths of a second until who asked for a pause is knocked at';

interface Crowd {
  trial: Trial;
  servers: Servers;
  /** Asks for pauses all the time. */
  asking: Door;
  others: Door[];
  each: number;
}

/** Milliseconds, p95, of one entry while all are well and of the next one while a third misbehaves. */
interface Turn {
  usual: number;
  rude: number;
  findings: Finding[];
}

async function rudeFor(crowd: Crowd, turn: number): Promise<Turn> {
  const { trial, asking, others, each } = crowd;
  const begin = turn * each * WAYS.length;
  const ways = WAYS.map((way, i) => ({ way, doors: others.slice(begin + i * each, begin + (i + 1) * each) }));
  const third = new Set(ways.flatMap(({ doors }) => doors));
  // Who failed in an earlier turn is not knocked at before a minute has passed, so they are in neither figure.
  const before = await trial.queue();
  const failing = new Set([new URL(asking.origin).host, ...before.lanes.map(({ host }) => host)]);
  const healthy = others.filter((door) => !third.has(door) && !failing.has(new URL(door.origin).host));
  const usual = await publishTo(crowd, healthy);
  // A door must not turn rude in the middle of that letter, or it would be the one that fails.
  const left = before.outgoing.waiting + failing.size;
  await comesTrue(PATIENCE_MS, async () => (await trial.queue()).outgoing.waiting <= left);
  for (const { way, doors } of ways) for (const door of doors) door.behave(way.manners);
  const rude = await publishTo(crowd, healthy);
  let ends: Finding[] = [];
  await comesTrue(PATIENCE_MS, async () => {
    ends = await endsOf(crowd, ways);
    return ends.every(holds);
  });
  for (const door of third) door.behave(null);
  return {
    usual: p95(usual),
    rude: p95(rude),
    findings: [
      exactly(healthy.length * 2, 'healthy inboxes served, before and meanwhile', usual.length + rude.length),
      ...ends,
    ],
  };
}

function percentOf(turns: readonly Turn[]): number {
  return Math.round(median(turns.map(({ usual, rude }) => rude / usual)) * 100);
}

/** Has one peer answer 429 from now on; the tenths of a second between the first two knocks, once there were two. */
function askForPauses(asking: Door, seconds: number): () => Promise<number> {
  const knocks: number[] = [];
  asking.behave(
    answering(() => {
      knocks.push(performance.now());
      return answerOf('429 Too Many Requests', { 'retry-after': String(seconds) });
    }),
  );
  return async () => {
    await comesTrue(PATIENCE_MS, () => knocks.length >= 2);
    return Math.round(((knocks[1] ?? Number.POSITIVE_INFINITY) - (knocks[0] ?? 0)) / 100);
  };
}

/** Publishes; returns the milliseconds from the first letter about it to that of each of the healthy. */
async function publishTo({ trial, servers }: Crowd, healthy: Door[]): Promise<number[]> {
  const since = servers.letters.length;
  const { id } = await trial.publish(`กองที่ ${since}`);
  const origins = new Set(healthy.map(({ origin }) => origin));
  const about = () => servers.letters.slice(since).filter(({ object }) => object === id);
  const theirs = (letter: Letter) => origins.has(new URL(letter.inbox).origin);
  await comesTrue(PATIENCE_MS, () => about().filter(theirs).length >= healthy.length);
  const first = Math.min(...about().map(({ at }) => at));
  return about()
    .filter(theirs)
    .map(({ at }) => at - first);
}

/** What came of the letters to those who misbehave, as the operator reads it. */
async function endsOf(
  { trial, each }: Crowd,
  rude: { way: (typeof WAYS)[number]; doors: Door[] }[],
): Promise<Finding[]> {
  const status = await trial.node.wethi<{ lanes: { host: string }[]; deadLetters: { host: string }[] }>(
    'queue',
    'status',
  );
  const waiting = new Set(status.lanes.map(({ host }) => host));
  const refused = new Set(status.deadLetters.map(({ host }) => host));
  return rude.map(({ way, doors }) => {
    const hosts = doors.map(({ origin }) => new URL(origin).host);
    const ended = hosts.filter((host) => {
      if (way.end === 'waiting') return waiting.has(host) && !refused.has(host);
      return !waiting.has(host) && refused.has(host) === (way.end === 'refused');
    });
    return exactly(each, `letters answered with ${way.name}: ${way.end}`, ended.length);
  });
}

/** On a clock that is moved: two peers say that the inbox is not there, one stops saying so, one is well. */
async function* gone({ seeds }: { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const servers = await openServers({ count: 4, chance: chanceOf(seed) });
    const [left = '', missing = '', hour = '', well = ''] = servers.origins;
    const followers = servers.origins.map((origin) => `${origin}/users/reader`);
    const start = Date.now() - 10 * DAY;
    try {
      servers.behave(left, () => ({ status: 410, after: 0 }));
      servers.behave(missing, () => ({ status: 404, after: 0 }));
      servers.behave(hour, () => ({ status: 410, after: 0 }));
      const findings = await inOffice({ start, followers }, async (office) => {
        const { db } = office.node;
        const [row] = await db.selectFrom('followers').select('followed').limit(1).execute();
        const count = () => followerCount(db, { followed: row?.followed ?? '' });
        await office.publish('กองแรก');
        servers.behave(hour, () => ({ status: 202, after: 0 }));
        await office.pass(start + 3 * DAY);
        await office.publish('กองวันที่สาม');
        servers.behave(hour, () => ({ status: 410, after: 0 }));
        await office.pass(start + 7 * DAY - HOUR);
        await office.publish('กองก่อนครบสัปดาห์');
        const early = await count();
        await office.pass(start + 7 * DAY + HOUR);
        await office.publish('กองหลังครบสัปดาห์');
        const late = await count();
        const since = servers.letters.length;
        await office.publish('กองสุดท้าย');
        const inboxes = servers.letters.slice(since).map(({ inbox }) => new URL(inbox).origin);
        return [
          exactly(4, 'followers an hour before a week of 404 and 410 is full', early),
          exactly(2, 'followers an hour after', late),
          none('letters to those who left', inboxes.filter((origin) => [left, missing].includes(origin)).length),
          exactly(2, 'letters to the others', inboxes.filter((origin) => [hour, well].includes(origin)).length),
        ];
      });
      yield { scenario: 'gone', seed, seconds: (performance.now() - began) / 1_000, findings, remarks: {} };
    } finally {
      await servers.close();
    }
  }
}
