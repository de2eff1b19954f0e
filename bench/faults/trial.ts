// The node on trial: a real server process on loopback that is written to by the command line, killed and started again.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { furnish, type Neighbour, neighbour } from '../../src/cli/demo/nodes.ts';
import { office } from '../../src/cli/demo/world.ts';
import { type Finding, none } from './findings.ts';
import { atOnce, followOf, sendUntilTaken } from './senders.ts';
import type { Servers } from './servers.ts';

const BLOG = 'kong_pui';
const FOLLOWS_AT_ONCE = 8;
const PATIENCE_MS = 60_000;

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
  /** The blog's actor and its two inboxes. */
  actor: { id: string; inbox: string; sharedInbox: string };
  publish(title: string): Promise<Entry>;
  revise(entry: Entry, title: string): Promise<void>;
  withdraw(entry: Entry): Promise<void>;
  /** SIGKILL to the server's own process; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts the server again; resolves with the milliseconds until it answered. */
  restart(): Promise<number>;
  queue(): Promise<QueueStatus>;
  /** Waits until nothing waits to be sent, a minute at most. */
  drained(): Promise<QueueStatus>;
  /** Ends the server in peace and looks whether it had ended by itself and whether its database is whole. */
  end(): Promise<Finding[]>;
  /** Takes away what is left. */
  close(): Promise<void>;
}

/** Sets up a node of the office with one open blog and starts it. */
export async function openTrial(): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
  const node = await neighbour({ folder, name: 'office' });
  const file = join(folder, 'entry.md');
  await writeFile(file, 'วันนี้ครบเก้าวันหลังตั้งกอง วัดความร้อนทุกเช้า');
  try {
    await furnish(node, office);
    const { username } = office.person;
    await node.wethi('blog', 'add', BLOG, '--title', 'กองปุ๋ยหมัก', '--author', username, '--comments', 'open');
    await node.serve();
    return trialOf({ node, folder, file, actor: await actorOf(node) });
  } catch (error) {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function trialOf({
  node,
  folder,
  file,
  actor,
}: Pick<Trial, 'node' | 'actor'> & { folder: string; file: string }): Trial {
  const queue = () => node.wethi<QueueStatus>('queue', 'status');
  return {
    node,
    blog: BLOG,
    actor,
    publish: (title) => node.wethi<Entry>('entry', 'publish', '--blog', BLOG, '--title', title, file),
    async revise({ number }, title) {
      await node.wethi('entry', 'revise', String(number), file, '--title', title);
    },
    async withdraw({ number }) {
      await node.wethi('entry', 'withdraw', String(number));
    },
    async kill() {
      const server = node.process();
      if (server === undefined || server.exitCode !== null) throw new Error(`no server to kill:\n${node.said()}`);
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    },
    async restart() {
      const start = performance.now();
      await node.serve();
      return Math.round(performance.now() - start);
    },
    queue,
    async drained() {
      const until = performance.now() + PATIENCE_MS;
      for (;;) {
        const status = await queue();
        if (status.outgoing.waiting === 0 || performance.now() > until) return status;
      }
    },
    async end() {
      const ended = node.process()?.exitCode === null ? 0 : 1;
      await node.stop();
      return [none('server ended by itself', ended), damages(join(folder, 'office', 'wethi.db'))];
    },
    async close() {
      await node.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
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

/** Has `each` actors of every server follow the blog by signed Follows; waits for every Accept. Returns their inboxes. */
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
