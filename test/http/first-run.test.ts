// From the one-time link to a published entry, as somebody without script does it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSetUpSecret } from '../../src/domain/sessions.ts';
import { hiddenIn, openNewDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openNewDoors>>;
beforeEach(async () => {
  node = await openNewDoors();
});
afterEach(() => node.close());

const firstRun = {
  organisationName: 'อบต.บางจาก',
  organisationHandle: 'obt_bang_chak',
  area: '800119',
  summary: 'ที่แลกเปลี่ยนของคนบางจาก',
  name: 'คุณอำนวย',
  username: 'amnuay',
  password: 'ปุ๋ยหมักกองที่หนึ่ง',
  blogTitle: 'การส่งเสริมอาชีพ',
  blogHandle: 'khunamnuay',
};

test('before set-up every page leads to the one that says where the link is', async () => {
  const browser = node.doors.browser();
  for (const path of ['/', '/desk', '/@nobody', '/nowhere', '/t/x']) {
    const response = await browser.get(path);
    expect([path, response.status, response.headers.get('Location')]).toEqual([path, 303, '/set-up']);
  }
  expect((await browser.get('/en/desk')).headers.get('Location')).toBe('/en/set-up');
  const page = await browser.get('/set-up');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('เวทีนี้ยังไม่ได้ตั้งค่า');
  expect((await browser.get('/', { Accept: 'application/activity+json' })).status).toBe(404);
});

test('one form makes the node, signs the administrator in, and the first entry goes out', async () => {
  const browser = node.doors.browser();
  const form = await browser.get(`/set-up?key=${node.secret}`);
  expect(form.status).toBe(200);
  expect(form.headers.get('Cache-Control')).toBe('no-store');

  const done = await browser.post('/set-up', { ...firstRun, key: node.secret });
  expect([done.status, done.headers.get('Location')]).toEqual([303, '/desk']);
  const desk = await browser.get('/desk');
  expect(desk.status).toBe(200);
  expect(await desk.text()).toContain('การส่งเสริมอาชีพ');

  const draft = await browser.post('/write', words({ act: 'draft' }));
  expect([draft.status, draft.headers.get('Location')]).toEqual([303, '/write/1?saved']);
  const again = await browser.get('/write/1?saved');
  expect(await again.clone().text()).toContain('วันนี้ครบเก้าวัน');
  const { read = '' } = await hiddenIn(again);

  const out = await browser.post('/write/1', words({ act: 'publish', title: 'กลับกองปุ๋ยหมัก', read }));
  expect([out.status, out.headers.get('Location')]).toEqual([303, '/@khunamnuay/1']);
  expect(node.doors.woken()).toBeGreaterThan(0);
  const page = await node.doors.browser().get('/@khunamnuay/1');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('กลับกองปุ๋ยหมัก');
  const home = await (await node.doors.browser().get('/')).text();
  expect(home).toContain('อบต.บางจาก');
  expect(home).toContain('/@khunamnuay/1');
});

test('a wrong form keeps what was typed, names each field at fault, and leaves the link unused', async () => {
  const browser = node.doors.browser();
  const wrong = { ...firstRun, organisationHandle: 'อบต', blogHandle: 'Bad Handle' };
  const both = await browser.post('/set-up', { ...wrong, key: node.secret });
  expect(both.status).toBe(422);
  const text = await both.text();
  expect(text).toContain('id="organisationHandle-error"');
  expect(text).toContain('id="blogHandle-error"');
  expect(text).toContain('value="Bad Handle"');
  expect(text).not.toContain(firstRun.password);

  const short = await browser.post('/set-up', { ...firstRun, password: 'สั้น', key: node.secret });
  expect(await short.text()).toContain('id="password-error"');
  const same = await browser.post('/set-up', { ...firstRun, blogHandle: 'obt_bang_chak', key: node.secret });
  expect(await same.text()).toContain('id="blogHandle-error"');
  expect((await browser.post('/set-up', { ...firstRun, key: node.secret })).status).toBe(303);
});

test('a used, invented or replaced link is gone and says what to do', async () => {
  const browser = node.doors.browser();
  for (const key of ['invented', node.secret]) {
    if (key === node.secret) await newSetUpSecret(node.world.db, { clock: node.world.clock });
    const page = await browser.get(`/set-up?key=${key}`);
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('เริ่มโปรแกรมใหม่เพื่อรับลิงก์ใหม่');
    expect((await browser.post('/set-up', { ...firstRun, key })).status).toBe(410);
  }
});

test('two set-ups with one link at the same time make one node', async () => {
  const post = () => node.doors.browser().post('/set-up', { ...firstRun, key: node.secret });
  const statuses = (await Promise.all([post(), post()])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 410]);
});

function words(given: Record<string, string>): Record<string, string> {
  return {
    blog: 'khunamnuay',
    title: 'ร่างแรก',
    source: 'วันนี้ครบเก้าวันหลังตั้งกอง',
    highlight: '',
    tags: 'ปุ๋ยหมัก, #น้ำ',
    series: '',
    part: '',
    licence: 'cc-by-4.0',
    ...given,
  };
}
