// Which language a page speaks, and that a cache can never hand one visitor’s choice to another (design §4.8).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeAll(async () => {
  node = await openDoors();
});
afterAll(() => node.close());

const spoken = async (response: Response) => (await response.text()).match(/<html lang="(\w+)"/)?.[1];

test('English lives under /en, with the same doors and links that stay there', async () => {
  const browser = node.doors.browser();
  for (const path of ['/en', '/en/', '/en/blogs', '/en/@khunamnuay_muang', '/en/sign-in']) {
    const response = await browser.get(path);
    expect([path, response.status, await spoken(response)]).toEqual([path, 200, 'en']);
  }
  expect(await (await browser.get('/en/blogs')).text()).toContain('href="/en/@khunamnuay_muang"');
  expect((await browser.get('/en/desk')).headers.get('Location')).toBe('/en/sign-in?next=%2Fdesk');
  expect((await browser.get('/english')).status).toBe(404);
});

test('a browser’s own wish changes nothing', async () => {
  const response = await node.doors.browser().get('/', { 'Accept-Language': 'en' });
  expect(response.headers.get('Vary')).toBe('Accept');
  expect(await spoken(response)).toBe('th');
});
