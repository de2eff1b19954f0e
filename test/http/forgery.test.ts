// No other site can make a signed-in browser do anything (security.md T51), on any door there is.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openDoors, pathFor } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let browser: Browser;
beforeAll(async () => {
  node = await openDoors();
  browser = node.doors.browser();
  expect((await browser.signIn()).status).toBe(303);
});
afterAll(() => node.close());

const evil: [string, Record<string, string>][] = [
  ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
  ['a sibling host', { Origin: 'https://evil.wethi.example', 'Sec-Fetch-Site': 'same-site' }],
  ['a hidden origin', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
  ['the same host on http', { Origin: 'http://wethi.example', 'Sec-Fetch-Site': 'cross-site' }],
];

test.each(evil)('a form from %s is refused by every POST door (T51)', async (_, headers) => {
  const doors = postDoors();
  expect(doors.length).toBeGreaterThan(8);
  for (const path of doors) {
    const response = await browser.post(path, { act: 'publish', uri: 'x', blog: 'khunamnuay_muang' }, headers);
    expect([path, response.status]).toEqual([path, 403]);
  }
  expect(browser.cookies.has('__Host-wethi'), 'still signed in').toBe(true);
});

test('a POST that does not say where it comes from is refused (T51)', async () => {
  for (const path of postDoors()) {
    const request = (type: string) =>
      new Request(`https://wethi.example${path}`, {
        method: 'POST',
        body: 'act=publish',
        headers: { 'Content-Type': type, Cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') },
      });
    expect((await node.doors.app.request(request('application/x-www-form-urlencoded'))).status).toBe(403);
    expect((await node.doors.app.request(request('text/plain'))).status).toBe(403);
    expect((await node.doors.app.request(request('multipart/form-data; boundary=x'))).status).toBe(403);
    // Not an encoding that a foreign page can send unasked, but not a form of ours either.
    expect((await node.doors.app.request(request('application/json'))).status).toBe(400);
  }
});

test('a GET at a door that only takes forms changes nothing and says so (T51)', async () => {
  const reads = new Set(node.doors.app.routes().flatMap(({ method, path }) => (method === 'GET' ? [path] : [])));
  const only = node.doors.app.routes().filter(({ method, path }) => method === 'POST' && !reads.has(path));
  expect(only.map(({ path }) => path)).toContain('/sign-out');
  for (const { path } of only) {
    const response = await browser.get(pathFor(path));
    expect([path, response.status, response.headers.get('Allow')]).toEqual([path, 405, 'POST']);
  }
  expect((await browser.get('/desk')).status).toBe(200);
});

test('a form larger than a mebibyte is refused', async () => {
  const response = await browser.post('/write', { source: 'x'.repeat(2 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
});

test('only doors that everybody may use open without a session', async () => {
  const open = node.doors.app.routes().filter(({ method, session }) => method === 'POST' && !session);
  expect(open.map(({ path }) => path).sort()).toEqual([
    '/:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}/answer',
    '/:blog{@[A-Za-z0-9_]+}/follow',
    '/set-up',
    '/sign-in',
    '/sign-out',
  ]);
  const closed = node.doors.app.routes().filter(({ session }) => session);
  expect(closed.length).toBeGreaterThan(8);
  for (const { method, path } of closed) {
    const stranger = node.doors.browser();
    if (method === 'POST') {
      const response = await stranger.post(pathFor(path), {});
      expect([path, response.status, await response.text()]).toEqual([path, 401, expect.stringContaining('/sign-in')]);
      continue;
    }
    const response = await stranger.get(pathFor(path));
    expect([path, response.status]).toEqual([path, 303]);
    expect(response.headers.get('Location')).toMatch(/^\/sign-in/);
  }
});

function postDoors(): string[] {
  return node.doors.app
    .routes()
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => pathFor(path));
}
