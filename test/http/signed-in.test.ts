// A session that ended while somebody wrote: what they send waits behind the sign-in page and is then sent on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, disablePerson } from '../../src/domain/people.ts';
import { office, published } from '../world.ts';
import { type Browser, hiddenIn, openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeAll(async () => {
  node = await openDoors();
});
afterAll(() => node.close());

const entry = (title: string) => ({
  blog: 'khunamnuay_muang',
  title,
  source: 'บรรทัดแรก\r\n<b>"สอง"</b> & \'สาม\'',
  licence: 'cc-by-4.0',
  act: 'publish',
});
const { username, password } = office.person;

async function withDeadSession(): Promise<Browser> {
  const browser = node.doors.browser();
  await browser.signIn();
  await node.world.db.deleteFrom('sessions').execute();
  return browser;
}

test('an entry that was sent too late is published after signing in, word for word', async () => {
  const browser = await withDeadSession();
  const page = await browser.post('/en/write', entry('ส่งช้าไปหน่อย'));
  expect([page.status, page.headers.get('Cache-Control')]).toEqual([401, 'no-store']);
  expect(await page.clone().text()).toContain('Your session ended');
  const waiting = await hiddenIn(page);
  expect(waiting).toMatchObject({ to: '/write', 'sent.title': 'ส่งช้าไปหน่อย', 'sent.act': 'publish' });

  const wrong = await browser.post('/en/sign-in', { ...waiting, username, password: 'ไม่ใช่รหัสนี้' });
  expect(wrong.status).toBe(422);
  const still = await hiddenIn(wrong);
  expect(still).toEqual(waiting);

  const done = await browser.post('/en/sign-in', { ...still, username, password });
  expect(done.status).toBe(303);
  expect(done.headers.get('Location')).toMatch(/^\/en\/@khunamnuay_muang\/\d+$/);
  expect((await browser.get('/desk')).status).toBe(200);
  const row = await node.world.db
    .selectFrom('entries')
    .select('source')
    .where('title', '=', 'ส่งช้าไปหน่อย')
    .executeTakeFirstOrThrow();
  expect(Buffer.from(row.source).toString()).toBe('บรรทัดแรก\n<b>"สอง"</b> & \'สาม\'');
});

test('an answer as a blog waits too, and what its door refuses is refused', async () => {
  const { number } = await published(node.world);
  const browser = await withDeadSession();
  const answer = `/@khunamnuay_muang/${number}/answer`;
  const page = await browser.post(answer, { blog: 'khunamnuay_muang', text: 'ตอบช้าไปหน่อย' });
  expect(page.status).toBe(401);
  const done = await browser.post('/sign-in', { ...(await hiddenIn(page)), username, password });
  expect(done.headers.get('Location')).toMatch(new RegExp(`^/@khunamnuay_muang/${number}#c-`));

  const { db, clock } = node.world;
  const guest = { username: 'likhit', name: '', role: 'author' as const, password: 'ลิขิตจดทุกวันศุกร์' };
  await addPerson(db, { ...guest, clock });
  const other = node.doors.browser();
  const waiting = await hiddenIn(await other.post(`/write/${number}/withdraw`, {}));
  const refused = await other.post('/sign-in', { ...waiting, username: 'likhit', password: guest.password });
  expect(refused.status).toBe(403);
  expect((await other.get('/desk')).status, 'signed in all the same').toBe(200);
  await disablePerson(db, { username: 'likhit' });
});

test('nothing waits for another server, and another site can send nothing on', async () => {
  const browser = node.doors.browser();
  const away = { username, password, to: 'https://evil.example/write', 'sent.title': 'x' };
  expect((await browser.post('/sign-in', away)).headers.get('Location')).toBe('/desk');
  const evil = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
  expect((await browser.post('/sign-in', { ...away, to: '/write' }, evil)).status).toBe(403);
  expect((await node.doors.browser().post('/write', entry('ปลอม'), evil)).status).toBe(403);
});

test.each(['/sign-in', '/en/sign-in', '/sign-out', '/set-up?key=x', '/ap/inbox'])(
  'nothing is sent on to %s, which no session guards',
  async (to) => {
    const answer = await node.doors.browser().post('/sign-in', { username, password, to, 'sent.username': 'x' });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/desk']);
  },
);

test('a session in use is lengthened, in the browser too, but not with every page', async () => {
  const { clock } = node.world;
  const browser = node.doors.browser();
  await browser.signIn();
  const token = browser.cookies.get('__Host-wethi') ?? '';
  expect((await browser.get('/desk')).headers.get('Set-Cookie')).toBeNull();
  for (let day = 0; day < 40; day += 10) {
    clock.pass({ days: 10 });
    const page = await browser.get('/desk');
    expect(page.status).toBe(200);
    expect(page.headers.get('Set-Cookie')).toMatch(new RegExp(`^__Host-wethi=${token}; Max-Age=2592000; .*HttpOnly`));
    expect((await browser.get('/desk')).headers.get('Set-Cookie')).toBeNull();
  }
  clock.pass({ days: 30 });
  expect((await browser.get('/desk')).status).toBe(303);
});
