// The worker that empties the lanes: takes a delivery, has it posted outside any transaction, records how it ended.
import { getLogger } from '@logtape/logtape';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { outgoing } from './bell.ts';
import { claim, extendLease, LEASE_MS } from './claim.ts';
import type { Delivery } from './deliveries.ts';
import { heartbeat, keepWorking } from './loop.ts';
import type { Outcome } from './outcomes.ts';
import { type Ended, type Settled, settle } from './settle.ts';

const log = getLogger(['wethi', 'queue']);

/** Hosts posted to at once while they answer without delay. */
const PLACES = 16;
/** Milliseconds after which a host that has not answered keeps no place: waiting costs nothing, and others are there. */
const ASIDE_AFTER_MS = 150;
/** Posts under way at most, those among them that only wait for an answer: what a killed process may have posted again. */
export const IN_FLIGHT_MAX = 256;
/** Of these, posts to hosts that fail: each may hold on until its deadline. */
const PROBES_MAX = 64;
/** How long answers are gathered, in milliseconds, before they are written down together. */
const GATHER_MS = 3;

/** What posting needs to know of a delivery. */
type Posted = 'number' | 'activity' | 'actor' | 'verb' | 'inbox' | 'body' | 'attempts';

export interface PostmanOptions {
  db: Db;
  clock: Clock;
  /** Signs and sends one delivery; its own deadline is its own affair. What it throws counts as a failure of the host. */
  post: (delivery: Pick<Delivery, Posted>) => Promise<Outcome>;
  /** Hosts posted to at once, not counting those that keep us waiting; 16 unless told, and 256 with those. */
  concurrency?: number;
  /** How often, in milliseconds, other processes' mail is looked for; 1 s unless told. */
  pollMs?: number;
}

export type Postman = ReturnType<typeof openPostman>;

/**
 * Starts delivering. `wake()` has it look for work at once; `stop()` takes nothing new and resolves when the posts under way
 * have ended, after 7 s at the latest. What is not recorded by then is posted again after a restart.
 */
export function openPostman({ db, clock, post, concurrency = PLACES, pollMs = 1_000 }: PostmanOptions) {
  const stopping = new AbortController();
  let gone = false;
  let ended: Ended[] = [];
  const refused = openRefused({ db, clock, everyMs: pollMs });
  let probes = 0;

  async function deliver(delivery: Delivery): Promise<void> {
    const extend = async () => {
      if (!gone) await extendLease(db, { clock, delivery });
    };
    const stop = heartbeat({ leaseMs: LEASE_MS, extend });
    if (delivery.probe) probes++;
    try {
      const outcome = await attempt(post, delivery);
      // After `stop` the database may be closed already.
      if (!gone) ended.push({ delivery, outcome });
    } finally {
      if (delivery.probe) probes--;
      stop();
    }
  }

  /** Writes down what has ended and takes what comes next, in one transaction. */
  async function take(all: number): Promise<Delivery[]> {
    const room = { all, probes: Math.max(0, PROBES_MAX - probes) };
    await refused.again(stopping.signal.aborted ? 'now' : 'in-time');
    if (ended.length === 0) return all === 0 ? [] : await claim(db, { clock, room });
    const batch = ended;
    ended = [];
    try {
      const [settled, taken] = await inLockingTransaction(db, async (db) => [
        await settle(db, { clock, ended: batch }),
        await claim(db, { clock, room }),
      ]);
      batch.forEach((one, i) => void report(one, settled[i] ?? 'lost'));
      return taken;
    } catch (error) {
      log.warn('{count} ends could not be written down together: {error}', { count: batch.length, error });
      await refused.settleEach(batch);
      return all === 0 ? [] : await claim(db, { clock, room });
    }
  }

  const done = keepWorking({
    take,
    work: deliver,
    concurrency,
    asideAfterMs: ASIDE_AFTER_MS,
    most: IN_FLIGHT_MAX,
    gatherMs: GATHER_MS,
    pollMs,
    bell: outgoing,
    signal: stopping.signal,
  });

  return {
    wake(): void {
      outgoing.ring();
    },
    async stop(): Promise<void> {
      stopping.abort();
      await done;
      gone = true;
    },
  };
}

async function attempt(post: PostmanOptions['post'], delivery: Delivery): Promise<Outcome> {
  const { number, activity, actor, verb, inbox, body, attempts } = delivery;
  try {
    return await post({ number, activity, actor, verb, inbox, body, attempts });
  } catch (error) {
    log.error('posting delivery {number} threw: {error}', { number, error });
    return { kind: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/**
 * Ends that the database refuses. Each is written down by itself, so that it holds up no other, and tried again every
 * `everyMs` milliseconds, for the disk may only be full; it is `lost` once its lease has run out and a worker has taken
 * the delivery anew.
 */
function openRefused({ db, clock, everyMs }: { db: Db; clock: Clock; everyMs: number }) {
  const refused = new Set<Ended>();
  let next = 0;

  async function settleEach(batch: Ended[]): Promise<void> {
    for (const one of batch) {
      try {
        const [settled = 'lost'] = await settle(db, { clock, ended: [one] });
        refused.delete(one);
        report(one, settled);
      } catch (error) {
        if (refused.has(one)) continue;
        refused.add(one);
        const { number, inbox } = one.delivery;
        log.error('how delivery {number} to {inbox} ended cannot be written down: {error}', { number, inbox, error });
      }
    }
    next = performance.now() + everyMs;
  }

  return {
    settleEach,
    async again(when: 'now' | 'in-time'): Promise<void> {
      if (refused.size > 0 && (when === 'now' || performance.now() >= next)) await settleEach([...refused]);
    },
  };
}

function report({ delivery, outcome }: Ended, settled: Settled): void {
  const properties = { number: delivery.number, inbox: delivery.inbox, settled };
  if (outcome.kind === 'delivered') log.debug('delivery {number} to {inbox}: {settled}', properties);
  else log.warn('delivery {number} to {inbox}: {settled}, {reason}', { ...properties, reason: outcome.reason });
}
