// Keeps a bounded number of jobs going: takes what there is room for, and sleeps when there is none.
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import type { Bell } from './bell.ts';

const log = getLogger(['wethi', 'queue']);

/** How long jobs under way may take to end after a stop, in milliseconds; `serve` has ten seconds for all of its closing. */
const DRAIN_MS = 7_000;

export interface Work<Job> {
  /** Up to `room` jobs, already leased; fewer, or none, when there is no more to do. After the stop `room` is 0. */
  take: (room: number) => Promise<Job[]>;
  /** Does the job and records how it ended, or leaves the record to the next `take`. */
  work: (job: Job) => Promise<void>;
  /** Jobs at once, not counting those that stand aside. */
  concurrency: number;
  /** A job that takes longer than this, in milliseconds, stands aside: it no longer keeps others waiting for a place. */
  asideAfterMs: number;
  /** Jobs at once in all, those that stand aside among them. */
  most: number;
  /** Milliseconds in which jobs that end are gathered for one `take`, because each commit waits for the disk. */
  gatherMs: number;
  /** How long to sleep, in milliseconds, before looking for what another process enqueued. */
  pollMs: number;
  bell: Bell;
  signal: AbortSignal;
}

/**
 * Works until `signal` aborts, then waits for the jobs under way, seven seconds at most, and resolves. It never rejects: what
 * `take` or `work` throws is logged, and the job's lease, when it runs out, brings the job back.
 */
export async function keepWorking<Job>(options: Work<Job>): Promise<void> {
  const { work, concurrency, asideAfterMs, most, gatherMs, pollMs, bell, signal } = options;
  const running = new Set<Promise<void>>();
  let places = concurrency;
  let ended = false;

  function start(job: Job): void {
    places--;
    let aside = false;
    const timer = setTimeout(() => {
      aside = true;
      places++;
      bell.ring();
    }, asideAfterMs);
    const run = work(job)
      .catch((error: unknown) => log.error('a job ended without a record: {error}', { error }))
      .finally(() => {
        clearTimeout(timer);
        if (!aside) places++;
        running.delete(run);
        ended = true;
        bell.ring();
      });
    running.add(run);
  }

  while (!signal.aborted) {
    if (ended) await pause(gatherMs);
    ended = false;
    const since = bell.rings;
    const room = Math.min(places, most - running.size);
    const jobs = await taken(options, room);
    for (const job of jobs) start(job);
    if (jobs.length === 0 || jobs.length === room) await bell.wait({ since, ms: pollMs, signal });
  }
  await drained(options, running);
}

/** Waits for what is under way and has each end recorded as it comes: the process may be killed while others are waited for. */
async function drained<Job>(options: Work<Job>, running: Set<Promise<void>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let late = false;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve();
    }, DRAIN_MS);
  });
  while (running.size > 0 && !late) {
    await Promise.race([end, ...running]);
    await taken(options, 0);
  }
  clearTimeout(timer);
  await taken(options, 0);
}

async function taken<Job>({ take }: Work<Job>, room: number): Promise<Job[]> {
  // The database answers within the turn: without this pause a long backlog would keep pages and inboxes waiting.
  await setImmediate();
  try {
    return await take(room);
  } catch (error) {
    log.error('no work could be taken from the database: {error}', { error });
    return [];
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
