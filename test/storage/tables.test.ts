// The shape that the code believes in is the shape that the migrations leave.
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Db } from '../../src/storage/database.ts';
import type { Tables } from '../../src/storage/tables.ts';
import { engine } from '../databases.ts';
import { emptyWorld } from '../world.ts';

/** Every column of every table; the compiler refuses this list when tables.ts has one more or one less. */
const COLUMNS: { [T in keyof Tables]: Record<keyof Tables[T], true> } = {
  settings: { key: true, value: true },
  organisations: {
    id: true,
    name: true,
    handle: true,
    summary: true,
    area: true,
    language: true,
    created: true,
    version: true,
  },
  people: { id: true, username: true, name: true, role: true, password: true, disabled: true, created: true },
  sessions: { tokenHash: true, person: true, created: true, expires: true },
  forms: { id: true, person: true, location: true, created: true },
  invitations: { tokenHash: true, purpose: true, created: true, expires: true, used: true },
  blogs: {
    id: true,
    handle: true,
    title: true,
    summary: true,
    kind: true,
    language: true,
    licence: true,
    comments: true,
    sendsHighlight: true,
    quotes: true,
    created: true,
    closed: true,
    aliases: true,
    movedTo: true,
    moved: true,
    version: true,
  },
  links: { id: true, actor: true, name: true, url: true, verified: true, checked: true },
  relays: { url: true, style: true, inbox: true, followed: true, activity: true, state: true, since: true },
  authors: { blog: true, person: true },
  keys: { owner: true, kind: true, privateJwk: true, publicJwk: true, created: true },
  series: { id: true, blog: true, title: true, titleKey: true, created: true },
  entries: {
    id: true,
    number: true,
    blog: true,
    author: true,
    title: true,
    highlight: true,
    highlightDerived: true,
    source: true,
    html: true,
    language: true,
    licence: true,
    series: true,
    part: true,
    state: true,
    originalSystem: true,
    originalNumber: true,
    silent: true,
    pinned: true,
    created: true,
    published: true,
    revised: true,
    withdrawn: true,
    version: true,
  },
  findable: { place: true, entry: true, title: true, tags: true, body: true },
  imports: { entry: true, system: true, raw: true, imported: true },
  feedChanges: { page: true, revision: true, due: true, failures: true, failingSince: true, reason: true },
  tags: { key: true, shown: true },
  entryTags: { entry: true, tag: true, position: true, shown: true, published: true, number: true },
  actors: {
    id: true,
    handle: true,
    host: true,
    name: true,
    summary: true,
    url: true,
    icon: true,
    inbox: true,
    sharedInbox: true,
    followers: true,
    fetched: true,
    gone: true,
    movedTo: true,
    moved: true,
  },
  comments: {
    id: true,
    entry: true,
    parent: true,
    uri: true,
    url: true,
    blog: true,
    actor: true,
    guest: true,
    source: true,
    html: true,
    language: true,
    state: true,
    imported: true,
    published: true,
    revised: true,
    received: true,
    version: true,
  },
  posts: {
    id: true,
    actor: true,
    type: true,
    title: true,
    summary: true,
    html: true,
    url: true,
    language: true,
    inReplyTo: true,
    published: true,
    revised: true,
    received: true,
  },
  postTags: { post: true, tag: true, shown: true },
  replies: {
    id: true,
    blog: true,
    inReplyTo: true,
    actor: true,
    source: true,
    html: true,
    language: true,
    deleted: true,
    published: true,
    revised: true,
    version: true,
  },
  followers: { followed: true, actor: true, activity: true, since: true, inbox: true },
  following: { follower: true, actor: true, activity: true, state: true, since: true },
  likes: { id: true, actor: true, blog: true, object: true, created: true },
  reactions: { id: true, actor: true, object: true, emoji: true, created: true },
  quotes: { id: true, entry: true, post: true, actor: true, created: true, revoked: true },
  reports: { id: true, activity: true, actor: true, content: true, received: true, seen: true, seenBy: true },
  reportSubjects: { report: true, kind: true, subject: true },
  blocks: { blocked: true, actor: true, activity: true, since: true },
  boosts: { id: true, actor: true, booster: true, object: true, created: true },
  tombstones: { id: true, actor: true, formerType: true, deleted: true },
  happenings: {
    number: true,
    verb: true,
    actor: true,
    object: true,
    revision: true,
    facts: true,
    happened: true,
    told: true,
    attempts: true,
    untellable: true,
  },
  reads: { entry: true, times: true },
  figures: { owner: true, part: true, entries: true, comments: true, followers: true, boosts: true },
  months: { owner: true, month: true, entries: true },
  latest: { kind: true, owner: true, entries: true, changed: true },
  tagFigures: { tag: true, owner: true, entries: true },
  received: { activity: true, actor: true, received: true },
  kv: { key: true, value: true, expires: true },
  messages: {
    number: true,
    lane: true,
    sender: true,
    first: true,
    payload: true,
    due: true,
    leasedUntil: true,
    lease: true,
    attempts: true,
    dead: true,
    created: true,
  },
  senders: { host: true, since: true },
  activities: { id: true, actor: true, verb: true, object: true, shown: true, body: true, created: true },
  deliveries: {
    number: true,
    activity: true,
    inbox: true,
    host: true,
    state: true,
    attempts: true,
    declined: true,
    due: true,
    reason: true,
    changed: true,
  },
  absences: { inbox: true, host: true, since: true, again: true },
  lanes: {
    host: true,
    due: true,
    lease: true,
    leasedUntil: true,
    taken: true,
    failingSince: true,
    failures: true,
    suspended: true,
    reason: true,
  },
};

let db: Db;
let close: () => Promise<void>;
beforeEach(async () => {
  ({ db, close } = await emptyWorld());
});
afterEach(() => close());

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What the migrations have made, but their own ledger, the count that only SQLite needs, and what its index is made of. */
async function made(): Promise<Record<string, string[]>> {
  const tables = (await db.introspection.getTables()).filter(
    ({ name }) => !/^(?:migrations|shown|search_words.*)$/.test(name),
  );
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]));
}

test('tables.ts names the tables and columns that the migrations make, and no others', async () => {
  const named = Object.entries(COLUMNS).map(([table, columns]) => [
    snake(table),
    Object.keys(columns).map(snake).sort(),
  ]);
  expect(await made()).toEqual(Object.fromEntries(named));
});

test('every foreign key has a table to point at, and none is broken', async () => {
  // PostgreSQL would not have made one.
  const broken = engine === 'sqlite' ? (await sql`pragma foreign_key_check`.execute(db)).rows : [];
  expect(broken).toEqual([]);
});
