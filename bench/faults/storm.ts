// A storm of farewells: a large server closes, and everybody who ever lived there says Delete of themselves to every server
// that they may have met. Nobody here knows them; it must cost next to nothing and nobody may be asked for a key (R18).
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openPeer, type Peer, signCavage } from '../../test/federation/peer.ts';
import { drop } from '../../test/federation/scripted.ts';
import { type Chance, chanceOf } from './chance.ts';
import { atMost, exactly, type Finding, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, followOf } from './senders.ts';
import { openServers } from './servers.ts';
import { openTrial, type Trial } from './trial.ts';

/** security.md §3, R18. */
const CORES_MAX = 0.3;
const DELETES_A_MINUTE = 10_000;
const AT_ONCE = 16;
const TICKS_A_SECOND = 100;

interface Storm {
  /** These come first and their cost is not counted: in so short a storm it would be that of a process still compiling itself. */
  leadIn: number;
  deletes: number;
  hosts: number;
  /** Over which the deletes are spread. */
  seconds: number;
}

export const scenarios: Scenario[] = [
  {
    row: 'R18',
    name: 'delete-storm',
    long: (seeds) => deleteStorm({ leadIn: 0, deletes: 10_000, hosts: 500, seconds: 60 }, seeds.slice(0, 1)),
    short: (seeds) => deleteStorm({ leadIn: 500, deletes: 1_000, hosts: 50, seconds: 6 }, seeds.slice(0, 1)),
  },
];

/** The deletes at an even pace, with an honest Follow in the middle of them. */
async function* deleteStorm(storm: Storm, seeds: readonly number[]): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const chance = chanceOf(seed);
    const closing = await openClosing(storm.hosts);
    const living = await openServers({ count: 1, chance });
    const trial = await openTrial();
    try {
      const honest = living.resident(living.origins[0] ?? '', 'reader');
      const findings = await blow(storm, { trial, chance, closing, honest });
      const { incoming } = await trial.queue();
      findings.push(none('deletes that wait to be worked on', incoming.waiting), ...(await trial.end()));
      const cost = findings.find(({ criterion }) => criterion === COST)?.seen ?? 0;
      const each = `${((cost * 60_000) / DELETES_A_MINUTE).toFixed(2)} ms of CPU a delete`;
      const seconds = (performance.now() - began) / 1_000;
      yield { scenario: 'delete-storm', seed, seconds, findings, remarks: { deletes: storm.deletes, each } };
    } finally {
      await trial.close();
      await living.close();
      await closing.close();
    }
  }
}

const COST = 'cores busy with 10,000 deletes a minute';

async function blow(
  { leadIn, deletes, seconds }: Storm,
  { trial, chance, closing, honest }: { trial: Trial; chance: Chance; closing: Closing; honest: Peer },
): Promise<Finding[]> {
  const key = openPeer('https://closing.example');
  const statuses: number[] = [];
  const follows: number[] = [];
  const storm = (from: number, count: number) => {
    const start = performance.now();
    return Array.from({ length: count }, (_, n) => async () => {
      const due = start + (n * seconds * 1_000) / deletes;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      await leave(from + n);
    });
  };
  const leave = async (n: number) => {
    const origin = closing.origins[chance.between(0, closing.origins.length - 1)] ?? '';
    statuses.push(await farewell(trial, { ...key, ...namesOf(`${origin}/users/gone${n}`) }));
  };
  const follow = followOf(honest, { followed: trial.actor.id, name: 'follow' });
  await atOnce(AT_ONCE, storm(0, leadIn));
  const jobs = storm(leadIn, deletes);
  jobs.splice(deletes / 2, 0, async () => {
    const { status } = await drop(signCavage(honest, { url: trial.actor.inbox, activity: follow, at: new Date() }));
    follows.push(status);
  });
  const before = cpuSeconds(trial);
  await atOnce(AT_ONCE, jobs);
  const spent = cpuSeconds(trial) - before;
  const cores = (spent / deletes) * (DELETES_A_MINUTE / 60);
  return [
    exactly(
      leadIn + deletes,
      'deletes answered with 202 or 401',
      statuses.filter((one) => one === 202 || one === 401).length,
    ),
    exactly(1, 'follows taken in the middle of it', follows.filter((one) => one === 202).length),
    none('requests to the servers that close, for keys or anything', closing.asked()),
    atMost(CORES_MAX, COST, Number(cores.toFixed(3))),
  ];
}

const namesOf = (actor: string): Pick<Peer, 'actor' | 'keyId'> => ({ actor, keyId: `${actor}#main-key` });

/** As Mastodon sends it, to the shared inbox; the answer's status. */
async function farewell(trial: Trial, peer: Peer): Promise<number> {
  const activity = {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${peer.actor}#delete`,
    type: 'Delete',
    actor: peer.actor,
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    object: peer.actor,
  };
  const { status } = await drop(signCavage(peer, { url: trial.actor.sharedInbox, activity, at: new Date() }));
  return status;
}

/** What the server's process has spent so far, by itself and in the kernel: utime and stime of proc(5). */
function cpuSeconds({ node }: Trial): number {
  const stat = readFileSync(`/proc/${node.process()?.pid}/stat`, 'utf8');
  // The name, which may hold blanks, ends with the last bracket; the two stand at the 12th and 13th place after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

interface Closing {
  origins: string[];
  /** How many requests of any kind came to any of them. */
  asked(): number;
  close(): Promise<void>;
}

/** Servers that answer 410 to everything and count. */
async function openClosing(count: number): Promise<Closing> {
  let asked = 0;
  const servers: Server[] = [];
  for (let n = 0; n < count; n++) {
    const server = createServer((_, response) => {
      asked++;
      response.writeHead(410).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
  return {
    origins: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked: () => asked,
    async close() {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
