// The node under measurement: the named world with an entry whose page has some thirty kilobytes and twenty comments, served
// by a real `wethi serve` in a process of its own, compiled as the package is that offices install and started with the flags
// of `npm start`. It differs from production in one setting: WETHI_ALLOW_PRIVATE_ADDRESS, without which it would not speak with
// loopback.
import { rm } from 'node:fs/promises';
import { environmentWith } from '../../src/config.ts';
import { absolute, path } from '../../src/urls.ts';
import { freePort } from '../../test/journeys/nodes.ts';
import { commented, meet, openWorld, published, stranger, type World, withSeed } from '../../test/world.ts';
import { startFlags } from '../flags.ts';
import { askOnce } from './exchange.ts';
import { type Program, startProgram } from './processes.ts';
import { compiled } from './shipped.ts';

const START_MS = 20_000;
const KNOCK_EVERY_MS = 2;
const COMMENTS = 20;
/** How often the seed's words stand in the entry: its page then has 34 KB. */
const TIMES = 2;

/** The addresses of one entry and its blog, as the world sees them. */
export interface Addresses {
  page: string;
  article: string;
  actor: string;
  webfinger: string;
  /** The whole collection, whose `first` is what is read. */
  outbox: string;
  picture: string;
  inbox: string;
  sharedInbox: string;
  /** The seed entry's Article: it can gather comments without the page growing. */
  quietArticle: string;
}

export interface Target extends Program {
  origin: string;
  urls: Addresses;
  /** What stands in the page and in the Article, so that an answer can be known for the right one. */
  title: string;
  comments: number;
  /** From the start of the process to its first answered request, milliseconds. */
  startMs: number;
  /** The node's data folder, with `wethi.db` in it. */
  folder: string;
}

export interface TargetOptions {
  /** Writes what else a workload needs into the database before the node opens it. */
  furnish?: (world: World, origin: string) => Promise<void>;
}

/** Furnishes a database and serves it. Comments are open, and loopback counts as the world. */
export async function openTarget({ furnish = async () => undefined }: TargetOptions = {}): Promise<Target> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const world = await openWorld({ origin, comments: 'open' });
  const { folder } = world;
  const { title, urls } = await furnished(world, origin);
  await furnish(world, origin);
  await world.db.destroy();
  const env = environmentWith({
    WETHI_ORIGIN: origin,
    WETHI_PORT: String(port),
    WETHI_HOST: '127.0.0.1',
    WETHI_DATA: folder,
    WETHI_ALLOW_PRIVATE_ADDRESS: '1',
    WETHI_LOG: 'warning',
    DATABASE_URL: '',
  });
  // Not a part of the start.
  const file = compiled('src/cli/wethi.ts');
  const start = performance.now();
  const program = startProgram({ file, args: ['serve'], env, flags: startFlags() });
  const takeAway = () => rm(folder, { recursive: true, force: true });
  const startMs = await answering(program, { origin, start }).catch(async (error: unknown) => {
    await takeAway();
    throw error;
  });
  return {
    ...program,
    origin,
    urls,
    title,
    comments: COMMENTS,
    startMs,
    folder,
    async close() {
      await program.close();
      await takeAway();
    },
  };
}

async function furnished(world: World, origin: string): Promise<{ title: string; urls: Addresses }> {
  const seed = await withSeed(world, origin);
  const source = Array.from({ length: TIMES }, (_, n) => `## ครั้งที่ ${n + 1}\n\n${seed.source}`).join('\n\n');
  const title = 'สรุปบทเรียนทั้งฤดู: กองปุ๋ยหมักสองกอง';
  const entry = await published(world, { title, source, tags: ['ปุ๋ยหมัก', 'น้ำ'] }, origin);
  for (let n = 1; n <= COMMENTS; n++) {
    const id = `${stranger.id}${n}`;
    const actor = { ...stranger, id, handle: `visitor${n}`, url: `${stranger.url}${n}`, inbox: `${id}/inbox` };
    await meet(world, actor);
    const { receipt } = await commented(world, { actor, entry, uri: `${id}/notes/1`, url: `${id}/1` });
    if (receipt !== 'shown') throw new Error(`comment ${n} was ${receipt}`);
  }
  const { handle, id } = world.blog;
  const resource = encodeURIComponent(`acct:${handle}@${new URL(origin).host}`);
  const urls = {
    page: path.entry(handle, entry.number),
    article: path.article(entry.id),
    actor: path.actor(id),
    webfinger: `/.well-known/webfinger?resource=${resource}`,
    outbox: path.outbox(id),
    picture: path.picture(),
    inbox: path.inbox(id),
    sharedInbox: path.sharedInbox(),
    quietArticle: path.article(seed.id),
  };
  return {
    title,
    urls: Object.fromEntries(Object.entries(urls).map(([name, at]) => [name, absolute(origin, at)])) as typeof urls,
  };
}

/** Knocks until the node answers; resolves with the milliseconds since `start`. */
async function answering(program: Program, { origin, start }: { origin: string; start: number }): Promise<number> {
  while (performance.now() - start < START_MS) {
    if (!program.runs()) throw new Error(`the node ended at once:\n${program.said()}`);
    const status = await askOnce(`${origin}/.well-known/nodeinfo`, {}).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, KNOCK_EVERY_MS));
  }
  throw new Error(`the node at ${origin} did not answer within ${START_MS / 1_000} s:\n${program.said()}`);
}
