// Writing, revising, withdrawing and deciding about comments, each only for whom it is theirs (security.md T57).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { receiveComment } from '../../src/domain/comments/receive.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { addPerson } from '../../src/domain/people.ts';
import { sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { meet, ORIGIN, published, reader, words } from '../world.ts';
import { type Browser, hiddenIn, openDoors } from './doors.ts';

const PASSWORD = 'ลิขิตจดทุกวันศุกร์';
let node: Awaited<ReturnType<typeof openDoors>>;
/** Writes in another blog, and looks after nothing else. */
let other: Browser;
let author: Browser;
beforeAll(async () => {
  node = await openDoors();
  const { db, clock } = node.world;
  await addPerson(db, { username: 'likhit', name: 'คุณลิขิต', role: 'author', password: PASSWORD, clock });
  await addBlog(db, { handle: 'likhit', title: 'สมุดของคุณลิขิต', author: 'likhit', comments: 'hold-first', clock });
  other = node.doors.browser();
  author = node.doors.browser();
  expect((await other.signIn('likhit', PASSWORD)).status).toBe(303);
  expect((await author.signIn()).status).toBe(303);
});
afterAll(() => node.close());

const form = (given: Record<string, string> = {}) => ({
  blog: 'likhit',
  title: 'จดไว้วันศุกร์',
  source: 'วันนี้คุยกันสามเรื่อง',
  highlight: '',
  tags: '',
  series: '',
  part: '',
  licence: 'cc-by-4.0',
  act: 'publish',
  ...given,
});

test('a wrong form comes back whole with every problem at its field', async () => {
  const response = await other.post(
    '/write',
    form({ title: '', source: ' ', part: 'สาม', tags: 'ดี, !!!', series: 'ชุด "หนึ่ง"' }),
  );
  expect(response.status).toBe(422);
  const text = await response.text();
  for (const field of ['title', 'source', 'part', 'tags']) expect(text).toContain(`id="${field}-error"`);
  expect(text).toContain('value="ชุด &quot;หนึ่ง&quot;"');
  const english = await other.post('/en/write', form({ title: '' }));
  expect(await english.text()).toContain('give the entry a title');
});

test('an entry is written with its tags, series and Thai part number, then revised in its own form', async () => {
  const done = await other.post('/write', form({ tags: '#น้ำ, ปุ๋ยหมัก', series: 'วันศุกร์', part: '๓' }));
  const page = done.headers.get('Location') ?? '';
  expect(page).toMatch(/^\/@likhit\/\d+$/);
  const number = page.split('/').at(-1) ?? '';
  const text = await (await other.get(`/write/${number}`)).text();
  expect(text).toContain('value="น้ำ, ปุ๋ยหมัก"');
  expect(text).toContain('value="วันศุกร์"');
  expect(text).toContain('value="3"');
  expect(text).not.toContain('สามเรื่อง</textarea>\n<span class="hint" id="highlight');
  const { read = '' } = await hiddenIn(await other.get(`/write/${number}`));
  const revised = await other.post(`/en/write/${number}`, form({ read, title: 'จดไว้\r\nวันเสาร์', tags: 'น้ำ' }));
  expect(revised.headers.get('Location')).toBe(`/en${page}`);
  const shown = await (await node.doors.browser().get(page)).text();
  expect(shown).toContain('วันเสาร์');
  expect(shown).not.toContain('#ปุ๋ยหมัก');
});

test('nobody writes, revises or withdraws in another’s blog', async () => {
  const entry = await published(node.world);
  const draft = await draftOf();
  expect((await other.post('/write', form({ blog: 'khunamnuay_muang' }))).status).toBe(403);
  for (const [number, status] of [
    [entry.number, 403],
    [draft.number, 404],
    [9_999, 404],
  ] as const) {
    expect((await other.get(`/write/${number}`)).status).toBe(status);
    expect((await other.post(`/write/${number}`, form())).status).toBe(status);
    expect((await other.post(`/write/${number}/withdraw`, {})).status).toBe(status);
  }
  expect((await author.get(`/@khunamnuay_muang/${entry.number}`)).status).toBe(200);
});

test('an entry stays in its blog, whatever the form says', async () => {
  const entry = await published(node.world);
  const { read = '' } = await hiddenIn(await author.get(`/write/${entry.number}`));
  expect((await author.post(`/write/${entry.number}`, form({ blog: 'likhit', read }))).status).toBe(303);
  expect((await author.get(`/@khunamnuay_muang/${entry.number}`)).status).toBe(200);
});

test('withdrawing takes an entry from the desk and the page', async () => {
  const done = await other.post('/write', form({ title: 'จะถอนทีหลัง' }));
  const page = done.headers.get('Location') ?? '';
  expect(await (await other.get('/desk')).text()).toContain('จะถอนทีหลัง');
  const number = page.split('/').at(-1);
  expect((await other.post(`/write/${number}/withdraw`, {})).headers.get('Location')).toBe('/desk');
  expect(await (await other.get('/desk')).text()).not.toContain('จะถอนทีหลัง');
  expect((await other.get(page)).status).toBe(410);
});

test('a draft is discarded from its own form, in words for drafts', async () => {
  const done = await other.post('/write', form({ title: 'ร่างที่จะทิ้ง', act: 'draft' }));
  const page = done.headers.get('Location')?.split('?')[0] ?? '';
  const text = await (await other.get(page)).text();
  expect(text).toContain('ทิ้งร่างนี้');
  expect(text).not.toContain('ถอนบันทึกนี้');
  expect(text).toContain(`action="${page}/withdraw"`);
  expect((await other.post(`${page}/withdraw`, {})).headers.get('Location')).toBe('/desk');
  expect(await (await other.get('/desk')).text()).not.toContain('ร่างที่จะทิ้ง');
  expect((await other.get(page)).status).toBe(404);
});

test('a held comment waits on the desk of whoever looks after the blog, and for nobody else', async () => {
  const entry = await entryOfOther();
  const id = await heldUnder(entry);
  expect(await (await other.get('/desk')).text()).toContain('ขอถามเรื่องน้ำ');
  expect(await (await other.get(`/@likhit/${entry.number}`)).text()).toContain('ขอถามเรื่องน้ำ');
  expect(await (await node.doors.browser().get(`/@likhit/${entry.number}`)).text()).not.toContain('ขอถามเรื่องน้ำ');

  const shown = await other.post(`/comments/${id}`, { act: 'show', back: 'entry' });
  expect(shown.headers.get('Location')).toBe(`/@likhit/${entry.number}#c-${id}`);
  expect(await (await node.doors.browser().get(`/@likhit/${entry.number}`)).text()).toContain('ขอถามเรื่องน้ำ');
  const hidden = await other.post(`/comments/${id}`, { act: 'hide', back: 'entry' });
  expect(hidden.headers.get('Location')).toBe(`/@likhit/${entry.number}#comments`);
  expect(await (await node.doors.browser().get(`/@likhit/${entry.number}`)).text()).not.toContain('ขอถามเรื่องน้ำ');
});

test('nobody decides about comments under another’s entries', async () => {
  const entry = await published(node.world);
  const { db, clock } = node.world;
  const uri = 'https://example.social/notes/71';
  await meet(node.world, reader);
  const said = { ...comment, uri, html: sanitiseRemote('<p>ใต้บันทึกของคนอื่น</p>') };
  await receiveComment(db, { comment: said, place: { entry: entry.id, parent: null }, clock });
  const [voice] = await threadOf(db, { entry: entry.id, blog: entry.blog, viewer: ANYONE });
  expect((await other.post(`/comments/${voice?.id}`, { act: 'hide', back: 'desk' })).status).toBe(403);
  expect((await other.post('/comments/none', { act: 'hide', back: 'desk' })).status).toBe(404);
  expect(await threadOf(db, { entry: entry.id, blog: entry.blog, viewer: ANYONE })).toHaveLength(1);
});

test('an author answers as their own blog only, and only what is shown', async () => {
  const entry = await published(node.world);
  const answer = `/@khunamnuay_muang/${entry.number}/answer`;
  const written = await other.post(answer, { blog: 'likhit', text: 'ที่บ้านเราก็เป็น' });
  expect(written.headers.get('Location')).toMatch(new RegExp(`^/@khunamnuay_muang/${entry.number}#c-`));
  const id = written.headers.get('Location')?.split('#c-')[1] ?? '';
  const reply = await author.post(answer, { blog: 'khunamnuay_muang', text: 'แก้อย่างไร', comment: id });
  expect(reply.status).toBe(303);
  expect(await (await author.get(`${answer}?comment=${id}`)).text()).toContain('ที่บ้านเราก็เป็น');

  expect((await other.post(answer, { blog: 'khunamnuay_muang', text: 'ปลอม' })).status).toBe(403);
  expect((await node.doors.browser().post(answer, { blog: 'likhit', text: 'ปลอม' })).status).toBe(401);
  expect((await other.post(answer, { blog: 'likhit', text: 'x', comment: 'none' })).status).toBe(404);
  const empty = await other.post(answer, { blog: 'likhit', text: '' });
  expect([empty.status, (await empty.text()).includes('id="answer-text-error"')]).toEqual([422, true]);
  const held = await heldUnder(await entryOfOther());
  expect((await author.post(answer, { blog: 'khunamnuay_muang', text: 'x', comment: held })).status).toBe(404);
});

test('a blog that takes no comments takes none', async () => {
  const { db, clock } = node.world;
  await addBlog(db, { handle: 'closed', title: 'ไม่รับความเห็น', author: 'likhit', comments: 'closed', clock });
  const done = await other.post('/write', form({ blog: 'closed' }));
  const answer = `${done.headers.get('Location')}/answer`;
  expect((await other.get(answer)).status).toBe(403);
  expect((await other.post(answer, { blog: 'likhit', text: 'x' })).status).toBe(403);
  expect((await node.doors.browser().post(answer, { account: '@reader@example.social' })).status).toBe(403);
});

const comment = {
  uri: 'https://example.social/notes/70',
  url: 'https://example.social/@reader/70',
  actor: reader.id,
  html: sanitiseRemote('<p>ขอถามเรื่องน้ำ</p>'),
  language: 'th',
  published: '2026-11-22T00:00:00.000Z',
};
let arrived = 0;

async function heldUnder(entry: Entry): Promise<string> {
  const { db, clock } = node.world;
  const stranger = { ...reader, id: `https://example.social/users/s${++arrived}` };
  await meet(node.world, stranger);
  const uri = `https://example.social/held/${arrived}`;
  const place = { entry: entry.id, parent: null };
  expect(await receiveComment(db, { comment: { ...comment, uri, actor: stranger.id }, place, clock })).toBe('held');
  const row = await db.selectFrom('comments').select('id').where('uri', '=', uri).executeTakeFirstOrThrow();
  return row.id;
}

async function entryOfOther(): Promise<Entry> {
  const done = await other.post('/write', form());
  const number = Number(done.headers.get('Location')?.split('/').at(-1));
  const { db } = node.world;
  return await db.selectFrom('entries').selectAll().where('number', '=', number).executeTakeFirstOrThrow();
}

async function draftOf(): Promise<Entry> {
  const { db, blog, author, clock } = node.world;
  const given = { blog: blog.id, author: author.id, words: words(), as: 'draft' as const, origin: ORIGIN, clock };
  const result = await writeEntry(db, given);
  if (!result.ok) throw new Error('the draft was refused');
  return result.entry;
}

test('what was kept as a draft is published by the other button of the same form', async () => {
  const kept = await other.post('/write', form({ act: 'draft', title: 'เก็บก่อน' }));
  const number = kept.headers.get('Location')?.match(/\d+/)?.[0] ?? '';
  const fields = await hiddenIn(await other.get(`/write/${number}`));
  const same = form({ ...fields, title: 'เก็บก่อน' });
  expect((await other.post(`/write/${number}`, { ...same, act: 'draft' })).headers.get('Location')).toMatch(/saved/);
  const published = await other.post(`/write/${number}`, { ...same, act: 'publish' });
  expect(published.headers.get('Location')).toBe(`/@likhit/${number}`);
  expect((await node.doors.browser().get(`/@likhit/${number}`)).status).toBe(200);
});

test('§15.87 the form of a blog that moved away comes back with its words and says where to publish', async () => {
  const { db } = node.world;
  const move = async (movedTo: string | null) =>
    await db.updateTable('blogs').set({ movedTo }).where('handle', '=', 'likhit').execute();
  await move('https://new.example/users/likhit');
  const came = await other.post('/write', form({ source: 'ยังไม่อยากทิ้ง' }));
  expect(came.status).toBe(422);
  const page = await came.text();
  expect(page).toContain('id="blog-error"');
  expect(page).toContain('เผยแพร่ที่ https://new.example/users/likhit หรือเก็บเป็นร่างไว้');
  expect(page).toContain('ยังไม่อยากทิ้ง');
  expect((await other.post('/write', form({ act: 'draft' }))).status).toBe(303);
  await move(null);
});
