// Reading pages: who sees what, and what a page does with the words of strangers (security.md T46, T54, T56).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiveComment } from '../../src/domain/comments/receive.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { withoutData } from '../data-blocks.ts';
import { fresh, meet, ORIGIN, published, reader, seed, withSeed, words } from '../world.ts';
import { type Browser, openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let author: Browser;
let anybody: Browser;
beforeAll(async () => {
  node = await openDoors();
  author = node.doors.browser();
  anybody = node.doors.browser();
  await author.signIn();
});
afterAll(() => node.close());

test('the imported seed entry stands under its own number and its old address leads there for good', async () => {
  const entry = await withSeed(node.world);
  const page = `/@khunamnuay_muang/${entry.number}`;
  const moved = await anybody.get(`/original/gotoknow/${seed.original}`);
  expect([moved.status, moved.headers.get('Location')]).toEqual([308, page]);
  expect((await anybody.get(`/en/original/gotoknow/${seed.original}`)).headers.get('Location')).toBe(`/en${page}`);
  expect((await anybody.get('/original/gotoknow/1')).status).toBe(404);
  const text = await (await anybody.get(page)).text();
  expect(text).toContain('ตอนที่9');
  expect(text).toContain('9 พฤศจิกายน 2549');
  expect(text).toContain('ผู้อ่านจาก GotoKnow');
  expect(text).toContain(seed.comment.slice(0, 40));
  const series = text.match(/href="(\/series\/[a-z0-9]+)"/)?.[1] ?? '';
  expect(await (await anybody.get(series)).text()).toContain(page);
});

test('a draft looks exactly like what never was, to everybody but its author', async () => {
  const draft = await written('draft');
  const never = draft.number + 1_000;
  const seen = async (number: number, accept: string) => {
    const response = await anybody.get(`/@khunamnuay_muang/${number}`, { Accept: accept });
    const body = (await response.text()).replaceAll(`/${number}"`, '/N"');
    return [response.status, body, [...response.headers]];
  };
  for (const accept of ['text/html', 'application/activity+json']) {
    expect(await seen(draft.number, accept)).toEqual(await seen(never, accept));
    expect((await seen(draft.number, accept))[0]).toBe(404);
  }
  for (const path of ['/', '/@khunamnuay_muang', '/t', '/blogs']) {
    expect(await (await anybody.get(path)).text()).not.toContain('ร่างลับ');
  }
  expect((await anybody.get('/t/ความลับ')).status).toBe(404);
  const own = await author.get(`/@khunamnuay_muang/${draft.number}`);
  expect([own.status, own.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
  expect(own.headers.get('Link')).toBeNull();
});

test('a withdrawn entry is gone, a withdrawn draft never was', async () => {
  const { db, clock } = node.world;
  const entry = await written('published');
  const draft = await written('draft');
  await withdrawEntry(db, { id: entry.id, clock });
  await withdrawEntry(db, { id: draft.id, clock });
  const gone = await anybody.get(`/@khunamnuay_muang/${entry.number}`);
  expect(gone.status).toBe(410);
  expect(await gone.text()).toContain('ถูกถอนแล้ว');
  expect((await anybody.get(`/@khunamnuay_muang/${draft.number}`)).status).toBe(404);
  expect((await author.get(`/@khunamnuay_muang/${draft.number}`)).status).toBe(404);
  expect((await author.get(`/write/${entry.number}`)).status).toBe(410);
});

test('an entry answers under its own blog alone, whatever the case of the handle', async () => {
  const entry = await published(node.world);
  expect((await anybody.get(`/@KhunAmnuay_Muang/${entry.number}`)).status).toBe(200);
  expect((await anybody.get(`/@obt_bang_chak/${entry.number}`)).status).toBe(404);
  for (const number of ['0', '01', '-1', '1.5', '99999999999999999999', 'x']) {
    expect([number, (await anybody.get(`/@khunamnuay_muang/${number}`)).status]).toEqual([number, 404]);
  }
});

test('hostile words come out as words, wherever they show', async () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const entry = await published(node.world, { title: hostile, highlight: hostile, source: hostile, tags: ['ปลอดภัย'] });
  const { db, clock } = node.world;
  await meet(node.world, { ...reader, name: hostile, url: 'javascript:alert(1)' });
  await receiveComment(db, {
    comment: {
      uri: 'https://example.social/notes/1',
      url: 'javascript:alert(1)',
      actor: reader.id,
      html: sanitiseRemote(`<p>${hostile}</p><a href="javascript:alert(1)">x</a>`),
      language: '"><script>',
      published: '2026-11-22T00:00:00.000Z',
    },
    place: { entry: entry.id, parent: null },
    clock,
  });
  const page = `/@khunamnuay_muang/${entry.number}`;
  for (const path of [page, '/', '/@khunamnuay_muang', '/t/ปลอดภัย', `/write/${entry.number}`, '/desk']) {
    const text = withoutData(await (await author.get(path)).text());
    expect([path, text.match(/<script|<img[^>]*onerror|href="javascript:/i)]).toEqual([path, null]);
  }
  for (const path of [`/${encodeURIComponent(hostile)}`, `/t/${encodeURIComponent(hostile)}`, '//evil.example/x']) {
    const text = await (await anybody.get(`https://wethi.example${path}`)).text();
    expect([path, text.match(/<script|href="\/\/|href="\/\\/i)]).toEqual([path, null]);
  }
});

test('one page of a tag holds every spelling of it', async () => {
  await published(node.world, { tags: [...fresh.tags] });
  const page = await anybody.get(`/t/${encodeURIComponent(fresh.tagTakenApart)}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('#น้ำ');
});

test('a page that did not change is not sent again, and one that did is', async () => {
  const entry = await published(node.world);
  const page = `/@khunamnuay_muang/${entry.number}`;
  const first = await anybody.get(page);
  const etag = first.headers.get('ETag') ?? '';
  const same = await anybody.get(page, { 'If-None-Match': etag });
  expect([same.status, await same.text(), same.headers.get('Cache-Control')]).toEqual([304, '', 'public, no-cache']);
  await author.post(`${page}/answer`, { blog: 'khunamnuay_muang', text: 'ขอบคุณที่มาอ่าน' });
  const changed = await anybody.get(page, { 'If-None-Match': etag });
  expect(changed.status).toBe(200);
  expect(await changed.text()).toContain('ขอบคุณที่มาอ่าน');
});

test('lists go on where they stopped', async () => {
  for (let n = 0; n < 21; n++) await published(node.world, { title: `บันทึกชุดยาว ${n}` });
  const first = await (await anybody.get('/@khunamnuay_muang')).text();
  const older = first.match(/href="(\/@khunamnuay_muang\?after=[^"]+)"/)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await (await anybody.get(older)).text();
  expect(second).toContain('rel="prev"');
  expect((await anybody.get('/@khunamnuay_muang?after=nonsense')).status).toBe(200);
});

async function written(as: 'draft' | 'published'): Promise<Entry> {
  const { db, blog, author, clock } = node.world;
  const result = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words({ title: 'ร่างลับ', tags: ['ความลับ'], series: 'ชุดลับ', part: 1 }),
    as,
    origin: ORIGIN,
    clock,
  });
  if (!result.ok) throw new Error('the words were refused');
  return result.entry;
}
