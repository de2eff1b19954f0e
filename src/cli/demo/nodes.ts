// Runs a real node in a process of its own on loopback, and the command line against it as an operator would.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentWith } from '../../config.ts';
import type { library, office } from './world.ts';

const run = promisify(execFile);
const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../wethi.ts' : '../wethi.js', import.meta.url));
const START_MS = 20_000;
const STOP_MS = 12_000;
const OUTPUT_MAX = 4 * 1024 * 1024;

export interface Neighbour {
  origin: string;
  host: string;
  /** Runs a command with `--json` and reads its answer. Rejects with what the command said when it fails. */
  wethi<T>(...words: string[]): Promise<T>;
  /** Starts serving and waits until it answers. */
  serve(): Promise<void>;
  /** The server's process while it runs. */
  process(): ChildProcess | undefined;
  /** The end of what the server said on stderr. */
  said(): string;
  stop(): Promise<void>;
}

/**
 * Prepares a node in `folder` for an office of the named world; nothing runs yet. `flags` are Node's own; unless told those of
 * this process, so that a neighbour is as large as the node that the command was installed for. `database` is its DATABASE_URL, a
 * file in the folder unless told.
 */
export async function neighbour({
  folder,
  name,
  flags = process.execArgv,
  database = '',
}: {
  folder: string;
  name: string;
  flags?: readonly string[];
  database?: string;
}): Promise<Neighbour> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const environment = environmentWith({
    WETHI_ORIGIN: origin,
    WETHI_PORT: String(port),
    WETHI_HOST: '127.0.0.1',
    WETHI_DATA: join(folder, name),
    WETHI_ALLOW_PRIVATE_ADDRESS: '1',
    // Nobody stands in front of it: a caller is whoever has the socket.
    WETHI_TRUST_PROXY: '0',
    WETHI_LOG: 'warning',
    DATABASE_URL: database,
  });
  let server: ChildProcess | undefined;
  let words = '';
  return {
    origin,
    host,
    async wethi<T>(...words: string[]): Promise<T> {
      const input = words.includes('--password-stdin')
        ? words.splice(words.indexOf('--password-stdin') + 1, 1)[0]
        : undefined;
      const command = run(process.execPath, [...flags, ENTRY, ...words, '--json'], {
        env: environment,
        maxBuffer: OUTPUT_MAX,
      });
      command.child.stdin?.end(input ?? '');
      const { stdout } = await command;
      return JSON.parse(stdout) as T;
    },
    async serve() {
      server = spawn(process.execPath, [...flags, ENTRY, 'serve'], {
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      server.stderr?.on('data', (chunk: Buffer) => {
        words = (words + chunk.toString()).slice(-8_000);
      });
      await answering(
        origin,
        () => server?.exitCode ?? null,
        () => words,
      );
    },
    process: () => server,
    said: () => words,
    async stop() {
      await ended(server);
      server = undefined;
    },
  };
}

/** Sets an office up as its clerk would: organisation, author, blog. */
export async function furnish(
  node: Neighbour,
  { organisation, person, blog }: typeof office | typeof library,
): Promise<void> {
  await node.wethi(
    'organisation',
    'set',
    '--name',
    organisation.name,
    '--handle',
    organisation.handle,
    '--area',
    organisation.area,
  );
  await node.wethi(
    'person',
    'add',
    person.username,
    '--role',
    'administrator',
    '--name',
    person.name,
    '--password-stdin',
    person.password,
  );
  await node.wethi('blog', 'add', blog.handle, '--title', blog.title, '--author', person.username);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port was given');
  return address.port;
}

async function answering(origin: string, exited: () => number | null, said: () => string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (exited() !== null) throw new Error(`the node ended at once:\n${said()}`);
    const answer = await fetch(`${origin}/.well-known/nodeinfo`).then(
      (response) => response.status,
      () => 0,
    );
    if (answer === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the node at ${origin} did not answer within ${START_MS / 1_000} s:\n${said()}`);
}

async function ended(server: ChildProcess | undefined): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}
