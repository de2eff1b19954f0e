// What is not for everybody: drafts, comments that wait, what was hidden or taken back, posts for followers only. Asked for at
// every door there is, by everybody and by an author of another blog (T56, T57), and files that are nobody's (T58).
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { rememberActor } from '../../src/domain/actors.ts';
import { addBlog } from '../../src/domain/blogs.ts';
import { decideComment } from '../../src/domain/comments/moderate.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, writeEntry } from '../../src/domain/entries/write.ts';
import { askToFollow, noteFollowAnswer } from '../../src/domain/following.ts';
import { addPerson } from '../../src/domain/people.ts';
import { plainToHtml } from '../../src/domain/text/sanitise.ts';
import { viewerOf } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { AP, createOf, noteOf, openActor, openServer, PUBLIC, type Server, send } from '../federation/scripted.ts';
import { pathFor } from '../http/doors.ts';
import { commented, meet, published, reader, stranger, words } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { textOf } from './web-judge.ts';
import { BROWSER, openWebNode, type WebNode } from './web-node.ts';

/** Stands in every text that must not get out. */
const SECRET = 'ความลับเก็บไว้';
const rival = { username: 'rival', password: 'คู่แข่งเขียนที่บล็อกอื่น' };

let web: WebNode;
let theirs: Server;
let entry: Entry;
let draft: Entry;
let gone: Entry;
const comments = { held: '', hidden: '', underGone: '', parent: '' };
const counts: string[] = [];
let cookies: { author: string; rival: string };

beforeAll(async () => {
  web = await openWebNode();
  theirs = await openServer();
  const { world, origin, clock } = web;
  const { db, blog, author } = world;
  await addPerson(db, { ...rival, name: 'คู่แข่ง', role: 'author', clock });
  await addBlog(db, { handle: 'rival', title: 'อีกบล็อก', author: rival.username, clock });
  entry = await published(world, { series: 'ชุดเปิด', part: 1 }, origin);
  await meet(world, reader);
  comments.parent = (await commented(world, { actor: reader, entry, uri: 'https://example.social/notes/open' })).id;
  counts.push(await nodeCounts());
  await hideThings(author.id, blog.id);
  counts.push(await nodeCounts());
  cookies = { author: await web.cookie(), rival: await web.cookie(rival) };
});
afterAll(async () => {
  await web.close();
  await theirs.close();
});
printLedger();

const nodeCounts = async () => (await web.ask('/nodeinfo/2.1', { accept: 'application/json' })).text;

/** A draft, a withdrawn entry with our own comment under it, a held and a hidden comment: each holds the secret. */
async function hideThings(author: string, blog: string): Promise<void> {
  const { world, origin, clock } = web;
  const { db } = world;
  const given = words({
    title: `ร่าง ${SECRET}`,
    source: SECRET,
    tags: [`ป้าย${SECRET}`],
    series: `ชุด ${SECRET}`,
    part: 2,
  });
  const written = await writeEntry(db, { blog, author, words: given, as: 'draft', origin, clock });
  if (!written.ok) throw new Error('the draft was refused');
  draft = written.entry;
  gone = await published(
    world,
    { title: `ถอน ${SECRET}`, source: SECRET, highlight: SECRET, tags: [`ถอน${SECRET}`] },
    origin,
  );
  const said = { blog, place: { entry: gone.id, parent: null }, source: 'ใต้บันทึกที่ถอน', language: 'th', origin, clock };
  comments.underGone = (await writeComment(db, said)).id;
  await withdrawEntry(db, { id: gone.id, clock });
  await db.updateTable('blogs').set({ comments: 'hold-first' }).where('id', '=', blog).execute();
  const html = plainToHtml(`รอ ${SECRET}`);
  const newcomer = await meet(world, { ...stranger, name: `คน ${SECRET}` });
  comments.held = (await commented(world, { actor: newcomer, entry, html, uri: 'https://newcomer.example/held' })).id;
  await meet(world, reader);
  comments.hidden = (await commented(world, { actor: reader, entry, html, uri: 'https://example.social/hidden' })).id;
  const viewer = await viewerOf(db, { person: world.author });
  await decideComment(db, { id: comments.hidden, decision: 'hide', viewer });
}

/** Every door of the router with our things put in, and every id that there is. */
function everyDoor(): string[] {
  const { handle, id } = web.world.blog;
  const doors = web.node
    .routes()
    .filter(({ method }) => method !== 'POST')
    .map(({ path }) => pathFor(path));
  const entries = [entry, draft, gone].flatMap((one) => [
    path.entry(handle, one.number),
    path.answer(handle, one.number),
    path.revise(one.number),
    path.article(one.id),
    path.articleReplies(one.id),
    path.articleLikes(one.id),
    path.articleShares(one.id),
    path.activity(`create-${one.id}-0`),
    path.activity(`update-${one.id}-2`),
  ]);
  const voices = Object.values(comments).flatMap((id) => [
    path.note(id),
    path.activity(`create-${id}-0`),
    `${path.answer(handle, entry.number)}?comment=${id}`,
  ]);
  const lists = ['outbox', 'followers', 'following', 'featured'].flatMap((name) =>
    ['', '?cursor=-', '?after='].map((query) => `/ap/actors/${id}/${name}${query}`),
  );
  const tags = [path.tags(), path.tag(`ป้าย${SECRET}`), path.tag(`ถอน${SECRET}`), path.tag(SECRET)];
  const elsewhere = [
    path.blog(handle),
    path.blog('rival'),
    '/nodeinfo/2.1',
    '/.well-known/nodeinfo',
    '/desk',
    '/reading',
  ];
  return [...new Set([...doors, ...entries, ...voices, ...lists, ...tags, ...elsewhere])].flatMap((at) => [
    at,
    `/en${at}`,
  ]);
}

attack('T56', 'no door tells a word of them, to anybody or to an author of another blog', async () => {
  const seriesIds = await web.world.db.selectFrom('series').select('id').execute();
  const doors = [...everyDoor(), ...seriesIds.map(({ id }) => path.series(id))];
  let looked = 0;
  for (const at of doors) {
    for (const accept of [BROWSER, AP]) {
      for (const cookie of ['', cookies.rival]) {
        const { status, text, headers } = await web.ask(at, cookie === '' ? { accept } : { accept, cookie });
        const told = JSON.stringify(headers) + text.replaceAll(encodeURIComponent(at), '');
        // The page of a tag that nobody may see repeats the address that was asked for; nothing else may.
        const found = at.includes(encodeURIComponent(SECRET)) ? '' : told;
        expect([at, status < 500, found.includes(SECRET), found.includes(encodeURIComponent(SECRET))]).toEqual([
          at,
          true,
          false,
          false,
        ]);
        looked += 1;
      }
    }
  }
  measured(`${looked} answers of ${doors.length} doors looked through`);
  const desk = await web.ask('/desk', { accept: BROWSER, cookie: cookies.author });
  const words = textOf(desk.text).replace(/\s+/g, ' ');
  expect([words.includes(`ร่าง ${SECRET}`), words.includes(`รอ ${SECRET}`)]).toEqual([true, true]);
  expect((await web.ask(path.revise(draft.number), { accept: BROWSER, cookie: cookies.author })).status).toBe(200);
});

attack('T56', 'what waits looks exactly like what never was: status, headers and words', async () => {
  const { handle } = web.world.blog;
  const never = { number: 987_654, id: '0'.repeat(20) };
  const pairs: [string, string][] = [
    [path.entry(handle, draft.number), path.entry(handle, never.number)],
    [path.answer(handle, draft.number), path.answer(handle, never.number)],
    [path.article(draft.id), path.article(never.id)],
    [path.articleReplies(draft.id), path.articleReplies(never.id)],
    [path.articleLikes(draft.id), path.articleLikes(never.id)],
    [path.activity(`create-${draft.id}-0`), path.activity(`create-${never.id}-0`)],
    [path.note(comments.held), path.note(never.id)],
    [path.note(comments.hidden), path.note(never.id)],
    [path.activity(`create-${comments.held}-0`), path.activity(`create-${never.id}-0`)],
    [
      `${path.answer(handle, entry.number)}?comment=${comments.held}`,
      `${path.answer(handle, entry.number)}?comment=${never.id}`,
    ],
    [path.tag(`ป้าย${SECRET}`), path.tag('ไม่เคยมีใครใช้คำนี้')],
  ];
  for (const [hidden, absent] of pairs) {
    for (const accept of [BROWSER, AP]) {
      expect([hidden, await seen(hidden, accept)]).toEqual([hidden, await seen(absent, accept)]);
    }
  }
  expect((await web.ask(path.article(entry.id), { accept: AP })).status).toBe(200);
  expect((await web.ask(path.article(gone.id), { accept: AP })).status).toBe(410);
});

/** Everything that an asker sees, without the address that they asked for themselves. */
async function seen(at: string, accept: string) {
  const { status, headers, text } = await web.ask(at, { accept });
  const { date: _, ...rest } = headers;
  return {
    status,
    headers: { ...rest, 'content-length': '' },
    text: text.replaceAll(at.replaceAll('&', '&amp;'), 'AT'),
  };
}

attack('T56', 'what is counted is what is shown', async () => {
  expect(counts[1]).toBe(counts[0]);
  const replies = JSON.parse((await web.ask(path.articleReplies(entry.id), { accept: AP })).text);
  expect([replies.totalItems, replies.first.items]).toEqual([1, ['https://example.social/notes/open']]);
  const outbox = JSON.parse((await web.ask(path.outbox(web.world.blog.id), { accept: AP })).text);
  expect(outbox.totalItems).toBe(1);
  const page = await web.ask(path.entry(web.world.blog.handle, entry.number));
  expect(page.text).not.toContain('id="held"');
});

attack('T56', 'what a followed actor tells followers only is not even kept, and not found by asking', async () => {
  const { db, blog } = web.world;
  const peer = openActor(theirs, 'private');
  const known = { ...reader, id: peer.actor, host: theirs.host, inbox: `${peer.actor}/inbox`, sharedInbox: null };
  await rememberActor(db, { actor: known, clock: web.clock });
  await askToFollow(db, { follower: blog.id, actor: peer.actor, clock: web.clock });
  await noteFollowAnswer(db, { actor: peer.actor, activity: null, follower: blog.id, answer: 'accepted' });
  const inbox = absolute(web.origin, path.sharedInbox());
  const followers = { to: [`${peer.actor}/followers`], cc: [] };
  const home = absolute(web.origin, path.article(entry.id));
  const quiet = [
    noteOf(peer, null, { content: SECRET, ...followers }),
    noteOf(peer, home, { content: SECRET, to: [peer.actor], cc: [] }),
  ];
  for (const note of quiet) {
    expect((await send(peer, inbox, createOf(peer, note))).status).toBe(202);
    theirs.pages.set(new URL(String(note.id)).pathname, {
      body: JSON.stringify({ '@context': 'https://www.w3.org/ns/activitystreams', ...note }),
    });
  }
  const loud = noteOf(peer, null, { content: 'สำหรับทุกคน', to: [PUBLIC], cc: [] });
  expect((await send(peer, inbox, createOf(peer, loud))).status).toBe(202);
  await vi.waitFor(async () => {
    const kept = await db.selectFrom('posts').select('id').where('actor', '=', peer.actor).execute();
    expect(kept).toEqual([{ id: loud.id }]);
  }, 10_000);
  expect(await db.selectFrom('comments').select('id').where('actor', '=', peer.actor).execute()).toEqual([]);
  const uri = encodeURIComponent(String(quiet[0]?.id));
  const asked = await web.ask(`/authorize_interaction?uri=${uri}`, {
    accept: BROWSER,
    cookie: cookies.author,
    'sec-fetch-site': 'none',
  });
  expect([asked.status, asked.text.includes(SECRET)]).toEqual([404, false]);
});

attack('T56', 'what our blogs said under an entry goes with the entry, for servers as for browsers', async () => {
  for (const at of [path.note(comments.underGone), path.activity(`create-${comments.underGone}-0`)]) {
    for (const accept of [BROWSER, AP]) {
      const { status, text } = await web.ask(at, { accept });
      expect([at, accept, [404, 410].includes(status), text.includes('ใต้บันทึกที่ถอน')]).toEqual([at, accept, true, false]);
    }
  }
  const { db, blog } = web.world;
  const place = { entry: entry.id, parent: null };
  const said = { blog: blog.id, place, source: 'ใต้บันทึกที่อยู่', language: 'th', origin: web.origin, clock: web.clock };
  const { id } = await writeComment(db, said);
  expect((await web.ask(path.note(id), { accept: AP })).text).toContain('ใต้บันทึกที่อยู่');
});

attack('T57', 'an author of another blog neither reads, changes, withdraws, decides nor speaks with ours', async () => {
  const { handle } = web.world.blog;
  const { db } = web.world;
  const state = async () =>
    JSON.stringify([
      await db.selectFrom('entries').select(['id', 'title', 'state', 'version', 'blog']).execute(),
      await db.selectFrom('comments').select(['id', 'state', 'version']).execute(),
    ]);
  const before = await state();
  const headers = { cookie: cookies.rival };
  const swapped = { blog: handle, title: 'ยึดแล้ว', source: 'ยึดแล้ว', act: 'publish', licence: 'cc-by-4.0' };
  const tries: [string, Record<string, string>][] = [
    ...[entry, draft, gone].flatMap(({ number }): [string, Record<string, string>][] => [
      [path.revise(number), swapped],
      [path.revise(number), { ...swapped, blog: 'rival' }],
      [path.withdraw(number), {}],
    ]),
    [path.write(), swapped],
    ...Object.values(comments).flatMap((id): [string, Record<string, string>][] => [
      [path.moderateComment(id), { act: 'show' }],
      [path.moderateComment(id), { act: 'hide', back: 'entry' }],
    ]),
    [path.answer(handle, entry.number), { blog: handle, text: 'ในนามของเขา' }],
    [path.answer(handle, draft.number), { blog: 'rival', text: 'ใต้ร่าง' }],
    ['/authorize_interaction', { uri: reader.id, act: 'follow', blog: handle }],
  ];
  for (const [at, fields] of tries) {
    const { status } = await web.send(at, fields, headers);
    expect([at, [403, 404, 410].includes(status)]).toEqual([at, true]);
  }
  for (const number of [entry.number, draft.number]) {
    expect([403, 404]).toContain((await web.ask(path.revise(number), { accept: BROWSER, ...headers })).status);
  }
  expect(await state()).toBe(before);
  const mine = await web.send(path.write(), { ...swapped, blog: 'rival' }, headers);
  expect(mine.status).toBe(303);
});

attack('T58', 'no path leads to a file: encoded, double-encoded, NUL, backslash, absolute', async () => {
  const ups = [
    '..',
    '%2e%2e',
    '%252e%252e',
    '.%2e',
    '..%00',
    '..%c0%af..',
    '%uff0e%uff0e',
    '..;',
    '..\\..',
    '%5c..%5c..',
    '....//',
  ];
  const slashes = ['/', '%2f', '%252f', '%5c'];
  const rooms = ['/assets', '/en/assets', '/assets/fonts', '/ap', '/original/gotoknow', ''];
  const files = ['package.json', 'etc/passwd', 'wethi.db'];
  const found: string[] = [];
  let asked = 0;
  for (const room of rooms) {
    for (const up of ups) {
      for (const slash of slashes) {
        for (const file of files) {
          const at = `${room}/${[up, up, up, file].join(slash)}`;
          const { status, text, headers } = await web.ask(at, { accept: '*/*' });
          asked += 1;
          const ours = status >= 300 && status < 400 && (headers.location ?? '').startsWith('/');
          const kind = /"dependencies"|root:x:|SQLite format|process\.env|\[core\]/.test(text) ? 'leaked' : status;
          if (kind !== 404 && kind !== 400 && !ours) found.push(`${kind} ${at}`);
        }
      }
    }
  }
  measured(`${asked} paths out of the public folder asked for`);
  expect(found).toEqual([]);
  expect((await web.ask('/assets/mark.svg')).headers['content-type']).toMatch(/^image\/svg/);
  expect((await web.ask('/assets/fonts/OFL.txt')).status).toBe(200);
});

attack('T58', 'the guards stand before every spelling of a door', async () => {
  const spellings = [
    '/desk',
    '/en/desk',
    '/%64esk',
    '//desk',
    '/./desk',
    '/x/../desk',
    '/desk/',
    '/DESK',
    '/desk%2f',
    '/desk;x',
    '/en//desk',
    '/en/en/desk',
    '/desk?x',
    '/.//desk',
  ];
  for (const at of spellings) {
    const { status, text } = await web.ask(at);
    expect([at, status === 303 || status === 404, text.includes('ร่าง')]).toEqual([at, true, false]);
    const written = await web.send(at.replace('desk', 'write'), { title: 'x' });
    expect([at, [401, 404, 405].includes(written.status)]).toEqual([at, true]);
  }
  expect((await web.ask('/%64esk', { accept: BROWSER, cookie: cookies.author })).status).toBeLessThan(500);
  expect((await web.ask('/desk', { accept: BROWSER, cookie: cookies.author })).status).toBe(200);
});
