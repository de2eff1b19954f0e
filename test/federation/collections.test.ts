// Our collections, each read through to its end as other servers do, and what is said of them on Articles and Notes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boost, receiveBoost, unboost, undoBoost } from '../../src/domain/boosts.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { receiveLike } from '../../src/domain/likes.ts';
import { ORGANISATION } from '../../src/domain/organisations.ts';
import { absolute, path } from '../../src/urls.ts';
import { commented, meet, published, reader, stranger } from '../world.ts';
import { readWhole } from './collection-reader.ts';
import type { Json } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;

beforeAll(async () => {
  node = await openServed({ comments: 'open' });
  await meet(node.world, reader);
  await meet(node.world, stranger);
});
afterAll(() => node.close());

const at = (place: string) => absolute(node.origin, place);
const article = ({ id }: Entry) => at(path.article(id));
const statusOf = async (place: string) => (await getJson(at(place))).status;

/** An answer from afar under an entry; answers under one entry have different numbers. */
async function answered(
  entry: Entry,
  number: number,
  parent: string | null = null,
): Promise<{ id: string; uri: string }> {
  const uri = `https://example.social/notes/${entry.id}-${number}`;
  const { id } = await commented(node.world, { actor: reader, entry, parent, uri });
  return { id, uri };
}

/** An answer of the world's own blog. */
async function said(entry: Entry, parent: string | null = null): Promise<{ id: string; uri: string }> {
  const { db, clock, blog } = node.world;
  const place = { entry: entry.id, parent };
  const speech = { blog: blog.id, place, source: 'ขอบคุณครับ', language: 'th', origin: node.origin, clock };
  const { id } = await writeComment(db, speech);
  return { id, uri: at(path.note(id)) };
}

describe('§15.66 replies', () => {
  test('of an entry are all that is shown under it, wherever it was written, oldest first, page by page', async () => {
    const entry = await published(node.world, {}, node.origin);
    const uris: string[] = [];
    for (let number = 0; number < 60; number++) uris.push((await answered(entry, number)).uri);
    const own = await said(entry);
    const hidden = await answered(entry, 60);
    await decideComment(node.world.db, { id: hidden.id, decision: 'hide', viewer: 'operator' });
    const { head, items, pages } = await readWhole(at(path.articleReplies(entry.id)));
    expect(items).toEqual([...uris, own.uri]);
    expect([head.type, head.totalItems, pages]).toEqual(['Collection', 61, 2]);
  });

  test('of a comment of ours are what answers it directly, and its Note says where they are', async () => {
    const entry = await published(node.world, {}, node.origin);
    const own = await said(entry);
    const first = await answered(entry, 1, own.id);
    await answered(entry, 2, first.id);
    await answered(entry, 3);
    const third = await said(entry, own.id);
    expect((await getJson(own.uri)).json.replies).toBe(at(path.noteReplies(own.id)));
    const { items, head } = await readWhole(at(path.noteReplies(own.id)));
    expect([items, head.totalItems]).toEqual([[first.uri, third.uri], 2]);
  });

  test('are not there for drafts, withdrawn entries, hidden comments and comments from afar', async () => {
    const entry = await published(node.world, {}, node.origin);
    const [own, hidden, afar] = [await said(entry), await said(entry), await answered(entry, 1)];
    await decideComment(node.world.db, { id: hidden.id, decision: 'hide', viewer: 'operator' });
    expect(await statusOf(path.noteReplies(hidden.id))).toBe(404);
    expect(await statusOf(path.noteReplies(afar.id))).toBe(404);
    expect(await statusOf(path.noteReplies(own.id))).toBe(200);
    await withdrawEntry(node.world.db, { id: entry.id, clock: node.world.clock });
    expect(await statusOf(path.noteReplies(own.id))).toBe(404);
    expect(await statusOf(path.articleReplies(entry.id))).toBe(404);
    expect(await statusOf(path.articleContext(entry.id))).toBe(404);
  });
});

test('§15.67 the context is the whole conversation, first the entry, owned by the blog, named by Article and Notes', async () => {
  const entry = await published(node.world, {}, node.origin);
  const own = await said(entry);
  const uris: string[] = [];
  for (let number = 0; number < 50; number++) uris.push((await answered(entry, number, own.id)).uri);
  const context = at(path.articleContext(entry.id));
  expect((await getJson(article(entry))).json.context).toBe(context);
  expect((await getJson(own.uri)).json.context).toBe(context);
  const { head, items, pages } = await readWhole(context);
  expect(head).toMatchObject({ type: 'OrderedCollection', attributedTo: node.blog, totalItems: 52 });
  expect(items).toEqual([article(entry), own.uri, ...uris]);
  expect(pages).toBe(2);
});

test('§15.24 likes and shares stand inside the Article with their numbers, and at their own addresses', async () => {
  const { db, clock } = node.world;
  const entry = await published(node.world, {}, node.origin);
  for (const actor of [reader.id, stranger.id]) {
    await receiveLike(db, { id: `${actor}#likes/${entry.id}`, actor, entry: entry.id, clock });
  }
  const [likes, shares] = [at(path.articleLikes(entry.id)), at(path.articleShares(entry.id))];
  expect((await getJson(article(entry))).json).toMatchObject({
    likes: { type: 'Collection', id: likes, totalItems: 2 },
    shares: { type: 'Collection', id: shares, totalItems: 0 },
  });
  expect((await readWhole(likes)).head).toMatchObject({ type: 'Collection', totalItems: 2 });
  expect((await readWhole(shares)).head).toMatchObject({ type: 'Collection', totalItems: 0 });
});

test('§15.24 the shares of a comment written here stand in its Note with their number, and at their own address', async () => {
  const { db, clock } = node.world;
  const entry = await published(node.world, {}, node.origin);
  const own = await said(entry);
  const shares = at(path.noteShares(own.id));
  expect((await getJson(own.uri)).json.shares).toEqual({ type: 'Collection', id: shares, totalItems: 0 });
  for (const actor of [reader.id, stranger.id]) {
    await receiveBoost(db, { id: `${actor}#boosts/${own.id}`, actor, object: path.note(own.id), clock });
  }
  expect((await getJson(own.uri)).json).toMatchObject({ shares: { totalItems: 2 } });
  expect((await readWhole(shares)).head).toMatchObject({ type: 'Collection', totalItems: 2 });
  await undoBoost(db, { id: null, actor: reader.id, object: path.note(own.id) });
  expect((await getJson(own.uri)).json).toMatchObject({ shares: { totalItems: 1 } });
  // Likes are counted of entries only.
  expect((await getJson(own.uri)).json.likes).toBeUndefined();
  await decideComment(db, { id: own.id, decision: 'hide', viewer: 'operator' });
  expect(await statusOf(path.noteShares(own.id))).toBe(404);
  expect(await statusOf(path.noteShares((await answered(entry, 1)).id))).toBe(404);
});

describe('§15.19 the outbox', () => {
  const typesOf = (items: unknown[]) => items.map((item) => [(item as Json).type, idOf((item as Json).object)]);
  const idOf = (object: unknown) => (typeof object === 'object' ? (object as Json).id : object);

  test('of a blog has its entries and what it passed on in one order, page by page, with their number', async () => {
    const { db, blog } = node.world;
    await forgotten();
    const told: [string, string][] = [];
    for (let hour = 10; hour < 22; hour++) {
      const when = `2026-11-24T${hour}:00:00.000Z`;
      const entry = await published(node.world, {}, node.origin);
      await db.updateTable('entries').set({ published: when }).where('id', '=', entry.id).execute();
      const object = `https://example.social/posts/${hour}`;
      // One in the same instant as the entry, which makes the page's end fall between the two.
      await boost(db, { booster: blog.id, object, to: null, clock: { now: () => Date.parse(when) } });
      told.unshift(['Create', article(entry)], ['Announce', object]);
    }
    const { head, items, pages } = await readWhole(`${node.blog}/outbox`);
    expect(typesOf(items)).toEqual(told);
    expect([head.totalItems, pages]).toEqual([24, 3]);
    expect(items).toContainEqual(
      expect.objectContaining({ type: 'Announce', actor: node.blog, published: '2026-11-24T10:00:00Z' }),
    );
  });

  test('of the organisation has what it passed on, each as at its own address, and no longer what was taken back', async () => {
    const { db } = node.world;
    await forgotten();
    const [first, second] = [
      await published(node.world, {}, node.origin),
      await published(node.world, {}, node.origin),
    ];
    const given = { booster: ORGANISATION, to: null, clock: node.world.clock };
    for (const { id } of [first, second]) await boost(db, { ...given, object: path.article(id) });
    const outbox = `${at(path.actor(ORGANISATION))}/outbox`;
    const { head, items } = await readWhole(outbox);
    expect(head.totalItems).toBe(2);
    expect(typesOf(items).toSorted()).toEqual([first, second].map((entry) => ['Announce', article(entry)]).toSorted());
    const [announce] = items as [Json];
    const { status, json } = await getJson(String(announce.id));
    expect([status, json.object, json.cc]).toEqual([200, announce.object, announce.cc]);
    expect(announce.cc).toEqual([`${at(path.actor(ORGANISATION))}/followers`, node.blog]);
    await unboost(db, { ...given, object: path.article(first.id) });
    expect((await readWhole(outbox)).head.totalItems).toBe(1);
  });

  async function forgotten(): Promise<void> {
    const { db } = node.world;
    await db.deleteFrom('boosts').execute();
    await db.updateTable('entries').set({ state: 'draft' }).execute();
  }
});

test('§15.19 following and followers are paged to the end, with their number', async () => {
  const { db, blog } = node.world;
  const ids = Array.from({ length: 120 }, (_, index) => `https://many.example/users/${String(index).padStart(3, '0')}`);
  for (const id of ids) await meet(node.world, { ...reader, id, host: 'many.example' });
  const since = '2026-11-23T03:00:00.000Z';
  await db
    .insertInto('followers')
    .values(ids.map((actor) => ({ followed: blog.id, actor, activity: `${actor}#follow`, since })))
    .execute();
  await db
    .insertInto('following')
    .values(
      ids.map((actor, index) => ({
        ...{ follower: blog.id, actor, activity: `/ap/activities/follow-${index}`, since },
        state: index === 0 ? ('requested' as const) : ('accepted' as const),
      })),
    )
    .execute();
  const followers = await readWhole(`${node.blog}/followers`);
  expect([followers.items, followers.head.totalItems]).toEqual([ids, 120]);
  const following = await readWhole(`${node.blog}/following`);
  expect([following.items, following.head.totalItems]).toEqual([ids.slice(1), 119]);
});

test('§15.20 featuredTags has a blog’s ten busiest tags as Hashtags, and its actor says where', async () => {
  const tags = Array.from({ length: 11 }, (_, index) => `แท็ก${'กขคงจฉชซญดต'[index]}`);
  await published(node.world, { tags }, node.origin);
  await published(node.world, { tags: ['แท็กต'] }, node.origin);
  const place = at(path.featuredTags(node.world.blog.id));
  expect((await getJson(node.blog)).json.featuredTags).toBe(place);
  const { json } = await getJson(place);
  const items = json.items as Json[];
  expect([json.type, json.totalItems, items.length]).toEqual(['Collection', 10, 10]);
  expect(items[0]).toEqual({ type: 'Hashtag', name: '#แท็กต', href: at(path.tag('แท็กต')) });
  expect(await statusOf(path.featuredTags('organisation'))).toBe(200);
  expect(await statusOf(path.featuredTags('nobody'))).toBe(404);
});

test('§15.43 a tag’s page is a collection to servers, newest first, at the address that Hashtags name', async () => {
  const entries: Entry[] = [];
  for (let number = 0; number < 53; number++) {
    entries.push(await published(node.world, { title: `ตอน ${number}`, tags: ['น้ำหมัก'] }, node.origin));
  }
  const tag = (await getJson(article(entries[0] as Entry))).json.tag as Json;
  const { head, items, pages } = await readWhole(String(tag.href));
  expect(head).toMatchObject({ type: 'OrderedCollection', name: '#น้ำหมัก', totalItems: 53 });
  expect(items).toEqual(entries.map(article).toReversed());
  expect(pages).toBe(2);
  expect(await statusOf(path.tag('ไม่มีใครใช้'))).toBe(404);
});

test('a series is a collection at its page, its parts in their order, those without a number last', async () => {
  const wanted: Entry[] = [];
  for (const part of [3, 1, null, 2]) {
    wanted.push(await published(node.world, { series: 'ทำปุ๋ยหมัก', part }, node.origin));
  }
  const [third, first, last, second] = wanted as [Entry, Entry, Entry, Entry];
  const { head, items } = await readWhole(at(path.series(first.series ?? '')));
  expect(head).toMatchObject({ type: 'OrderedCollection', name: 'ทำปุ๋ยหมัก', attributedTo: node.blog, totalItems: 4 });
  expect(items).toEqual([first, second, third, last].map(article));
  expect(await statusOf(path.series('nobody'))).toBe(404);
});

test('a series of many parts is paged by key', async () => {
  const entries: Entry[] = [];
  for (let part = 0; part < 104; part++) {
    entries.push(await published(node.world, { series: 'ร้อยตอน', part: part < 102 ? part + 1 : null }, node.origin));
  }
  const { items, pages } = await readWhole(at(path.series(entries[0]?.series ?? '')));
  expect(items).toEqual(entries.map(article));
  expect(pages).toBe(3);
});

test('nonsense for a key begins anew or leads to nothing, and never fails', async () => {
  const entry = await published(node.world, { tags: ['กุญแจ'], series: 'กุญแจ', part: 1 }, node.origin);
  const places = [path.articleReplies(entry.id), path.articleContext(entry.id), path.tag('กุญแจ')];
  for (const place of [...places, path.series(entry.series ?? '')]) {
    expect(await statusOf(`${place}?after=${encodeURIComponent("' or 1=1")}`), place).toBe(200);
  }
  expect(await statusOf('/t/%E0%B8')).toBe(404);
});
