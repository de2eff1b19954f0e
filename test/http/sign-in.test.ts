// Signing in: the cookie, guessing, and where one goes afterwards (security.md T53, T55, T66, T70).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, disablePerson } from '../../src/domain/people.ts';
import { office } from '../world.ts';
import { doorsOf, openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeAll(async () => {
  node = await openDoors();
});
afterAll(() => node.close());

test('on https the cookie is __Host-, Secure, HttpOnly and Lax; on http its plain name stands in', async () => {
  const cookie = (await node.doors.browser().signIn()).headers.get('Set-Cookie') ?? '';
  expect(cookie).toMatch(/^__Host-wethi=[\w-]{22}; /);
  for (const flag of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age=2592000'])
    expect(cookie).toContain(flag);
  expect(cookie).not.toContain('Domain');

  const origin = 'http://localhost:8000';
  const practice = await openDoors({ origin });
  const plain = (await practice.doors.browser().signIn()).headers.get('Set-Cookie') ?? '';
  expect(plain).toMatch(/^wethi=[\w-]{22}; /);
  expect(plain).toContain('HttpOnly');
  expect(plain).not.toContain('Secure');
  await practice.close();
});

test('a token planted before signing in is worth nothing afterwards, and signing in again ends the session before', async () => {
  const browser = node.doors.browser();
  browser.cookies.set('__Host-wethi', 'planted');
  await browser.signIn();
  const first = browser.cookies.get('__Host-wethi') ?? '';
  expect(first).not.toBe('planted');
  await browser.signIn();
  const second = browser.cookies.get('__Host-wethi') ?? '';
  expect(second).not.toBe(first);
  for (const [token, status] of [
    ['planted', 303],
    [first, 303],
    [second, 200],
  ] as const) {
    const thief = node.doors.browser();
    thief.cookies.set('__Host-wethi', token);
    expect((await thief.get('/desk')).status).toBe(status);
  }
});

test('signing out ends the session on the server, not only in the browser', async () => {
  const browser = node.doors.browser();
  await browser.signIn();
  const token = browser.cookies.get('__Host-wethi') ?? '';
  expect((await browser.post('/sign-out', {})).headers.get('Location')).toBe('/');
  expect(browser.cookies.has('__Host-wethi')).toBe(false);
  browser.cookies.set('__Host-wethi', token);
  expect((await browser.get('/desk')).headers.get('Location')).toBe('/sign-in?next=%2Fdesk');
});

test('whoever is disabled is out at once', async () => {
  const { db, clock } = node.world;
  await addPerson(db, { username: 'leaver', name: '', role: 'author', password: 'ลาออกไปแล้ววันนี้', clock });
  const browser = node.doors.browser();
  await browser.signIn('leaver', 'ลาออกไปแล้ววันนี้');
  expect((await browser.get('/desk')).status).toBe(200);
  await disablePerson(db, { username: 'leaver' });
  expect((await browser.get('/desk')).status).toBe(303);
});

test('with a session nothing may be kept, without one pages may be if they are asked about each time', async () => {
  const browser = node.doors.browser();
  expect((await browser.get('/')).headers.get('Cache-Control')).toBe('public, no-cache');
  await browser.signIn();
  for (const path of ['/', '/blogs', '/@khunamnuay_muang', '/t', '/desk', '/reading', '/nowhere']) {
    expect([path, (await browser.get(path)).headers.get('Cache-Control')]).toEqual([path, 'no-store']);
  }
});

test('a wrong password and an unknown name look the same', async () => {
  const answer = async (username: string, password: string) => {
    const response = await node.doors.browser().signIn(username, password);
    return [response.status, (await response.text()).replaceAll(username, '')];
  };
  expect(await answer(office.person.username, 'ไม่ใช่รหัสนี้')).toEqual(await answer('nobodyhere', 'ไม่ใช่รหัสนี้'));
  expect((await node.doors.browser().signIn('nobodyhere', 'x')).status).toBe(422);
});

describe('guessing', () => {
  test('the 26th wrong try as one account waits, wherever it comes from, and right ones do not count', async () => {
    const doors = doorsOf(node.world, { trustProxy: true });
    const guess = (n: number, username: string) =>
      doors
        .browser()
        .post('/sign-in', { username, password: `guess${n}` }, { 'X-Forwarded-For': `spoofed, 192.0.2.${n}` });
    for (const status of await burst(24, (n) => guess(n, 'amnuay'))) expect(status).toBe(422);
    expect((await doors.browser().signIn()).status).toBe(303);
    expect((await doors.browser().signIn()).status).toBe(303);
    expect((await guess(25, 'amnuay')).status).toBe(422);
    const refused = await guess(26, ' Amnuay ');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(3_000);
    expect(await refused.text()).toMatch(/พัก \d+ นาที/);
    expect((await guess(27, 'somebody')).status).toBe(422);
    await doors.close();
  });

  test('the 26th wrong try from one address waits, whoever it claims to be', async () => {
    const doors = doorsOf(node.world);
    const guess = (n: number) =>
      doors.browser().post('/sign-in', { username: `name${n}`, password: 'x' }, { 'X-Forwarded-For': `192.0.2.${n}` });
    for (const status of await burst(25, guess)) expect(status).toBe(422);
    const refused = await guess(26);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(300);
    await doors.close();
  });
});

/** Tries in handfuls, as many as may wait for the password check at once. */
async function burst(times: number, attempt: (n: number) => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  for (let start = 0; start < times; start += 10) {
    const numbers = Array.from({ length: Math.min(10, times - start) }, (_, n) => start + n);
    statuses.push(...(await Promise.all(numbers.map(attempt))).map(({ status }) => status));
  }
  return statuses;
}

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'https:evil.example',
  'https://evil.example/',
  'https://wethi.example@evil.example/',
  'javascript:alert(1)',
  '',
])('after signing in nobody is sent away by next=%s', async (next) => {
  const browser = node.doors.browser();
  const page = await browser.get(`/sign-in?next=${encodeURIComponent(next)}`);
  expect(await page.text()).not.toContain('name="next"');
  const { username, password } = office.person;
  const signedIn = await browser.post('/sign-in', { username, password, next });
  expect(signedIn.headers.get('Location')).toBe('/desk');
  expect((await browser.get(`/sign-in?next=${encodeURIComponent(next)}`)).headers.get('Location')).toBe('/desk');
});

test('after signing in one is where one wanted to be', async () => {
  const browser = node.doors.browser();
  const sent = (await browser.get('/en/authorize_interaction?uri=acct:a@b.example')).headers.get('Location') ?? '';
  const next = new URL(sent, 'https://wethi.example').searchParams.get('next') ?? '';
  expect(await (await browser.get(sent)).text()).toContain('name="next"');
  const { username, password } = office.person;
  const signedIn = await browser.post('/en/sign-in', { username, password, next });
  expect(signedIn.headers.get('Location')).toBe('/en/authorize_interaction?uri=acct:a@b.example');
});
