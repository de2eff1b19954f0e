// R8: one peer in three misbehaves, each in a way of its own. The others must not notice; whoever asks for time gets it; and
// whoever says twice, a day apart, that an inbox is gone, is written to no more.
import { followerCount } from '../../src/domain/followers.ts';
import { chanceOf } from './chance.ts';
import { atLeast, atMost, exactly, type Finding, none, type Round } from './findings.ts';
import { alerting, answering, answerOf, type Door, type Manners, openDoors, resetting } from './hosts-doors.ts';
import { inOffice } from './lanes-office.ts';
import type { Scenario } from './scenario.ts';
import { type Letter, openServers, type Servers } from './servers.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';

const PATIENCE_MS = 60_000;
const HUGE = 10 * 1024 * 1024;
const HOUR = 3_600_000;
/** Posts by which the healthy are measured before anybody misbehaves. */
const BASELINES = 3;

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
    manners: answering(() => Buffer.concat([Buffer.from(noContent()), Buffer.alloc(HUGE, '.')])),
    end: 'taken',
  },
  { name: '410', manners: answering(() => answerOf('410 Gone')), end: 'refused' },
];

function page(html: string): string {
  const bytes = Buffer.byteLength(html);
  return `HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${bytes}\r\n\r\n${html}`;
}

function noContent(): string {
  return `HTTP/1.1 204 No Content\r\ncontent-length: ${HUGE}\r\n\r\n`;
}

export const scenarios: Scenario[] = [
  {
    row: 'R8',
    name: 'rude-among-healthy',
    long: (seeds) => rudeAmongHealthy({ each: 4, pauseSeconds: 30, seeds: seeds.slice(0, 1) }),
    short: (seeds) => rudeAmongHealthy({ each: 2, pauseSeconds: 10, seeds: seeds.slice(0, 1) }),
  },
  { row: 'R8', name: 'gone', long: (seeds) => gone({ seeds }), short: (seeds) => gone({ seeds: seeds.slice(0, 1) }) },
];

/** `each` peers for each way to misbehave and one that asks for a pause, and twice as many healthy ones. */
export async function* rudeAmongHealthy({
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
    const rude = each * WAYS.length + 1;
    const servers = await openServers({ count: rude * 3, chance });
    const { doors, behind } = await openDoors(servers);
    const trial = await openTrial();
    try {
      await gatherFollowers(trial, { servers: behind, each: 1 });
      const { findings, remarks } = await told({
        trial,
        servers: behind,
        doors: chance.shuffled(doors),
        each,
        pauseSeconds,
      });
      findings.push(...(await trial.end()));
      yield { scenario: 'rude-among-healthy', seed, seconds: (performance.now() - began) / 1_000, findings, remarks };
    } finally {
      await trial.close();
      for (const door of doors) await door.close();
      await servers.close();
    }
  }
}

interface Crowd {
  trial: Trial;
  servers: Servers;
  doors: Door[];
  each: number;
  pauseSeconds: number;
}

async function told(crowd: Crowd): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const { trial, doors, each, pauseSeconds } = crowd;
  const [asking, ...others] = doors;
  if (asking === undefined) throw new Error('there are no doors');
  const rude = WAYS.map((way, i) => ({ way, doors: others.slice(i * each, (i + 1) * each) }));
  const healthy = others.slice(each * WAYS.length);
  const usual: number[] = [];
  for (let i = 0; i < BASELINES; i++) usual.push(p95(await publishTo(crowd, healthy)));
  for (const { way, doors } of rude) for (const door of doors) door.behave(way.manners);
  const knocks: number[] = [];
  asking.behave(
    answering(() => {
      knocks.push(performance.now());
      return answerOf('429 Too Many Requests', { 'retry-after': String(pauseSeconds) });
    }),
  );
  const times = await publishTo(crowd, healthy);
  await comesTrue(PATIENCE_MS, () => knocks.length >= 2);
  const ends = await endsOf(crowd, rude);
  const baseline = middle(usual);
  const pause = ((knocks[1] ?? Number.POSITIVE_INFINITY) - (knocks[0] ?? 0)) / 1_000;
  const ratio = p95(times) / baseline;
  return {
    findings: [
      exactly(healthy.length, 'healthy inboxes served', times.length),
      atMost(200, '% of the usual time until 95 % of the healthy are served', Math.round(ratio * 100)),
      ...ends,
      atLeast(
        Math.floor(pauseSeconds * 9),
        'tenths of a second until who asked for a pause is knocked at',
        Math.round(pause * 10),
      ),
      atMost(Math.ceil(pauseSeconds * 11), 'tenths of a second until then, at most', Math.round(pause * 10)),
      none('inbound work given up', (await trial.queue()).incoming.dead),
    ],
    remarks: { 'usual p95 ms': Math.round(baseline), 'p95 ms': Math.round(p95(times)), 'pause s': pause.toFixed(1) },
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
export async function* gone({ seeds }: { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const servers = await openServers({ count: 4, chance: chanceOf(seed) });
    const [left = '', missing = '', hour = '', well = ''] = servers.origins;
    const followers = servers.origins.map((origin) => `${origin}/users/reader`);
    const start = Date.now() - 48 * HOUR;
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
        await office.pass(start + 20 * HOUR);
        await office.publish('กองก่อนครบวัน');
        const early = await count();
        servers.behave(hour, () => ({ status: 410, after: 0 }));
        await office.pass(start + 25 * HOUR);
        await office.publish('กองหลังครบวัน');
        const late = await count();
        const since = servers.letters.length;
        await office.publish('กองสุดท้าย');
        const inboxes = servers.letters.slice(since).map(({ inbox }) => new URL(inbox).origin);
        return [
          exactly(4, 'followers after 20 hours of 404 and 410', early),
          exactly(2, 'followers after a day of it', late),
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

function p95(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? Number.POSITIVE_INFINITY;
}

function middle(figures: number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
