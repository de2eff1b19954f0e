// The node on trial: a real server process on loopback that is written to by the command line, killed and started again.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { furnish, type Neighbour, neighbour } from '../../src/cli/demo/nodes.ts';
import { office } from '../../src/cli/demo/world.ts';
import { startFlags } from '../flags.ts';
import type { Finding } from './findings.ts';
import { withheldMs } from './pulse.ts';
import { atOnce, followOf, sendUntilTaken } from './senders.ts';
import type { Servers } from './servers.ts';
import { openVitals, type Vitals } from './vitals.ts';

const BLOG = 'kong_pui';
const FOLLOWS_AT_ONCE = 8;
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 500;
const PULSE = `--import=${new URL('./pulse.ts', import.meta.url).href}`;

/** An entry as the command line names it; `id` is its ActivityPub id. */
export interface Entry {
  number: number;
  id: string;
}

/** What `wethi queue status --json` says, as far as it matters here. */
export interface QueueStatus {
  outgoing: { waiting: number; dead: number };
  lanes: { host: string; failures: number }[];
  incoming: { waiting: number; dead: number };
}

export interface Trial {
  node: Neighbour;
  /** The handle of the blog, whose comments are open to all. */
  blog: string;
  /** Where the server keeps its database. */
  database: string;
  /** The blog's actor and its two inboxes. */
  actor: { id: string; inbox: string; sharedInbox: string };
  publish(title: string): Promise<Entry>;
  revise(entry: Entry, title: string): Promise<void>;
  withdraw(entry: Entry): Promise<void>;
  /** SIGKILL to the server's own process; resolves when it is gone. @throws Error when it went down by itself before. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when the server is gone, with its exit code (null after a signal) and how long that took. */
  terminate(): Promise<{ code: number | null; ms: number }>;
  /** Starts the server again without waiting: it may be killed before it answers. */
  launch(): void;
  /** Starts the server again; resolves with the milliseconds until it answered, less those that the machine withheld. */
  restart(): Promise<number>;
  queue(): Promise<QueueStatus>;
  /** Waits until nothing waits to be sent, a minute at most. */
  drained(): Promise<QueueStatus>;
  /** Ends the server in peace; what `Vitals` found over all its lives. */
  end(): Promise<Finding[]>;
  /** Takes away what is left. */
  close(): Promise<void>;
}

/** Sets up a node of the office with one open blog and starts it. */
export async function openTrial(): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
  // The server and the command line inherit it; only the server has a pulse.
  const { NODE_OPTIONS: options = '' } = process.env;
  if (!options.includes(PULSE)) process.env.NODE_OPTIONS = `${options} ${PULSE}`.trim();
  const node = await neighbour({ folder, name: 'office', flags: startFlags() });
  const data = join(folder, 'office');
  const file = join(folder, 'entry.md');
  await writeFile(file, 'วันนี้ครบเก้าวันหลังตั้งกอง วัดความร้อนทุกเช้า');
  try {
    await furnish(node, office);
    const { username } = office.person;
    await node.wethi('blog', 'add', BLOG, '--title', 'กองปุ๋ยหมัก', '--author', username, '--comments', 'open');
    const vitals = openVitals(data);
    await serveWith(node, vitals);
    return trialOf({ node, vitals, folder, file, database: join(data, 'wethi.db'), actor: await actorOf(node) });
  } catch (error) {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function serveWith(node: Neighbour, vitals: Vitals): Promise<void> {
  const answering = node.serve();
  // At once, for a kill may come before it answers.
  const server = node.process();
  if (server !== undefined) vitals.born(server, node.said);
  await answering;
}

interface Parts extends Pick<Trial, 'node' | 'actor' | 'database'> {
  vitals: Vitals;
  folder: string;
  /** What entries say. */
  file: string;
}

function trialOf({ node, actor, database, vitals, folder, file }: Parts): Trial {
  const queue = () => node.wethi<QueueStatus>('queue', 'status');
  return {
    node,
    blog: BLOG,
    database,
    actor,
    publish: (title) => node.wethi<Entry>('entry', 'publish', '--blog', BLOG, '--title', title, file),
    async revise({ number }, title) {
      await node.wethi('entry', 'revise', String(number), file, '--title', title);
    },
    async withdraw({ number }) {
      await node.wethi('entry', 'withdraw', String(number));
    },
    async kill() {
      const last = vitals.lastLook();
      if (!last.alive) throw new Error(`no server to kill:\n${last.words}`);
      await goneBy('SIGKILL', node);
    },
    async terminate() {
      const last = vitals.lastLook();
      if (!last.alive) throw new Error(`no server to stop:\n${last.words}`);
      return await goneBy('SIGTERM', node);
    },
    launch() {
      // A start that a kill cuts short never answers; of one that fails, `kill` tells.
      serveWith(node, vitals).catch(() => undefined);
    },
    async restart() {
      const start = performance.now();
      await serveWith(node, vitals);
      return Math.round(performance.now() - start - withheldMs(node.process()?.pid));
    },
    queue,
    async drained() {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const status = await queue();
        if (status.outgoing.waiting === 0 || performance.now() > until) return status;
        // Each look is a process of its own, which takes from the node what it could work with.
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
    async end() {
      vitals.lastLook();
      await node.stop();
      return vitals.findings();
    },
    async close() {
      await node.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function goneBy(signal: 'SIGKILL' | 'SIGTERM', node: Neighbour): Promise<{ code: number | null; ms: number }> {
  const server = node.process();
  if (server === undefined) throw new Error('the server was never started');
  const start = performance.now();
  const gone = once(server, 'exit') as Promise<[number | null]>;
  server.kill(signal);
  const [code] = await gone;
  return { code, ms: Math.round(performance.now() - start) };
}

/** Found as another server finds it: WebFinger, then the actor's document. */
async function actorOf(node: Neighbour): Promise<Trial['actor']> {
  const resource = `acct:${BLOG}@${node.host}`;
  const found = await fetch(`${node.origin}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
  const { links } = (await found.json()) as { links: { rel: string; href: string }[] };
  const self = links.find(({ rel }) => rel === 'self')?.href;
  if (self === undefined) throw new Error(`${resource} was not found`);
  const answer = await fetch(self, { headers: { accept: 'application/activity+json' } });
  const { id, inbox, endpoints } = (await answer.json()) as {
    id: string;
    inbox: string;
    endpoints: { sharedInbox: string };
  };
  return { id, inbox, sharedInbox: endpoints.sharedInbox };
}

/**
 * Has `each` actors of every server follow the blog by signed Follows; waits until every Accept was taken and the node knows
 * that. Returns their inboxes.
 */
export async function gatherFollowers(
  trial: Trial,
  { servers, each }: { servers: Servers; each: number },
): Promise<string[]> {
  const residents = servers.origins.flatMap((origin) =>
    Array.from({ length: each }, (_, i) => servers.resident(origin, `reader${i + 1}`)),
  );
  const accepted = servers.answered('Accept', residents.length);
  const jobs = residents.map((peer) => async () => {
    const activity = followOf(peer, { followed: trial.actor.id, name: 'follow' });
    await sendUntilTaken({ peer, inbox: trial.actor.inbox, activity }, { patienceMs: PATIENCE_MS });
  });
  await atOnce(FOLLOWS_AT_ONCE, jobs);
  await within(PATIENCE_MS, accepted, 'every Follow accepted');
  // A peer that misbehaves from here on must not cut off what it was just answering: the node would knock a minute later.
  await trial.drained();
  return residents.map(({ actor }) => `${actor}/inbox`);
}

/** Waits for `promise`, so many milliseconds at most. @throws Error that names what did not happen. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: did not happen within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks every few milliseconds until it is so; false when it is not within `ms`. */
export async function comesTrue(ms: number, look: () => boolean | Promise<boolean>): Promise<boolean> {
  const until = performance.now() + ms;
  while (!(await look())) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
