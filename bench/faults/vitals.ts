// How the server on trial fares: how much memory it took at most, how late its event loop was, whether it ever went down by
// itself, and whether its database is whole. The common rules of security.md §3, for every scenario that serves.
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { atMost, type Finding, none } from './findings.ts';
import { latenessIn, pulseFile } from './pulse.ts';

const MEMORY_MB_MAX = 256;
const LATE_MS_MAX = 100;
/** The criterion that says how late the loop was. */
export const LATENESS = 'ms that the event loop was late, p99';
const UNHANDLED = /unhandled|uncaught/i;
/** Characters of the log that may be the beginning of such a word: one less than it has. */
const WORD_BEGUN = 'unhandled'.length - 1;

export interface Vitals {
  /** Begins to follow one life of the server. */
  born(server: ChildProcess, said: () => string): void;
  /** At the end of a life, just before it is taken: reads what dies with it; its last words when it is dead already. */
  lastLook(): { alive: true } | { alive: false; words: string };
  /** After the last life. */
  findings(): Finding[];
}

/** Follows all lives of one server, which keeps its data in `data`. */
export function openVitals(data: string): Vitals {
  let life: { server: ChildProcess; said: () => string } | null = null;
  let peak = 0;
  let unhandled = 0;
  let suicides = 0;
  return {
    born(server, said) {
      let words = '';
      server.stderr?.on('data', (chunk: Buffer) => {
        words += chunk.toString();
        if (UNHANDLED.test(words)) unhandled++;
        words = words.slice(-WORD_BEGUN);
      });
      life = { server, said };
    },
    lastLook() {
      if (life === null) throw new Error('no server to look at');
      const { server, said } = life;
      life = null;
      if (server.exitCode === null && server.signalCode === null) {
        peak = Math.max(peak, peakMemory(server));
        return { alive: true };
      }
      suicides++;
      return { alive: false, words: said() };
    },
    findings: () => [
      none('server ended by itself', suicides),
      none('words of something unhandled in its log', unhandled),
      atMost(MEMORY_MB_MAX, 'MB of memory at its peak', peak),
      atMost(LATE_MS_MAX, LATENESS, lateness(pulseFile(data))),
      damages(`${data}/wethi.db`),
    ],
  };
}

/** The most that a process ever held, in whole MB: VmHWM of proc(5). */
function peakMemory({ pid }: ChildProcess): number {
  const kilobytes = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s*(\d+) kB$/m)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status has no VmHWM`);
  return Math.ceil(Number(kilobytes) / 1_024);
}

/** A loop that nobody looked at was late for ever. */
function lateness(file: string): number {
  const late = existsSync(file) ? latenessIn(readFileSync(file, 'utf8')).sort((a, b) => a - b) : [];
  return Math.ceil(late[Math.floor(late.length * 0.99)] ?? Number.POSITIVE_INFINITY);
}

/** What `PRAGMA integrity_check` and `foreign_key_check` complain of in the database at `path`, in lines. */
export function damages(path: string): Finding {
  const database = new Sqlite(path, { readonly: true });
  try {
    const lines = database.pragma('integrity_check') as { integrity_check: string }[];
    const orphans = database.pragma('foreign_key_check') as unknown[];
    const wrong = lines.filter((line) => line.integrity_check !== 'ok').length + orphans.length;
    return none('damages found by integrity_check', wrong);
  } finally {
    database.close();
  }
}
