// The people around a node under measurement: writers who send it letters, followers whom it tells, and a look at what it
// has written down.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { rememberActor } from '../../src/domain/actors.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { markTold, untold } from '../../src/domain/happenings.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, type World } from '../../test/world.ts';
import { type Keys, type Writer, writerAt } from './letters.ts';
import type { Target } from './target.ts';

const LOOK_EVERY_MS = 10;
/** More than a world with followers has to tell. */
const HAPPENINGS_MAX = 100_000;

/** `each` writers at every origin, one origin after the other, so that neighbours in the list are on different servers. */
export function writersAt(origins: readonly string[], { each, keys }: { each: number; keys: Keys }): Writer[] {
  return Array.from({ length: each }, (_, n) =>
    origins.map((origin) => writerAt(origin, `writer${n + 1}`, keys)),
  ).flat();
}

/** Has `each` people of every origin follow the world's blog, each with an inbox of their own. */
export async function follow(
  world: World,
  { origins, each }: { origins: readonly string[]; each: number },
): Promise<void> {
  await inTransaction(world.db, async (db) => {
    for (const origin of origins) {
      for (let n = 1; n <= each; n++) {
        const id = `${origin}/users/reader${n}`;
        const names = { handle: `reader${n}`, host: new URL(origin).host, name: `ผู้อ่าน ${n}`, summary: '', url: id };
        const actor = { ...names, id, icon: null, inbox: `${id}/inbox`, sharedInbox: null, followers: null };
        await rememberActor(db, { actor, clock: world.clock });
        await addFollower(db, { followed: world.blog.id, actor: id, activity: `${id}/follow`, clock: world.clock });
      }
    }
    // What was written before the clock starts is nobody's news, the Accepts among it.
    for (const { number } of await untold(db, { limit: HAPPENINGS_MAX }))
      await markTold(db, { number, clock: world.clock });
  });
}

/** Publishes an entry in the world's blog from outside the node's process, as the command line does. Returns its ActivityPub id. */
export async function publish(world: World, { origin, title }: { origin: string; title: string }): Promise<string> {
  const db = openDatabase({ path: world.path });
  try {
    const entry = await published({ ...world, db, clock: { ...world.clock, now: systemClock.now } }, { title }, origin);
    return absolute(origin, path.article(entry.id));
  } finally {
    await db.destroy();
  }
}

/** A comment as the node keeps it. */
export interface Standing {
  uri: string;
  html: string;
  state: string;
  /** Milliseconds since the epoch. */
  received: number;
}

/** Reads the node's database from outside, while it runs. */
export function openLedger({ folder }: Pick<Target, 'folder'>) {
  const database = new Sqlite(join(folder, 'wethi.db'), { readonly: true });
  const count = (query: string) => (database.prepare(query).get() as { n: number }).n;
  return {
    comments: () => count('select count(*) as n from comments'),
    /** Letters that were acknowledged and wait for their effect. */
    waiting: () => count('select count(*) as n from messages'),
    /** What has happened here and was not yet told on. */
    untold: () => count('select count(*) as n from happenings where told is null'),
    /** Letters of the node's own that have not ended. */
    unsent: () => count("select count(*) as n from deliveries where state = 'waiting'"),
    standing(uris: ReadonlySet<string>): Standing[] {
      const rows = database.prepare('select uri, html, state, received from comments where uri is not null').all();
      return (rows as { uri: string; html: Uint8Array; state: string; received: string }[])
        .filter(({ uri }) => uris.has(uri))
        .map((row) => ({ ...row, html: Buffer.from(row.html).toString(), received: Date.parse(row.received) }));
    },
    close: () => void database.close(),
  };
}

/** Looks every few milliseconds until it is so. @throws Error that says what did not come true in `seconds`. */
export async function until(
  what: string,
  { seconds, look }: { seconds: number; look: () => boolean | Promise<boolean> },
): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
