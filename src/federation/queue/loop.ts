// Keeps a bounded number of jobs going: takes the next one whenever there is room, and sleeps when there is none.
import { setImmediate } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Bell } from './bell.ts';

const log = getLogger(['wethi', 'queue']);

/** How long jobs under way may take to end after a stop, in milliseconds; `serve` has ten seconds for all of its closing. */
const DRAIN_MS = 7_000;

/** A job that takes longer than this, in milliseconds, no longer keeps others waiting for a place. */
const SLOW_AFTER_MS = 2_000;
/** Places in all, slow jobs among them, for each place that `concurrency` gives. */
const SLOW_SHARE = 4;

export interface Work<Job> {
  /** The next job, already leased, or null when there is none. */
  claim: () => Promise<Job | null>;
  /** Does the job and records how it ended. */
  work: (job: Job) => Promise<void>;
  /** Jobs at once, not counting those that take longer than two seconds, of which there may be three times as many. */
  concurrency: number;
  /** How long to sleep, in milliseconds, before looking for what another process enqueued. */
  pollMs: number;
  bell: Bell;
  signal: AbortSignal;
}

/**
 * Works until `signal` aborts, then waits for the jobs under way, seven seconds at most, and resolves. It never rejects: what
 * `claim` or `work` throws is logged, and the job's lease, when it runs out, brings the job back.
 */
export async function keepWorking<Job>(options: Work<Job>): Promise<void> {
  const { work, concurrency, pollMs, bell, signal } = options;
  const running = new Set<Promise<void>>();
  let places = concurrency;

  function start(job: Job): void {
    places--;
    let aside = false;
    const timer = setTimeout(() => {
      aside = true;
      places++;
      bell.ring();
    }, SLOW_AFTER_MS);
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
    const room = places > 0 && running.size < concurrency * SLOW_SHARE;
    const job = room ? await next(options) : null;
    if (job === null) await bell.wait({ since, ms: pollMs, signal });
    else start(job);
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MS);
  });
  await Promise.race([Promise.all(running), late]);
  clearTimeout(timer);
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
