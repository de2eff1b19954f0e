// What counts as a read: a browser that is given an entry's page, from memory or not, and nobody's own work.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readsOf } from '../../src/domain/reads.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { isReader } from '../../src/http/readers.ts';
import { openNode } from '../../src/node.ts';
import { path } from '../../src/urls.ts';
import { dump, ORIGIN, published } from '../world.ts';
import { openDoors } from './doors.ts';

const FIREFOX = 'Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0';

test.each([
  FIREFOX,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.9.0',
  'Mozilla/5.0 (Linux; Android 13; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; arm_64; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 YaBrowser/24.7 Yandexsearch/24.9 Mobile Safari/537.36',
  'Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/191.308; U; th) Presto/2.12.423 Version/12.16',
])('%s reads', (agent) => {
  expect(isReader((name) => (name === 'user-agent' ? agent : undefined))).toBe(true);
});

test.each([
  undefined,
  '',
  'curl/8.9.1',
  'Mastodon/4.3.1 (http.rb/5.2.0; +https://example.social/)',
  'facebookexternalhit/1.1;line-poker/1.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/129.0 Safari/537.36 Chrome-Lighthouse',
])('%s does not', (agent) => {
  expect(isReader((name) => (name === 'user-agent' ? agent : undefined))).toBe(false);
});

let at: Awaited<ReturnType<typeof openDoors>>;
let server: Server;
let origin: string;
beforeEach(async () => {
  at = await openDoors();
  const make = getRequestListener(at.doors.app.fetch);
  server = createServer((incoming, outgoing) => {
    if (!at.doors.app.early(incoming, outgoing)) void make(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await at.close();
});

async function ask(place: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> {
  const response = await fetch(origin + place, {
    method,
    headers: { 'user-agent': FIREFOX, ...headers },
    redirect: 'manual',
  });
  await response.arrayBuffer();
  return response.status;
}

test('a page made, a page from memory, in either language, and one that the browser had already: four reads', async () => {
  const { id, number } = await published(at.world);
  const page = path.entry(at.world.blog.handle, number);
  for (const place of [page, page, `/en${page}`]) expect(await ask(place)).toBe(200);
  const etag = (await fetch(origin + page, { method: 'HEAD' })).headers.get('etag') ?? '';
  expect(await ask(page, { 'if-none-match': etag })).toBe(304);
  expect(at.doors.reads).toEqual([id, id, id, id]);
});

test('forty who ask at once for a page that must be made are forty readers', async () => {
  const { number } = await published(at.world);
  await Promise.all(Array.from({ length: 40 }, () => ask(path.entry(at.world.blog.handle, number))));
  expect(at.doors.reads).toHaveLength(40);
});

test('a HEAD, a fetch ahead, a program, a document and other pages are no reads', async () => {
  const { number } = await published(at.world);
  const page = path.entry(at.world.blog.handle, number);
  for (const _ of ['made', 'from memory']) {
    await ask(page, {}, 'HEAD');
    await ask(page, { 'sec-purpose': 'prefetch;prerender' });
    await ask(page, { purpose: 'prefetch' });
    await ask(page, { 'x-moz': 'prefetch' });
    await ask(page, { 'user-agent': 'Mastodon/4.3.1 (http.rb/5.2.0; +https://example.social/)' });
    await ask(page, { accept: 'application/activity+json' });
    for (const other of ['/', path.blog(at.world.blog.handle), path.entry(at.world.blog.handle, 999)]) await ask(other);
  }
  expect(at.doors.reads).toEqual([]);
});

test('who writes there does not count, and who is signed in and writes elsewhere does', async () => {
  const { id, number } = await published(at.world);
  const page = path.entry(at.world.blog.handle, number);
  const browser = at.doors.browser();
  await browser.signIn();
  await browser.get(page, { 'user-agent': FIREFOX });
  expect(at.doors.reads).toEqual([]);
  await at.world.db.deleteFrom('authors').execute();
  await at.world.db.updateTable('people').set({ role: 'author' }).execute();
  await browser.get(page, { 'user-agent': FIREFOX });
  expect(at.doors.reads).toEqual([id]);
});

test('the author finds the number on the desk and on the page; readers only where the office shows it', async () => {
  const { id, number } = await published(at.world);
  const page = path.entry(at.world.blog.handle, number);
  await at.world.db.insertInto('reads').values({ entry: id, times: 214 }).execute();
  const author = at.doors.browser();
  await author.signIn();
  for (const place of ['/desk', page]) expect(await (await author.get(place)).text()).toContain('อ่าน 214 ครั้ง');
  const seen = async () => await (await at.doors.browser().get(page)).text();
  expect(await seen()).not.toContain('214 ครั้ง');
  await setSetting(at.world.db, { key: 'show-reads', value: 'yes' });
  expect(await seen()).toContain('<dt>อ่าน</dt><dd>214 ครั้ง</dd>');
});

test('a node that closes writes down what it counted, and nothing else: not a word of who read', async () => {
  const { world } = at;
  const { id, number } = await published(world);
  const node = await openNode({
    ...{ origin: ORIGIN, host: '127.0.0.1', port: 0, data: world.folder, databasePath: world.path },
    ...{ role: 'web', language: 'th', log: 'error', trustProxy: true, allowPrivateAddress: false },
  });
  const before = dump(world);
  const page = new Request(ORIGIN + path.entry(world.blog.handle, number), {
    headers: { 'user-agent': FIREFOX, 'x-forwarded-for': '203.0.113.7' },
  });
  expect((await node.fetch(page)).status).toBe(200);
  expect(await readsOf(world.db, { entry: id })).toBe(0);
  await node.close();
  expect(dump(world)).toEqual({ ...before, reads: [{ entry: id, times: 1 }] });
});
