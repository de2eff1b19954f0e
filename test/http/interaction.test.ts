// Our own people, sent home by another server to follow, answer or like (federation.md §11, security.md T52).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rememberActor } from '../../src/domain/actors.ts';
import { receiveComment } from '../../src/domain/comments/receive.ts';
import { untold } from '../../src/domain/happenings.ts';
import type { LookedUp } from '../../src/domain/lookup.ts';
import { sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { ORIGIN, published, reader } from '../world.ts';
import { type Browser, doorsOf, foundActor, hiddenIn, openDoors } from './doors.ts';

const post = {
  id: 'https://example.social/notes/9',
  url: 'https://example.social/@reader/9',
  type: 'Note' as const,
  title: null,
  summary: null,
  html: sanitiseRemote('<p>กองปุ๋ยของเราร้อนถึง 60 องศา</p>'),
  published: '2026-11-22T00:00:00.000Z',
};

let node: Awaited<ReturnType<typeof openDoors>>;
let browser: Browser;
const asked: string[] = [];
beforeAll(async () => {
  node = await openDoors({ lookUp: async (text) => await lookUp(text) });
  await rememberActor(node.world.db, { actor: reader, clock: node.world.clock });
  browser = node.doors.browser();
  await browser.signIn();
});
afterAll(() => node.close());

async function lookUp(text: string): Promise<LookedUp> {
  asked.push(text);
  if (text === '@reader@example.social' || text === reader.id) return foundActor(reader);
  if (text === post.id || text === 'https://example.social/notes/10') {
    return { kind: 'post', post: { ...post, id: text }, author: reader };
  }
  return { kind: 'nothing', telling: { th: 'หาไม่พบ ลองใหม่', en: 'not found; try again' } };
}

const at = (uri: string) => `/authorize_interaction?uri=${encodeURIComponent(uri)}`;
const act = (fields: Record<string, string>) =>
  browser.post('/authorize_interaction', { blog: 'khunamnuay_muang', ...fields });
const told = async () => (await untold(node.world.db, { limit: 1_000 })).map(({ verb, object }) => `${verb} ${object}`);

test('looking at somebody follows nobody; pressing the button does', async () => {
  const page = await browser.get(at('@reader@example.social'));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('ผู้อ่านจาก Mastodon');
  expect((await told()).filter((line) => line.startsWith('follow.asked'))).toEqual([]);
  const done = await act({ uri: reader.id, act: 'follow' });
  expect([done.status, done.headers.get('Location')]).toEqual([303, '/reading']);
  expect(await told()).toContain(`follow.asked ${reader.id}`);
});

test('a post is answered, and liked once however often the button is pressed', async () => {
  expect(await (await browser.get(at(post.id))).text()).toContain('60 องศา');
  expect((await act({ uri: post.id, act: 'comment', text: 'วัดตอนเช้าหรือเย็น' })).status).toBe(303);
  expect((await act({ uri: post.id, act: 'like' })).status).toBe(303);
  expect((await act({ uri: post.id, act: 'like' })).status).toBe(303);
  const verbs = (await told()).map((line) => line.split(' ')[0]);
  expect(verbs.filter((verb) => verb === 'reply.written')).toHaveLength(1);
  expect(verbs.filter((verb) => verb === 'liked')).toHaveLength(1);
  const empty = await act({ uri: post.id, act: 'comment', text: ' ' });
  expect([empty.status, (await empty.text()).includes('เขียนความเห็นก่อนส่ง')]).toEqual([422, true]);
});

test('an answer to a comment in our own thread stays in that thread', async () => {
  const { db, clock } = node.world;
  const entry = await published(node.world);
  const comment = { ...post, uri: post.id, actor: reader.id, language: null };
  await receiveComment(db, { comment, place: { entry: entry.id, parent: null }, clock });
  const done = await act({ uri: post.id, act: 'comment', text: 'ขอบคุณที่มาเล่า' });
  const place = done.headers.get('Location') ?? '';
  expect(place).toMatch(new RegExp(`^/@khunamnuay_muang/${entry.number}#c-`));
  expect(await (await node.doors.browser().get(place)).text()).toContain('ขอบคุณที่มาเล่า');
});

test('what is ours is shown on its own page, without asking anybody', async () => {
  const entry = await published(node.world);
  asked.length = 0;
  const page = `/@khunamnuay_muang/${entry.number}`;
  for (const [uri, place] of [
    [`${ORIGIN}/ap/entries/${entry.id}`, page],
    [`${ORIGIN}${page}`, page],
    [`${ORIGIN}/ap/actors/${node.world.blog.id}`, '/@khunamnuay_muang'],
    ['acct:khunamnuay_muang@wethi.example', '/@khunamnuay_muang'],
    ['@Khunamnuay_Muang@WETHI.example', '/@khunamnuay_muang'],
  ] as const) {
    const response = await browser.get(at(uri));
    expect([uri, response.status, response.headers.get('Location')]).toEqual([uri, 303, place]);
  }
  expect(asked).toEqual([]);
});

test.each(['https://nowhere.example/', 'http://169.254.169.254/', 'javascript:alert(1)', 'nonsense', ''])(
  'an address that names nothing (%s) is said to name nothing',
  async (uri) => {
    const response = await browser.get(at(uri));
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
  },
);

test.each([
  ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a sibling host', { 'Sec-Fetch-Site': 'same-site' }],
  ['a browser that does not say', { 'Sec-Fetch-Site': '' }],
])('who is sent here by %s says first that they want it looked up', async (_, headers) => {
  asked.length = 0;
  const page = await browser.get(`/en${at('@reader@example.social')}`, headers);
  expect([page.status, asked]).toEqual([200, []]);
  expect(await page.clone().text()).toContain('Look it up');
  const found = await browser.post('/en/authorize_interaction', { ...(await hiddenIn(page)), act: 'look' });
  expect([found.status, asked]).toEqual([200, ['@reader@example.social']]);
  expect(await found.text()).toContain('value="follow"');
});

test('an answer sent twice is written once', async () => {
  const elsewhere = { ...post, id: 'https://example.social/notes/10' };
  const fields = { uri: elsewhere.id, act: 'comment', text: 'ตอบสองครั้ง' };
  const { form = '' } = await hiddenIn(await browser.get(at(elsewhere.id)));
  const before = (await told()).length;
  for (const _ of [1, 2]) expect((await act({ ...fields, form })).headers.get('Location')).toBe('/reading');
  expect((await told()).length - before).toBe(1);
});

test('looking up is counted, however one asks', async () => {
  const doors = doorsOf(node.world, { lookUp });
  const person = doors.browser();
  await person.signIn();
  for (let n = 0; n < 30; n++) {
    const response = n % 2 === 0 ? await person.get(at(post.id)) : await look(person);
    expect(response.status).toBe(200);
  }
  asked.length = 0;
  const refused = [await person.get(at(post.id)), await look(person)];
  expect(refused.map(({ status }) => status)).toEqual([429, 429]);
  expect(Number(refused[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(asked).toEqual([]);
  await doors.close();
});

const look = (person: Browser) => person.post('/authorize_interaction', { uri: post.id, act: 'look' });

test('nobody acts as a blog that is not theirs, or does what the button does not say', async () => {
  expect((await act({ uri: post.id, act: 'like', blog: 'somebody_else' })).status).toBe(403);
  expect((await act({ uri: post.id, act: 'follow' })).status).toBe(404);
  expect((await act({ uri: reader.id, act: 'like' })).status).toBe(404);
});
