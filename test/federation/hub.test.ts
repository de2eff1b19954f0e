// The hub hears of every feed that changed, through the guarded way out, until it has heard: a real server stands for it.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { openEgress } from '../../src/federation/egress.ts';
import type { Here } from '../../src/federation/here.ts';
import { tellHub } from '../../src/federation/hub.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { absolute, FEED_FORMATS, path } from '../../src/urls.ts';
import { ORIGIN, office, openWorld, published, type World, withSeed, words } from '../world.ts';
import { openServer, type Server } from './scripted.ts';
import { openServed } from './served.ts';

let hub: Server;
let world: World;
beforeEach(async () => {
  hub = await openServer();
  world = await openWorld();
  await setSetting(world.db, { key: 'websub-hub', value: `https://${hub.host}/` });
});
afterEach(async () => {
  await world.close();
  await hub.close();
});

/** Tells once what is due. `network` is what a node in production has: the public one. */
async function tell({
  mouth = 'open',
  network = 'loopback',
}: {
  mouth?: 'open' | 'closed';
  network?: 'loopback' | 'public';
} = {}): Promise<void> {
  const { db, clock } = world;
  const egress = openEgress({ allowPrivateAddress: network === 'loopback', userAgent: 'Wethi/test', clock });
  const here: Here = { db, clock, origin: ORIGIN, forget: () => undefined, wake: () => undefined };
  await tellHub(here, { egress, mouth, signal: new AbortController().signal });
  await egress.close();
}

/** What the hub has heard since it was asked last, in order. */
function heard(server = hub): (string | null)[] {
  const told = server.posts.splice(0).map(({ bytes }) => new URLSearchParams(bytes.toString()));
  for (const form of told) expect([...form.keys()].sort()).toEqual(['hub.mode', 'hub.url']);
  expect(new Set(told.map((form) => form.get('hub.mode')))).toEqual(new Set(told.length === 0 ? [] : ['publish']));
  return told.map((form) => form.get('hub.url'));
}

function feedsOf(pages: string[], origin = ORIGIN): string[] {
  return pages.flatMap((page) => FEED_FORMATS.map((format) => absolute(origin, path.feed(page, format)))).sort();
}

const waiting = () => world.db.selectFrom('feedChanges').selectAll().orderBy('page').execute();
const blogPage = path.blog(office.blog.handle);

test('a new entry is told for the node, its blog, its series and its tags, as a form', async () => {
  const entry = await published(world, { tags: ['น้ำ'], series: 'กองปุ๋ย', part: 1 });
  await tell();
  expect(hub.posts[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage, path.series(entry.series ?? ''), path.tag('น้ำ')]));
  await tell();
  expect(heard()).toEqual([]);
  expect(await waiting()).toEqual([]);
});

test('a revision is told where the entry stands now and where it stood before, a withdrawal where it stood', async () => {
  const { db, clock } = world;
  const entry = await published(world, { tags: ['น้ำ'], series: 'ชุดเดิม', part: 1 });
  await tell();
  heard();
  const given = words({ tags: ['ดิน'], series: 'ชุดใหม่', part: 1 });
  const revised = await reviseEntry(db, { id: entry.id, words: given, as: 'published', origin: ORIGIN, clock });
  const now = revised.ok ? revised.entry.series : null;
  await tell();
  const both = [entry.series, now].map((series) => path.series(series ?? ''));
  expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage, ...both, path.tag('น้ำ'), path.tag('ดิน')]));
  await withdrawEntry(db, { id: entry.id, clock });
  await tell();
  expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage, path.series(now ?? ''), path.tag('ดิน')]));
});

test('drafts, old entries that come home and changes that were taken back are told to nobody', async () => {
  const { db, blog, author, clock } = world;
  const of = { blog: blog.id, author: author.id, origin: ORIGIN, clock } as const;
  const written = await writeEntry(db, { ...of, words: words(), as: 'draft' });
  const draft = (written as { entry: Entry }).entry;
  await reviseEntry(db, { id: draft.id, words: words({ tags: ['น้ำ'] }), as: 'draft', origin: ORIGIN, clock });
  await withSeed(world);
  const undone = inTransaction(db, async (db) => {
    await published({ ...world, db });
    throw new Error('taken back');
  });
  await expect(undone).rejects.toThrow();
  await withdrawEntry(db, { id: draft.id, clock });
  expect(await waiting()).toEqual([]);
  await tell();
  expect(heard()).toEqual([]);
});

test('without a hub nothing is noted, and what waited for it is forgotten', async () => {
  const { db } = world;
  await published(world);
  await setSetting(db, { key: 'websub-hub', value: 'off' });
  await tell();
  expect(await waiting()).toEqual([]);
  await published(world);
  expect(await waiting()).toEqual([]);
  expect(heard()).toEqual([]);
});

test('in practice mode nobody is told', async () => {
  await published(world);
  await tell({ mouth: 'closed' });
  expect([heard(), await waiting()]).toEqual([[], []]);
});

describe('a hub that does not listen', () => {
  test('and is away holds up everything for a minute, then longer, until it listens', async () => {
    hub.answer = () => ({ status: 503 });
    await published(world);
    await tell();
    expect(heard()).toHaveLength(1);
    expect(await waiting()).toMatchObject([
      { page: path.home(), failures: 1, reason: 'answered 503' },
      { page: blogPage, failures: 1, reason: 'answered 503' },
    ]);
    await tell();
    expect(heard()).toEqual([]);
    world.clock.pass({ seconds: 61 });
    await tell();
    expect(heard()).toHaveLength(1);
    world.clock.pass({ seconds: 61 });
    await tell();
    expect(heard()).toEqual([]);
    world.clock.pass({ seconds: 61 });
    hub.answer = () => ({ status: 202 });
    await tell();
    expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage]));
    expect(await waiting()).toEqual([]);
  });

  test('says for how long', async () => {
    hub.answer = () => ({ status: 429, headers: { 'retry-after': '600' } });
    await published(world);
    await tell();
    heard();
    world.clock.pass({ seconds: 599 });
    await tell();
    expect(heard()).toEqual([]);
    world.clock.pass({ seconds: 2 });
    await tell();
    expect(heard()).toHaveLength(1);
  });

  test('to one feed is told of the others, and of the next change at once', async () => {
    hub.answer = ({ bytes }) => ({ status: bytes.toString().includes('%40') ? 404 : 204 });
    await published(world, { tags: ['น้ำ'] });
    await tell();
    expect(heard()).toHaveLength(1 + 2 * FEED_FORMATS.length);
    expect(await waiting()).toMatchObject([{ page: blogPage, reason: expect.stringContaining('404') }]);
    hub.answer = () => ({ status: 204 });
    await published(world);
    await tell();
    expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage]));
  });

  test('because it is no public address is never asked', async () => {
    await published(world);
    await tell({ network: 'public' });
    expect(heard()).toEqual([]);
    expect((await waiting())[0]?.reason).toMatch(/^(?:private-address|port)/);
  });
});

test('a change that comes while the hub is told of an earlier one is told again', async () => {
  hub.answer = () => ({ status: 204 });
  await published(world);
  let first = true;
  const { db } = world;
  const { page, revision } = (await waiting())[0] ?? { page: '', revision: 0 };
  hub.answer = () => {
    if (first)
      void db
        .updateTable('feedChanges')
        .set({ revision: revision + 1 })
        .where('page', '=', page)
        .execute();
    first = false;
    return { status: 204 };
  };
  await tell();
  expect(await waiting()).toMatchObject([{ page, revision: revision + 1 }]);
});

test('a running node tells by itself, outside the act that changed something', async () => {
  const served = await openServed();
  const { db } = served.world;
  await setSetting(db, { key: 'websub-hub', value: `https://${hub.host}/hub` });
  await published(served.world, {}, served.origin);
  served.federation.wake();
  await vi.waitFor(() => expect(hub.posts).toHaveLength(2 * FEED_FORMATS.length), { timeout: 10_000 });
  expect(hub.posts.map(({ path }) => path)).toEqual(Array(2 * FEED_FORMATS.length).fill('/hub'));
  expect(hub.posts[0]?.headers['user-agent']).toContain('Wethi/');
  expect(heard().sort()).toEqual(feedsOf([path.home(), blogPage], served.origin));
  await served.close();
});
