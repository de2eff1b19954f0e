// What strangers send, in every field that is shown of theirs: signed letters on a real socket, kept as any other, and
// inert on every page that shows them (T46; hollo CVE-2025-53941, mast CVE-2023-36459).
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { rememberActor } from '../../src/domain/actors.ts';
import { askToFollow, noteFollowAnswer } from '../../src/domain/following.ts';
import { absolute, path } from '../../src/urls.ts';
import { type Peer, signCavage } from '../federation/peer.ts';
import {
  actorDocument,
  CONTEXT,
  createOf,
  drop,
  type Json,
  noteOf,
  openActor,
  openServer,
  publish,
  type Server,
} from '../federation/scripted.ts';
import { NO_BROWSER, openChromium, openVisitor } from '../journeys/browser.ts';
import { published, reader } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { faultsOf, fired, frameOf } from './web-judge.ts';
import { openWebNode, type WebNode } from './web-node.ts';
import { VECTORS } from './web-vectors.ts';

let web: WebNode;
let evils: Server;
let evil: Peer;
let chromium: Browser | null = null;
let open: Page | null = null;
/** The entry that everybody answers. */
let page: string;
let cookie: string;

beforeAll(async () => {
  web = await openWebNode();
  evils = await openServer();
  evil = openActor(evils, 'evil');
  cookie = await web.cookie();
  const entry = await published(web.world, {}, web.origin);
  page = path.entry(web.world.blog.handle, entry.number);
  await followed();
  const home = absolute(web.origin, path.article(entry.id));
  await eachAtOnce([...VECTORS.keys()], async (index) => {
    const peer = namedBy(VECTORS[index] ?? '', index);
    await deliver(
      peer,
      noteOf(peer, home, { content: `คำ ${VECTORS[index]}`, summary: VECTORS[index], name: VECTORS[index] }),
    );
    await deliver(evil, articleOf(VECTORS[index] ?? '', index));
  });
  const { db } = web.world;
  await vi.waitFor(
    async () => {
      web.node.wake();
      expect(await db.selectFrom('messages').select('number').where('dead', 'is', null).execute()).toEqual([]);
    },
    { timeout: 20_000, interval: 50 },
  );
  if (NO_BROWSER !== null) return measured(NO_BROWSER);
  chromium = await openChromium();
  open = await (await chromium.newContext({ bypassCSP: true, offline: true })).newPage();
}, 60_000);
afterAll(async () => {
  await chromium?.close();
  await web.close();
  await evils.close();
});
printLedger();

/** One of our blogs follows evil, so that what it writes is kept to be read. */
async function followed(): Promise<void> {
  const { db, blog } = web.world;
  const { actor: id } = evil;
  const known = { ...reader, id, host: evils.host, inbox: `${id}/inbox`, sharedInbox: null, url: id };
  await rememberActor(db, { actor: known, clock: web.clock });
  await askToFollow(db, { follower: blog.id, actor: id, clock: web.clock });
  await noteFollowAnswer(db, { actor: id, activity: null, follower: blog.id, answer: 'accepted' });
}

/** Somebody whose every field is the vector. They share one key, because making one takes longer than all the rest. */
function namedBy(vector: string, index: number): Peer {
  const actor = `${evils.origin}/users/v${index}`;
  const peer = { ...evil, actor, keyId: `${actor}#main-key` };
  const url = URL.canParse(vector) ? vector : `${evils.origin}/@v?${vector}`;
  const icon = { type: 'Image', url: 'javascript:alert(1)' };
  publish(actorDocument(peer, { preferredUsername: `a${vector}`, name: vector, summary: vector, url, icon }));
  return peer;
}

function articleOf(vector: string, index: number): Json {
  return {
    ...noteOf(evil, null),
    type: 'Article',
    name: `ชื่อ ${vector}`,
    summary: `สรุป ${vector}`,
    // What leaves no words is not kept, and would not be seen on any page.
    content: `คำ ${vector}`,
    url: `${evils.origin}/a/${index}?${vector}`,
    tag: [{ type: 'Hashtag', name: `#ป้าย${vector.slice(0, 15)}`, href: `${evils.origin}/t?${vector}` }],
  };
}

/** As Mastodon writes it: the vocabulary's own context does not know hashtags. */
const KNOWS_TAGS = [CONTEXT, { Hashtag: 'as:Hashtag' }];

async function deliver(peer: Peer, object: Json): Promise<void> {
  const url = absolute(web.origin, path.sharedInbox());
  const { status, text } = await drop(
    signCavage(peer, { url, activity: createOf(peer, object, { '@context': KNOWS_TAGS }), at: new Date() }),
  );
  expect(status, text).toBe(202);
}

async function eachAtOnce<T>(things: T[], act: (thing: T) => Promise<void>): Promise<void> {
  const waiting = [...things];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** The pages that show strangers' words, followed to the end of each list. */
async function pagesShown(): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const waiting = [page, `/en${page}`, '/reading', '/desk', '/t'];
  const { db } = web.world;
  const tags = await db.selectFrom('postTags').select('shown').distinct().execute();
  waiting.push(...tags.map(({ shown }) => path.tag(shown)).slice(0, 30));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { status, text } = await web.ask(next, { accept: 'text/html', cookie });
    expect([next, status]).toEqual([next, 200]);
    pages.set(next, text);
    const older = text.match(/href="(\/reading\?after=[^"]*)"/)?.[1]?.replaceAll('&amp;', '&');
    if (older !== undefined && !pages.has(older)) waiting.push(older);
  }
  return pages;
}

attack('T46', 'in content, name, handle, summary, address, picture and tags of strangers, on every page', async () => {
  const { db } = web.world;
  const comments = await db.selectFrom('comments').select('id').where('state', '=', 'shown').execute();
  const posts = await db.selectFrom('posts').select('id').execute();
  measured(`of ${VECTORS.length} vectors ${comments.length} stand as comments, ${posts.length} as posts`);
  // All of it was kept, or this test would prove nothing.
  expect([comments.length, posts.length]).toEqual([VECTORS.length, VECTORS.length]);
  const pages = await pagesShown();
  expect(pages.size).toBeGreaterThan(20);
  for (const [path, html] of pages) expect([path, faultsOf(html, web.origin)]).toEqual([path, []]);
  if (open !== null) {
    const paths = [...pages.keys()];
    expect((await fired(open, [...pages.values()])).map((index) => paths[index])).toEqual([]);
  }
});

attack('T46', 'a stranger adds no form, field, button or picture to a page, whatever they write', async () => {
  const { text } = await web.ask(page);
  const { article = 0, header = 0, ...frame } = frameOf(text);
  const plain = await published(web.world, {}, web.origin);
  const {
    article: none = 0,
    header: bar = 0,
    ...control
  } = frameOf((await web.ask(path.entry(web.world.blog.handle, plain.number))).text);
  const { length } = await web.world.db.selectFrom('comments').select('id').where('state', '=', 'shown').execute();
  expect([article - none, header - bar]).toEqual([length, length]);
  // Two facts and a section's worth of words differ between an entry with a talk and one without; nothing else.
  expect(frame).toEqual({
    ...control,
    svg: 2,
    circle: 10,
    g: 2,
    path: 2,
    dt: (control.dt ?? 0) + 1,
    dd: (control.dd ?? 0) + 1,
  });
  expect(text).not.toMatch(/<img/);
});

attack('T46', 'in Chromium, with our policy: nothing is complained about, so nothing was even tried', async () => {
  const paths = [page, '/reading', `/authorize_interaction?uri=${encodeURIComponent(`${evils.origin}/users/v13`)}`];
  const found = await web.ask(paths[2] ?? '', { accept: 'text/html', cookie, 'sec-fetch-site': 'none' });
  expect([found.status, faultsOf(found.text, web.origin)]).toEqual([200, []]);
  if (chromium === null) return;
  const visitor = await openVisitor(chromium, { origin: web.origin });
  const [name = '', value = ''] = cookie.split('=');
  await visitor.page.context().addCookies([{ name, value, url: web.origin }]);
  for (const path of paths) expect([path, await visitor.open(path)]).toEqual([path, 200]);
  expect(visitor.faults).toEqual([]);
  await visitor.leave();
});
