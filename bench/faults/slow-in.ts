// R9: hundreds of callers who take for ever to say what they want. Readers and peers must not notice, and each slow caller is
// shown out soon.
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { p95 } from '../figures.ts';
import { chanceOf } from './chance.ts';
import { atLeast, atMost, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { likeOf, sendUntilTaken } from './senders.ts';
import { openServers } from './servers.ts';
import { openTrial, type Trial } from './trial.ts';

const LEGIT_EVERY_MS = 50;
const LEGIT_P95_MS_MAX = 200;
const SHOWN_OUT_SECONDS_MAX = 30;
/** File descriptors that a node may have beside those of its callers: database, log, peers. */
const OWN_DESCRIPTORS_MAX = 100;
/** Where the slow callers come from: an address of their own on loopback, or the gate would charge the peers for them. */
const ELSEWHERE = '127.0.0.2';
/** How long somebody who was shown out stays away. */
const AGAIN_MS = 1_000;
/** One legitimate request in so many is a signed like. */
const LIKE_EVERY = 10;
const PATIENCE_MS = 10_000;

export const scenarios: Scenario[] = [
  {
    row: 'R9',
    name: 'slow-callers',
    long: (seeds) => slowCallers({ callers: 300, seconds: 75, seeds: seeds.slice(0, 1) }),
    short: (seeds) => slowCallers({ callers: 300, seconds: 33, seeds: seeds.slice(0, 1) }),
  },
];

/** How a caller begins; after that it is one byte a second. */
const BEGINNINGS: ((host: string) => string)[] = [
  () => '',
  (host) => `GET / HTTP/1.1\r\nhost: ${host}\r\nx-slow: `,
  (host) => `POST /ap/inbox HTTP/1.1\r\nhost: ${host}\r\n${LETTER_HEAD}content-length: 5000\r\n\r\n{"type":"`,
  (host) =>
    `POST /ap/inbox HTTP/1.1\r\nhost: ${host}\r\n${LETTER_HEAD}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n1388\r\n`,
  (host) =>
    `POST /login HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\nusername=`,
];

const LETTER_HEAD = `content-type: application/activity+json\r\nsignature: keyId="http://127.0.0.1:9/u#k",headers="date",signature="AA=="\r\n`;

/** Keeps so many slow callers at the door for so many seconds; whoever is shown out comes again. */
async function* slowCallers({
  callers,
  seconds,
  seeds,
}: {
  callers: number;
  seconds: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const servers = await openServers({ count: 1, chance });
    const trial = await openTrial();
    try {
      const { id, number } = await trial.publish('กองที่มีคนอ่าน');
      const page = `${trial.node.origin}/@${trial.blog}/${number}`;
      const peer = servers.resident(servers.origins[0] ?? '', 'reader');
      let likes = 0;
      const like = async () => {
        const activity = likeOf(peer, { article: id, name: `like${++likes}` });
        await sendUntilTaken({ peer, inbox: trial.actor.sharedInbox, activity }, { patienceMs: PATIENCE_MS });
      };
      // The first one has the peer's key fetched.
      await like();
      const mob = openMob({ host: trial.node.host, callers, beginnings: chance.shuffled(BEGINNINGS) });
      const { times, faults, most } = await readersFor({ trial, page, like, seconds });
      const held = mob.disperse();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const after = descriptorsOf(trial);
      yield {
        scenario: 'slow-callers',
        seed,
        seconds: (performance.now() - began) / 1_000,
        findings: [
          atMost(LEGIT_P95_MS_MAX, 'ms, p95 of legitimate requests', Math.ceil(p95(times))),
          none('legitimate requests that were not answered with 200', faults),
          atLeast((seconds * 1_000) / LEGIT_EVERY_MS / 2, 'legitimate requests', times.length),
          atLeast(callers, 'slow callers shown out', held.shownOut.length),
          atMost(SHOWN_OUT_SECONDS_MAX, 'seconds until one was shown out', Math.ceil(Math.max(...held.all))),
          atMost(callers + OWN_DESCRIPTORS_MAX, 'file descriptors at most', most),
          atMost(OWN_DESCRIPTORS_MAX, 'file descriptors when they are gone', after),
          ...(await trial.end()),
        ],
        remarks: { callers: held.all.length, requests: times.length },
      };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

interface Mob {
  /** Sends everybody home; for how many seconds those were there who were shown out, and everybody. */
  disperse(): { shownOut: number[]; all: number[] };
}

function openMob({
  host,
  callers,
  beginnings,
}: {
  host: string;
  callers: number;
  beginnings: ((host: string) => string)[];
}): Mob {
  const { hostname, port } = new URL(`http://${host}`);
  const open = new Map<Socket, number>();
  const shownOut: number[] = [];
  let over = false;

  function come(which: number): void {
    if (over) return;
    const socket = connect({ host: hostname, port: Number(port), localAddress: ELSEWHERE });
    open.set(socket, performance.now());
    socket.write(beginnings[which % beginnings.length]?.(host) ?? '');
    const drip = setInterval(() => socket.write('x'), 1_000);
    socket.resume();
    // Being cut off in the middle of a byte is what is waited for.
    socket.on('error', () => socket.destroy());
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      clearInterval(drip);
      if (over) return;
      shownOut.push((performance.now() - (open.get(socket) ?? 0)) / 1_000);
      open.delete(socket);
      setTimeout(come, AGAIN_MS, which).unref();
    });
  }

  for (let i = 0; i < callers; i++) come(i);
  return {
    disperse() {
      over = true;
      const now = performance.now();
      const still = [...open.values()].map((since) => (now - since) / 1_000);
      for (const socket of open.keys()) socket.destroy();
      return { shownOut, all: [...shownOut, ...still] };
    },
  };
}

interface Reading {
  trial: Trial;
  page: string;
  like: () => Promise<void>;
  seconds: number;
}

/** Twenty requests a second, each on a connection of its own, whether or not the one before was answered. */
async function readersFor({
  trial,
  page,
  like,
  seconds,
}: Reading): Promise<{ times: number[]; faults: number; most: number }> {
  const times: number[] = [];
  let faults = 0;
  let most = 0;
  const until = performance.now() + seconds * 1_000;
  const asked: Promise<void>[] = [];
  const ask = async (which: number) => {
    const start = performance.now();
    if (which % LIKE_EVERY === 0) await like();
    else if (!(await isAnswered(page))) faults++;
    times.push(performance.now() - start);
  };
  for (let i = 0; performance.now() < until; i++) {
    asked.push(ask(i));
    if (i % 10 === 0) most = Math.max(most, descriptorsOf(trial));
    await new Promise((resolve) => setTimeout(resolve, LEGIT_EVERY_MS));
  }
  await Promise.all(asked);
  return { times, faults, most };
}

async function isAnswered(page: string): Promise<boolean> {
  const answer = await fetch(page, { headers: { connection: 'close' } }).catch(() => null);
  if (answer === null) return false;
  await answer.arrayBuffer();
  return answer.status === 200;
}

/** How many files and sockets the server has open: proc(5). */
function descriptorsOf({ node }: Trial): number {
  return readdirSync(`/proc/${node.process()?.pid}/fd`).length;
}
