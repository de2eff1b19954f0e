// The handle on the other servers: starts their process, asks what came to them, and says how they shall behave.
import type { Keys } from './letters.ts';
import { type Program, startProgram } from './processes.ts';

/** `takes`: 202 at once. `slow`: 202 after nine seconds. `fails`: 500. `hangs`: reads it and never answers. `refuses`: closed. */
export type Manner = 'takes' | 'slow' | 'fails' | 'hangs' | 'refuses';

/** What the process is opened with: every actor has these keys. */
export interface Opening {
  count: number;
  pem: string;
  multibase: string;
}

export interface Behaving {
  origins: readonly string[];
  manner: Manner;
}

/** A letter that was taken, at milliseconds since the epoch with fractions. */
export interface Taken {
  inbox: string;
  at: number;
}

/** A letter that was kept whole. */
export interface Kept extends Taken {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** What came since the last time somebody asked. */
export interface Seen {
  gets: number;
  /** When the first letter came to anybody, taken or not; milliseconds since the epoch. */
  first: number | null;
  /** Letters whose Digest was not that of their body. */
  badDigests: number;
  taken: Taken[];
  kept: Kept[];
  /** How many letters came to those who do not just take them. */
  knocks: Record<string, number>;
}

export interface Neighbours {
  program: Program;
  /** In the order of their text, which is the order in which a node looks at lanes that are due at one time. */
  origins: string[];
  behave(behaving: Behaving): Promise<void>;
  /** How many letters were taken without delay since the last report; cheap. */
  taken(): Promise<number>;
  /** What has come since the last report, which begins a new one. */
  report(): Promise<Seen>;
  close(): Promise<void>;
}

/** Starts `count` servers in one process; every one of them shows any actor that is asked for, with these keys. */
export async function openNeighbours({ count, keys }: { count: number; keys: Keys }): Promise<Neighbours> {
  const program = startProgram({ file: new URL('./elsewhere.ts', import.meta.url) });
  const { multibase, rsa } = keys;
  const opening: Opening = { count, pem: rsa.publicKeyPem, multibase };
  const origins = await program.ask<string[]>('open', opening);
  return {
    program,
    origins: origins.sort(),
    behave: (behaving) => program.ask('behave', behaving),
    taken: () => program.ask('taken'),
    report: () => program.ask('report'),
    close: () => program.close(),
  };
}
