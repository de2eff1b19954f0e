// Loaded into the server on trial before its own code: writes down how late the event loop was, every 20 ms from the first
// request on. It goes to a file at once, because the server may be killed at any moment. Time in which the machine gave the
// server no processor, because others used it, is not the server's and is taken off.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 20;
const LINES = 10;
/** sched-stats.rst: nanoseconds on a processor, nanoseconds ready to run and waiting for one. */
const SCHEDULER = '/proc/self/schedstat';
const THREADS = '/proc/self/task';

/** Where the pulse of the server that keeps its data in `data` is written: milliseconds, a line each. */
export function pulseFile(data: string): string {
  return join(data, 'pulse.txt');
}

/** What each stall of the loop means for whoever comes at any moment of it, not only for the one who was due when it began. */
export function latenessIn(text: string): number[] {
  const stalls = text.split('\n').filter((line) => line !== '');
  return stalls.flatMap((line) => {
    const waits = Math.floor(Number(line) / EVERY_MS);
    return [Number(line), ...Array.from({ length: waits }, (_, i) => Number(line) - (i + 1) * EVERY_MS)];
  });
}

/** Whether the kernel counts what it withholds; where it does not, nothing is taken off. */
export function countsWithheld(): boolean {
  return existsSync(SCHEDULER);
}

/** Milliseconds so far that the main thread of a process, unless told this one, was ready to run and had to wait. */
export function withheldMs(pid: number | 'self' = 'self'): number {
  return countsWithheld() ? waitOf(`/proc/${pid}/schedstat`).withheld : 0;
}

/** What a stretch of time was for the main thread, in milliseconds; the rest of it, the thread slept or waited. */
interface Stretch {
  passed: number;
  ran: number;
  withheld: number;
  /** For which threads of its own, that it may have waited for (collecting garbage, syncing), were given no processor. */
  helpersWithheld: number;
}

/** How late the loop was after a stretch that should have been one beat long, by its own doing. */
export function lateIn({ passed, ran, withheld, helpersWithheld }: Stretch): number {
  const waited = Math.max(0, passed - ran - withheld);
  return Math.max(0, passed - EVERY_MS - withheld - Math.min(waited, helpersWithheld));
}

/** The sums of this process so far, of which two make a stretch. */
function soFar(): Stretch {
  const passed = performance.now();
  if (!countsWithheld()) return { passed, ran: 0, withheld: 0, helpersWithheld: 0 };
  const main = waitOf(SCHEDULER);
  const all = readdirSync(THREADS).reduce((sum, thread) => sum + withheldFrom(thread), 0);
  return { passed, ...main, helpersWithheld: all - main.withheld };
}

function withheldFrom(thread: string): number {
  try {
    return waitOf(`${THREADS}/${thread}/schedstat`).withheld;
  } catch {
    // It ended between the list and the look, and keeps nobody waiting any more.
    return 0;
  }
}

function waitOf(file: string): { ran: number; withheld: number } {
  const [ran = 0, withheld = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
  return { ran: ran / 1_000_000, withheld: withheld / 1_000_000 };
}

function beat(file: string): void {
  let before = soFar();
  let late: string[] = [];
  const timer = setInterval(() => {
    const now = soFar();
    const stretch = {
      passed: now.passed - before.passed,
      ran: now.ran - before.ran,
      withheld: now.withheld - before.withheld,
      helpersWithheld: Math.max(0, now.helpersWithheld - before.helpersWithheld),
    };
    late.push(lateIn(stretch).toFixed(1));
    if (late.length === LINES) {
      appendFileSync(file, `${late.join('\n')}\n`);
      late = [];
    }
    before = now;
  }, EVERY_MS);
  timer.unref();
}

// The command line runs under the same environment, and has no loop to speak of.
const { WETHI_DATA: data } = process.env;
if (process.argv[2] === 'serve' && data !== undefined) {
  let beating = false;
  subscribe('http.server.request.start', () => {
    if (!beating) beat(pulseFile(data));
    beating = true;
  });
}
