// Real nodes for the journeys: `wethi serve` as a process of its own, on a folder that the test's own process may furnish
// through the domain's acts, as an operator's command line would.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ENTRY = fileURLToPath(new URL('../../src/cli/wethi.ts', import.meta.url));
const START_MS = 20_000;

export interface Place {
  /** `http://localhost:PORT`, or what the world is told. */
  origin: string;
  port: number;
  folder: string;
  /** DATABASE_URL; a file in the folder unless told. */
  database?: string;
  /** Under the flag other servers may stand on loopback and everything is told; without it this is practice mode. */
  network: 'loopback' | 'public';
  /** Pages and queues both, unless told. */
  role?: 'all' | 'web' | 'worker';
}

export interface ServingNode {
  /** Where it listens: the same as the origin, unless that is somebody's real one. */
  address: string;
  /** What it printed when it was ready. */
  printed: string;
  /** What it has said on stderr, warnings about its own settings left out: nothing, while all is well. */
  complaints(): string;
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port was given');
  return address.port;
}

function environment({ origin, port, folder, database = '', network, role = 'all' }: Place): Record<string, string> {
  return {
    WETHI_ORIGIN: origin,
    WETHI_PORT: String(port),
    WETHI_DATA: folder,
    DATABASE_URL: database,
    WETHI_LOG: 'warning',
    WETHI_ROLE: role,
    ...(network === 'loopback' ? { WETHI_ALLOW_PRIVATE_ADDRESS: '1' } : {}),
  };
}

/** Starts a node and waits until it said that it is ready. */
export async function serveNode(place: Place): Promise<ServingNode> {
  const child = spawn(process.execPath, [ENTRY, 'serve'], {
    env: environment(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const printed = await greeting(child, () => complaints);
  return {
    address: `http://${new URL(place.origin).hostname === 'localhost' ? 'localhost' : '127.0.0.1'}:${place.port}`,
    printed,
    complaints: () => complaints.replaceAll(/^!!! .*\n/gm, ''),
    stop: () => goneBy('SIGTERM', child),
    kill: () => goneBy('SIGKILL', child),
  };
}

async function goneBy(signal: 'SIGTERM' | 'SIGKILL', child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalTo(child, signal);
  await gone;
}

/** Sends `child` a signal so that it still ends with its own code: under Deno whatever `child.kill` was told counts as its end. */
export function signalTo(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) throw new Error('the process was never started');
  process.kill(child.pid, signal);
}

/** Runs a command of the node's with `--json` and reads its answer. */
export async function wethi(place: Place, ...words: string[]): Promise<unknown> {
  const options = { env: environment(place) };
  const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, ...words, '--json'], options);
  return JSON.parse(stdout);
}

/** What the node prints once it listens; it says everything at once. */
async function greeting(child: ChildProcess, complaints: () => string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the node did not start:\n${complaints()}`)), START_MS);
    child.once('exit', () => reject(new Error(`the node ended at once:\n${complaints()}`)));
    child.stdout?.once('data', (chunk: Buffer) => {
      clearTimeout(late);
      resolve(chunk.toString());
    });
  });
}
