// The named world on a real database of its own: the office of the seed entry, its author, its blog, the seed itself, and
// somebody on another server. The demo tells its story with the same names.
import { readFileSync } from 'node:fs';
import { office, seed } from '../src/cli/demo/world.ts';
import { type KnownActor, rememberActor } from '../src/domain/actors.ts';
import { addBlog, type Blog, blogByHandle, type CommentPolicy } from '../src/domain/blogs.ts';
import { standingClock } from '../src/domain/clock.ts';
import { type Arriving, type Receipt, receiveComment } from '../src/domain/comments/receive.ts';
import type { Words } from '../src/domain/entries/words.ts';
import { type Entry, writeEntry } from '../src/domain/entries/write.ts';
import { untold, type Verb } from '../src/domain/happenings.ts';
import { setOrganisation } from '../src/domain/organisations.ts';
import { addPerson, type Person, personNamed } from '../src/domain/people.ts';
import { importGotoknow } from '../src/domain/portability/gotoknow.ts';
import { readGotoknow } from '../src/domain/portability/gotoknow-text.ts';
import type { ArrivingPost } from '../src/domain/posts.ts';
import { plainToHtml } from '../src/domain/text/sanitise.ts';
import { type Db, openDatabase } from '../src/storage/database.ts';
import { asTemplate, copyOf, emptyDatabase, type Place, removeDatabase, type Template } from './databases.ts';

export { fresh, library, office, seed } from '../src/cli/demo/world.ts';
export { dump } from './databases.ts';

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

type Empty = Omit<World, 'author' | 'blog'>;

/** A fresh, migrated, empty database in a place of its own. */
export async function emptyWorld(): Promise<Empty> {
  return openAt(await emptyDatabase());
}

function openAt(place: Place): Empty {
  const db = openDatabase({ path: place.path });
  return {
    ...place,
    db,
    clock: standingClock('2026-11-23T03:00:00Z'),
    async close() {
      await db.destroy();
      await removeDatabase(place);
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
  const opened = openAt(await copyOf(await officeDatabase({ comments, origin })));
  const author = await personNamed(opened.db, { username: office.person.username });
  const blog = await blogByHandle(opened.db, { handle: office.blog.handle });
  if (author === null || blog === null) throw new Error('the office was not copied whole');
  return { ...opened, author, blog };
}

const offices = new Map<string, Promise<Template>>();

/** The office's database. Keys and a password cost a third of a second, so it is made once a test file and copied. */
function officeDatabase({ comments, origin }: { comments: CommentPolicy; origin: string }): Promise<Template> {
  const name = `${comments} ${origin}`;
  const standing = offices.get(name);
  if (standing !== undefined) return standing;
  const made = makeOffice({ comments, origin });
  offices.set(name, made);
  return made;
}

async function makeOffice({ comments, origin }: { comments: CommentPolicy; origin: string }): Promise<Template> {
  const place = await emptyWorld();
  const { db, clock } = place;
  await setOrganisation(db, { ...office.organisation, origin, clock });
  const { username } = await addPerson(db, { ...office.person, role: 'administrator', clock });
  await addBlog(db, { ...office.blog, author: username, comments, clock });
  await db.destroy();
  return await asTemplate(place);
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

/** A comment from afar. */
export function arriving(actor: KnownActor, given: Partial<Arriving> = {}): Arriving {
  return {
    uri: `https://${actor.host}/notes/1`,
    url: `https://${actor.host}/@${actor.handle}/1`,
    actor: actor.id,
    html: plainToHtml('เยี่ยมยอดเลยนะคะ'),
    language: 'th',
    published: '2026-11-23T03:00:00.000Z',
    ...given,
  };
}

/** Somebody from afar, whom the world has met, comments under an entry or answers a comment. */
export async function commented(
  { db, clock }: Pick<World, 'db' | 'clock'>,
  {
    actor,
    entry,
    parent = null,
    ...given
  }: { actor: KnownActor; entry: Entry; parent?: string | null } & Partial<Omit<Arriving, 'actor'>>,
): Promise<{ receipt: Receipt; id: string }> {
  const comment = arriving(actor, given);
  const receipt = await receiveComment(db, { comment, place: { entry: entry.id, parent }, clock });
  const row = await db.selectFrom('comments').select('id').where('uri', '=', comment.uri).executeTakeFirst();
  return { receipt, id: row?.id ?? '' };
}

/** A post of somebody from afar. */
export function arrivingPost(actor: KnownActor, given: Partial<ArrivingPost> = {}): ArrivingPost {
  return {
    id: `https://${actor.host}/posts/1`,
    actor: actor.id,
    type: 'Article',
    title: 'กองปุ๋ยที่บ้านมะขามเรียง',
    summary: null,
    html: plainToHtml('วันนี้กองปุ๋ยร้อนหกสิบองศา'),
    url: `https://${actor.host}/@${actor.handle}/posts/1`,
    language: 'th',
    inReplyTo: null,
    published: '2026-11-23T03:00:00.000Z',
    revised: null,
    tags: [],
    ...given,
  };
}

/** What waits to be told, oldest first. */
export async function tellings({ db }: Pick<World, 'db'>): Promise<Verb[]> {
  return (await untold(db, { limit: 1_000 })).map(({ verb }) => verb);
}
