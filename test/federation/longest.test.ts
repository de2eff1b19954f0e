// The longest letters that this node can write: each fits into what Misskey reads, and the document at its id has all of it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reviseBlog } from '../../src/domain/blogs.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import { activitiesAt, activityOf, type Json, openActor, openServer, type Server, send } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  const follower = openActor(server, 'reader');
  await send(follower, node.inbox, activityOf(follower, 'Follow', node.blog));
  await node.settled();
});
beforeEach(() => {
  server.posts.length = 0;
});
afterAll(async () => {
  await node.close();
  await server.close();
});

async function told(given: Parameters<typeof published>[1] = {}): Promise<Entry> {
  const entry = await published(node.world, given, node.origin);
  await node.settled();
  return entry;
}

test('§15.29 an entry whose every part is as long as can be travels, and its id answers less than 1 MiB', async () => {
  const tags = Array.from({ length: 32 }, (_, index) => 'ก'.repeat(32) + 'ขคงจฉชซญ'[index % 8] + 'ดตถท'[index >> 3]);
  const long = { title: '"'.repeat(150), highlight: 'ก'.repeat(500), tags };
  const sources = ['&'.repeat(400_000), '"'.repeat(400_000), 'ก'.concat('\u0e49'.repeat(99)).repeat(1_330)];
  for (const source of [...sources, 'น้ำ '.repeat(40_000)]) {
    server.posts.length = 0;
    const { id } = await told({ ...long, source });
    expect(server.posts.map(({ bytes }) => bytes.length <= 64 * 1024)).toEqual([true]);
    for (const place of [path.article(id), path.activity(`create-${id}-0`)]) {
      const { status, text } = await getJson(absolute(node.origin, place));
      expect([place, status, Buffer.byteLength(text) < 1024 * 1024]).toEqual([place, 200, true]);
    }
  }
});

test('§15.29 a page of the outbox answers less than 1 MiB, and the entries whole at their ids', async () => {
  const entries: Entry[] = [];
  for (const count of [10_000, 10_000, ...Array<number>(9).fill(25_000)]) {
    entries.push(await told({ source: 'น้ำ '.repeat(count) }));
  }
  const { json } = await getJson(`${node.blog}/outbox`);
  const page = await getJson(String(json.first));
  expect(page.json.orderedItems).toHaveLength(10);
  expect(Buffer.byteLength(page.text)).toBeLessThan(1024 * 1024);
  for (const { id } of entries.slice(0, 3)) {
    const article = await getJson(absolute(node.origin, path.article(id)));
    expect(Buffer.byteLength(String(article.json.content))).toBeGreaterThan(100_000);
  }
});

test('§15.29 a comment of ours at its longest travels, and is whole at its id', async () => {
  const entry = await told();
  const { db, clock, blog } = node.world;
  for (const [source, ending] of [
    ['&'.repeat(19_990), 'with a link'],
    ['ก'.repeat(6_000), 'whole'],
  ] as const) {
    server.posts.length = 0;
    const speech = { source, language: 'th', origin: node.origin, clock };
    const { id } = await writeComment(db, { blog: blog.id, place: { entry: entry.id, parent: null }, ...speech });
    await node.settled();
    expect(server.posts.map(({ bytes }) => bytes.length <= 64 * 1024)).toEqual([true]);
    const note = activitiesAt(server)[0]?.object as Json;
    const { json } = await getJson(absolute(node.origin, path.note(id)));
    expect(note.id).toBe(json.id);
    if (ending === 'whole') expect(note.content).toBe(json.content);
    else expect(note.content).toContain(`<a href="${note.url}">`);
    expect(json.contentMap).toEqual({ th: json.content });
  }
});

test('§15.29 a blog’s own Update travels, however much it says of itself', async () => {
  const { db, clock, blog } = node.world;
  await reviseBlog(db, { handle: blog.handle, title: 'ก'.repeat(40_000), summary: '&'.repeat(40_000), clock });
  await node.settled();
  const [update] = activitiesAt(server, 'Update');
  expect(server.posts.at(-1)?.bytes.length).toBeLessThanOrEqual(64 * 1024);
  expect(update?.object).toMatchObject({ id: node.blog, name: expect.stringMatching(/^ก{60,127}…$/) });
});
