// Sending visitors to their own server, and nowhere else (security.md T53; federation.md §11).
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { ORIGIN, published } from '../world.ts';
import { doorsOf, openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let entry: Entry;
beforeAll(async () => {
  node = await openDoors();
  entry = await published(node.world);
});
afterAll(() => node.close());

/** Doors whose visitors' servers all answer with `template`. */
function answering(template: string, { allowPrivateAddress = false } = {}) {
  const asked: [string, string][] = [];
  const doors = doorsOf(node.world, {
    allowPrivateAddress,
    remoteTemplate: async (account, object) => {
      asked.push([account, object]);
      return { ok: true, url: template.replace('{uri}', encodeURIComponent(object)) };
    },
  });
  return { doors, asked };
}

test('a visitor who wants to follow is sent to their own server with the handle', async () => {
  const { doors, asked } = answering('https://example.social/authorize_interaction?uri={uri}');
  for (const [handle, account] of [
    ['khunamnuay_muang', '@reader@example.social'],
    ['obt_bang_chak', 'acct:reader@EXAMPLE.social'],
  ] as const) {
    const response = await doors.browser().post(`/@${handle}/follow`, { account });
    expect(response.status).toBe(303);
    const object = `acct:${handle}@wethi.example`;
    expect(response.headers.get('Location')).toBe(
      `https://example.social/authorize_interaction?uri=${encodeURIComponent(object)}`,
    );
    expect(asked.at(-1)).toEqual([account, object]);
  }
  await doors.close();
});

test('a visitor who wants to answer is sent there with the entry’s id', async () => {
  const { doors, asked } = answering('https://example.social/interact?uri={uri}');
  const page = `/en/@khunamnuay_muang/${entry.number}/answer`;
  expect((await doors.browser().get(page)).status).toBe(200);
  const response = await doors.browser().post(page, { account: 'reader@example.social' });
  expect(response.status).toBe(303);
  expect(asked).toEqual([['reader@example.social', `${ORIGIN}/ap/entries/${entry.id}`]]);
  await doors.close();
});

test.each([
  'https://evil.example/?uri={uri}',
  'https://example.social.evil.example/?uri={uri}',
  'https://example.social:444/?uri={uri}',
  'https://example.social@evil.example/?uri={uri}',
  'https://me:secret@example.social/?uri={uri}',
  'http://example.social/?uri={uri}',
  '//example.social/?uri={uri}',
  'javascript:alert(document.domain)//example.social',
  'data:text/html,example.social',
  '/authorize?uri={uri}',
  '',
])('a server that answers %s sends nobody anywhere', async (template) => {
  const { doors } = answering(template);
  for (const path of ['/@khunamnuay_muang/follow', `/@khunamnuay_muang/${entry.number}/answer`]) {
    const response = await doors.browser().post(path, { account: '@reader@example.social' });
    expect([response.status, response.headers.get('Location')]).toEqual([422, null]);
    const text = await response.text();
    expect(text).toContain('example.social');
    expect(text).toContain('aria-invalid="true"');
  }
  await doors.close();
});

test('http is for tests and the demo alone', async () => {
  const { doors } = answering('http://localhost:8001/go?uri={uri}', { allowPrivateAddress: true });
  const response = await doors.browser().post('/@khunamnuay_muang/follow', { account: '@a@localhost:8001' });
  expect(response.headers.get('Location')).toMatch(/^http:\/\/localhost:8001\/go\?/);
  expect(response.headers.get('Content-Security-Policy')).toContain("form-action 'self' https: http:;");
  await doors.close();
});

test('what is no account is said to be none, without asking anybody', async () => {
  const { doors, asked } = answering('https://example.social/');
  for (const account of ['', 'a b@c d', '@reader@', 'https://']) {
    const response = await doors.browser().post('/@khunamnuay_muang/follow', { account });
    expect([account, response.status]).toEqual([account, 422]);
  }
  expect(asked).toEqual([]);
  const lost = await node.doors.browser().post('/@khunamnuay_muang/follow', { account: '@reader@nowhere.example' });
  expect([lost.status, (await lost.text()).includes('ไม่พบเซิร์ฟเวอร์')]).toEqual([422, true]);
  await doors.close();
});

test('nobody can use us to knock at other servers without end', async () => {
  const { doors, asked } = answering('https://example.social/');
  const statuses: number[] = [];
  for (let n = 0; n < 31; n++) {
    const response = await doors.browser().post('/@khunamnuay_muang/follow', { account: `@a${n}@example.social` });
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0);
  }
  expect(statuses.filter((status) => status === 429)).toEqual([429]);
  expect(asked).toHaveLength(30);
  await doors.close();
});

test('tries are counted by the address that the proxy saw, and by nothing that a stranger can write', async () => {
  const follow = async (doors: ReturnType<typeof doorsOf>, forwarded: string) => {
    const headers = { 'X-Forwarded-For': forwarded };
    return (await doors.browser().post('/@khunamnuay_muang/follow', { account: '@a@example.social' }, headers)).status;
  };
  const alone = doorsOf(node.world);
  for (let n = 0; n < 30; n++) expect(await follow(alone, `192.0.2.${n}`)).toBe(422);
  expect(await follow(alone, '198.51.100.1')).toBe(429);
  await alone.close();

  const behind = doorsOf(node.world, { trustProxy: true });
  for (let n = 0; n < 30; n++) expect(await follow(behind, `192.0.2.${n}, 2001:db8:0:1::${n}`)).toBe(422);
  expect(await follow(behind, '192.0.2.99, 2001:DB8:0:0001:ffff:0:0:1'), 'the same /64').toBe(429);
  expect(await follow(behind, '2001:db8:0:1::1, 2001:db8:0:2::1'), 'the next /64').toBe(422);
  expect(await follow(behind, '2001:db8:0:1::1, ::ffff:192.0.2.1'), 'IPv4 in IPv6').toBe(422);
  await behind.close();
});

test('there is nobody to follow at a handle that nobody has', async () => {
  expect((await node.doors.browser().get('/@nobody/follow')).status).toBe(404);
  expect((await node.doors.browser().get('/@khunamnuay_muang/999/answer')).status).toBe(404);
});
