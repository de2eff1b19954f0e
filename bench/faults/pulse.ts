// Loaded into the server on trial before its own code: writes down how late the event loop was, every 20 ms from the first
// request on. It goes to a file at once, because the server may be killed at any moment. Time in which the machine gave the
// server no processor, because others used it, is not the server's and is taken off.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 20;
const LINES = 10;
const SCHEDULER = '/proc/self/schedstat';

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

/** Milliseconds that the main thread was ready to run and had to wait (sched-stats.rst: the second number). */
function kept(): number {
  if (!existsSync(SCHEDULER)) return 0;
  return Number(readFileSync(SCHEDULER, 'utf8').split(' ')[1]) / 1_000_000;
}

function beat(file: string): void {
  let [last, waited] = [performance.now(), kept()];
  let late: string[] = [];
  const timer = setInterval(() => {
    const [now, waiting] = [performance.now(), kept()];
    late.push(Math.max(0, now - last - EVERY_MS - (waiting - waited)).toFixed(1));
    if (late.length === LINES) {
      appendFileSync(file, `${late.join('\n')}\n`);
      late = [];
    }
    [last, waited] = [now, waiting];
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
