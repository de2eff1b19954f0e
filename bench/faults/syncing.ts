// R5: nothing is acknowledged before it is on disk. strace writes down, in their order, what the server writes to its log
// (WAL) and to its sockets and when it has the disk sync; every 202 and 303 to a POST must come after a sync.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../../src/storage/database.ts';
import { chanceOf } from './chance.ts';
import { atLeast, exactly, none, type Round } from './findings.ts';
import { openHearsay } from './hearsay.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, commentOf, sendUntilTaken } from './senders.ts';
import { openServers, type Servers } from './servers.ts';
import { type Acknowledgements, acknowledgementsIn } from './strace.ts';
import { comesTrue, gatherFollowers, openTrial, type Trial } from './trial.ts';
import { LATENESS } from './vitals.ts';
import { type Change, seatWriters } from './writers.ts';

const PEERS = 4;
const WRITERS = 4;
const PATIENCE_MS = 60_000;
/** `PRAGMA synchronous` as a number. */
const FULL = 2;
const LEFT_OUT = 'how late the event loop was, for strace halts the server at every call';

export const scenarios: Scenario[] = [
  {
    row: 'R5',
    name: 'sync',
    long: (seeds) => syncBeforeAnswer({ acknowledged: 300, seeds: seeds.slice(0, 1) }),
    short: (seeds) => syncBeforeAnswer({ acknowledged: 60, seeds: seeds.slice(0, 1) }),
  },
];

/** Half of what is `acknowledged` comes from writers at browsers, half from peers. */
async function* syncBeforeAnswer({
  acknowledged,
  seeds,
}: {
  acknowledged: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    const servers = await openServers({ count: PEERS, chance: chanceOf(seed) });
    const trial = await openTrial();
    try {
      const seen = await traced(trial, () => load({ trial, servers, seed, half: Math.ceil(acknowledged / 2) }));
      const findings = [
        exactly(FULL, 'PRAGMA synchronous of the writer', await synchronousOf(trial.database)),
        atLeast(acknowledged / 2, '303 answers to forms', seen.forms),
        atLeast(acknowledged / 2, '202 answers to inbox letters', seen.letters),
        none('answers without a sync of the log since their request came', seen.unsynced),
        none('answers while something written to the log was not synced', seen.ahead),
        ...(await trial.end()).filter(({ criterion }) => criterion !== LATENESS),
      ];
      const remarks = { 'writes to the log': seen.writes, 'syncs of the log': seen.syncs };
      const seconds = (performance.now() - start) / 1_000;
      yield { scenario: 'sync', seed, seconds, findings, remarks, leftOut: LEFT_OUT };
    } finally {
      await trial.close();
      await servers.close();
    }
  }
}

async function load({
  trial,
  servers,
  seed,
  half,
}: {
  trial: Trial;
  servers: Servers;
  seed: number;
  half: number;
}): Promise<void> {
  const entry = await trial.publish('กองที่คนตอบ');
  const inboxes = await gatherFollowers(trial, { servers, each: 1 });
  const hearsay = openHearsay(servers.letters);
  const heard = (change: Change) => hearsay.of(change).size === inboxes.length;
  // The second sending of a form is answered by what the first one wrote, and needs no sync of its own.
  const writers = await seatWriters(trial, { count: WRITERS, seed, pressing: 'once', heard });
  const acknowledged = () =>
    writers.pieces.flatMap(({ changes }) => changes).filter(({ fate }) => fate === 'acknowledged').length;
  const jobs = servers.origins.map((origin) => async () => {
    const peer = servers.resident(origin, 'commenter');
    for (let n = 0; n < half / PEERS; n++) {
      const activity = commentOf(peer, { article: entry.id, name: `comment${n}`, text: `ความเห็นที่ ${n}` });
      await sendUntilTaken({ peer, inbox: trial.actor.inbox, activity }, { patienceMs: PATIENCE_MS });
    }
  });
  await atOnce(PEERS, jobs);
  await comesTrue(PATIENCE_MS, () => acknowledged() >= half);
  await writers.stop();
}

/** Has strace look at the server while `work` is done. @throws Error when strace is not installed or may not look. */
async function traced(trial: Trial, work: () => Promise<void>): Promise<Acknowledgements> {
  const folder = await mkdtemp(join(tmpdir(), 'wethi-strace-'));
  const file = join(folder, 'calls');
  const calls = 'trace=read,write,writev,pwrite64,pwritev,fsync,fdatasync';
  const pid = String(trial.node.process()?.pid);
  const strace = spawn('strace', ['-f', '-yy', '-s', '32', '-e', calls, '-o', file, '-p', pid]);
  try {
    await attached(strace);
    await work();
    const gone = once(strace, 'exit');
    strace.kill('SIGINT');
    await gone;
    return acknowledgementsIn(await readFile(file, 'utf8'));
  } finally {
    strace.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function attached(strace: ReturnType<typeof spawn>): Promise<void> {
  let words = '';
  await new Promise<void>((resolve, reject) => {
    strace.once('error', (error) => reject(new Error(`R5 needs strace: apt-get install strace (${error.message})`)));
    strace.once('exit', () => reject(new Error(`strace could not look at the server: ${words}`)));
    strace.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
      if (/attached/.test(words)) resolve();
    });
  });
}

/** As the node itself opens it: the setting belongs to a connection, so another's cannot be asked. */
async function synchronousOf(path: string): Promise<number> {
  const db = openDatabase({ path });
  try {
    const { rows } = await sql<{ synchronous: number }>`PRAGMA synchronous`.execute(db);
    return rows[0]?.synchronous ?? -1;
  } finally {
    await db.destroy();
  }
}
