// A shared cache before the node, as a sub-district's proxy or a CDN is one: it keeps what it may and gives it to whoever
// asks the same. Nobody ever gets the other's representation, and nobody somebody's own page (T54, T55).
import { afterAll, beforeAll, expect } from 'vitest';
import { chanceOf } from '../../bench/faults/chance.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry, writeEntry } from '../../src/domain/entries/write.ts';
import { path } from '../../src/urls.ts';
import type { Answer } from '../federation/scripted.ts';
import { office, published, words } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { BROWSER, openWebNode, type WebNode } from './web-node.ts';

let web: WebNode;
let entry: Entry;
let draft: Entry;
let gone: Entry;
let cookie: string;
beforeAll(async () => {
  web = await openWebNode();
  const { world, origin } = web;
  const { db, blog, author } = world;
  entry = await published(world, { tags: ['น้ำ'] }, origin);
  gone = await published(world, {}, origin);
  await withdrawEntry(db, { id: gone.id, clock: web.clock });
  const given = words({ title: 'ร่างลับ' });
  const said = { blog: blog.id, author: author.id, words: given, as: 'draft' as const, origin, clock: web.clock };
  const written = await writeEntry(db, said);
  if (!written.ok) throw new Error('the draft was refused');
  draft = written.entry;
  cookie = await web.cookie();
});
afterAll(() => web.close());
printLedger();

const PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const ACCEPTS: Record<string, string> = {
  firefox: BROWSER,
  mastodon: 'application/activity+json, application/ld+json',
  gotosocial: `${PROFILE},application/activity+json`,
  profile: PROFILE,
  curl: '*/*',
  json: 'application/json',
  nonsense: 'text/turtle',
};

interface Kept {
  answer: Answer;
  /** The request headers that chose this answer. */
  chosenBy: Record<string, string>;
  /** Seconds by the cache's own clock. */
  freshUntil: number;
}

/** A shared cache by RFC 9111: Cache-Control, Vary and ETag, nothing clever. */
class SharedCache {
  now = 0;
  readonly told = { hit: 0, revalidated: 0, passed: 0 };
  readonly #kept = new Map<string, Kept[]>();

  async ask(at: string, headers: Record<string, string>): Promise<Answer> {
    const kept = (this.#kept.get(at) ?? []).filter(({ chosenBy }) =>
      Object.entries(chosenBy).every(([name, value]) => (headers[name] ?? '') === value),
    );
    const [standing] = kept;
    if (standing !== undefined && standing.freshUntil > this.now) {
      this.told.hit += 1;
      return standing.answer;
    }
    const tag = standing?.answer.headers.etag;
    const answer = await web.ask(at, tag === undefined ? headers : { ...headers, 'if-none-match': tag });
    if (answer.status === 304 && standing !== undefined) {
      this.told.revalidated += 1;
      standing.freshUntil = this.now + secondsOf(answer);
      return standing.answer;
    }
    this.told.passed += 1;
    if (isKept(answer)) this.#keep(at, headers, answer);
    return answer;
  }

  #keep(at: string, headers: Record<string, string>, answer: Answer): void {
    const names = (answer.headers.vary ?? '')
      .toLowerCase()
      .split(/\s*,\s*/)
      .filter((name) => name !== '');
    if (names.includes('*')) return;
    const chosenBy = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
    const others = (this.#kept.get(at) ?? []).filter(
      (kept) => JSON.stringify(kept.chosenBy) !== JSON.stringify(chosenBy),
    );
    this.#kept.set(at, [...others, { answer, chosenBy, freshUntil: this.now + secondsOf(answer) }]);
  }
}

/** Whether a shared cache may keep the answer at all. */
function isKept({ headers }: Answer): boolean {
  const control = headers['cache-control'] ?? '';
  return /\bpublic\b/.test(control) && !/no-store|private/.test(control);
}

/** How long it may give the answer without asking whether it still holds; `no-cache` says never (RFC 9111 §5.2.2.4). */
function secondsOf({ headers }: Answer): number {
  const control = headers['cache-control'] ?? '';
  if (!/\bpublic\b/.test(control) || /no-store|private|no-cache/.test(control)) return 0;
  return Number(control.match(/s-maxage=(\d+)/)?.[1] ?? control.match(/max-age=(\d+)/)?.[1] ?? 0);
}

function places(): string[] {
  const handle = web.world.blog.handle;
  const { organisation } = office;
  const page = path.entry(handle, entry.number);
  const ids = [path.actor(web.world.blog.id), path.article(entry.id), path.article(gone.id), path.article(draft.id)];
  const lists = [
    path.outbox(web.world.blog.id),
    path.followers(web.world.blog.id),
    path.articleReplies(entry.id),
    path.featured(web.world.blog.id),
  ];
  const pages = [
    '/',
    '/blogs',
    '/t',
    path.tag('น้ำ'),
    path.blog(handle),
    path.blog(organisation.handle),
    page,
    `/en${page}`,
  ];
  const nothing = [
    path.entry(handle, gone.number),
    path.entry(handle, draft.number),
    path.entry(handle, 999),
    '/nowhere',
    '/@nobody',
  ];
  const acct = `acct:${handle}@${new URL(web.origin).host}`;
  return [
    ...pages,
    ...nothing,
    ...ids,
    ...lists,
    path.activity(`create-${entry.id}-0`),
    '/nodeinfo/2.1',
    `/.well-known/webfinger?resource=${acct}`,
    '/sign-in',
    '/robots.txt',
  ];
}

/** What the answer is: a cache that mixes two of these up has given somebody the wrong one. */
function kindOf({ status, headers, text }: Answer): string {
  // A redirect has no body, and so no type that anybody could mistake.
  if (text === '') return `${status} ${headers.location ?? ''}`;
  const name = text.startsWith('<!doctype html>') ? 'page' : text.startsWith('{') ? 'document' : `text ${text.length}`;
  return `${status} ${headers['content-type']?.split(';')[0]} ${name}`;
}

attack('T54', 'two kinds of asker through one cache: never the other’s answer, whatever the order', async () => {
  const cache = new SharedCache();
  const chance = chanceOf(54);
  const asks = places().flatMap((at) => Object.entries(ACCEPTS).map(([who, accept]) => ({ at, who, accept })));
  const direct = new Map<string, string>();
  for (const { at, who, accept } of asks) direct.set(`${who} ${at}`, kindOf(await web.ask(at, { accept })));
  for (let round = 0; round < 6; round++) {
    for (const { at, who, accept } of chance.shuffled(asks)) {
      const name = `${who} ${at}`;
      expect([name, kindOf(await cache.ask(at, { accept }))]).toEqual([name, direct.get(name)]);
      cache.now += chance.between(0, 1);
    }
  }
  const { hit, revalidated, passed } = cache.told;
  measured(
    `${asks.length * 6} requests through the cache: ${hit} kept, ${revalidated} revalidated, ${passed} passed on`,
  );
  // A cache that kept nothing would prove nothing.
  expect(hit).toBeGreaterThan(asks.length);
  expect(revalidated).toBeGreaterThan(0);
  const documents = [...direct].filter(([name]) => /^(mastodon|gotosocial|profile) /.test(name));
  for (const [name, kind] of documents.filter(([name]) => !/sign-in|robots|blogs|\/t/.test(name))) {
    expect([name, kind.includes(' page')]).toEqual([name, false]);
  }
});

attack(
  'T54',
  'after an entry changed, the cache gives the old one no longer than it may, and never a 304 for new words',
  async () => {
    const cache = new SharedCache();
    const at = path.entry(web.world.blog.handle, entry.number);
    const { db } = web.world;
    const first = await cache.ask(at, { accept: BROWSER });
    const { version } = await db
      .selectFrom('entries')
      .select('version')
      .where('id', '=', entry.id)
      .executeTakeFirstOrThrow();
    const revised = await reviseEntry(db, {
      id: entry.id,
      words: words({ title: 'ชื่อใหม่' }),
      as: 'published',
      origin: web.origin,
      clock: web.clock,
    });
    expect(revised.ok).toBe(true);
    expect(
      await db.selectFrom('entries').select('version').where('id', '=', entry.id).executeTakeFirstOrThrow(),
    ).not.toEqual({ version });
    cache.now += secondsOf(first) + 1;
    const second = await cache.ask(at, { accept: BROWSER });
    expect([first.text.includes('ชื่อใหม่'), second.text.includes('ชื่อใหม่')]).toEqual([false, true]);
    expect(second.headers.etag).not.toBe(first.headers.etag);
    cache.now += secondsOf(second) + 1;
    await cache.ask(at, { accept: BROWSER });
    expect(cache.told).toEqual({ hit: 0, revalidated: 1, passed: 2 });
  },
);

attack('T54', 'a page’s ETag does not open its document, and 304, 404 and redirects say Vary too', async () => {
  const at = path.entry(web.world.blog.handle, entry.number);
  const page = await web.ask(at);
  const tag = page.headers.etag ?? '';
  const again = await web.ask(at, { accept: BROWSER, 'if-none-match': tag });
  const server = await web.ask(at, { accept: PROFILE, 'if-none-match': tag });
  const missing = await web.ask(path.entry(web.world.blog.handle, 999), { accept: PROFILE });
  expect(
    [page, again, server, missing].map(({ status, headers }) => [status, /\baccept\b/i.test(headers.vary ?? '')]),
  ).toEqual([
    [200, true],
    [304, true],
    [302, true],
    [404, true],
  ]);
});

attack('T55', 'what a signed-in person sees is kept by nobody and shown to nobody', async () => {
  const cache = new SharedCache();
  const chance = chanceOf(55);
  const shown = [...places(), '/desk', '/reading', '/write', `/write/${draft.number}`];
  const asks = shown.flatMap((at) => [
    { at, cookie },
    { at, cookie: '' },
  ]);
  let own = 0;
  for (let round = 0; round < 4; round++) {
    for (const { at, cookie } of chance.shuffled(asks)) {
      const answer = await cache.ask(at, cookie === '' ? { accept: BROWSER } : { accept: BROWSER, cookie });
      const personal = /sign-out|ร่างลับ/.test(answer.text) || answer.headers['set-cookie'] !== undefined;
      if (personal) expect([at, answer.headers['cache-control']]).toEqual([at, 'no-store']);
      if (personal) own += 1;
      if (cookie === '') expect([at, personal]).toEqual([at, false]);
      cache.now += chance.between(0, 30);
    }
  }
  measured(`${asks.length * 4} requests, ${own} personal answers, none kept`);
  expect(own).toBeGreaterThan(20);
  expect(cache.told.hit).toBeGreaterThan(0);
});

attack('T55', 'a document is the same for everybody, signed in or not', async () => {
  for (const at of [path.actor(web.world.blog.id), path.article(entry.id), path.outbox(web.world.blog.id)]) {
    const [theirs, ours] = [await web.ask(at, { accept: PROFILE }), await web.ask(at, { accept: PROFILE, cookie })];
    expect([at, theirs.status, ours.text]).toEqual([at, 200, theirs.text]);
  }
});
