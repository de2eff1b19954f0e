// Inbound activities that were verified and acknowledged to their sender, waiting for their listener: Fedify's MessageQueue
// on the node's database. A message is leased while it is worked on and leaves only after the work is done.
import { randomUUID } from 'node:crypto';
import type {
  MessageQueue,
  MessageQueueDepth,
  MessageQueueEnqueueOptions,
  MessageQueueListenOptions,
} from '@fedify/fedify';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import type { MessageRow } from '../../storage/tables-of-mail.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { incoming } from './bell.ts';
import { afterError, type End, exchange, type Message, type Worked } from './hand-over.ts';
import { heartbeat, keepWorking } from './loop.ts';
import { stepUp } from './senders.ts';

/** A message that takes longer than this, in milliseconds, no longer keeps others waiting for a place. */
const SLOW_AFTER_MS = 2_000;
/** Places in all, slow messages' among them, for each place that `concurrency` gives. */
const SLOW_SHARE = 4;

/** How long ends are gathered, in milliseconds, before they are written down together: the next messages wait for that. */
const GATHER_MS = 1;

/** Rows in one INSERT, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** A message to be stored. */
type NewMessage = Pick<MessageRow, 'lane' | 'sender' | 'payload' | 'due' | 'attempts' | 'created'>;

export interface MessagesOptions {
  clock: Clock;
  /** How many messages are worked on at once, not counting those that take longer than two seconds; 4 unless told. */
  concurrency?: number;
  /** How often other processes' messages are looked for; 1 s unless told. */
  pollMs?: number;
  /** How long a message belongs to a worker that stopped answering; 60 s unless told. */
  leaseMs?: number;
}

/** Opens the queue of inbound work on `db`; see `InboundQueue`. */
export function openMessages(db: Db, options: MessagesOptions): InboundQueue {
  return new InboundQueue(db, options);
}

/**
 * At-least-once, with bounded concurrency and one message of a host at a time. Messages of one lane are worked on strictly in
 * order: one that is waiting for its next try holds back the rest of its lane. After six failures a message is kept as a dead
 * letter with the error's text, and its lane goes on. The lane is Fedify's ordering key, or else the actor.
 */
export class InboundQueue implements MessageQueue {
  /** Fedify then throws to us instead of enqueueing the failed message anew, which would lose its place. */
  readonly nativeRetrial = true;
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #pollMs: number;
  readonly #leaseMs: number;

  constructor(db: Db, { clock, concurrency = 4, pollMs = 1_000, leaseMs = 60_000 }: MessagesOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#pollMs = pollMs;
    this.#leaseMs = leaseMs;
  }

  /** Resolves when the message is on disk: only then may the sender be told 202. */
  async enqueue(message: unknown, options?: MessageQueueEnqueueOptions): Promise<void> {
    await this.enqueueMany([message], options);
  }

  /** Whether something of this actor is in the queue and alive. */
  async hasWaiting(actor: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('messages')
      .select('number')
      .where('lane', '=', actor)
      .where('dead', 'is', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** All of them or none. */
  async enqueueMany(messages: readonly unknown[], options?: MessageQueueEnqueueOptions): Promise<void> {
    const created = this.#clock.now();
    const due = created + Math.ceil(options?.delay?.total('millisecond') ?? 0);
    const rows = messages.map((message) => {
      const actor = actorOf(message);
      const lane = options?.orderingKey ?? actor;
      const sender = hostOf(actor) ?? lane ?? randomUUID();
      return { lane, sender, payload: Buffer.from(JSON.stringify(message)), due, attempts: 0, created };
    });
    const senders = [...new Set(rows.map(({ sender }) => sender))].sort();
    await inLockingTransaction(this.#db, async (db) => {
      // First, for it also locks the senders: only then is it certain who stands in their lanes.
      await stepUp(db, { arrivals: senders.map((host) => ({ host, since: due })) });
      await insert(db, rows);
    });
    incoming.ring();
  }

  /**
   * Works until `signal` aborts and what is under way has ended, for which it has seven seconds; never rejects. What has not
   * ended by then stays leased, for the next start. Without a signal it never resolves.
   */
  async listen(
    handler: (message: unknown) => Promise<void> | void,
    options?: MessageQueueListenOptions,
  ): Promise<void> {
    const left = new AbortController();
    let worked: Worked[] = [];
    await keepWorking<Message>({
      take: async (room) => {
        const batch = worked;
        worked = [];
        try {
          return await exchange(this.#db, { now: this.#clock.now(), worked: batch, room, leaseMs: this.#leaseMs });
        } catch (error) {
          // They are written down with the next ones, unless their leases have run out by then.
          worked = [...batch, ...worked];
          throw error;
        }
      },
      work: async (message) => {
        const end = await this.#work(message, { handler, left: left.signal });
        // The database may be closed when nobody waits any more.
        if (!left.signal.aborted) worked.push({ message, end });
      },
      concurrency: this.#concurrency,
      asideAfterMs: SLOW_AFTER_MS,
      most: this.#concurrency * SLOW_SHARE,
      gatherMs: GATHER_MS,
      pollMs: this.#pollMs,
      bell: incoming,
      signal: options?.signal ?? new AbortController().signal,
    });
    left.abort();
  }

  /** Living messages that nobody works on; `ready` are those whose time has come. */
  async getDepth(): Promise<MessageQueueDepth> {
    const now = this.#clock.now();
    const counts = await this.#db
      .selectFrom('messages')
      .select(({ fn, ref }) => [
        fn.countAll().as('queued'),
        fn.countAll().filterWhere(ref('due'), '<=', now).as('ready'),
      ])
      .where('dead', 'is', null)
      .where((where) => where.or([where('leasedUntil', 'is', null), where('leasedUntil', '<=', now)]))
      .executeTakeFirstOrThrow();
    const queued = Number(counts.queued);
    const ready = Number(counts.ready);
    return { queued, ready, delayed: queued - ready };
  }

  async #work(message: Message, { handler, left }: Handling): Promise<End> {
    const stop = heartbeat({ leaseMs: this.#leaseMs, extend: () => this.#extend(message) });
    left.addEventListener('abort', stop);
    try {
      await handler(JSON.parse(Buffer.from(message.payload).toString()));
      return 'done';
    } catch (error) {
      return afterError(message, { error, now: this.#clock.now() });
    } finally {
      left.removeEventListener('abort', stop);
      stop();
    }
  }

  async #extend({ number, lease }: Message): Promise<void> {
    await this.#db
      .updateTable('messages')
      .set({ leasedUntil: this.#clock.now() + this.#leaseMs })
      .where('number', '=', number)
      .where('lease', '=', lease)
      .execute();
  }
}

interface Handling {
  handler: (message: unknown) => Promise<void> | void;
  /** Aborts when nobody waits for the work any more. */
  left: AbortSignal;
}

async function insert(db: Db, rows: NewMessage[]): Promise<void> {
  const begun = await begunLanes(db, rows);
  const standing = rows.map((row) => {
    const first = row.lane === null || !begun.has(row.lane) ? (1 as const) : (0 as const);
    if (row.lane !== null) begun.add(row.lane);
    return { ...row, first };
  });
  for (let i = 0; i < standing.length; i += CHUNK) {
    await db
      .insertInto('messages')
      .values(standing.slice(i, i + CHUNK))
      .execute();
  }
}

/** The lanes of these messages in which somebody stands already. */
async function begunLanes(db: Db, rows: NewMessage[]): Promise<Set<string>> {
  const begun = new Set<string>();
  for (const lane of new Set(rows.map(({ lane }) => lane))) {
    if (lane === null) continue;
    const living = db.selectFrom('messages').select('number').where('lane', '=', lane).where('dead', 'is', null);
    if ((await living.limit(1).executeTakeFirst()) !== undefined) begun.add(lane);
  }
  return begun;
}

/**
 * Whose message it is. Fedify enqueues inbound activities without an ordering key, so an actor's Update could overtake their
 * Create; what we verified ourselves names its actor.
 * Returns null for whatever else Fedify enqueues and for an actor written in a way we do not read.
 */
function actorOf(message: unknown): string | null {
  // Our own kinds of message name the actor themselves; the library's stand around the activity.
  const vouchedFor = member(message, 'kind') === undefined ? null : member(message, 'actor');
  if (typeof vouchedFor === 'string') return vouchedFor;
  if (member(message, 'type') !== 'inbox') return null;
  const actor = member(member(message, 'activity'), 'actor');
  const first: unknown = Array.isArray(actor) ? actor[0] : actor;
  const id = typeof first === 'string' ? first : member(first, 'id');
  return typeof id === 'string' ? id : null;
}

function hostOf(id: string | null): string | null {
  return id !== null && URL.canParse(id) ? new URL(id).host || null : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
