// Starts what is measured in processes of their own and reads their CPU time and memory from inside, over Node's own
// channel: getrusage counts every thread to the microsecond, where /proc/PID/stat counts in ticks of ten milliseconds.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Gauge } from './gauge.ts';
import { stripped } from './shipped.ts';

const GAUGE = new URL('./gauge.ts', import.meta.url);
const STOP_MS = 12_000;
const SAID_MAX = 8_000;

/** A process under measurement: the node, a floor or a sink. */
export interface Program {
  pid: number;
  /** Asks what the program answers with `onAsk` (gauge.ts). Rejects when it has ended. */
  ask<T>(question: string, given?: unknown): Promise<T>;
  gauge(): Promise<Gauge>;
  /** The end of what it said on stderr. */
  said(): string;
  /** Whether it still runs. */
  runs(): boolean;
  /** SIGTERM, and SIGKILL after twelve seconds. @throws Error when the program had ended by itself. */
  close(): Promise<void>;
}

export interface Start {
  /** TypeScript of the bench, which runs without its types, or what became of ours in the package. */
  file: URL;
  args?: string[];
  env?: NodeJS.ProcessEnv;
  /** Flags of Node itself. */
  flags?: string[];
}

/** What was started and has not ended. */
const running = new Set<ChildProcess>();

type Reply = { number: number; reply: unknown } | { number: number; error: string };

/** Starts a program with the gauge inside. It may not be ready yet: ask, or knock. */
export function startProgram({ file, args = [], env = process.env, flags = [] }: Start): Program {
  const child = fork(fileURLToPath(file.href.endsWith('.ts') ? stripped(file) : file), args, {
    env,
    execArgv: [...flags, '--import', stripped(GAUGE).href],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-SAID_MAX);
  });
  const ask = asking(child, () => words);
  const runs = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    ask,
    gauge: () => ask<Gauge>('gauge'),
    said: () => words,
    runs,
    async close() {
      if (!runs() || (await ended(child)) === 'by itself') {
        throw new Error(`${file.pathname} had ended by itself:\n${words}`);
      }
    },
  };
}

/** Ends what a workload that broke off has left running. */
export async function closeLeft(): Promise<void> {
  await Promise.all([...running].map(ended));
}

/** Ends a program, and says whose doing that was: it may have ended by itself without our having been told yet. */
async function ended(child: ChildProcess): Promise<'by us' | 'by itself'> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const signals: NodeJS.Signals[] = ['SIGTERM'];
  child.kill('SIGTERM');
  const late = setTimeout(() => {
    signals.push('SIGKILL');
    child.kill('SIGKILL');
  }, STOP_MS);
  await gone;
  clearTimeout(late);
  const { exitCode, signalCode } = child;
  return exitCode === 0 || (signalCode !== null && signals.includes(signalCode)) ? 'by us' : 'by itself';
}

/** Questions over the channel, each with a number, so that two may be under way at one time. */
function asking(child: ChildProcess, said: () => string): Program['ask'] {
  const waiting = new Map<number, { resolve: (reply: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.on('message', (message) => {
    const answer = message as Reply;
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ('error' in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer.reply);
  });
  const ended = () => {
    for (const { reject } of waiting.values()) reject(new Error(`the program ended:\n${said()}`));
    waiting.clear();
  };
  child.once('exit', ended);
  child.once('error', ended);
  return <T>(question: string, given?: unknown) =>
    new Promise<T>((resolve, reject) => {
      const number = ++last;
      waiting.set(number, { resolve: (reply) => resolve(reply as T), reject });
      child.send({ number, question, given }, (error) => {
        if (error === null) return;
        waiting.delete(number);
        reject(error);
      });
    });
}

/** Bytes in MB of 1,024 × 1,024, as memory limits count them. */
export function megabytes(bytes: number): number {
  return bytes / 1_024 ** 2;
}

/** What a stretch of work cost a program. */
export interface Cost {
  /** CPU time of all its threads, microseconds. */
  cpuUs: number;
  /** Wall time, milliseconds. */
  wallMs: number;
  /** What its memory grew by, bytes; negative when it shrank. */
  rssGrowthBytes: number;
}

/** Runs `work` and reads what it cost `program`. */
export async function costOf<T>(program: Program, work: () => Promise<T>): Promise<{ done: T; cost: Cost }> {
  const before = await program.gauge();
  const start = performance.now();
  const done = await work();
  const wallMs = performance.now() - start;
  const after = await program.gauge();
  const cost = { cpuUs: after.cpuUs - before.cpuUs, wallMs, rssGrowthBytes: after.rssBytes - before.rssBytes };
  return { done, cost };
}

/** Starts a program that listens and waits until it says where, in answer to `open`; `given` is what it is made of. */
export async function openProgram<Given>(
  file: URL,
  given: Given,
  start: Omit<Start, 'file'> = {},
): Promise<Program & { origin: string }> {
  const program = startProgram({ ...start, file });
  const origin = await program.ask<string>('open', given);
  return { ...program, origin };
}
