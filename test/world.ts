// The named world on a real database of its own: the office of the seed entry, its author, its blog, the seed itself, and
// somebody on another server. The demo tells its story with the same names.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { office, seed } from '../src/cli/demo/world.ts';
import { type KnownActor, rememberActor } from '../src/domain/actors.ts';
import { addBlog, type Blog, type CommentPolicy } from '../src/domain/blogs.ts';
import { standingClock } from '../src/domain/clock.ts';
import type { Words } from '../src/domain/entries/words.ts';
import { type Entry, writeEntry } from '../src/domain/entries/write.ts';
import { setOrganisation } from '../src/domain/organisations.ts';
import { addPerson, type Person } from '../src/domain/people.ts';
import { importGotoknow } from '../src/domain/portability/gotoknow.ts';
import { readGotoknow } from '../src/domain/portability/gotoknow-text.ts';
import { type Db, openDatabase } from '../src/storage/database.ts';
import { migrate } from '../src/storage/migrate.ts';

export { fresh, library, office, seed } from '../src/cli/demo/world.ts';

export const ORIGIN = 'https://wethi.example';

/** A reader on another server, as the federation ring would have remembered them. */
export const reader: KnownActor = {
  id: 'https://example.social/users/reader',
  handle: 'reader',
  host: 'example.social',
  name: 'ผู้อ่านจาก Mastodon',
  summary: '',
  url: 'https://example.social/@reader',
  icon: null,
  inbox: 'https://example.social/users/reader/inbox',
  sharedInbox: 'https://example.social/inbox',
  followers: 'https://example.social/users/reader/followers',
};

/** Somebody whom nobody here has met. */
export const stranger: KnownActor = {
  ...reader,
  id: 'https://newcomer.example/users/visitor',
  handle: 'visitor',
  host: 'newcomer.example',
  name: 'ผู้มาใหม่',
  url: 'https://newcomer.example/@visitor',
  inbox: 'https://newcomer.example/users/visitor/inbox',
  sharedInbox: null,
  followers: null,
};

export type StandingClock = ReturnType<typeof standingClock>;

export interface World {
  folder: string;
  path: string;
  db: Db;
  clock: StandingClock;
  author: Person;
  blog: Blog;
  close(): Promise<void>;
}

/** A fresh, migrated, empty database in a folder of its own. */
export async function emptyWorld(): Promise<Pick<World, 'folder' | 'path' | 'db' | 'clock' | 'close'>> {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-test-'));
  const path = join(folder, 'wethi.db');
  const db = openDatabase({ path });
  await migrate(db, { path });
  return {
    folder,
    path,
    db,
    clock: standingClock('2026-11-23T03:00:00Z'),
    async close() {
      await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The office with its author and blog. */
export async function openWorld({
  comments = 'hold-first',
  origin = ORIGIN,
}: {
  comments?: CommentPolicy;
  origin?: string;
} = {}): Promise<World> {
  const empty = await emptyWorld();
  const { db, clock } = empty;
  await setOrganisation(db, { ...office.organisation, origin, clock });
  const author = await addPerson(db, { ...office.person, role: 'administrator', clock });
  const blog = await addBlog(db, { ...office.blog, author: author.username, comments, clock });
  return { ...empty, author, blog };
}

/** Brings the seed entry home. */
export async function withSeed({ db, clock, blog, author }: World, origin = ORIGIN): Promise<Entry> {
  const raw = readFileSync(seed.file);
  const imported = await importGotoknow(db, {
    read: readGotoknow(raw.toString()),
    raw,
    blog,
    author: author.id,
    origin,
    clock,
  });
  if (!imported.ok)
    throw new Error(`the seed was refused: ${imported.problems.map(({ telling }) => telling.en).join('; ')}`);
  return imported.entry;
}

/** Words for an entry; only what a test cares about needs naming. */
export function words(given: Partial<Words> = {}): Words {
  return {
    title: 'กลับกองปุ๋ยหมักครั้งที่สอง',
    highlight: '',
    source: 'วันนี้ครบเก้าวันหลังตั้งกอง',
    tags: [],
    series: null,
    part: null,
    licence: 'cc-by-4.0',
    language: 'th',
    ...given,
  };
}

/** Publishes an entry on the world's blog. */
export async function published(
  { db, clock, blog, author }: World,
  given: Partial<Words> = {},
  origin = ORIGIN,
): Promise<Entry> {
  const written = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words(given),
    as: 'published',
    origin,
    clock,
  });
  if (!written.ok) throw new Error(written.problems.map(({ telling }) => telling.en).join('; '));
  return written.entry;
}

/** Makes somebody from elsewhere known here. */
export async function meet({ db, clock }: Pick<World, 'db' | 'clock'>, actor: KnownActor): Promise<KnownActor> {
  await rememberActor(db, { actor, clock });
  return actor;
}
