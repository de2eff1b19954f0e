// Where a reader may be led and what tells them so: links that hide their host, names that turn it round, pictures that
// watch, and redirects to somewhere else (T48, T49, T52, T53).
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Entry } from '../../src/domain/entries/write.ts';
import { sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { path } from '../../src/urls.ts';
import { openServer, type Server } from '../federation/scripted.ts';
import { NO_BROWSER, openChromium } from '../journeys/browser.ts';
import { commented, meet, office, published, stranger } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { tagsOf } from './web-judge.ts';
import { openWebNode, type WebNode } from './web-node.ts';

let web: WebNode;
let theirs: Server;
let evils: Server;
let chromium: Browser | null = null;
let cookie: string;
beforeAll(async () => {
  web = await openWebNode();
  theirs = await openServer();
  evils = await openServer();
  cookie = await web.cookie();
  if (NO_BROWSER !== null) return measured(NO_BROWSER);
  chromium = await openChromium();
});
afterAll(async () => {
  await chromium?.close();
  await web.close();
  await theirs.close();
  await evils.close();
});
printLedger();

const OVERRIDE = '\u202e';

/** An entry that a stranger with these fields answered. */
async function answeredBy(given: Partial<typeof stranger>, html: string, url = stranger.url): Promise<Entry> {
  const id = `https://newcomer.example/users/${Math.random()}`;
  const actor = await meet(web.world, { ...stranger, ...given, id });
  const entry = await published(web.world, {}, web.origin);
  await commented(web.world, { actor, entry, uri: `${id}/1`, url, html: sanitiseRemote(html) });
  return entry;
}

const pageOf = async (entry: Entry) => (await web.ask(path.entry(web.world.blog.handle, entry.number))).text;

attack('T48', 'every link to a stranger’s page is vouched for by nobody, and none hides its host', async () => {
  const links = `<p><a href="https://evil.test/a" rel="me dofollow" target="_blank">ก</a>
    <a href="https://bank.test@evil.test/b">ข</a> <a href="https://evil.test/c" class="mention invisible">ค</a></p>`;
  const page = await pageOf(await answeredBy({}, links));
  const anchors = tagsOf(page).filter(({ name, attributes }) => {
    const { hostname } = new URL(attributes.get('href') ?? '', web.origin);
    return name === 'a' && ['evil.test', 'bank.test', 'newcomer.example'].includes(hostname);
  });
  expect(anchors.map(({ attributes }) => Object.fromEntries(attributes))).toEqual([
    { href: 'https://evil.test/a', rel: 'nofollow noopener noreferrer ugc' },
    { href: 'https://evil.test/b', rel: 'nofollow noopener noreferrer ugc' },
    { href: 'https://evil.test/c', class: 'mention', rel: 'nofollow noopener noreferrer ugc' },
    { class: 'plain', href: stranger.url, rel: 'nofollow noopener noreferrer ugc' },
  ]);
  const hidden = await pageOf(await answeredBy({}, '<p>ก</p>', 'https://bank.test@newcomer.example/1'));
  expect(hidden).not.toContain('bank.test');
});

attack('T48', 'a right-to-left override in a name or a handle turns nothing round but itself', async () => {
  const given = { name: `${OVERRIDE}ชื่อ`, handle: `${OVERRIDE}elpmaxe.knab` };
  const turned = await answeredBy(given, `<p>${OVERRIDE}ข้อความ</p>`);
  const straight = await answeredBy({ name: 'ชื่อ', handle: 'reader' }, '<p>ข้อความ</p>');
  const page = await pageOf(turned);
  expect(page).toContain(`<bdi>@${given.handle}</bdi><wbr>@<b>newcomer.example</b>`);
  expect(page.replaceAll(/<bdi>.*?<\/bdi>/gs, '')).not.toContain(OVERRIDE);
  if (chromium === null) return;
  const window = await chromium.newPage({ baseURL: web.origin });
  // Seen by a browser: the server stands behind the name, whatever the name says.
  for (const entry of [turned, straight]) {
    await window.goto(path.entry(web.world.blog.handle, entry.number));
    const order = await window.evaluate(() => {
      const handle = document.querySelector('.comment .handle');
      const [name, server] = [handle?.querySelector('bdi'), handle?.querySelector('b')].map((part) =>
        part?.getBoundingClientRect(),
      );
      return name !== undefined && server !== undefined && (server.left >= name.right || server.top >= name.bottom);
    });
    expect(order).toBe(true);
  }
  await window.close();
});

attack('T49', 'a stranger’s picture, stylesheet or font is asked for by no reader', async () => {
  const watching = `<p style="background:url(${evils.origin}/style)">ก<img src="${evils.origin}/pixel.png" alt="จุด"></p>
    <link rel="stylesheet" href="${evils.origin}/x.css"><style>@import '${evils.origin}/y.css'</style>`;
  const entry = await answeredBy({ icon: `${evils.origin}/face.png` }, watching);
  const answer = await web.ask(path.entry(web.world.blog.handle, entry.number));
  expect(answer.text).toContain('จุด');
  expect(answer.text).not.toContain(evils.host);
  expect(answer.headers['referrer-policy']).toBe('same-origin');
  if (chromium === null) return;
  const window = await chromium.newPage({ baseURL: web.origin, bypassCSP: true });
  evils.gets.length = 0;
  await window.goto(path.entry(web.world.blog.handle, entry.number), { waitUntil: 'load' });
  expect(evils.gets).toEqual([]);
  // The same words without us do ask.
  await window.setContent(watching);
  await expect.poll(() => evils.gets.map(({ path }) => path)).toContain('/pixel.png');
  await window.close();
});

attack('T52', 'a page that sends a signed-in reader to us makes us ask nobody and do nothing', async () => {
  const { db } = web.world;
  const state = async () =>
    JSON.stringify([
      await db.selectFrom('following').selectAll().execute(),
      await db.selectFrom('likes').selectAll().execute(),
      await db.selectFrom('happenings').select('number').orderBy('number').execute(),
    ]);
  const before = await state();
  const at = `/authorize_interaction?uri=${encodeURIComponent(`${theirs.origin}/users/x`)}`;
  theirs.gets.length = 0;
  for (const site of ['cross-site', 'same-site', '']) {
    const answer = await web.ask(at, { accept: 'text/html', cookie, 'sec-fetch-site': site });
    expect([answer.status, answer.headers['x-frame-options']]).toEqual([200, 'DENY']);
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  }
  const forged = { uri: `${theirs.origin}/users/x`, act: 'follow', blog: web.world.blog.handle };
  const elsewhere = { cookie, origin: evils.origin, 'sec-fetch-site': 'cross-site' };
  expect((await web.send('/authorize_interaction', forged, elsewhere)).status).toBe(403);
  expect(theirs.gets).toEqual([]);
  expect(await state()).toBe(before);
  // By the reader's own wish we do ask.
  await web.ask(at, { accept: 'text/html', cookie, 'sec-fetch-site': 'none' });
  expect(theirs.gets.length).toBeGreaterThan(0);
});

attack('T52', 'on a node as in production nobody can make us look into our own network', async () => {
  const open = await openWebNode({ network: 'public' });
  theirs.gets.length = 0;
  const headers = { accept: 'text/html', cookie: await open.cookie(), 'sec-fetch-site': 'none' };
  for (const uri of [`${theirs.origin}/users/x`, 'http://169.254.169.254/', 'http://[::1]/', `@x@${theirs.host}`]) {
    const { status } = await open.ask(`/authorize_interaction?uri=${encodeURIComponent(uri)}`, headers);
    expect([uri, status]).toEqual([uri, 404]);
  }
  expect((await open.send(`/@${open.world.blog.handle}/follow`, { account: `x@${theirs.host}` })).status).toBe(422);
  expect(theirs.gets).toEqual([]);
  await open.close();
  expect((await web.send(`/@${web.world.blog.handle}/follow`, { account: `x@${theirs.host}` })).status).toBe(422);
  expect(theirs.gets.length).toBeGreaterThan(0);
});

/** Every way that we know to write an address elsewhere so that it looks like a path of ours. */
const AWAY = String.raw`
//evil.test
///evil.test
////evil.test/x
/\evil.test
\evil.test
\\evil.test
/\/evil.test
\/evil.test
/.//evil.test
/..//evil.test
/x/..//evil.test
/x/../..//evil.test
/%2Fevil.test
/%2F%2Fevil.test
/%5Cevil.test
/%09/evil.test
https:evil.test
https:/evil.test
https://evil.test
http://evil.test
HTTPS://evil.test
javascript:alert(1)
javascript://%0aalert(1)
data:text/html,x
//evil.test:443/
//user@evil.test
/@evil.test
@evil.test
.evil.test
:80#@evil.test/
/en//evil.test
/en/\evil.test
/en/.//evil.test
//[::1]/
//2130706433/
//evil%E3%80%82test
//ⓔⓥⓘⓛ.test
/web/%2Fevil.test
/?next=//evil.test
/;//evil.test
?//evil.test
#//evil.test
`
  .trim()
  .split('\n')
  .concat([
    '/\t/evil.test',
    '/\n/evil.test',
    '\t//evil.test',
    ' //evil.test',
    '/\r\n/evil.test',
    '/\0/evil.test',
    '//evil.test\\@127.0.0.1',
    '\u00a0//evil.test',
  ]);

attack('T53', 'no `next` leads away, before or after signing in', async () => {
  for (const next of AWAY) {
    for (const prefix of ['', '/en']) {
      const at = `${prefix}/sign-in?next=${encodeURIComponent(next)}`;
      const { status, headers } = await web.ask(at, { accept: 'text/html', cookie });
      expect([next, status, leadsAway(headers.location)]).toEqual([next, 303, false]);
      const form = await web.ask(at);
      expect([next, leadsAway(form.text.match(/name="next" value="([^"]*)"/)?.[1])]).toEqual([next, false]);
    }
  }
  for (const next of ['//evil.test', '/\\evil.test', '/.//evil.test']) {
    const { username, password } = office.person;
    const { status, headers } = await web.send('/sign-in', { username, password, next });
    expect([next, status, headers.location]).toEqual([next, 303, '/desk']);
    const sent = { username, password, to: next, 'sent.title': 'x' };
    expect((await web.send('/sign-in', sent)).headers.location).toBe('/desk');
  }
  const kept = await web.ask('/sign-in?next=%2Freading%3Fafter%3D1', { accept: 'text/html', cookie });
  expect(kept.headers.location).toBe('/reading?after=1');
});

attack('T53', 'no path that is asked for leads away, in a redirect or in a link of the page', async () => {
  for (const away of [
    ...AWAY.filter((path) => /^[/\\]/.test(path)),
    '/original/x/..%2f..%2f%2fevil.test',
    '/ap/actors//evil.test',
  ]) {
    const asked = encodeURI(decodeURIComponent(away))
      .replace(/^([^/])/, '/$1')
      .replaceAll('\\', '%5C');
    for (const path of [asked, away.replaceAll(/[\s\0]|[^ -~]/g, '')]) {
      for (const headers of [{ accept: 'text/html' }, { accept: 'text/html', cookie }]) {
        const answer = await web.ask(path.startsWith('/') ? path : `/${path}`, headers);
        expect([path, answer.status < 500, leadsAway(answer.headers.location)]).toEqual([path, true, false]);
        const links = tagsOf(answer.text.startsWith('<!doctype') ? answer.text : '').filter(({ name }) =>
          ['a', 'form'].includes(name),
        );
        const away = links.flatMap(({ attributes }) =>
          [attributes.get('href') ?? attributes.get('action')].filter(leadsAway),
        );
        expect([path, away]).toEqual([path, []]);
      }
    }
  }
  expect((await web.ask('/nowhere')).text).toContain('href="/en/nowhere"');
});

attack('T53', 'a server that answers with somebody else’s template sends nobody there', async () => {
  const { host } = theirs;
  const follow = async (template: string) => {
    const links = [{ rel: 'http://ostatus.org/schema/1.0/subscribe', template }];
    theirs.otherwise = { type: 'application/jrd+json', body: JSON.stringify({ subject: `acct:x@${host}`, links }) };
    return await web.send(`/@${web.world.blog.handle}/follow`, { account: `x@${host}` });
  };
  for (const template of [
    'https://evil.test/?u={uri}',
    `http://${host}@evil.test/?u={uri}`,
    `http://${host}.evil.test/?u={uri}`,
    `${evils.origin}/?u={uri}`,
    `https:evil.test/{uri}`,
    `//evil.test/{uri}`,
    'javascript:alert(1)//{uri}',
    'data:text/html,{uri}',
    `http://{uri}@evil.test/`,
    '{uri}',
  ]) {
    const { status, headers } = await follow(template);
    expect([template, status, headers.location]).toEqual([template, 422, undefined]);
  }
  const honest = await follow(`${theirs.origin}/authorize?uri={uri}`);
  const acct = encodeURIComponent(`acct:${web.world.blog.handle}@${new URL(web.origin).host}`);
  expect([honest.status, honest.headers.location]).toEqual([303, `${theirs.origin}/authorize?uri=${acct}`]);
});

/** As a browser on our page reads the address. */
function leadsAway(address: string | undefined): boolean {
  if (address === undefined || address.startsWith('https://social-plugins.line.me/')) return false;
  return URL.parse(address.replaceAll('&amp;', '&'), web.origin)?.origin !== web.origin;
}
