// What others read by id: the Article as federation.md §14 has it, what becomes of it, and the collections around it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { receiveComment } from '../../src/domain/comments/receive.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { pinEntry } from '../../src/domain/entries/pin.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { receiveLike } from '../../src/domain/likes.ts';
import { sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { absolute, path } from '../../src/urls.ts';
import { meet, published, reader, stranger, withSeed, words } from '../world.ts';
import { type Json, knock, PUBLIC } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

const PROFILED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

let node: Served;
let entry: Entry;
let url: string;

beforeAll(async () => {
  node = await openServed({ comments: 'hold-first' });
  entry = await published(
    node.world,
    { title: 'น้ำ <b>กับ</b>ปุ๋ย', highlight: 'จด & วัด', tags: ['น้ำ', 'ปุ๋ยหมัก'] },
    node.origin,
  );
  url = addressOf(entry);
});
afterAll(() => node.close());

const addressOf = ({ id }: Entry) => absolute(node.origin, path.article(id));
const handle = () => node.world.blog.handle;

describe('an Article', () => {
  test('§15.24 has everything that others read of it', async () => {
    const { status, json } = await getJson(url);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: url,
      type: 'Article',
      attributedTo: node.blog,
      url: `${node.origin}/@${handle()}/${entry.number}`,
      name: 'น้ำ ＜b＞กับ＜/b＞ปุ๋ย',
      summary: 'จด ＆ วัด',
      mediaType: 'text/html',
      published: '2026-11-23T03:00:00Z',
      to: PUBLIC,
      cc: `${node.blog}/followers`,
      replies: `${url}/replies`,
      likes: { type: 'Collection', id: `${url}/likes`, totalItems: 0 },
      shares: { type: 'Collection', id: `${url}/shares`, totalItems: 0 },
      license: 'https://creativecommons.org/licenses/by/4.0/',
      sensitive: false,
    });
    expect(json.updated).toBeUndefined();
    expect(json.attachment).toBeUndefined();
  });

  test('§15.27 says each text in its language with the very same words', async () => {
    const { json } = await getJson(url);
    expect(json.contentMap).toEqual({ th: json.content });
    expect(json.nameMap).toEqual({ th: json.name });
    expect(json.summaryMap).toEqual({ th: json.summary });
  });

  test('§15.39 §15.43 has each tag with its # and its page', async () => {
    const { json } = await getJson(url);
    expect(json.tag).toEqual([
      { type: 'Hashtag', name: '#น้ำ', href: `${node.origin}/t/${encodeURIComponent('น้ำ')}` },
      { type: 'Hashtag', name: '#ปุ๋ยหมัก', href: `${node.origin}/t/${encodeURIComponent('ปุ๋ยหมัก')}` },
    ]);
  });

  test('§15.32 §15.36 has a preview without a link, and the licence in its last line', async () => {
    const { json } = await getJson(url);
    const preview = json.preview as Json;
    expect(preview).toMatchObject({ type: 'Note', attributedTo: node.blog });
    expect(preview.content).toBe('<p><strong>น้ำ ＜b＞กับ＜/b＞ปุ๋ย</strong></p><p>จด ＆ วัด</p>');
    expect(json.content).toMatch(/<p><a href="https:\/\/creativecommons\.org\/[^"]+" rel="license">[^<]+<\/a><\/p>$/);
  });

  test.each([
    ['Mastodon', 'application/activity+json, application/ld+json'],
    ['Mastodon, for what was pasted', `${PROFILED}, application/activity+json, text/html;q=0.1`],
    ['GoToSocial', `${PROFILED},application/activity+json`],
    ['Misskey', `application/activity+json, ${PROFILED}`],
    ['Akkoma', `application/activity+json, ${PROFILED}`],
    ['one that asks for JSON', 'application/json'],
  ])('§15.8 §15.9 §15.10 §15.12 is data to %s, at its own id and without a redirect', async (_, accept) => {
    const { status, headers, json } = await getJson(url, accept);
    expect([status, headers['content-type'], headers.vary]).toEqual([200, 'application/activity+json', 'Accept']);
    expect(json.id).toBe(url);
  });

  test.each(['text/html', '*/*', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'image/webp'])(
    'is a page to whoever asks for %s',
    async (accept) => {
      const { headers, text } = await knock({ url, headers: { accept } });
      expect([headers['content-type'], headers.vary, text]).toEqual(['text/html', 'Accept', 'หน้าเว็บ']);
    },
  );

  test('§15.33 has `updated` only once it was revised, and later than `published`', async () => {
    const one = await published(node.world, {}, node.origin);
    expect((await getJson(addressOf(one))).json.updated).toBeUndefined();
    const { db, clock } = node.world;
    await reviseEntry(db, {
      id: one.id,
      words: words({ title: 'แก้แล้ว' }),
      as: 'published',
      origin: node.origin,
      clock,
    });
    const { json } = await getJson(addressOf(one));
    expect(json).toMatchObject({ name: 'แก้แล้ว', published: '2026-11-23T03:00:00Z', updated: '2026-11-23T03:00:01Z' });
  });

  test('of 2006 keeps its day and has all rights reserved in words', async () => {
    const seeded = await withSeed(node.world, node.origin);
    const { json } = await getJson(addressOf(seeded));
    expect(json).toMatchObject({ published: '2006-11-09T02:30:00Z', updated: '2012-02-11T09:17:00Z' });
    expect(json.license).toBe('สงวนสิทธิ์ทุกประการ · All rights reserved');
  });

  test('that is a draft is not there', async () => {
    const written = await writeEntry(node.world.db, {
      blog: node.world.blog.id,
      author: node.world.author.id,
      words: words(),
      as: 'draft',
      origin: node.origin,
      clock: node.world.clock,
    });
    if (!written.ok) throw new Error('the draft was refused');
    for (const one of [addressOf(written.entry), `${addressOf(written.entry)}/replies`]) {
      expect((await getJson(one)).status).toBe(404);
    }
  });

  test('§15.77 that was withdrawn is gone and leaves a Tombstone', async () => {
    const one = await published(node.world, {}, node.origin);
    expect((await getJson(addressOf(one))).status).toBe(200);
    await withdrawEntry(node.world.db, { id: one.id, clock: node.world.clock });
    const { status, json, headers } = await getJson(addressOf(one));
    expect([status, headers['content-type']]).toEqual([410, 'application/activity+json']);
    expect(json).toMatchObject({ id: addressOf(one), type: 'Tombstone', formerType: 'Article' });
    expect(json.deleted).toMatch(/^2026-11-23T03:00:00/);
    expect((await getJson(`${addressOf(one)}/replies`)).status).toBe(404);
  });

  test('counts its likes anew when one comes', async () => {
    const { world } = node;
    const actor = (await meet(world, reader)).id;
    await receiveLike(world.db, { id: `${actor}#likes/1`, actor, entry: entry.id, clock: world.clock });
    expect((await getJson(url)).json.likes).toMatchObject({ totalItems: 1 });
    expect((await getJson(`${url}/likes`)).json).toMatchObject({ id: `${url}/likes`, totalItems: 1 });
    expect((await getJson(`${url}/shares`)).json).toMatchObject({ type: 'Collection', totalItems: 0 });
  });
});

test('a comment of ours is a Note at its id, under the entry', async () => {
  const { db, clock, blog } = node.world;
  const place = { entry: entry.id, parent: null };
  const comment = await writeComment(db, {
    blog: blog.id,
    place,
    source: 'ตอบเอง',
    language: 'th',
    origin: node.origin,
    clock,
  });
  const id = absolute(node.origin, path.note(comment.id));
  const { json } = await getJson(id);
  expect(json).toMatchObject({ id, type: 'Note', attributedTo: node.blog, inReplyTo: url, to: PUBLIC });
  expect(json.url).toBe(`${node.origin}/@${handle()}/${entry.number}#c-${comment.id}`);
  expect(json.contentMap).toEqual({ th: json.content });
});

describe('collections', () => {
  const firstPage = async (collection: string): Promise<Json> => {
    const { json } = await getJson(collection);
    return (await getJson(String(json.first))).json;
  };

  test('§15.19 the outbox has the entries as Creates, newest first, with a number', async () => {
    const { json } = await getJson(`${node.blog}/outbox`);
    expect(json).toMatchObject({ type: 'OrderedCollection', totalItems: expect.any(Number) });
    const { orderedItems } = await firstPage(`${node.blog}/outbox`);
    const items = orderedItems as Json[];
    expect(items.length).toBe(json.totalItems);
    expect(items.every(({ type, actor }) => type === 'Create' && actor === node.blog)).toBe(true);
    const dates = items.map(({ published }) => String(published));
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(items.at(-1)?.object).toMatchObject({ published: '2006-11-09T02:30:00Z' });
  });

  test('an activity that was told stands at its own id, and one for one reader only does not', async () => {
    await node.settled();
    const create = absolute(node.origin, path.activity(`create-${entry.id}-0`));
    expect((await getJson(create)).json).toMatchObject({ id: create, type: 'Create', object: { id: url } });
    expect((await getJson(absolute(node.origin, path.activity('accept-0')))).status).toBe(404);
  });

  test('followers and following say how many and who', async () => {
    const { db, clock, blog } = node.world;
    const { id } = await meet(node.world, reader);
    await db
      .insertInto('followers')
      .values({ followed: blog.id, actor: id, activity: `${id}#follows/1`, since: new Date(clock.now()).toISOString() })
      .execute();
    expect((await getJson(`${node.blog}/followers`)).json.totalItems).toBe(1);
    expect((await firstPage(`${node.blog}/followers`)).orderedItems).toEqual([id]);
    expect((await getJson(`${node.blog}/following`)).json.totalItems).toBe(0);
    expect((await firstPage(`${node.blog}/following`)).orderedItems ?? []).toEqual([]);
  });

  test('§15.20 featured has what is pinned, as addresses', async () => {
    const { db, clock } = node.world;
    await pinEntry(db, { id: entry.id, place: 'first', clock });
    const { json } = await getJson(`${node.blog}/featured`);
    expect(json).toMatchObject({ type: 'OrderedCollection', totalItems: 1, orderedItems: [url] });
  });

  test('§15.66 replies has what is shown, as addresses, oldest first; what is held is not there', async () => {
    const { world } = node;
    const one = await published(world, {}, node.origin);
    const place = { entry: one.id, parent: null };
    const { db, clock } = world;
    const uris: string[] = [];
    for (const [index, actor] of [reader, stranger, reader].entries()) {
      await meet(world, actor);
      const uri = `${actor.id}/notes/${index}`;
      uris.push(uri);
      const comment = {
        uri,
        url: uri,
        actor: actor.id,
        html: sanitiseRemote('<p>ค่ะ</p>'),
        language: null,
        published: '2026-11-23T03:00:00.000Z',
      };
      expect(await receiveComment(db, { comment, place, clock })).toBe('held');
    }
    const repliesOf = async () => (await getJson(`${addressOf(one)}/replies`)).json;
    expect(await repliesOf()).toMatchObject({ totalItems: 0, first: { items: [] } });
    const rows = await db.selectFrom('comments').select(['id', 'uri']).where('entry', '=', one.id).execute();
    for (const { id, uri } of rows) {
      if (uri !== uris[1]) await decideComment(db, { id, decision: 'show', viewer: 'operator' });
    }
    const ours = await writeComment(db, {
      ...{ blog: world.blog.id, place, source: 'ขอบคุณครับ', language: 'th', origin: node.origin, clock },
    });
    const replies = await repliesOf();
    expect(replies).toMatchObject({ type: 'Collection', id: `${addressOf(one)}/replies`, totalItems: 3 });
    expect(replies.first).toMatchObject({
      type: 'CollectionPage',
      partOf: replies.id,
      items: [uris[0], uris[2], absolute(node.origin, path.note(ours.id))],
    });
    const page = (await getJson(String((replies.first as Json).id))).json;
    expect(page).toMatchObject({ type: 'CollectionPage', items: (replies.first as Json).items });
  });
});
