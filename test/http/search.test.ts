// The search page at its door: what it shows, to whom, how often, and that nobody keeps it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reindex } from '../../src/domain/search/reindex.ts';
import { path } from '../../src/urls.ts';
import { published, withSeed } from '../world.ts';
import { openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
beforeEach(async () => {
  node = await openDoors();
});
afterEach(() => node.close());

async function text(address: string): Promise<string> {
  const response = await node.doors.browser().get(address);
  expect(response.status).toBe(200);
  return await response.text();
}

test('a question finds the seed, with the words marked and no space put in', async () => {
  const { number } = await withSeed(node.world);
  const page = await text(path.searchFor({ q: 'การจัดการความรู้' }));
  expect(page).toContain(`/${number}"`);
  expect(page).toContain('โครง<mark>การจัดการความรู้</mark>แก้จนเมืองนคร');
  expect(page).toContain('value="การจัดการความรู้"');
});

test('the English page asks and answers below /en', async () => {
  await withSeed(node.world);
  const page = await text(`/en${path.searchFor({ q: 'ตำบล' })}`);
  expect(page).toContain('action="/en/search"');
  expect(page).toContain('Entries with “ตำบล”');
  expect(page).toContain('<option value="2006">2006</option>');
});

test('years are Buddhist on a Thai page and Gregorian in the address; a Buddhist one may be typed', async () => {
  await withSeed(node.world);
  const page = await text(path.searchFor({ q: 'ตำบล', year: '๒๕๔๙' }));
  expect(page).toContain('<option value="2006" selected>2549</option>');
  expect(page).toContain('class="item"');
  expect(await text(path.searchFor({ q: 'ตำบล', year: '2550' }))).not.toContain('class="item"');
});

describe('where nothing is found', () => {
  test('it says what to try', async () => {
    const page = await text(path.searchFor({ q: 'กรุงเทพ' }));
    expect(page).toContain('ไม่พบ “กรุงเทพ”');
    expect(page).toContain('ลองคำที่สั้นลง');
    expect(page).toContain('href="/t"');
  });

  test('and something narrowed it, it offers the whole forum', async () => {
    await withSeed(node.world);
    const page = await text(path.searchFor({ q: 'ตำบล', blog: 'nobody' }));
    expect(page).toContain(`href="${path.searchFor({ q: 'ตำบล' })}"`);
  });

  test.each([{ licence: 'no-such' }, { tag: 'ไม่มีใครใช้' }])('because there is no %o, it says so', async (narrowed) => {
    await published(node.world, { source: 'กองปุ๋ย', tags: ['ปุ๋ย'] });
    const page = await text(path.searchFor({ q: 'กองปุ๋ย', ...narrowed }));
    expect(page).toContain('ไม่พบ “กองปุ๋ย”');
    expect(await text(path.searchFor({ q: 'กองปุ๋ย', tag: 'ปุ๋ย' }))).toContain('class="item"');
  });

  test.each(['""', '😀', '*'])('because %s is no word, it says so', async (asked) => {
    expect(await text(path.searchFor({ q: asked }))).toContain('อ่านไม่ออกว่าจะให้หาอะไร');
  });
});

describe('an area', () => {
  test.each([
    ['80', true],
    ['๘๐', true],
    ['๘๐๐๑', true],
    ['12', false],
    ['๑๒', false],
    ['นคร', false],
    ['%', false],
  ])('%s narrows to what lies in it: %s', async (area, within) => {
    await published(node.world, { source: 'กองปุ๋ย' });
    await node.world.db.updateTable('organisations').set({ area: '800119' }).execute();
    const page = await text(path.searchFor({ q: 'กองปุ๋ย', area }));
    expect(page.includes('class="item"')).toBe(within);
  });
});

test('while the index is made from nothing the page says so, in both languages', async () => {
  const { db } = node.world;
  const { number } = await withSeed(node.world);
  await reindex(db, { signal: AbortSignal.abort() });
  const page = await text(path.searchFor({ q: 'ตำบล' }));
  expect(page).toContain('ตอนนี้อาจพบไม่ครบ');
  expect(await text(`/en${path.searchFor({ q: 'ตำบล' })}`)).toContain('not everything is found yet');
  await reindex(db);
  const whole = await text(path.searchFor({ q: 'ตำบล' }));
  expect(whole).not.toContain('ตอนนี้อาจพบไม่ครบ');
  expect(whole).toContain(`/${number}"`);
});

test('an empty question is only the form', async () => {
  const page = await text(path.search());
  expect(page).toContain('role="search"');
  expect(page).not.toContain('id="finds"');
});

test('what was typed and what was written stay words', async () => {
  await published(node.world, { title: 'x', source: 'ปุ๋ย &lt;script&gt; "หมัก"' });
  const page = await text(path.searchFor({ q: '<script>alert(1)</script> ปุ๋ย', tag: '"><b>' }));
  expect(page).not.toMatch(/<script|"><b>/);
  const found = await text(path.searchFor({ q: 'script ปุ๋ย' }));
  expect(found).toContain('<mark>ปุ๋ย</mark> &lt;<mark>script</mark>&gt;');
});

test('nobody keeps the page, and no search engine lists it', async () => {
  const response = await node.doors.browser().get(path.searchFor({ q: 'ตำบล' }));
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(await response.text()).toContain('<meta name="robots" content="noindex">');
});

test('pages follow each other and keep the question and what narrows it', async () => {
  for (let i = 0; i < 25; i++) await published(node.world, { source: 'กองปุ๋ย' });
  const first = await text(path.searchFor({ q: 'กองปุ๋ย', licence: 'cc-by-4.0' }));
  const older = first.match(/href="([^"]*)" rel="next"/)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(older).toContain('licence=cc-by-4.0');
  const second = await text(older);
  expect([first, second].map((page) => page.match(/class="item"/g)?.length)).toEqual([20, 5]);
  expect(second).toContain('rel="prev"');
});

test('who wrote what is for members: others are neither offered it nor answered by it', async () => {
  const { world, doors } = node;
  await published(world, { source: 'กองปุ๋ย' });
  const nobodys = path.searchFor({ q: 'กองปุ๋ย', author: 'nobody' });
  const outside = await text(nobodys);
  expect(outside).not.toContain(world.author.name);
  expect(outside).toContain('class="item"');
  const member = doors.browser();
  await member.signIn();
  const inside = await (await member.get(nobodys)).text();
  expect(inside).toContain(`<option value="${world.author.id}">${world.author.name}</option>`);
  expect(inside).not.toContain('class="item"');
  const own = await (await member.get(path.searchFor({ q: 'กองปุ๋ย', author: world.author.id }))).text();
  expect(own).toContain('class="item"');
});

test('somebody who asks without end is asked to wait; the form itself stays open', async () => {
  const browser = node.doors.browser();
  for (let i = 0; i < 150; i++) await browser.get(path.searchFor({ q: 'ก' }));
  const refused = await browser.get(path.searchFor({ q: 'ก' }));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect((await browser.get(path.search())).status).toBe(200);
});
