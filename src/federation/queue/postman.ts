// The worker that empties the lanes: takes a delivery, has it posted outside any transaction, records how it ended.
import { getLogger } from '@logtape/logtape';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { outgoing } from './bell.ts';
import { claim, type Delivery, extendLease, LEASE_MS } from './deliveries.ts';
import { heartbeat, keepWorking } from './loop.ts';
import type { Outcome } from './outcomes.ts';
import { settle } from './settle.ts';

const log = getLogger(['wethi', 'queue']);

export interface PostmanOptions {
  db: Db;
  clock: Clock;
  /** Signs and sends one delivery; its own deadline is its own affair. What it throws counts as a failure of the host. */
  post: (delivery: Pick<Delivery, 'number' | 'activity' | 'actor' | 'inbox' | 'body' | 'attempts'>) => Promise<Outcome>;
  /** Hosts posted to at once, not counting those that take longer than two seconds; 16 unless told. */
  concurrency?: number;
  /** How often, in milliseconds, other processes' mail is looked for; 1 s unless told. */
  pollMs?: number;
}

export type Postman = ReturnType<typeof openPostman>;

/**
 * Starts delivering. `wake()` has it look for work at once; `stop()` takes nothing new and resolves when the posts under way
 * have ended, after 7 s at the latest. What is not recorded by then is posted again after a restart.
 */
export function openPostman({ db, clock, post, concurrency = 16, pollMs = 1_000 }: PostmanOptions) {
  const stopping = new AbortController();
  let gone = false;

  async function deliver(delivery: Delivery): Promise<void> {
    const extend = async () => {
      if (!gone) await extendLease(db, { clock, delivery });
    };
    const stop = heartbeat({ leaseMs: LEASE_MS, extend });
    try {
      const outcome = await attempt(post, delivery);
      // After `stop` the database may be closed already.
      if (gone) return;
      const settled = await settle(db, { clock, delivery, outcome });
      report(delivery, outcome, settled);
    } finally {
      stop();
    }
  }

  const done = keepWorking({
    claim: () => claim(db, { clock }),
    work: deliver,
    concurrency,
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
  const { number, activity, actor, inbox, body, attempts } = delivery;
  try {
    return await post({ number, activity, actor, inbox, body, attempts });
  } catch (error) {
    log.error('posting delivery {number} threw: {error}', { number, error });
    return { kind: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function report({ number, inbox }: Delivery, outcome: Outcome, settled: string): void {
  const properties = { number, inbox, settled };
  if (outcome.kind === 'delivered') log.debug('delivery {number} to {inbox}: {settled}', properties);
  else log.warn('delivery {number} to {inbox}: {settled}, {reason}', { ...properties, reason: outcome.reason });
}
