// Links on our profiles: how others read them, and whether the pages behind them link back.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { addLink, linksOf, removeLink } from '../../src/domain/links.ts';
import type { Here } from '../../src/federation/here.ts';
import { checkLinks, linksBack } from '../../src/federation/verified-links.ts';
import { absolute, path } from '../../src/urls.ts';
import { office } from '../world.ts';
import { activitiesAt, activityOf, type Json, openActor, openServer, type Server, send } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
const { handle } = office.blog;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(async () => {
  await node.world.db.deleteFrom('links').execute();
});

const add = async (name: string, url: string, of: string = handle) =>
  await addLink(node.world.db, { handle: of, name, url, clock: systemClock });

/** As the worker does it, without its budget: the test's own servers are quick. */
async function looked(): Promise<void> {
  const here: Here = { ...node.world, clock: systemClock, origin: node.origin, forget: () => {}, wake: () => {} };
  await checkLinks(here, { scope: async (_, work) => await work(), signal: new AbortController().signal });
}

/** Serves a page, and returns its address as a link must be written; loopback is asked over http. */
function page(place: string, body: string, more: { status?: number; type?: string } = {}): string {
  server.pages.set(place, { type: 'text/html; charset=utf-8', body, ...more });
  return `https://${server.host}${place}`;
}

const isMarked = async (actor: string, url: string) =>
  (await linksOf(node.world.db, { actor })).find((link) => link.url === url)?.verified != null;

test('§15.21 a link is one rel=me anchor whose text is its very address, in an array', async () => {
  await add('เว็บไซต์ & อื่นๆ', 'https://www.bangchak.example/?a=1&b=2');
  const { json } = await getJson(node.blog);
  const shown = 'https://www.bangchak.example/?a=1&amp;b=2';
  expect(json.attachment).toEqual([
    { type: 'PropertyValue', name: 'เว็บไซต์ & อื่นๆ', value: `<a rel="me" href="${shown}">${shown}</a>` },
  ]);
  expect((await getJson(absolute(node.origin, path.actor('organisation')))).json.attachment).toBeUndefined();
});

test('§15.23 followers are told of each change, under an id of its own', async () => {
  // What changed before has been told, to nobody.
  await node.settled();
  const reader = openActor(server, 'reader');
  await send(reader, node.inbox, activityOf(reader, 'Follow', node.blog));
  await node.settled();
  await add('เว็บไซต์', 'https://a.example/');
  await node.settled();
  await removeLink(node.world.db, { handle, url: 'https://a.example/', clock: systemClock });
  await node.settled();
  const updates = activitiesAt(server, 'Update') as [Json, Json];
  expect(updates).toHaveLength(2);
  expect(new Set(updates.map(({ id }) => id)).size).toBe(2);
  expect((updates[0].object as Json).attachment).toMatchObject([{ type: 'PropertyValue', name: 'เว็บไซต์' }]);
  expect((updates[1].object as Json).attachment).toBeUndefined();
});

test('a page that links back with rel=me is marked, by anchor or link, to the page or the id', async () => {
  const profile = `${node.origin}${path.blog(handle)}`;
  const urls = [
    page('/by-anchor', `<p><a class=u href='${profile}' rel="nofollow me">เวที</a></p>`),
    page('/by-link', `<link rel=me href="${profile}/">`),
    page('/by-id', `<A REL="ME" HREF="${node.blog}">`),
  ];
  for (const url of urls) await add('เว็บไซต์', url);
  await looked();
  for (const url of urls) expect(await isMarked(node.world.blog.id, url), url).toBe(true);
});

test('the organisation’s page is the front page', async () => {
  const url = page('/office', `<a rel="me" href="${node.origin}">`);
  await add('เว็บไซต์', url, office.organisation.handle);
  await looked();
  expect(await isMarked('organisation', url)).toBe(true);
});

test('a page that does not link back is not marked, nor one that only says so', async () => {
  const profile = `${node.origin}${path.blog(handle)}`;
  const urls = [
    page('/without-me', `<a href="${profile}">`),
    page('/another', `<a rel="me" href="${node.origin}/@nobody">`),
    page('/no-page', `<a rel="me" href="${profile}">`, { type: 'text/plain' }),
    page('/gone', `<a rel="me" href="${profile}">`, { status: 410 }),
    page('/in-text', `&lt;a rel="me" href="${profile}"&gt;`),
  ];
  for (const url of urls) await add('เว็บไซต์', url);
  await looked();
  for (const url of urls) expect(await isMarked(node.world.blog.id, url), url).toBe(false);
  const rows = await node.world.db.selectFrom('links').select('checked').execute();
  expect(rows.every(({ checked }) => checked !== null)).toBe(true);
});

test('a mark stands while the server is down', async () => {
  const url = page('/down', `<a rel="me" href="${node.blog}">`);
  await add('เว็บไซต์', url);
  await looked();
  page('/down', '', { status: 503 });
  await node.world.db.updateTable('links').set({ checked: null }).execute();
  await looked();
  expect(await isMarked(node.world.blog.id, url)).toBe(true);
});

test('a page of nothing but tags is read in no time', () => {
  const html = '<a '.repeat(300_000) + '<a rel="me" '.repeat(20_000);
  expect(linksBack({ url: new URL('https://a.example/'), html }, { to: [new URL('https://b.example/')] })).toBe(false);
});
