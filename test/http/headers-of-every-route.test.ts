// The headers of every answer that every door gives, as a file to be read: `headers-of-every-route.txt`. Beside it the rules
// that no answer may break (security.md T50, T54, T55, T65). The doors are read from the router: one that is new has no
// address here yet, and the first test says so.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path, pattern } from '../../src/urls.ts';
import { office, seed } from '../world.ts';
import type { Browser } from './doors.ts';
import { type House, openHouse } from './house.ts';

const AP = 'application/activity+json';
const HTML = 'text/html';
const NOBODY = 'zzzzzzzzzzzzzzzzzzzz';

/** One answer: who asked for what, and how. */
interface Seen {
  door: string;
  who: 'anybody' | 'author';
  asked: string;
  accept: string;
  response: Response;
  body: string;
}

let house: House;
let author: Browser;
let seen: Seen[];
beforeAll(async () => {
  house = await openHouse({ network: 'public' });
  author = house.browser();
  await author.signIn();
  seen = await lookEverywhere();
}, 120_000);
afterAll(() => house.close());

/** What stands behind each door, by the door's pattern: something that is there, that is not, that is gone. */
function addresses(): Record<string, string[]> {
  const { world, seed: old, fresh, draft, withdrawn, talk } = house;
  const { handle, id } = world.blog;
  const entry = path.entry(handle, fresh.number);
  const webfinger = (acct: string) => `/.well-known/webfinger?resource=${encodeURIComponent(acct)}`;
  return {
    '/ap/*': [
      ...[
        path.actor(id),
        path.actor('organisation'),
        path.actor('instance'),
        path.actor(NOBODY),
        path.inbox(id),
        path.sharedInbox(),
      ],
      ...[path.outbox(id), `${path.outbox(id)}?cursor=-`, path.followers(id), path.following(id), path.featured(id)],
      ...[
        path.featuredTags(id),
        path.articleContext(fresh.id),
        path.noteReplies(talk.author),
        path.partialFollowers(id),
      ],
      ...[path.article(fresh.id), path.article(withdrawn.id), path.article(draft.id), path.articleReplies(fresh.id)],
      ...[path.articleLikes(fresh.id), path.articleShares(fresh.id), path.note(talk.author), path.note(NOBODY)],
      ...[path.activity(`create-${fresh.id}-0`), path.activity(NOBODY)],
    ],
    '/.well-known/*': [
      webfinger(`acct:${handle}@wethi.example`),
      ...[
        webfinger('acct:nobody@wethi.example'),
        webfinger('acct:x@elsewhere.example'),
        '/.well-known/webfinger',
        '/.well-known/nodeinfo',
        '/.well-known/host-meta',
        '/.well-known/host-meta.json',
      ],
    ],
    '/nodeinfo/*': ['/nodeinfo/2.1', '/nodeinfo/2.0', '/nodeinfo/9'],
    '/assets/*': ['/assets/wethi.css', '/assets/mark.png', '/assets/none.css'],
    '/favicon.svg': [path.favicon()],
    '/robots.txt': [path.robots()],
    '/set-up': [path.setUp(), path.setUpWith('used-long-ago')],
    '/sign-in': [path.signIn(), path.signInThen('//evil.example')],
    '/sign-out': [path.signOut()],
    '/': [path.home(), '/en'],
    '/blogs': [path.blogs()],
    '/:blog{@[A-Za-z0-9_]+}': [path.blog(handle), path.blog(office.organisation.handle), path.blog('nobody')],
    '/:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}': [
      ...[
        entry,
        `/en${entry}`,
        path.entry(handle, withdrawn.number),
        path.entry(handle, draft.number),
        path.entry(handle, 999_999),
      ],
    ],
    '/original/:system/:number': [path.original('gotoknow', seed.original), path.original('gotoknow', '1')],
    '/t': [path.tags()],
    '/t/:tag': [path.tag(seed.tag), path.tag('ไม่มี')],
    '/series/:id': [path.series(old.series ?? ''), path.series(NOBODY)],
    '/archive': [path.archive()],
    '/archive/:year{[0-9][0-9][0-9][0-9]}': [path.archiveYear(2549), path.archiveYear(2006)],
    '/:blog{@[A-Za-z0-9_]+}/archive': [path.blogArchive(handle), path.blogArchive('nobody')],
    '/:blog{@[A-Za-z0-9_]+}/archive/:year{[0-9][0-9][0-9][0-9]}': [path.blogArchiveYear(handle, 2549)],
    '/search': [path.search(), path.searchFor({ q: 'คุณอำนวย' })],
    [pattern.nodeFeed]: [path.feed(path.home(), 'xml'), path.feed(path.home(), 'atom'), path.feed('/en', 'json')],
    [pattern.blogFeed]: [path.feed(path.blog(handle), 'xml'), path.feed(path.blog('nobody'), 'xml')],
    [pattern.tagFeed]: [path.feed(path.tag(seed.tag), 'atom'), path.feed(path.tag('ไม่มี'), 'atom')],
    [pattern.seriesFeed]: [path.feed(path.series(old.series ?? ''), 'json'), path.feed(path.series(NOBODY), 'json')],
    [path.sitemap()]: [path.sitemap()],
    [path.sitemapPages()]: [path.sitemapPages()],
    [pattern.sitemapEntries]: [path.sitemapEntries(0), path.sitemapEntries(7)],
    [path.oembed()]: [
      ...[
        path.oembedOf(`https://wethi.example${entry}`, 'json'),
        path.oembedOf(`https://wethi.example${entry}`, 'xml'),
      ],
      ...[path.oembed(), `${path.oembed()}?format=yaml`],
    ],
    '/:blog{@[A-Za-z0-9_]+}/follow': [path.follow(handle), path.follow('nobody')],
    '/:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}/answer': [
      path.answer(handle, fresh.number),
      path.answer(handle, draft.number),
    ],
    '/desk': [path.desk()],
    '/write': [path.write()],
    '/write/:number{[1-9][0-9]*}': [path.revise(fresh.number), path.revise(withdrawn.number), path.revise(999_999)],
    '/write/:number{[1-9][0-9]*}/withdraw': [path.withdraw(999_999)],
    '/comments/:id': [path.moderateComment(NOBODY)],
    '/reports': [path.reports()],
    '/reports/:id': [path.report(NOBODY)],
    '/reading': [path.reading()],
    '/authorize_interaction': [
      `${path.authorizeInteraction()}?uri=${encodeURIComponent('https://elsewhere.example/x')}`,
    ],
  };
}

async function lookEverywhere(): Promise<Seen[]> {
  const all: Seen[] = [];
  for (const [door, places] of Object.entries(addresses())) {
    for (const place of places) all.push(...(await lookAt(door, place)));
  }
  return all;
}

/** Asks in every way that there is. Forms are empty or come from elsewhere, so that nothing is done before it was looked at. */
async function lookAt(door: string, place: string): Promise<Seen[]> {
  const all: Seen[] = [];
  const see = async (who: Seen['who'], asked: string, accept: string, response: Response) => {
    const one = { door, who, asked: `${asked} ${place}`, accept, response, body: await response.text() };
    all.push(one);
    return one;
  };
  const ask = (method: string, headers: Record<string, string>) =>
    house.app.request(new Request(`https://wethi.example${place}`, { method, headers, redirect: 'manual' }));
  for (const accept of [HTML, AP]) {
    const { response } = await see('anybody', 'GET', accept, await ask('GET', { Accept: accept }));
    await see('anybody', 'HEAD', accept, await ask('HEAD', { Accept: accept }));
    const etag = response.headers.get('ETag');
    const known = { Accept: accept, 'If-None-Match': etag ?? '' };
    if (etag !== null) await see('anybody', 'GET known', accept, await ask('GET', known));
    await see('author', 'GET', accept, await author.get(place, { Accept: accept }));
  }
  await see('anybody', 'POST', HTML, await house.browser().post(place, {}));
  const evil = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
  await see('author', 'POST from elsewhere', HTML, await author.post(place, {}, evil));
  await see('anybody', 'PUT', HTML, await ask('PUT', { Accept: HTML }));
  return all;
}

test('every door of the router is looked at', () => {
  const doors = new Set(house.app.routes().map((route) => route.path));
  expect(Object.keys(addresses()).sort()).toEqual([...doors].sort());
});

test('the headers of all answers are the ones on file', async () => {
  const usual = safetyOf(one('GET /', HTML));
  const file = [Object.entries(usual).map((line) => line.join(': ')), ...places(usual)].map((lines) =>
    lines.join('\n'),
  );
  await expect(`${file.join('\n\n')}\n`).toMatchFileSnapshot('headers-of-every-route.txt');
});

describe('no answer breaks these rules:', () => {
  test('a page runs nothing, is framed by nobody and has no base of its own (T50)', () => {
    const pages = seen.filter(({ response }) => typeOf(response) === HTML);
    expect(pages.length).toBeGreaterThan(100);
    for (const page of pages) {
      const policy = page.response.headers.get('Content-Security-Policy') ?? '';
      expect(policy, whatOf(page)).toMatch(/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/);
      expect(policy, whatOf(page)).not.toMatch(/unsafe-|script-src|\*/);
      expect(page.response.headers.get('X-Frame-Options'), whatOf(page)).toBe('DENY');
    }
  });

  test('all come with a type that is meant, over https for good, and tell other sites nothing', () => {
    for (const answer of seen) {
      const { headers } = answer.response;
      expect(headers.get('X-Content-Type-Options'), whatOf(answer)).toBe('nosniff');
      expect(headers.get('Strict-Transport-Security'), whatOf(answer)).toMatch(/max-age=\d{8}/);
      expect(headers.get('Referrer-Policy'), whatOf(answer)).toBe('same-origin');
      if (answer.body !== '') expect(headers.get('Content-Type'), whatOf(answer)).not.toBeNull();
    }
  });

  test('where servers get something else than people, caches know it, at 304, redirects and refusals too (T54)', () => {
    const kinds = new Map<string, Set<string>>();
    for (const { asked, response, who } of seen) {
      if (who !== 'anybody' || !asked.startsWith('GET /')) continue;
      const kind = `${response.status} ${typeOf(response)} ${response.headers.get('Location')}`;
      kinds.set(asked, (kinds.get(asked) ?? new Set()).add(kind));
    }
    const negotiated = [...kinds].filter(([, { size }]) => size > 1).map(([asked]) => asked.split(' ').at(-1));
    expect(negotiated.length).toBeGreaterThan(20);
    const read = seen.filter(({ asked }) => /^(?:GET|HEAD)\b/.test(asked));
    for (const answer of read.filter(({ asked }) => negotiated.includes(asked.split(' ').at(-1)))) {
      expect(namesIn(answer.response.headers.get('Vary')), whatOf(answer)).toContain('accept');
    }
    for (const answer of read.filter(({ response }) => response.status >= 400)) {
      expect(namesIn(answer.response.headers.get('Vary')), whatOf(answer)).toContain('accept');
    }
    for (const { response, accept, asked } of seen) {
      if (asked.startsWith('GET /ap/') && accept === AP) expect([asked, typeOf(response)]).not.toEqual([asked, HTML]);
    }
  });

  test('a page and a document of one address never have one ETag (T54)', () => {
    const tags = new Map<string, string>();
    for (const { response, asked } of seen.filter(({ asked, who }) => asked.startsWith('GET /') && who === 'anybody')) {
      const etag = response.headers.get('ETag');
      if (etag === null) continue;
      expect(tags.get(`${asked} ${etag}`) ?? typeOf(response), asked).toBe(typeOf(response));
      tags.set(`${asked} ${etag}`, typeOf(response));
    }
    expect(tags.size).toBeGreaterThan(20);
  });

  test('what somebody signed in sees is kept by no cache (T55)', () => {
    const own = seen.filter(({ who, response }) => who === 'author' && typeOf(response) === HTML);
    expect(own.length).toBeGreaterThan(30);
    for (const answer of own)
      expect(answer.response.headers.get('Cache-Control'), whatOf(answer)).toContain('no-store');
    for (const answer of seen.filter(({ response }) => response.headers.has('Set-Cookie'))) {
      expect(answer.response.headers.get('Cache-Control'), whatOf(answer)).toContain('no-store');
    }
  });

  test('documents are the same for everybody (T55)', () => {
    const documents = seen.filter(({ response, asked }) => asked.startsWith('GET /') && typeOf(response) === AP);
    const bodies = new Map<string, Set<string>>();
    for (const { asked, body } of documents) bodies.set(asked, (bodies.get(asked) ?? new Set()).add(body));
    expect(bodies.size).toBeGreaterThan(10);
    for (const [asked, said] of bodies) expect([asked, said.size]).toEqual([asked, 1]);
  });

  test('no refusal is kept by a cache', () => {
    for (const answer of seen.filter(({ response: { status } }) => status >= 400 && status !== 410)) {
      expect(answer.response.headers.get('Cache-Control') ?? '', whatOf(answer)).not.toMatch(/public|max-age=[1-9]/);
    }
  });

  test('WebFinger is JSON that any site may read (T65)', () => {
    const found = seen.filter(
      ({ asked, response }) => asked.startsWith('GET /.well-known/webfinger?') && response.status === 200,
    );
    expect(found.length).toBeGreaterThan(1);
    for (const { response } of found) {
      expect(typeOf(response)).toBe('application/jrd+json');
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
    }
  });

  test('a redirect leads to a path of ours, or to a document of ours', () => {
    const away = seen.flatMap(({ response }) => response.headers.get('Location') ?? []);
    expect(away.length).toBeGreaterThan(20);
    for (const place of away) expect(place).toMatch(/^(?:\/(?![/\\])|https:\/\/wethi\.example\/ap\/)/);
  });
});

function one(asked: string, accept: string): Seen {
  const found = seen.find((answer) => answer.asked === asked && answer.accept === accept && answer.who === 'anybody');
  if (found === undefined) throw new Error(`${asked} was not asked for`);
  return found;
}

function typeOf(response: Response): string {
  return response.headers.get('Content-Type')?.split(';')[0] ?? '';
}

function namesIn(header: string | null): string[] {
  return (header ?? '').toLowerCase().split(/\s*,\s*/);
}

const SAFETY = [
  ...['content-security-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster'],
  ...[
    'permissions-policy',
    'referrer-policy',
    'strict-transport-security',
    'x-content-type-options',
    'x-frame-options',
  ],
  ...['x-xss-protection'],
];
const NOTED = [
  'cache-control',
  'vary',
  'link',
  'location',
  'allow',
  'access-control-allow-origin',
  'retry-after',
  'accept-signature',
];

function safetyOf({ response }: Seen): Record<string, string | null> {
  return Object.fromEntries(SAFETY.map((name) => [name, response.headers.get(name)]));
}

/** Ids are new in every run; on file they have names. */
function timeless(text: string): string {
  const { world, fresh, draft, withdrawn, seed: old, talk } = house;
  const ids = {
    BLOG: world.blog.id,
    FRESH: fresh.id,
    DRAFT: draft.id,
    WITHDRAWN: withdrawn.id,
    SERIES: old.series ?? '',
  };
  const names = Object.entries({ ...ids, COMMENT: talk.author, NOBODY });
  return names.reduce((changed, [name, id]) => changed.replaceAll(id, name), text);
}

function whatOf({ asked, accept, who, response }: Seen): string {
  const what = accept === AP ? 'a document' : 'a page';
  return `${response.status} ${timeless(decodeURIComponent(asked))}, ${what} for ${who}`;
}

/** What is on file: under each address its different answers, and before each answer all ways of asking that give it. */
function places(usual: Record<string, string | null>): string[][] {
  const answers = new Map<string, Map<string, string[]>>();
  for (const answer of seen) {
    const place = timeless(decodeURIComponent(answer.asked.split(' ').at(-1) ?? ''));
    const kinds = answers.get(place) ?? new Map<string, string[]>();
    answers.set(place, kinds);
    const notes = `${answer.response.status} | ${notesOf(answer, usual).join(' | ')}`;
    const way = `${answer.asked.replace(/ \S+$/, '')}${answer.accept === AP ? ' (document)' : ''}`;
    kinds.set(notes, [...(kinds.get(notes) ?? []), `${way}${answer.who === 'author' ? ' by author' : ''}`]);
  }
  return [...answers].map(([place, kinds]) => [
    place,
    ...[...kinds].map(([notes, ways]) => `  ${ways.join(', ')}\n    ${notes}`),
  ]);
}

/** What is on file of an answer; of the safety headers only what differs from those of the front page. */
function notesOf(answer: Seen, usual: Record<string, string | null>): string[] {
  const { headers } = answer.response;
  const notes = [headers.get('content-type') ?? 'no type'];
  for (const name of NOTED) if (headers.has(name)) notes.push(`${name}: ${timeless(headers.get(name) ?? '')}`);
  if (headers.has('etag')) notes.push('etag');
  for (const cookie of headers.getSetCookie()) notes.push(`set-cookie: ${cookie.replace(/=[^;]*/, '=…')}`);
  for (const [name, value] of Object.entries(safetyOf(answer))) {
    if (value !== usual[name]) notes.push(`${name}: ${value}`);
  }
  return notes;
}
