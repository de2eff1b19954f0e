// No words are lost and none are kept twice: a button pressed twice, a form open in two tabs, tags typed in the text.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untold } from '../../src/domain/happenings.ts';
import { published } from '../world.ts';
import { type Browser, hiddenIn, openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let browser: Browser;
beforeAll(async () => {
  node = await openDoors();
  browser = node.doors.browser();
  await browser.signIn();
});
afterAll(() => node.close());

const words = (given: Record<string, string> = {}) => ({
  blog: 'khunamnuay_muang',
  title: 'กดสองครั้ง',
  source: 'ย่อหน้าแรก',
  highlight: '',
  tags: '',
  series: '',
  part: '',
  licence: 'cc-by-4.0',
  act: 'publish',
  ...given,
});
const verbs = async () => (await untold(node.world.db, { limit: 1_000 })).map(({ verb }) => verb);
const entries = async () =>
  (await node.world.db.selectFrom('entries').select('number').where('title', '=', 'กดสองครั้ง').execute()).length;

test('publishing twice with one form makes one entry, told once', async () => {
  const { form = '' } = await hiddenIn(await browser.get('/write'));
  expect(form).toMatch(/^[a-z0-9]{20}$/);
  const before = (await verbs()).length;
  const pressed = await Promise.all([1, 2].map(() => browser.post('/write', words({ form }))));
  const [first, second] = pressed.map((response) => response.headers.get('Location'));
  expect(pressed.map(({ status }) => status)).toEqual([303, 303]);
  expect(second).toBe(first);
  expect([await entries(), (await verbs()).length - before]).toEqual([1, 1]);
  // Refused words are not remembered as sent.
  const again = await hiddenIn(await browser.get('/write'));
  expect((await browser.post('/write', words({ ...again, title: '' }))).status).toBe(422);
  expect((await browser.post('/write', words({ ...again, title: 'คราวนี้มีชื่อ' }))).status).toBe(303);
});

test('revising and answering twice with one form does it once', async () => {
  const entry = await published(node.world);
  const form = await hiddenIn(await browser.get(`/write/${entry.number}`));
  const before = (await verbs()).length;
  for (const _ of [1, 2]) {
    const done = await browser.post(`/write/${entry.number}`, words({ ...form, title: 'แก้ครั้งเดียว' }));
    expect([done.status, done.headers.get('Location')]).toEqual([303, `/@khunamnuay_muang/${entry.number}`]);
  }
  expect((await verbs()).slice(before)).toEqual(['entry.revised']);
  const page = `/@khunamnuay_muang/${entry.number}`;
  for (const at of [page, `${page}/answer`]) {
    const { form: once = '' } = await hiddenIn(await browser.get(at));
    const fields = { blog: 'khunamnuay_muang', text: `ตอบที่ ${at}`, form: once };
    const answered = [await browser.post(`${page}/answer`, fields), await browser.post(`${page}/answer`, fields)];
    const [first, second] = answered.map((response) => response.headers.get('Location'));
    expect(first).toContain('#c-');
    expect(second).toBe(first);
  }
  expect((await verbs()).slice(before + 1)).toEqual(['comment.written', 'comment.written']);
});

test('the later of two tabs keeps what was typed, shows what stands now, and may then be saved over it', async () => {
  const entry = await published(node.world, { title: 'เปิดสองแท็บ', source: 'ของเดิม', tags: ['น้ำ'] });
  const address = `/write/${entry.number}`;
  const [early, late] = [await hiddenIn(await browser.get(address)), await hiddenIn(await browser.get(address))];
  const kept = await browser.post(address, words({ ...early, title: 'เปิดสองแท็บ', source: 'ของแท็บแรก' }));
  expect(kept.status).toBe(303);
  const refused = await browser.post(`/en${address}`, words({ ...late, title: 'เปิดสองแท็บ', source: 'ของแท็บสอง' }));
  expect(refused.status).toBe(409);
  const copy = refused.clone();
  const page = await copy.text();
  expect(page).toContain('Something else was saved after you opened this page');
  expect(page.indexOf('ของแท็บแรก')).toBeGreaterThan(0);
  expect(page.indexOf('ของแท็บแรก')).toBeLessThan(page.indexOf('<form action="/en/write'));
  expect(page.indexOf('ของแท็บสอง')).toBeGreaterThan(page.indexOf('<form action="/en/write'));
  const shown = async () => await (await browser.get(`/@khunamnuay_muang/${entry.number}`)).text();
  expect(await shown()).toContain('ของแท็บแรก');
  const over = words({ ...(await hiddenIn(refused)), title: 'เปิดสองแท็บ', source: 'ของแท็บสอง' });
  expect((await browser.post(address, over)).status).toBe(303);
  expect(await shown()).toContain('ของแท็บสอง');
});

test.each(['title', 'source', 'highlight', 'tags', 'series', 'licence'])('a change of %s is noticed', async (field) => {
  const entry = await published(node.world);
  const address = `/write/${entry.number}`;
  const standing = { title: entry.title, source: 'วันนี้ครบเก้าวันหลังตั้งกอง' };
  const { read = '' } = await hiddenIn(await browser.get(address));
  const other = field === 'licence' ? 'all-rights-reserved' : 'อื่น';
  expect((await browser.post(address, words({ ...standing, read, [field]: other }))).status).toBe(303);
  expect((await browser.post(address, words({ ...standing, read }))).status).toBe(409);
});

test('a form that was not filled from anything saves over nothing', async () => {
  const entry = await published(node.world);
  expect((await browser.post(`/write/${entry.number}`, words())).status).toBe(409);
});

test('a hashtag of the text does not stand in the tag field', async () => {
  const entry = await published(node.world, { source: 'เรื่อง #ปุ๋ยหมัก วันนี้', tags: ['น้ำ', 'ปุ๋ยหมัก'] });
  expect(await (await browser.get(`/write/${entry.number}`)).text()).toMatch(/name="tags" value="น้ำ"/);
});
