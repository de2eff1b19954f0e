// What every answer carries, on every door there is, refusals and faults included (security.md T50, T52).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withoutData } from '../data-blocks.ts';
import { published } from '../world.ts';
import { type Browser, doorsOf, openDoors, pathFor } from './doors.ts';

const SAFETY = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'permissions-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-xss-protection',
];

let node: Awaited<ReturnType<typeof openDoors>>;
let author: Browser;
beforeAll(async () => {
  node = await openDoors();
  await published(node.world);
  author = node.doors.browser();
  await author.signIn();
});
afterAll(() => node.close());

const safety = (response: Response) => Object.fromEntries(SAFETY.map((name) => [name, response.headers.get(name)]));

test('the headers are these', async () => {
  expect(safety(await author.get('/'))).toMatchInlineSnapshot(`
    {
      "content-security-policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data: https:; form-action 'self' https:; frame-ancestors 'none'; base-uri 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "origin-agent-cluster": "?1",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      "referrer-policy": "same-origin",
      "strict-transport-security": "max-age=63072000",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "x-xss-protection": "0",
    }
  `);
});

test('they are the same on every door, read or written, signed in or not, found or not', async () => {
  const usual = safety(await author.get('/'));
  const answers: [string, Response][] = [];
  for (const { method, path } of node.doors.app.routes()) {
    const at = pathFor(path);
    for (const browser of [author, node.doors.browser()]) {
      if (method === 'POST' && path !== '/sign-out') answers.push([`POST ${at}`, await browser.post(at, {})]);
      else if (method !== 'POST') answers.push([`GET ${at}`, await browser.get(at)]);
    }
  }
  const etag = (await node.doors.browser().get('/')).headers.get('ETag') ?? '';
  const strangers: [string, Response][] = [
    ['404', await author.get('/nowhere')],
    ['304', await node.doors.browser().get('/', { 'If-None-Match': etag })],
    ['403', await author.post('/write', {}, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })],
    ['405', await author.get('/sign-out')],
    ['413', await author.post('/write', { source: 'x'.repeat(2_200_000) })],
    ['document', await author.get('/ap/actors/organisation', { Accept: 'application/activity+json' })],
    ['English', await author.get('/en/blogs')],
  ];
  expect(strangers.map(([, { status }]) => status)).toEqual([404, 304, 403, 405, 413, 200, 200]);
  expect(answers.length).toBeGreaterThan(40);
  for (const [what, response] of [...answers, ...strangers]) {
    expect([what, safety(response)]).toEqual([what, { ...usual }]);
    expect([what, response.headers.get('Cache-Control') !== null || what === 'document' || isRing(what)]).toEqual([
      what,
      true,
    ]);
  }
});

test('a fault of ours shows a plain page, tells nothing of its cause, and carries them too', async () => {
  const doors = doorsOf(node.world, {
    lookUp: async () => {
      throw new Error('secret cause');
    },
  });
  const browser = doors.browser();
  await browser.signIn();
  const response = await browser.get('/authorize_interaction?uri=x');
  expect(response.status).toBe(500);
  expect(safety(response)).toEqual(safety(await author.get('/')));
  expect(await response.text()).not.toContain('secret cause');
  await doors.close();
  const dead = await browser.get('/');
  expect([dead.status, await dead.text()]).toEqual([500, expect.stringContaining('Wethi has a fault')]);
});

test('no page has a script, an inline style or a handler of its own', async () => {
  for (const { method, path } of node.doors.app.routes()) {
    if (method !== 'GET') continue;
    const response = await author.get(pathFor(path));
    if (!response.headers.get('Content-Type')?.startsWith('text/html')) continue;
    const text = withoutData(await response.text());
    expect([path, text.match(/<script|<style|\sstyle="|\son[a-z]+="/i)]).toEqual([path, null]);
  }
});

test('on http there is no HSTS', async () => {
  const practice = await openDoors({ origin: 'http://localhost:8000' });
  expect((await practice.doors.browser().get('/')).headers.get('Strict-Transport-Security')).toBeNull();
  await practice.close();
});

test('stylesheet, fonts and mark come with their types, and for good under their own hash', async () => {
  const page = await (await node.doors.browser().get('/')).text();
  const found = [...page.matchAll(/href="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  const types = await Promise.all(
    found.map(async (path) => {
      const response = await node.doors.app.request(path);
      return [
        path.replace(/\?v=[\w-]+$/, '?v=…'),
        response.status,
        response.headers.get('Content-Type'),
        response.headers.get('Cache-Control'),
      ];
    }),
  );
  expect(types).toEqual([
    ['/assets/fonts/looped-thai-400.woff2', 200, 'font/woff2', 'public, max-age=86400'],
    ['/assets/wethi.css?v=…', 200, 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/mark.svg?v=…', 200, 'image/svg+xml; charset=utf-8', 'public, max-age=31536000, immutable'],
  ]);
  const mark = await node.doors.app.request('/assets/mark.png');
  const known = { headers: { 'If-None-Match': mark.headers.get('ETag') ?? '' } };
  const again = await node.doors.app.request('/assets/mark.png', known);
  expect([again.status, again.headers.get('Cross-Origin-Resource-Policy')]).toEqual([304, 'cross-origin']);
  expect((await node.doors.app.request('/favicon.svg')).headers.get('Content-Type')).toMatch(/^image\/svg/);
  expect(await (await node.doors.app.request('/robots.txt')).text()).toMatch(/^User-agent: \*/);
});

test.each([
  '/assets/../package.json',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%252e%252e/package.json',
  '/assets/..\\..\\package.json',
  '/assets/fonts',
  '/assets/',
  '/assets/wethi.css%00',
])('there is no way out of the assets: %s', async (path) => {
  expect((await node.doors.app.request(path)).status).toBe(404);
});

function isRing(what: string): boolean {
  return /^GET \/(ap|\.well-known|nodeinfo)\//.test(what);
}
