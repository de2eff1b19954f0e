// One address, two kinds of asker: pages for browsers, the way to the document for servers (federation.md §7).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { deleteReply, writeReply } from '../../src/domain/replies.ts';
import { meet, ORIGIN, published, reader, words } from '../world.ts';
import { openDoors } from './doors.ts';

let node: Awaited<ReturnType<typeof openDoors>>;
let entry: Entry;
let withdrawn: Entry;
let draft: Entry;
beforeAll(async () => {
  node = await openDoors();
  const { world } = node;
  entry = await published(world);
  withdrawn = await published(world, { title: 'ถอนแล้ว' });
  await withdrawEntry(world.db, { id: withdrawn.id, clock: world.clock });
  const { db, blog, author, clock } = world;
  const written = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words({ title: 'ร่างลับ' }),
    as: 'draft',
    origin: ORIGIN,
    clock,
  });
  if (!written.ok) throw new Error('the draft was refused');
  draft = written.entry;
});
afterAll(() => node.close());

const PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const servers: [string, string][] = [
  ['Mastodon', 'application/activity+json, application/ld+json'],
  ['Mastodon, for a pasted address', `${PROFILE}, application/activity+json, text/html;q=0.1`],
  ['GoToSocial', `${PROFILE},application/activity+json`],
  ['Misskey', `application/activity+json, ${PROFILE}`],
  ['Akkoma, in two headers', `application/activity+json, ${PROFILE}`],
];
const browsers: [string, string][] = [
  ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['curl', '*/*'],
  ['a reader of plain JSON', 'application/json'],
  ['somebody who wants anything but documents', 'text/html, application/activity+json;q=0'],
];

const organisation = `${ORIGIN}/ap/actors/organisation`;
const pages = (): [string, string][] => [
  ['/', organisation],
  ['/@obt_bang_chak', organisation],
  ['/@khunamnuay_muang', `${ORIGIN}/ap/actors/${node.world.blog.id}`],
  [`/@khunamnuay_muang/${entry.number}`, `${ORIGIN}/ap/entries/${entry.id}`],
  [`/en/@khunamnuay_muang/${entry.number}`, `${ORIGIN}/ap/entries/${entry.id}`],
];

test.each(servers)('%s is sent from a page to the very id, in one hop', async (_, accept) => {
  for (const [path, id] of pages()) {
    const response = await node.doors.app.request(path, { headers: { Accept: accept } });
    expect([path, response.status, response.headers.get('Location')]).toEqual([path, 302, id]);
    expect(response.headers.get('Vary')).toMatch(/\bAccept\b/);
  }
  const id = `/ap/entries/${entry.id}`;
  const document = await node.doors.app.request(id, { headers: { Accept: accept } });
  expect(document.headers.get('Content-Type')).toBe('application/activity+json');
  expect(document.headers.get('Vary')).toMatch(/\bAccept\b/);
  expect(node.doors.federated.at(-1)).toBe(`GET ${id} ${accept}`);
});

test.each(browsers)('%s gets pages, and from an id the way to its page', async (_, accept) => {
  for (const [path, id] of pages()) {
    const response = await node.doors.app.request(path, { headers: { Accept: accept } });
    expect(response.headers.get('Vary')).toMatch(/\bAccept\b/);
    if (path === '/@obt_bang_chak') {
      expect([response.status, response.headers.get('Location')]).toEqual([303, '/']);
      continue;
    }
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
    // First, whatever else is named.
    expect(response.headers.get('Link')?.split(', ')[0]).toBe(
      `<${id}>; rel="alternate"; type="application/activity+json"`,
    );
  }
  if (accept.includes('json')) return;
  const { world } = node;
  const comment = await writeComment(world.db, {
    blog: world.blog.id,
    place: { entry: entry.id, parent: null },
    source: 'ขอบคุณ',
    language: 'th',
    origin: ORIGIN,
    clock: world.clock,
  });
  const ids: [string, number, string | null][] = [
    ['/ap/actors/organisation', 303, '/'],
    ['/ap/actors/instance', 303, '/'],
    [`/ap/actors/${world.blog.id}`, 303, '/@khunamnuay_muang'],
    [`/ap/entries/${entry.id}`, 303, `/@khunamnuay_muang/${entry.number}`],
    [`/ap/comments/${comment.id}`, 303, `/@khunamnuay_muang/${entry.number}#c-${comment.id}`],
    [`/ap/entries/${withdrawn.id}`, 410, null],
    [`/ap/entries/${draft.id}`, 404, null],
    ['/ap/entries/never', 404, null],
    ['/ap/comments/never', 404, null],
    ['/ap/actors/never', 404, null],
    ['/ap/inbox', 404, null],
  ];
  for (const [id, status, place] of ids) {
    const response = await node.doors.app.request(id, { headers: { Accept: accept } });
    expect([id, response.status, response.headers.get('Location')]).toEqual([id, status, place]);
    expect(response.headers.get('Vary')).toMatch(/\bAccept\b/);
  }
});

test('a browser goes from our answer elsewhere to the post it answers, and hears that a deleted one is gone', async () => {
  const { db, blog, clock } = node.world;
  await meet(node.world, reader);
  const said = { blog: blog.id, actor: reader.id, source: 'ขอบคุณ', language: 'th', origin: ORIGIN, clock };
  const answered = 'https://example.social/posts/1';
  const reply = await writeReply(db, { ...said, inReplyTo: answered });
  const odd = await writeReply(db, { ...said, inReplyTo: 'javascript:alert(1)' });
  const place = { entry: entry.id, parent: null };
  const comment = await writeComment(db, { ...said, place });
  const ask = async (id: string) => {
    const response = await node.doors.app.request(id, { headers: { Accept: 'text/html' } });
    return [response.status, response.headers.get('Location')];
  };
  expect(await ask(`/ap/comments/${reply.id}`)).toEqual([303, answered]);
  expect(await ask(`/en/ap/comments/${reply.id}`)).toEqual([303, answered]);
  expect(await ask(`/ap/comments/${odd.id}`)).toEqual([404, null]);
  await deleteReply(db, { id: reply.id, clock });
  await deleteComment(db, { id: comment.id, clock });
  expect(await ask(`/ap/comments/${reply.id}`)).toEqual([410, null]);
  expect(await ask(`/ap/comments/${comment.id}`)).toEqual([410, null]);
});

test.each(servers)(
  '§15.43 to %s the page of a tag or a series is a collection at its own address',
  async (_, accept) => {
    const listed = await published(node.world, { tags: ['น้ำหมัก'], series: 'ทำปุ๋ย', part: 1 });
    for (const place of [`/t/${encodeURIComponent('น้ำหมัก')}`, `/series/${listed.series}`]) {
      const asked = async (path: string, wanted: string) =>
        await node.doors.app.request(path, { headers: { Accept: wanted } });
      const data = await asked(place, accept);
      expect([data.status, data.headers.get('Content-Type')]).toEqual([200, 'application/activity+json']);
      expect(data.headers.get('Vary')).toMatch(/\bAccept\b/);
      expect(node.doors.federated.at(-1)).toBe(`GET ${place} ${accept}`);
      const english = await asked(`/en${place}`, accept);
      expect([english.status, english.headers.get('Location')]).toEqual([302, `${ORIGIN}${place}`]);
      const page = await asked(place, 'text/html');
      expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8']);
      expect(page.headers.get('Vary')).toMatch(/\bAccept\b/);
    }
    const folded = await node.doors.app.request(
      '/t/%E0%B8%99%E0%B9%89%E0%B9%8D%E0%B8%B2%E0%B8%AB%E0%B8%A1%E0%B8%B1%E0%B8%81',
      {
        headers: { Accept: accept },
      },
    );
    expect(folded.headers.get('Location')).toBe(`${ORIGIN}/t/${encodeURIComponent('น้ำหมัก')}`);
  },
);

test('refusals are JSON for servers and never a page', async () => {
  const gone = await ask(`/@khunamnuay_muang/${withdrawn.number}`);
  expect([gone.status, gone.headers.get('Content-Type')]).toEqual([410, 'application/json']);
  for (const path of [`/@khunamnuay_muang/${draft.number}`, '/@khunamnuay_muang/99', '/@nobody']) {
    const response = await ask(path);
    expect([path, response.status, Object.keys(await response.json())]).toEqual([path, 404, ['error']]);
    expect(response.headers.get('Vary')).toMatch(/\bAccept\b/);
  }
});

test('everything that is the ring’s goes to it unread, whatever the method', async () => {
  node.doors.federated.length = 0;
  for (const path of ['/ap/inbox', `/ap/actors/${node.world.blog.id}/inbox`]) {
    const body = JSON.stringify({ type: 'Create' });
    const headers = { 'Content-Type': 'application/activity+json', Origin: 'https://evil.example' };
    expect((await node.doors.app.request(path, { method: 'POST', body, headers })).status).toBe(200);
  }
  const accept = { headers: { Accept: 'application/json' } };
  await node.doors.app.request('/.well-known/webfinger?resource=acct:x@wethi.example', accept);
  await node.doors.app.request('/nodeinfo/2.1', accept);
  expect(node.doors.federated.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'POST /ap/inbox',
    `POST /ap/actors/${node.world.blog.id}/inbox`,
    'GET /.well-known/webfinger',
    'GET /nodeinfo/2.1',
  ]);
});

test('a cache can tell the two apart, and a 304 says Vary too', async () => {
  const path = `/@khunamnuay_muang/${entry.number}`;
  const page = await node.doors.app.request(path);
  const etag = page.headers.get('ETag') ?? '';
  expect(etag).not.toBe('');
  const again = await node.doors.app.request(path, { headers: { 'If-None-Match': etag } });
  expect([again.status, again.headers.get('Vary')]).toEqual([304, 'Accept']);
  expect((await node.doors.app.request(`/en${path}`)).headers.get('ETag')).not.toBe(etag);
  const server = await node.doors.app.request(path, {
    headers: { 'If-None-Match': etag, Accept: 'application/activity+json' },
  });
  expect(server.status).toBe(302);
});

async function ask(path: string): Promise<Response> {
  return await node.doors.app.request(path, { headers: { Accept: 'application/activity+json' } });
}
