// R20: one message in a hundred can never be worked on. The healthy ones must not wait for it; it ends in dead letters that say
// why, from where an operator tries it again or throws it away. Queues, database and command line are the real ones. Listener
// and peer are stubs that only do or refuse: this is about the queues, and what a letter costs is measured elsewhere.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { furnish, type Neighbour, neighbour } from '../../src/cli/demo/nodes.ts';
import { office } from '../../src/cli/demo/world.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { incoming, outgoing } from '../../src/federation/queue/bell.ts';
import { enqueueActivity } from '../../src/federation/queue/deliveries.ts';
import { openMessages } from '../../src/federation/queue/messages.ts';
import { openPostman } from '../../src/federation/queue/postman.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { median } from '../figures.ts';
import { type Chance, chanceOf } from './chance.ts';
import { atLeast, exactly, type Finding, none, type Round } from './findings.ts';
import { withheldMs } from './pulse.ts';
import type { Scenario } from './scenario.ts';
import { damages } from './vitals.ts';

const HOSTS = 200;
const ACTORS_EACH = 10;
const POISON_EVERY = 100;
const THROUGHPUT_PERCENT_MIN = 95;
/** By how much time is put forward when all that is left are poisonous messages between two tries. */
const AHEAD_MS = 600_000;
const PATIENCE_MS = 120_000;
const REASON = 'ไม่มีใครอ่านข้อความนี้ออก';

export const scenarios: Scenario[] = [
  {
    row: 'R20',
    name: 'poison',
    long: (seeds) => poison({ messages: 10_000, turns: 9, seeds: seeds.slice(0, 1) }),
    short: (seeds) => poison({ messages: 1_000, turns: 5, seeds: seeds.slice(0, 1) }),
  },
];

interface Stage {
  db: Db;
  clock: RunningClock;
  node: Neighbour;
  chance: Chance;
  messages: number;
  /** Pairs of a clean and a poisoned run, so that what else the machine does falls on both. Odd: a poisoned one is last. */
  turns: number;
}

/** The queues of a node whose server is not running, worked on here; the operator uses the command line. */
async function* poison({
  messages,
  turns,
  seeds,
}: Pick<Stage, 'messages' | 'turns'> & { seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const began = performance.now();
    const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
    const path = join(folder, 'office', 'wethi.db');
    try {
      const node = await neighbour({ folder, name: 'office' });
      await furnish(node, office);
      const db = openDatabase({ path });
      const stage: Stage = { db, clock: openClock(), node, chance: chanceOf(seed), messages, turns };
      const found: Found[] = [];
      try {
        found.push(await inboundPoison(stage), await outboundPoison(stage));
      } finally {
        await db.destroy();
      }
      yield {
        scenario: 'poison',
        seed,
        seconds: (performance.now() - began) / 1_000,
        findings: [...found.flatMap(({ findings }) => findings), damages(path)],
        remarks: Object.assign({}, ...found.map(({ remarks }) => remarks)),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Runs as the world's does, from the present, where the command line lives; it can be put forward. */
type RunningClock = Clock & { putForward(ms: number): void };

function openClock(): RunningClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    putForward(ms) {
      ahead += ms;
    },
  };
}

type Found = Pick<Round, 'findings' | 'remarks'>;

async function inboundPoison(stage: Stage): Promise<Found> {
  const { node, messages } = stage;
  const poisonous = messages / POISON_EVERY;
  const rates = await inTurns(stage.turns, (kind) => workedOff(stage, kind));
  // The last turn was a poisoned one, so its dead are there.
  const status = await node.wethi<Status>('queue', 'status');
  const reasons = status.deadMessages.filter(({ reason }) => reason.includes(REASON));
  const { retried } = await node.wethi<{ retried: number }>('queue', 'retry', 'all');
  const healed = await workedOff({ ...stage, messages: 0 }, 'healed');
  const left = await node.wethi<Status>('queue', 'status');
  await workedOff(stage, 'poisoned');
  const { dropped } = await node.wethi<{ dropped: number }>('queue', 'drop', 'all');
  const empty = await node.wethi<Status>('queue', 'status');
  return {
    findings: [
      throughput('inbound', rates),
      exactly(poisonous, 'inbound: dead messages', status.incoming.dead),
      exactly(Math.min(poisonous, SHOWN_MAX), 'inbound: whose reason is the listener’s', reasons.length),
      none('inbound: messages that wait behind them', status.incoming.waiting),
      exactly(poisonous, 'inbound: tried again by `queue retry`', retried),
      exactly(poisonous, 'inbound: worked on then', healed.done),
      none('inbound: dead after that', left.incoming.dead),
      exactly(poisonous, 'inbound: thrown away by `queue drop`', dropped),
      none('inbound: left after that', empty.incoming.dead + empty.incoming.waiting),
    ],
    remarks: { 'inbound a second, clean/poisoned': saidOf(rates) },
  };
}

/** Dead messages that one look at the status shows. */
const SHOWN_MAX = 100;

interface Status {
  incoming: { waiting: number; dead: number };
  outgoing: { waiting: number; dead: number };
  deadMessages: { reason: string }[];
  deadLetters: { reason: string }[];
}

/** Healthy messages a second, of a clean and of a poisoned run side by side. */
interface Rates {
  clean: number;
  poisoned: number;
}

/** Runs both kinds in turn, after one of each that warms up; who comes first changes from turn to turn. */
async function inTurns(
  count: number,
  turn: (kind: 'clean' | 'poisoned') => Promise<{ rate: number }>,
): Promise<Rates[]> {
  const turns: Rates[] = [];
  for (let i = -1; i < count; i++) {
    const rates: Rates = { clean: 0, poisoned: 0 };
    const kinds = i % 2 === 0 ? (['clean', 'poisoned'] as const) : (['poisoned', 'clean'] as const);
    for (const kind of kinds) rates[kind] = (await turn(kind)).rate;
    if (i >= 0) turns.push(rates);
  }
  return turns;
}

function throughput(which: string, turns: readonly Rates[]): Finding {
  const percent = Math.round(median(turns.map(({ clean, poisoned }) => poisoned / clean)) * 100);
  return atLeast(THROUGHPUT_PERCENT_MIN, `${which}: % of the clean throughput that healthy ones keep`, percent);
}

function saidOf(turns: readonly Rates[]): string {
  return turns.map(({ clean, poisoned }) => `${Math.round(clean)}/${Math.round(poisoned)}`).join(' ');
}

/** Seconds from its opening on, less those in which the machine gave this process no processor because others used it. */
function openStopwatch(): () => number {
  const [start, withheld] = [performance.now(), withheldMs()];
  return () => (performance.now() - start - (withheldMs() - withheld)) / 1_000;
}

/**
 * Enqueues messages of two thousand actors on two hundred hosts and works on them until only what died is left. In a hundred
 * messages, one is of an actor whose messages nobody can read; `healed` is when somebody can. The rate is that of the healthy
 * until the last of them is done; time is put forward only then.
 */
async function workedOff(
  { db, clock, chance, messages }: Stage,
  kind: 'clean' | 'poisoned' | 'healed',
): Promise<{ rate: number; done: number }> {
  if (kind !== 'healed') await db.deleteFrom('messages').execute();
  const queue = openMessages(db, { clock });
  const poisonous = kind === 'poisoned' ? messages / POISON_EVERY : 0;
  const healthy = messages - poisonous;
  const order = chance.shuffled(Array.from({ length: messages }, (_, i) => messageOf(i, i < poisonous)));
  await queue.enqueueMany(order);
  const expected = kind === 'healed' ? await waiting(db) : healthy;
  let done = 0;
  let spent = 0;
  const stop = new AbortController();
  const seconds = openStopwatch();
  const listening = queue.listen(
    (message) => {
      const { activity } = message as ReturnType<typeof messageOf>;
      if (activity.summary === REASON && kind !== 'healed') throw new Error(REASON);
      createHash('sha256').update(JSON.stringify(message)).digest();
      if (++done === expected) spent = seconds();
    },
    { signal: stop.signal },
  );
  try {
    await until(async () => {
      if (done < expected) return false;
      clock.putForward(AHEAD_MS);
      incoming.ring();
      return (await waiting(db)) === 0;
    });
  } finally {
    stop.abort();
    await listening;
  }
  return { rate: expected / spent, done };
}

async function waiting(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('messages')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('dead', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** As Fedify hands it over. Those who are poisonous are among the actors of all hosts, ten messages each. */
function messageOf(i: number, poisonous: boolean) {
  const host = `h${i % HOSTS}.example`;
  const actor = `https://${host}/users/${poisonous ? 'broken' : `u${Math.floor(i / HOSTS) % ACTORS_EACH}`}`;
  const id = `${actor}/activities/${i}`;
  return { type: 'inbox', activity: { id, type: 'Create', actor, summary: poisonous ? REASON : 'สวัสดี' } };
}

async function outboundPoison(stage: Stage): Promise<Found> {
  const { db, node, messages } = stage;
  const poisonous = messages / POISON_EVERY;
  const rates = await inTurns(stage.turns, async (kind) => {
    await db.deleteFrom('deliveries').execute();
    return await posted(stage, kind);
  });
  const status = await node.wethi<Status>('queue', 'status');
  const reasons = status.deadLetters.filter(({ reason }) => reason.includes(REASON));
  const { retried } = await node.wethi<{ retried: number }>('queue', 'retry', 'all');
  const healed = await posted({ ...stage, messages: 0 }, 'clean');
  const left = await node.wethi<Status>('queue', 'status');
  return {
    findings: [
      throughput('outbound', rates),
      exactly(poisonous, 'outbound: dead letters', status.outgoing.dead),
      exactly(Math.min(poisonous, SHOWN_MAX), 'outbound: whose reason is the peer’s', reasons.length),
      none('outbound: letters that wait behind them', status.outgoing.waiting),
      exactly(poisonous, 'outbound: tried again by `queue retry`', retried),
      exactly(poisonous, 'outbound: posted then', healed.done),
      none('outbound: dead or waiting after that', left.outgoing.dead + left.outgoing.waiting),
    ],
    remarks: { 'outbound a second, clean/poisoned': saidOf(rates) },
  };
}

let activities = 0;

/** Posts one activity to inboxes on two hundred hosts; a peer that chokes on a poisonous one answers 400, in words. */
async function posted(
  { db, clock, chance, messages }: Stage,
  kind: 'clean' | 'poisoned',
): Promise<{ rate: number; done: number }> {
  const poisonous = kind === 'poisoned' ? messages / POISON_EVERY : 0;
  const inboxes = chance.shuffled(Array.from({ length: messages }, (_, i) => `https://h${i % HOSTS}.example/${i}`));
  const broken = new Set(inboxes.slice(0, poisonous));
  if (inboxes.length > 0) {
    const id = `https://wethi.example/ap/activities/${++activities}`;
    const activity = {
      id,
      actor: 'blog',
      verb: 'Create',
      object: `${id}#object`,
      shown: 1 as const,
      body: Buffer.from(id),
    };
    await enqueueActivity(db, { clock, activity, inboxes });
  }
  const expected = inboxes.length === 0 ? await undelivered(db) : messages - poisonous;
  let done = 0;
  let spent = 0;
  const seconds = openStopwatch();
  const postman = openPostman({
    db,
    clock,
    async post({ inbox }) {
      await new Promise((resolve) => setImmediate(resolve));
      if (broken.has(inbox)) return { kind: 'refused', status: 400, reason: `answered 400: ${REASON}` };
      if (++done === expected) spent = seconds();
      return { kind: 'delivered', status: 202 };
    },
  });
  try {
    await until(async () => {
      outgoing.ring();
      return (await undelivered(db)) === 0;
    });
  } finally {
    await postman.stop();
  }
  return { rate: expected / spent, done };
}

async function undelivered(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('deliveries')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function until(ready: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await ready())) {
    if (performance.now() > end) throw new Error('the queue did not come to its end');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
