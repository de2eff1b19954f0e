// R4: the server is told to stop while mail goes out and comes in. It ends in peace and in time, takes no new sockets, and
// nothing is done twice for it.
import { connect } from 'node:net';
import { chanceOf } from './chance.ts';
import { atMost, exactly, none, type Round } from './findings.ts';
import { effects } from './inbox.ts';
import type { Scenario } from './scenario.ts';
import { atOnce, commentOf, sendUntilTaken } from './senders.ts';
import { openServers, type Servers, takesAll } from './servers.ts';
import { comesTrue, type Entry, gatherFollowers, openTrial, type Trial, within } from './trial.ts';

const SERVERS = 20;
const INBOXES_EACH = 5;
/** Slow enough to be under way when the signal comes, quick enough to end before the node gives up on them. */
const SLOW_PEERS = 2;
const SLOW_MS = 1_500;
const PEERS = 10;
const COMMENTS_EACH = 15;
const PATIENCE_MS = 60_000;
const STOP_MS_MAX = 10_000;
const DOOR_MS_MAX = 1_000;

export const scenarios: Scenario[] = [
  {
    row: 'R4',
    name: 'stop',
    long: (seeds) => stopUnderLoad(seeds),
    short: (seeds) => stopUnderLoad(seeds.slice(0, 1)),
  },
];

/** One node for all seeds; a stop a round. */
async function* stopUnderLoad(seeds: readonly number[]): AsyncGenerator<Round> {
  const servers = await openServers({ count: SERVERS, chance: chanceOf(seeds[0] ?? 0) });
  const trial = await openTrial();
  try {
    const inboxes = await gatherFollowers(trial, { servers, each: INBOXES_EACH });
    for (const [i, seed] of seeds.entries()) {
      const start = performance.now();
      const round = await stopped({ trial, servers, inboxes, seed });
      if (i === seeds.length - 1) round.findings.push(...(await trial.end()));
      yield { scenario: 'stop', seed, seconds: (performance.now() - start) / 1_000, ...round };
    }
  } finally {
    await trial.close();
    await servers.close();
  }
}

async function stopped({
  trial,
  servers,
  inboxes,
  seed,
}: {
  trial: Trial;
  servers: Servers;
  inboxes: string[];
  seed: number;
}): Promise<Pick<Round, 'findings' | 'remarks'>> {
  const chance = chanceOf(seed);
  const entry = await trial.publish(`กองที่คนตอบ ${seed}`);
  await trial.drained();
  for (const origin of servers.origins.slice(0, SLOW_PEERS)) {
    servers.behave(origin, () => ({ status: 202, after: SLOW_MS }));
  }
  const since = servers.letters.length;
  const moment = chance.between(Math.ceil(inboxes.length * 0.1), Math.floor(inboxes.length * 0.6));
  const half = servers.answered('Create', moment);
  const commenting = comment({ trial, servers, entry, seed });
  const publishing = trial.publish(`กองที่ส่งอยู่ ${seed}`);
  await within(PATIENCE_MS, half, `the stop at Create ${moment}`);
  const [door, { code, ms }] = await knocking(trial, () => trial.terminate());
  const answeredBefore = servers.letters.length - since;
  const restartMs = await trial.restart();
  const { id } = await publishing;
  await commenting;
  const letters = () => servers.letters.slice(since).filter(({ object }) => object === id);
  await comesTrue(PATIENCE_MS, () => new Set(letters().map(({ inbox }) => inbox)).size >= inboxes.length);
  await comesTrue(PATIENCE_MS, async () => (await trial.queue()).incoming.waiting === 0);
  const { outgoing, incoming } = await trial.drained();
  const { texts } = await effects(trial, [entry]);
  for (const origin of servers.origins.slice(0, SLOW_PEERS)) servers.behave(origin, takesAll(chance));
  const heard = new Set(letters().map(({ inbox }) => inbox)).size;
  return {
    findings: [
      exactly(0, 'exit code', code ?? -1),
      atMost(STOP_MS_MAX, 'ms from the signal to the end', ms),
      atMost(DOOR_MS_MAX, 'ms from the signal until a socket was refused', door.refusedAfter),
      none('sockets taken after one was refused', door.takenLater),
      exactly(inboxes.length, 'inboxes that got the Create', heard),
      none('letters sent twice', letters().length - heard),
      exactly(PEERS * COMMENTS_EACH, 'comments, each text once', new Set(texts).size),
      none('comments that stand twice', texts.length - new Set(texts).size),
      none('left waiting or dead', outgoing.waiting + outgoing.dead + incoming.waiting + incoming.dead),
    ],
    remarks: {
      'stopped at Create': moment,
      'letters by its end': answeredBefore,
      'stop ms': ms,
      'restart ms': restartMs,
    },
  };
}

/** Comments come in all the while, each sent again until it is acknowledged. */
async function comment({
  trial,
  servers,
  entry,
  seed,
}: {
  trial: Trial;
  servers: Servers;
  entry: Entry;
  seed: number;
}): Promise<void> {
  const peers = servers.origins.slice(-PEERS).map((origin) => servers.resident(origin, `s${seed}`));
  const jobs = peers.map((peer) => async () => {
    for (let n = 0; n < COMMENTS_EACH; n++) {
      const text = `ความเห็นที่ ${n} ของ ${peer.actor}`;
      const activity = commentOf(peer, { article: entry.id, name: `comment${n}`, text });
      await sendUntilTaken({ peer, inbox: trial.actor.sharedInbox, activity }, { patienceMs: PATIENCE_MS });
    }
  });
  await atOnce(PEERS, jobs);
}

interface Door {
  /** Milliseconds; infinite when no socket was ever refused. */
  refusedAfter: number;
  takenLater: number;
}

/** Knocks with new sockets from the moment of an act until it is done. */
async function knocking<T>({ node }: Trial, act: () => Promise<T>): Promise<[Door, T]> {
  const door: Door = { refusedAfter: Number.POSITIVE_INFINITY, takenLater: 0 };
  const start = performance.now();
  let over = false;
  const done = act().finally(() => {
    over = true;
  });
  while (!over) {
    const taken = await isTaken(Number(new URL(node.origin).port));
    const refused = Number.isFinite(door.refusedAfter);
    if (taken && refused) door.takenLater++;
    if (!taken && !refused) door.refusedAfter = Math.round(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return [door, await done];
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
