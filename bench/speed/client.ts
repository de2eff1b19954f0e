// The generator: loads of requests over exchange.ts. It looks at every answer; one that is not what was wanted counts as
// wrong, however fast it came.
import type { Socket } from 'node:net';
import { quantile } from '../figures.ts';
import { type Call, type Connection, exchange, opened } from './exchange.ts';

/** What a load came to. */
export interface Loaded {
  requests: number;
  /** How often each thing was wrong with an answer, broken connections among them. */
  wrong: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  wallMs: number;
}

/** How many of an answer's requests were wrong. */
export function wrongOf({ wrong }: Loaded): number {
  return Object.values(wrong).reduce((sum, count) => sum + count, 0);
}

/**
 * Sends `requests` requests, the calls in turn, over so many lines at once, each with one request under way. `kept` lines
 * stay open for all of them.
 */
export async function load(
  origin: string,
  {
    calls,
    connection,
    lines,
    requests,
  }: { calls: readonly Call[]; connection: Connection; lines: number; requests: number },
): Promise<Loaded> {
  const log = openLog();
  let sent = 0;
  const hand = async () => {
    let socket: Socket | undefined;
    while (sent < requests) {
      const call = calls[sent++ % calls.length];
      if (call === undefined) throw new Error('a load without calls');
      const start = performance.now();
      try {
        socket ??= await opened(origin);
        log.note(call.check(await exchange(socket, call.bytes)), start);
      } catch (error) {
        log.note(nameOf(error), start);
        socket?.destroy();
        socket = undefined;
      }
      if (connection === 'kept') continue;
      socket?.destroy();
      socket = undefined;
    }
    socket?.destroy();
  };
  await Promise.all(Array.from({ length: lines }, hand));
  return log.loaded();
}

/** Somebody who comes at a moment, from an address on 127.0.0.0/8, and asks one thing after another. */
export interface Visit {
  atMs: number;
  from: string;
  calls: readonly Call[];
}

/**
 * Has everybody come at their moment, whether or not the earlier ones have been served; every request on a connection of
 * its own. A visit's first request is timed from the moment that was meant, so that a generator that lags behind cannot
 * hide it. `visits` are in the order of their moments.
 */
export async function receive(origin: string, visits: readonly Visit[]): Promise<Loaded> {
  const log = openLog();
  const begun = performance.now();
  const all: Promise<void>[] = [];
  for (const { atMs, from, calls } of visits) {
    const meant = begun + atMs;
    while (performance.now() < meant) await new Promise((resolve) => setTimeout(resolve, 1));
    all.push(visit(origin, { from, calls, meant, log }));
    // Lets what has come be read in between, or a thousand visits at one moment would wait for each other here.
    if (all.length % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  return log.loaded();
}

async function visit(
  origin: string,
  { from, calls, meant, log }: { from: string; calls: readonly Call[]; meant: number; log: Log },
): Promise<void> {
  let start = meant;
  for (const call of calls) {
    let socket: Socket | undefined;
    try {
      socket = await opened(origin, from);
      log.note(call.check(await exchange(socket, call.bytes)), start);
    } catch (error) {
      log.note(nameOf(error), start);
    }
    socket?.destroy();
    start = performance.now();
  }
}

interface Log {
  note(wrong: string | null, start: number): void;
  loaded(): Loaded;
}

function openLog(): Log {
  const begun = performance.now();
  const times: number[] = [];
  const wrong: Record<string, number> = {};
  return {
    note(fault, start) {
      times.push(performance.now() - start);
      if (fault !== null) wrong[fault] = (wrong[fault] ?? 0) + 1;
    },
    loaded() {
      const [p50Ms, p99Ms] = [quantile(times, 0.5), quantile(times, 0.99)];
      return { requests: times.length, wrong, p50Ms, p99Ms, wallMs: performance.now() - begun };
    },
  };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
