// Keeps a bounded number of jobs going: takes the next one whenever there is room, and sleeps when there is none.
import { setImmediate } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Bell } from './bell.ts';

const log = getLogger(['wethi', 'queue']);

/** Lets long jobs stand aside: after `afterMs` a job no longer takes a place, until `max` are under way altogether. */
export interface Patience {
  afterMs: number;
  max: number;
}

export interface Work<Job> {
  /** The next job, already leased, or null when there is none. */
  claim: () => Promise<Job | null>;
  /** Does the job and records how it ended. */
  work: (job: Job) => Promise<void>;
  concurrency: number;
  /** How long to sleep, in milliseconds, before looking for what another process enqueued. */
  pollMs: number;
  bell: Bell;
  signal: AbortSignal;
  /** Without it no job ever gives up its place. */
  patience?: Patience;
}

/**
 * Works until `signal` aborts, then waits for the jobs under way and resolves. It never rejects: what `claim` or `work`
 * throws is logged, and the job's lease, when it runs out, brings the job back.
 */
export async function keepWorking<Job>(options: Work<Job>): Promise<void> {
  const { work, concurrency, pollMs, bell, signal, patience } = options;
  const running = new Set<Promise<void>>();
  let places = concurrency;

  function start(job: Job): void {
    places--;
    let aside = false;
    const timer =
      patience &&
      setTimeout(() => {
        aside = true;
        places++;
        bell.ring();
      }, patience.afterMs);
    const run = work(job)
      .catch((error: unknown) => log.error('a job ended without a record: {error}', { error }))
      .finally(() => {
        clearTimeout(timer);
        if (!aside) places++;
        running.delete(run);
        bell.ring();
      });
    running.add(run);
  }

  while (!signal.aborted) {
    const since = bell.rings;
    const room = places > 0 && running.size < (patience?.max ?? concurrency);
    const job = room ? await next(options) : null;
    if (job === null) await bell.wait({ since, ms: pollMs, signal });
    else start(job);
  }
  await Promise.all(running);
}

async function next<Job>({ claim }: Work<Job>): Promise<Job | null> {
  // The database answers within the turn: without this pause a long backlog would keep pages and inboxes waiting.
  await setImmediate();
  try {
    return await claim();
  } catch (error) {
    log.error('no work could be taken from the database: {error}', { error });
    return null;
  }
}

/** Calls `extend` three times within each `leaseMs` until the returned function is called, so that long work keeps its lease. */
export function heartbeat({ leaseMs, extend }: { leaseMs: number; extend: () => Promise<unknown> }): () => void {
  const timer = setInterval(() => {
    extend().catch((error: unknown) => log.error('a lease could not be extended: {error}', { error }));
  }, leaseMs / 3);
  // A job that outlives its worker's stop must not keep the process alive.
  timer.unref();
  return () => clearInterval(timer);
}
