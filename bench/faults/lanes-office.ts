// A whole node in the bench's own process, on a clock that stands until it is moved: a week does not pass in a bench. Queue,
// egress, signatures, the inbox and the other servers are the real ones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { office } from '../../src/cli/demo/world.ts';
import { readConfig } from '../../src/config.ts';
import { rememberActor } from '../../src/domain/actors.ts';
import { addBlog } from '../../src/domain/blogs.ts';
import { standingClock } from '../../src/domain/clock.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import type { Words } from '../../src/domain/entries/words.ts';
import { reviseEntry, type Written, writeEntry } from '../../src/domain/entries/write.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { untold } from '../../src/domain/happenings.ts';
import { setOrganisation } from '../../src/domain/organisations.ts';
import { addPerson } from '../../src/domain/people.ts';
import { outgoing } from '../../src/federation/queue/bell.ts';
import { type Node, openNode } from '../../src/node.ts';
import { absolute, path } from '../../src/urls.ts';
import { freePort } from '../../test/journeys/nodes.ts';
import { type Finding, none } from './findings.ts';
import { damages } from './vitals.ts';

const PATIENCE_MS = 60_000;
const LOOK_MS = 3;

export interface Office {
  node: Node;
  origin: string;
  /** Where the blog's mail is dropped. */
  inbox: string;
  /** The blog's own id, for its followers. */
  blog: string;
  now(): number;
  /** Publishes; returns the entry's id. */
  publish(title: string): Promise<string>;
  revise(entry: string, title: string): Promise<void>;
  withdraw(entry: string): Promise<void>;
  /** The ActivityPub id of an entry. */
  article(entry: string): string;
  /** Lets time pass until `until` (epoch milliseconds), and at each knock on the way waits until it was answered. */
  pass(until: number): Promise<void>;
  /** Waits until nothing that is due is left to be told or sent. @throws Error when that takes a minute. */
  quiet(): Promise<void>;
}

/**
 * Opens an office at `start` (epoch milliseconds) whose blog these actors follow, does `work` in it and closes it; adds to the
 * findings whether the database is whole.
 */
export async function inOffice(
  { start, followers }: { start: number; followers: readonly string[] },
  work: (office: Office) => Promise<Finding[]>,
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wethi-faults-'));
  const port = await freePort();
  const config = readConfig({
    WETHI_ORIGIN: `http://127.0.0.1:${port}`,
    WETHI_PORT: String(port),
    WETHI_HOST: '127.0.0.1',
    WETHI_DATA: folder,
    WETHI_ALLOW_PRIVATE_ADDRESS: '1',
  });
  const clock = standingClock(new Date(start).toISOString());
  try {
    const findings = await withNode(await openNode(config, { clock }), async (node) => {
      const blog = await furnished(node, followers);
      await node.serve();
      const office = officeOf({ node, clock, blog });
      await office.quiet();
      const found = await work(office);
      return [...found, none('things that could not be told', (await node.queue.status()).untellable.length)];
    });
    return [...findings, damages(config.databasePath)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withNode<T>(node: Node, work: (node: Node) => Promise<T>): Promise<T> {
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

/** Furnishes the office; returns the id of its blog. */
async function furnished({ db, clock, config }: Node, followers: readonly string[]): Promise<string> {
  await setOrganisation(db, { ...office.organisation, origin: config.origin, clock });
  const author = await addPerson(db, { ...office.person, role: 'administrator', clock });
  const blog = await addBlog(db, { ...office.blog, author: author.username, clock });
  for (const id of followers) {
    const named = { id, handle: 'reader', host: new URL(id).host, name: 'reader', summary: '', url: id, icon: null };
    await rememberActor(db, { actor: { ...named, inbox: `${id}/inbox`, sharedInbox: null, followers: null }, clock });
    await addFollower(db, { followed: blog.id, actor: id, activity: `${id}/activities/follow`, clock });
  }
  return blog.id;
}

function officeOf({
  node,
  clock,
  blog,
}: {
  node: Node;
  clock: ReturnType<typeof standingClock>;
  blog: string;
}): Office {
  const { db } = node;
  const { origin } = node.config;

  async function told(written: Promise<Written>): Promise<string> {
    const result = await written;
    if (!result.ok) throw new Error(result.problems.map(({ telling }) => telling.en).join('; '));
    await quiet();
    return result.entry.id;
  }

  async function quiet(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    node.wake();
    outgoing.ring();
    while (!(await isQuiet(node))) {
      if (performance.now() > until) throw new Error(`the node did not come to rest: ${await unrestOf(node)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return {
    node,
    origin,
    blog: absolute(origin, path.actor(blog)),
    inbox: absolute(origin, path.inbox(blog)),
    now: () => clock.now(),
    publish: (title) =>
      told(writeEntry(db, { blog, author: null, words: wordsOf(title), as: 'published', origin, clock })),
    async revise(id, title) {
      await told(reviseEntry(db, { id, words: wordsOf(title), as: 'published', origin, clock }));
    },
    async withdraw(id) {
      await withdrawEntry(db, { id, clock });
      await quiet();
    },
    article: (entry) => absolute(origin, path.article(entry)),
    quiet,
    async pass(until) {
      for (;;) {
        const { due } = await db
          .selectFrom('lanes')
          .select(({ fn }) => fn.min('due').as('due'))
          .executeTakeFirstOrThrow();
        const next = Math.min(due ?? until, until);
        if (next > clock.now()) clock.pass({ milliseconds: next - clock.now() });
        await quiet();
        if (clock.now() >= until) return;
      }
    },
  };
}

/** Nothing waits to be told, no lane is knocked at, and none is due. */
async function isQuiet({ db, clock }: Node): Promise<boolean> {
  if ((await untold(db, { limit: 1 })).length > 0) return false;
  const busy = await db
    .selectFrom('lanes')
    .select('host')
    .where((lane) => lane.or([lane('leasedUntil', 'is not', null), lane('due', '<=', clock.now())]))
    .limit(1)
    .executeTakeFirst();
  return busy === undefined;
}

/** What keeps a node from its rest, in words. */
async function unrestOf({ db, clock, queue }: Node): Promise<string> {
  const [waiting, lanes] = [await untold(db, { limit: 10 }), await db.selectFrom('lanes').selectAll().execute()];
  const { untellable } = await queue.status();
  return JSON.stringify({ now: clock.now(), untold: waiting, untellable, lanes });
}

function wordsOf(title: string): Words {
  const words = { title, highlight: '', source: 'วันนี้ครบเก้าวันหลังตั้งกอง', tags: [], series: null, part: null };
  return { ...words, licence: 'cc-by-4.0', language: 'th' };
}
