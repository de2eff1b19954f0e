// How the queues are doing: for the command line, the doctor, and the gate, which must not say 202 to what it cannot work off.
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { nextMessage } from './senders.ts';

/** Failing lanes shown at once; the longest-failing come first. */
const LANES_SHOWN = 200;

export interface Backlog {
  /** Inbound messages that nobody works on yet. */
  waiting: number;
  /**
   * How long the next one has been waiting for nothing but a worker; 0 when none is. What waits for its next try, behind its own
   * lane or behind its own host does not count: a slow host must not have the gate turn everybody away.
   */
  oldestSeconds: number;
}

export interface FailingLane {
  host: string;
  failingSince: number;
  failures: number;
  /** Epoch milliseconds of the next probe; null when suspended or when nothing waits. */
  due: number | null;
  suspended: number | null;
  reason: string | null;
}

export interface QueueStatus {
  outgoing: Record<'waiting' | 'delivered' | 'dead' | 'cancelled' | 'superseded', number>;
  /** Age of the oldest waiting delivery, or null when nothing waits. */
  oldestWaitingSeconds: number | null;
  lanes: FailingLane[];
  incoming: Backlog & { dead: number };
}

/** What the inbox needs to know before it accepts more. */
export async function backlog(db: Db, { clock }: { clock: Clock }): Promise<Backlog> {
  const now = clock.now();
  const { waiting } = await db
    .selectFrom('messages')
    .select(({ fn }) => fn.countAll().as('waiting'))
    .where('dead', 'is', null)
    .where((where) => where.or([where('leasedUntil', 'is', null), where('leasedUntil', '<=', now)]))
    .executeTakeFirstOrThrow();
  const next = await nextMessage(db, { now });
  return { waiting: Number(waiting), oldestSeconds: next === null ? 0 : Math.floor((now - next.since) / 1000) };
}

/** How long a backlog is believed, in milliseconds. At a hundred letters a second it may have grown by a hundred. */
const BELIEVED_MS = 1_000;

/** The backlog as the inbox asks for it before every letter: looked up once a second at most, for that takes milliseconds. */
export function openBacklog(db: Db, { clock }: { clock: Clock }): () => Promise<Backlog> {
  let known: Backlog | undefined;
  let asked = 0;
  return async () => {
    const age = clock.now() - asked;
    // A clock that was set back must not make it believed for ever.
    if (known === undefined || age < 0 || age >= BELIEVED_MS) {
      asked = clock.now();
      known = await backlog(db, { clock });
    }
    return known;
  };
}

/** Everything an operator asks a queue: how much, how old, who does not answer and why. */
export async function queueStatus(db: Db, { clock }: { clock: Clock }): Promise<QueueStatus> {
  const outgoing = { waiting: 0, delivered: 0, dead: 0, cancelled: 0, superseded: 0 };
  const counts = await db
    .selectFrom('deliveries')
    .select(({ fn }) => ['state', fn.countAll().as('count')])
    .groupBy('state')
    .execute();
  for (const { state, count } of counts) outgoing[state] = Number(count);
  const oldest = await db
    .selectFrom('deliveries')
    .select('changed')
    .where('state', '=', 'waiting')
    .orderBy('changed')
    .limit(1)
    .executeTakeFirst();
  const lanes = await db
    .selectFrom('lanes')
    .select(['host', 'failingSince', 'failures', 'due', 'suspended', 'reason'])
    .where('failingSince', 'is not', null)
    .$narrowType<{ failingSince: number }>()
    .orderBy('failingSince')
    .orderBy('host')
    .limit(LANES_SHOWN)
    .execute();
  const { dead } = await db
    .selectFrom('messages')
    .select(({ fn }) => fn.countAll().as('dead'))
    .where('dead', 'is not', null)
    .executeTakeFirstOrThrow();
  return {
    outgoing,
    oldestWaitingSeconds: oldest === undefined ? null : Math.floor((clock.now() - oldest.changed) / 1000),
    lanes,
    incoming: { ...(await backlog(db, { clock })), dead: Number(dead) },
  };
}
