// Answers from memory, over a real socket: the same as the framework's, and never an old one.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { meddle } from '../databases.ts';
import { published } from '../world.ts';
import { openDoors } from './doors.ts';

const ACTIVITY = 'application/activity+json';

let node: Awaited<ReturnType<typeof openDoors>>;
let server: Server;
let origin: string;
/** Requests that the framework had to answer. */
let made: number;

beforeEach(async () => {
  node = await openDoors();
  made = 0;
  const make = getRequestListener(node.doors.app.fetch);
  server = createServer((incoming, outgoing) => {
    if (node.doors.app.early(incoming, outgoing)) return;
    made++;
    void make(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await node.close();
});

async function entryPage(): Promise<string> {
  const entry = await published(node.world);
  return `${origin}/@khunamnuay_muang/${entry.number}`;
}

const headersOf = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)));

test('a second reader gets from memory what the first one got, header by header', async () => {
  const page = await entryPage();
  const first = await fetch(page);
  const [headers, text] = [headersOf(first), await first.text()];
  expect(headers).toMatchObject({
    vary: 'Accept',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  const second = await fetch(page);
  expect([second.status, headersOf(second), await second.text()]).toEqual([200, headers, text]);
  expect(made).toBe(1);
});

test('a reader who has it already gets 304 without a body, weakly named or in a list', async () => {
  const page = await entryPage();
  const etag = (await fetch(page)).headers.get('etag') ?? '';
  for (const name of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const same = await fetch(page, { headers: { 'if-none-match': name } });
    expect([same.status, await same.text(), same.headers.get('etag'), same.headers.get('vary')]).toEqual([
      304,
      '',
      etag,
      'Accept',
    ]);
  }
  expect((await fetch(page, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  expect(made).toBe(1);
});

test('HEAD has the headers of GET and no body, from memory too', async () => {
  const page = await entryPage();
  const cold = await fetch(page, { method: 'HEAD' });
  expect([cold.status, await cold.text()]).toEqual([200, '']);
  const whole = await fetch(page);
  const length = Buffer.byteLength(await whole.text());
  const head = await fetch(page, { method: 'HEAD' });
  expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', `${length}`]);
});

test('a change by another process is seen by the very next reader', async () => {
  const page = await entryPage();
  expect(await (await fetch(page)).text()).not.toContain('บล็อกที่เปลี่ยนชื่อแล้ว');
  await meddle(node.world, "update blogs set title = 'บล็อกที่เปลี่ยนชื่อแล้ว'");
  expect(await (await fetch(page)).text()).toContain('บล็อกที่เปลี่ยนชื่อแล้ว');
});

test('whoever brings a session is never answered from memory, and leaves nothing there', async () => {
  const page = await entryPage();
  const browser = node.doors.browser();
  await browser.signIn();
  const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const mine = await fetch(page, { headers: { cookie: cookies } });
  expect(mine.headers.get('cache-control')).toBe('no-store');
  const theirs = await fetch(page);
  expect(theirs.headers.get('cache-control')).toBe('public, no-cache');
  await fetch(page, { headers: { cookie: cookies } });
  expect(made).toBe(3);
});

test('a server and a browser that ask for the same address get each their own', async () => {
  const page = await entryPage();
  const accepts = ['text/html', ACTIVITY, 'application/ld+json', '*/*', 'application/json'];
  const types = async () =>
    await Promise.all(
      accepts.map(async (accept) => {
        const { status } = await fetch(page, { redirect: 'manual', headers: { accept } });
        return [accept, status];
      }),
    );
  const cold = await types();
  expect(Object.fromEntries(cold)).toMatchObject({ 'text/html': 200, [ACTIVITY]: 302, 'application/ld+json': 302 });
  expect(await types()).toEqual(cold);
  expect(made).toBe(accepts.length);
});

test('of a hundred who ask for a cold document at once, one has it made', async () => {
  const ask = async () => (await fetch(`${origin}/ap/entries/hot`, { headers: { accept: ACTIVITY } })).status;
  await ask();
  expect(node.doors.federated).toHaveLength(1);
  await meddle(node.world, "update blogs set title = 'ใหม่'");
  const answers = await Promise.all(Array.from({ length: 100 }, ask));
  expect([new Set(answers), node.doors.federated.length]).toEqual([new Set([200]), 2]);
});

test('refusals and redirects of one visitor are not kept', async () => {
  for (const path of ['/@nobody/1', '/desk', '/sign-in']) {
    await fetch(`${origin}${path}`, { redirect: 'manual' });
    await fetch(`${origin}${path}`, { redirect: 'manual' });
  }
  expect(made).toBe(6);
});
