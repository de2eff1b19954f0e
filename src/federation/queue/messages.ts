// Inbound activities that were verified and acknowledged to their sender, waiting for their listener: Fedify's MessageQueue
// on the node's database. A message is leased while it is worked on and leaves only after the work is done.
import { randomUUID } from 'node:crypto';
import type {
  MessageQueue,
  MessageQueueDepth,
  MessageQueueEnqueueOptions,
  MessageQueueListenOptions,
} from '@fedify/fedify';
import { getLogger } from '@logtape/logtape';
import type { ExpressionBuilder } from 'kysely';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { incoming } from './bell.ts';
import { FREE } from './lanes.ts';
import { heartbeat, keepWorking } from './loop.ts';
import { nextMessage, stepBack, stepUp } from './senders.ts';

const log = getLogger(['wethi', 'queue']);

/** Pauses after the first to the fifth failure, in milliseconds; a sixth failure is the last. */
const PAUSES_MS = [1_000, 5_000, 30_000, 120_000, 600_000];

/** Rows in one INSERT, far below SQLite's limit of bound values. */
const CHUNK = 500;

/** Characters of an error kept with a dead message. */
const REASON_LENGTH_MAX = 2_000;

interface Message {
  number: number;
  payload: Uint8Array;
  attempts: number;
  lease: string;
  sender: string;
}

interface NewMessage {
  lane: string | null;
  sender: string;
  payload: Uint8Array;
  due: number;
  attempts: number;
  created: number;
}

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
 * letter with the error's text, and its lane goes on. The lane is Fedify's ordering key, or else the activity's actor.
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
    await inTransaction(this.#db, async (db) => {
      await insert(db, rows);
      await stepUp(db, { hosts: [...new Set(rows.map(({ sender }) => sender))], now: created });
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
    await keepWorking({
      claim: () => this.#claim(),
      work: (message) => this.#work(message, { handler, left: left.signal }),
      concurrency: this.#concurrency,
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

  async #claim(): Promise<Message | null> {
    for (;;) {
      const now = this.#clock.now();
      // Looking first keeps an idle node from asking for the write lock every second.
      if ((await nextMessage(this.#db, { now })) === null) return null;
      const message = await inTransaction(this.#db, (db) => this.#take(db, now));
      if (message === null) continue;
      if (message.attempts <= PAUSES_MS.length + 1) return message;
      // Only a message whose worker vanished each time comes here: it may be what brings the process down.
      await this.#bury(message, `the worker ended ${message.attempts - 1} times without an answer`);
    }
  }

  /** Null when another process was faster. */
  async #take(db: Db, now: number): Promise<Message | null> {
    const next = await nextMessage(db, { now });
    if (next === null) return null;
    const lease = randomUUID();
    const row = await db
      .updateTable('messages')
      .set((set) => ({ lease, leasedUntil: now + this.#leaseMs, attempts: set('attempts', '+', 1) }))
      .where('number', '=', next.number)
      .returning(['number', 'payload', 'attempts', 'sender'])
      .executeTakeFirstOrThrow();
    return { ...row, lease };
  }

  /** `left` aborts when nobody waits for the work any more; the database may be closed then, and nothing is recorded. */
  async #work(message: Message, { handler, left }: Handling): Promise<void> {
    const stop = heartbeat({ leaseMs: this.#leaseMs, extend: () => this.#extend(message) });
    left.addEventListener('abort', stop);
    try {
      await handler(JSON.parse(Buffer.from(message.payload).toString()));
    } catch (error) {
      if (!left.aborted) await this.#failed(message, error);
      return;
    } finally {
      stop();
    }
    if (!left.aborted) await this.#record(message, 'done');
  }

  async #extend({ number, lease }: Message): Promise<void> {
    await this.#db
      .updateTable('messages')
      .set({ leasedUntil: this.#clock.now() + this.#leaseMs })
      .where('number', '=', number)
      .where('lease', '=', lease)
      .execute();
  }

  async #failed(message: Message, error: unknown): Promise<void> {
    const pause = PAUSES_MS[message.attempts - 1];
    const reason = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(
      0,
      REASON_LENGTH_MAX,
    );
    if (pause === undefined) return await this.#bury(message, reason);
    log.warn('inbound message {number} failed and is tried again in {seconds} s: {error}', {
      number: message.number,
      seconds: pause / 1000,
      error,
    });
    await this.#record(message, { due: this.#clock.now() + pause });
  }

  async #bury(message: Message, reason: string): Promise<void> {
    log.error('inbound message {number} is given up: {reason}', { number: message.number, reason });
    await this.#record(message, { dead: reason });
  }

  /** Writes down how the work on a message ended, unless somebody else has it by now; the next turn is another host's. */
  async #record({ number, lease, sender }: Message, end: 'done' | { due: number } | { dead: string }): Promise<void> {
    await inTransaction(this.#db, async (db) => {
      const mine = (where: ExpressionBuilder<Tables, 'messages'>) =>
        where.and([where('number', '=', number), where('lease', '=', lease)]);
      if (end === 'done') await db.deleteFrom('messages').where(mine).execute();
      else
        await db
          .updateTable('messages')
          .set({ ...FREE, ...end })
          .where(mine)
          .execute();
      await stepBack(db, { host: sender, now: this.#clock.now() });
    });
  }
}

interface Handling {
  handler: (message: unknown) => Promise<void> | void;
  left: AbortSignal;
}

async function insert(db: Db, rows: NewMessage[]): Promise<void> {
  for (let i = 0; i < rows.length; i += CHUNK) {
    await db
      .insertInto('messages')
      .values(rows.slice(i, i + CHUNK))
      .execute();
  }
}

/**
 * Fedify enqueues inbound activities without an ordering key, so an actor's Update could overtake their Create.
 * Returns the actor of such a message; null for whatever else it enqueues and for an actor written in a way we do not read.
 */
function actorOf(message: unknown): string | null {
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
