// What is kept counted is what counting would give, whatever happened, and whoever wrote it.
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { boost, receiveBoost, unboost, undoBoost } from '../../src/domain/boosts.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { bidFarewell } from '../../src/domain/farewell.ts';
import { addFollower, followerCount, followerInboxes, letGoAt, removeFollower } from '../../src/domain/followers.ts';
import { ORGANISATION } from '../../src/domain/organisations.ts';
import { archiveMonths, archiveYears } from '../../src/domain/reading/archive.ts';
import { blogFigures, topTags } from '../../src/domain/reading/node.ts';
import { outboxCount } from '../../src/domain/reading/outbox.ts';
import { tagKey } from '../../src/domain/text/hashtags.ts';
import type { Db } from '../../src/storage/database.ts';
import { inLockingTransaction, inTransaction } from '../../src/storage/transaction.ts';
import { path } from '../../src/urls.ts';
import { engine, runsOn } from '../databases.ts';
import { planning } from '../queries.ts';
import {
  commented,
  library,
  meet,
  ORIGIN,
  openWorld,
  published,
  reader,
  stranger,
  type World,
  words,
} from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
});
afterEach(async () => {
  await world.close();
});

/** The same by counting, and no rows for nothing. */
async function counted({ db, blog }: World) {
  const one = async (from: string) =>
    Number((await sql<{ n: unknown }>`select count(*) as n from ${sql.raw(from)}`.execute(db)).rows[0]?.n);
  const tags = await sql<{ tag: string; n: unknown }>`select tag, count(*) as n from entry_tags
    where published is not null group by tag order by tag`.execute(db);
  return {
    figures: {
      entries: await one("entries where state = 'published'"),
      comments: await one(
        "comments join entries on entries.id = comments.entry where comments.state = 'shown' and entries.state = 'published'",
      ),
      followers: await one(`followers where followed = '${blog.id}'`),
    },
    tags: tags.rows.map(({ tag, n }) => [tag, Number(n)]),
  };
}

async function kept({ db, blog }: World) {
  const tags = (await topTags(db, { limit: 100 })).map(({ key, entries }): [string, number] => [key, entries]);
  expect((await topTags(db, { blog: blog.id, limit: 100 })).length).toBe(tags.length);
  const years = await archiveYears(db, {});
  const figures = await blogFigures(db, { blog: blog.id });
  expect(years.reduce((sum, { entries }) => sum + entries, 0)).toBe(figures.entries);
  expect(await archiveYears(db, { blog: blog.id })).toEqual(years);
  return { figures, tags: tags.toSorted(([one], [other]) => (one < other ? -1 : 1)) };
}

test('publishing, commenting, hiding, revising, following, leaving and withdrawing are counted as they happen', async () => {
  const { db, clock, blog, author } = world;
  const same = async () => expect(await kept(world)).toEqual(await counted(world));
  await same();
  await meet(world, reader);
  const entry = await published(world, { tags: ['ปุ๋ยหมัก', 'น้ำ'] });
  const other = await published(world, { tags: ['ปุ๋ยหมัก'] });
  const written = { blog: blog.id, author: author.id, words: words({ tags: ['ดิน'] }), origin: ORIGIN, clock };
  const draft = await writeEntry(db, { ...written, as: 'draft' });
  await same();
  const { id } = await commented(world, { actor: reader, entry });
  await same();
  await decideComment(db, { id, decision: 'hide', viewer: 'operator' });
  await same();
  await decideComment(db, { id, decision: 'show', viewer: 'operator' });
  if (!draft.ok) throw new Error('there is no draft');
  await reviseEntry(db, { ...written, id: draft.entry.id, words: words({ tags: ['น้ำ'] }), as: 'published' });
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: `${reader.id}/1`, clock });
  await addFollower(db, { followed: blog.id, actor: reader.id, activity: `${reader.id}/2`, clock });
  await same();
  await withdrawEntry(db, { id: entry.id, clock });
  await same();
  await commented(world, { actor: reader, entry: other, uri: `${reader.id}/notes/2` });
  await bidFarewell(db, { actor: reader.id, clock });
  await same();
  expect(await kept(world)).toMatchObject({ figures: { entries: 2, comments: 0, followers: 0 } });
});

test('what somebody here passed on is counted as it happens, and an outbox says how much without counting', async () => {
  const { db, clock, blog } = world;
  await meet(world, reader);
  const [one, two] = [await published(world), await published(world)];
  const object = path.article(one.id);
  await receiveBoost(db, { id: `${reader.id}/boost`, actor: reader.id, object, clock });
  for (const booster of [blog.id, ORGANISATION]) await boost(db, { booster, object, to: null, clock });
  await boost(db, { booster: ORGANISATION, object: path.article(two.id), to: null, clock });
  const counts = async () => [
    await outboxCount(db, { actor: blog.id }),
    await outboxCount(db, { actor: ORGANISATION }),
    await outboxCount(db, { actor: 'nobody' }),
  ];
  expect(await counts()).toEqual([3, 2, 0]);
  await unboost(db, { booster: ORGANISATION, object, to: null, clock });
  await undoBoost(db, { id: null, actor: reader.id, object });
  expect(await counts()).toEqual([3, 1, 0]);
  if (engine === 'postgres') return;
  const { db: watched, plans } = planning(db);
  await outboxCount(watched, { actor: ORGANISATION });
  expect(await plans()).toEqual([expect.stringMatching(/^SEARCH figures .*\(owner=\?\)/)]);
});

test('what an entry has goes with it to another blog, and it cannot go before its tags and comments', async () => {
  const { db, clock, blog, author } = world;
  await meet(world, reader);
  const other = await addBlog(db, { ...library.blog, author: author.username, clock });
  const entry = await published(world, { tags: ['ดิน', 'น้ำ'] });
  await published(world, { tags: ['ดิน'] });
  await commented(world, { actor: reader, entry });
  const keptOf = async (blog: string) => ({
    ...(await blogFigures(db, { blog })),
    tags: (await topTags(db, { blog, limit: 9 })).map(({ key, entries }) => [key, entries]),
    years: (await archiveYears(db, { blog })).map(({ entries }) => entries),
  });
  const both = [
    [tagKey('ดิน'), 2],
    [tagKey('น้ำ'), 1],
  ];
  const nothing = { entries: 0, comments: 0, followers: 0, tags: [], years: [] };
  const all = { entries: 2, comments: 1, followers: 0, tags: both, years: [2] };
  expect([await keptOf(blog.id), await keptOf(other.id)]).toEqual([all, nothing]);
  await db.updateTable('entries').set({ blog: other.id }).where('id', '=', entry.id).execute();
  expect([await keptOf(blog.id), await keptOf(other.id)]).toEqual([
    { entries: 1, comments: 0, followers: 0, tags: [[tagKey('ดิน'), 1]], years: [1] },
    { entries: 1, comments: 1, followers: 0, tags: both.map(([key]) => [key, 1]), years: [1] },
  ]);
  expect((await topTags(db, { limit: 9 })).map(({ key, entries }) => [key, entries])).toEqual(both);
  await expect(db.deleteFrom('entries').where('id', '=', entry.id).execute()).rejects.toThrow(/foreign key/i);
  await db.updateTable('entries').set({ blog: blog.id }).execute();
  expect([await keptOf(blog.id), await keptOf(other.id)]).toEqual([all, nothing]);
});

test('an entry stands in the month that it was in Thailand', async () => {
  const { db } = world;
  for (const at of ['2026-10-31T16:59:59.999Z', '2026-10-31T17:00:00.000Z', '2025-12-31T17:00:00.000Z']) {
    const { id } = await published(world);
    await db.updateTable('entries').set({ published: at }).where('id', '=', id).execute();
  }
  const of2569 = await archiveMonths(db, { year: 2569 });
  expect(of2569.map(({ month, entries }) => [month, entries])).toEqual([
    [1, 1],
    [10, 1],
    [11, 1],
  ]);
  expect(of2569[2]).toMatchObject({ starts: '2026-10-31T17:00:00.000Z', cursor: '2026-11-30T17:00:00.000Z_0' });
  expect(await archiveYears(db, {})).toEqual([{ year: 2569, starts: '2025-12-31T17:00:00.000Z', entries: 3 }]);
});

test('a follower’s mail goes where it went when they were asked last, and nowhere when they are gone', async () => {
  const { db, clock, blog } = world;
  for (const actor of [reader, stranger]) {
    await meet(world, actor);
    await addFollower(db, { followed: blog.id, actor: actor.id, activity: `${actor.id}/1`, clock });
  }
  const inboxes = () => followerInboxes(db, { followed: blog.id });
  expect(await inboxes()).toEqual([reader.sharedInbox, stranger.inbox]);
  await meet(world, { ...stranger, inbox: 'https://newcomer.example/new' });
  expect(await inboxes()).toEqual([reader.sharedInbox, 'https://newcomer.example/new']);
  await db.updateTable('actors').set({ gone: '2026-11-23T03:00:00.000Z' }).where('id', '=', reader.id).execute();
  expect(await inboxes()).toEqual(['https://newcomer.example/new']);
  await meet(world, reader);
  expect(await letGoAt(db, { inbox: reader.sharedInbox ?? '' })).toBe(1);
  await removeFollower(db, { actor: stranger.id });
  expect(await inboxes()).toEqual([]);
});

test('a server’s followers are counted off together when it goes, of each whom they follow', async () => {
  const { db, blog } = world;
  const rows = Array.from({ length: 300 }, (_, n) => ({
    ...reader,
    id: `${reader.id}${n}`,
    sharedInbox: `https://server${n % 3}.example/inbox`,
    fetched: '2026-11-23T03:00:00.000Z',
  }));
  await db.insertInto('actors').values(rows).execute();
  const follows = rows.flatMap(({ id }) =>
    [blog.id, 'organisation'].map((followed) => ({ followed, actor: id, activity: `${id}/1`, since: id })),
  );
  await db.insertInto('followers').values(follows).execute();
  const counts = async () => [
    await followerCount(db, { followed: blog.id }),
    await followerCount(db, { followed: 'organisation' }),
  ];
  expect(await counts()).toEqual([300, 300]);
  await inTransaction(db, async (db) => {
    const before = await changesOfFigures(db);
    expect(await letGoAt(db, { inbox: 'https://server1.example/inbox' })).toBe(200);
    expect(await letGoAt(db, { inbox: 'https://nobody.example/inbox' })).toBe(0);
    // One for each of the two; SQLite counts row by row, and leaves no old versions in doing so.
    if (engine === 'postgres') expect((await changesOfFigures(db)) - before).toBe(2);
  });
  expect(await counts()).toEqual([200, 200]);
});

test.runIf(runsOn('postgres', 'followers beside each other: a file has one writer'))(
  'who follows a blog does not wait for another who is about to',
  async () => {
    const { db, clock, blog } = world;
    for (const actor of [reader, stranger]) await meet(world, actor);
    const follow = (db: Db, { id }: { id: string }) =>
      addFollower(db, { followed: blog.id, actor: id, activity: `${id}/1`, clock });
    // By as many connections as it takes until one has another part.
    const followApart = (part: number): Promise<void> =>
      inLockingTransaction(db, async (one) => {
        if ((await partOf(one)) === part) return await followApart(part);
        await sql`set local lock_timeout = '1s'`.execute(one);
        await follow(one, stranger);
      });
    await inLockingTransaction(db, async (other) => {
      await follow(other, reader);
      await followApart(await partOf(other));
    });
    expect(await followerCount(db, { followed: blog.id })).toBe(2);
    expect(await blogFigures(db, { blog: blog.id })).toEqual({ entries: 0, comments: 0, followers: 2 });
    expect(await db.selectFrom('figures').select('followers').execute()).toEqual([{ followers: 1 }, { followers: 1 }]);
    for (const { id } of [reader, stranger]) await removeFollower(db, { actor: id });
    expect(await followerCount(db, { followed: blog.id })).toBe(0);
  },
);

/** Of the figures, to which a connection adds. */
async function partOf(db: Db): Promise<number> {
  const { rows } = await sql<{ part: number }>`select pg_backend_pid() % 16 as part`.execute(db);
  return rows[0]?.part ?? 0;
}

/** How often a row of the table was written in this transaction, on PostgreSQL. */
async function changesOfFigures(db: Db): Promise<number> {
  if (engine === 'sqlite') return 0;
  const { rows } = await sql<{ n: unknown }>`select n_tup_ins + n_tup_upd as n from pg_stat_xact_user_tables
    where relname = 'figures'`.execute(db);
  return Number(rows[0]?.n);
}

test('a server’s inbox comes once, however many of its people follow, and none is left out between two pages', async () => {
  const { db, blog } = world;
  const people = Array.from({ length: 2_400 }, (_, n) => ({ ...reader, n, id: `${reader.id}${n}` }));
  const inboxOf = (n: number) => `https://server${n % 1_201}.example/inbox`;
  const rows = people.map(({ n, ...row }) => ({
    ...row,
    sharedInbox: inboxOf(n),
    fetched: '2026-11-23T03:00:00.000Z',
  }));
  for (let at = 0; at < rows.length; at += 500) {
    const some = rows.slice(at, at + 500);
    await db.insertInto('actors').values(some).execute();
    const follow = ({ id }: { id: string }) => ({ followed: blog.id, actor: id, activity: `${id}/1`, since: id });
    await db.insertInto('followers').values(some.map(follow)).execute();
  }
  const inboxes = await followerInboxes(db, { followed: blog.id });
  expect(inboxes).toHaveLength(1_201);
  expect(new Set(inboxes)).toEqual(new Set(rows.map(({ sharedInbox }) => sharedInbox)));
});
