// Readers who have an account elsewhere: the boxes that send them to their own server, and this node as somebody's own
// server, to which another node sends its author home (federation.md §11). Real processes on loopback.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { openActor, openServer, type Server } from '../federation/scripted.ts';
import { journey, NO_BROWSER, openChromium, openVisitor, press, SCRIPT, signIn, wordsOf } from './browser.ts';
import { type Furnished, furnish } from './furnished.ts';
import { type ServingNode, serveNode } from './nodes.ts';

const SUBSCRIBE = 'http://ostatus.org/schema/1.0/subscribe';

let chromium: Browser;
let mastodon: Server;
let office: Furnished;
let library: Furnished;
let nodes: ServingNode[] = [];
let entry: string;

beforeAll(async () => {
  if (NO_BROWSER !== null) return;
  chromium = await openChromium();
  mastodon = await openServer();
  office = await furnish({ network: 'loopback', comments: 'open' });
  library = await furnish({ network: 'loopback' });
  nodes = await Promise.all([office, library].map(({ place }) => serveNode(place)));
  entry = path.entry(office.world.blog.handle, office.fresh.number);
  scriptReader(mastodon);
});
afterAll(async () => {
  await chromium?.close();
  for (const node of nodes) await node.stop();
  for (const furnished of [office, library]) await furnished?.world.close();
  await mastodon?.close();
});

/** A reader's account whose WebFinger says where it wants to be asked, and the page there, as Mastodon has them. */
function scriptReader(server: Server): void {
  openActor(server, 'reader');
  server.pages.set('/favicon.ico', { status: 204 });
  const links = [{ rel: SUBSCRIBE, template: `${server.origin}/authorize_interaction?uri={uri}` }];
  const body = JSON.stringify({ subject: `acct:reader@${server.host}`, links });
  const resource = encodeURIComponent(`acct:reader@${server.host}`);
  server.pages.set(`/.well-known/webfinger?resource=${resource}`, { type: 'application/jrd+json', body });
  for (const object of [`acct:${office.world.blog.handle}@${new URL(office.place.origin).host}`, articleId()]) {
    const page = `/authorize_interaction?uri=${encodeURIComponent(object)}`;
    server.pages.set(page, { type: 'text/html', body: '<!doctype html><title>Mastodon</title>' });
  }
}

const articleId = () => absolute(office.place.origin, path.article(office.fresh.id));
const visit = (at: Furnished, javaScriptEnabled: boolean) =>
  openVisitor(chromium, { origin: at.place.origin, javaScriptEnabled });

/** Looks again and again, because servers tell each other in their own time. */
async function appears(what: Locator, look: () => Promise<unknown>): Promise<void> {
  const count = async () => {
    await look();
    return await what.count();
  };
  await expect.poll(count, { timeout: 10_000, interval: 100 }).toBe(1);
}

describe.each(SCRIPT)('$scripts', ({ javaScriptEnabled }) => {
  journey('the follow box leads to the reader’s own server with the handle', async () => {
    const { page, open, faults, leave } = await visit(office, javaScriptEnabled);
    for (const at of [entry, path.blog(office.world.blog.handle)]) {
      await open(at);
      await page.locator('[aria-labelledby=follow]').getByLabel('บัญชีของคุณ').fill(`@reader@${mastodon.host}`);
      await press(page, 'ติดตาม');
      const { origin, pathname, searchParams } = new URL(page.url());
      expect([origin, pathname]).toEqual([mastodon.origin, '/authorize_interaction']);
      expect(searchParams.get('uri')).toBe(`acct:${office.world.blog.handle}@${new URL(office.place.origin).host}`);
    }
    expect(faults).toEqual([]);
    await leave();
  });

  journey('the answer box leads there with the entry’s id, in English too', async () => {
    const { page, open, faults, leave } = await visit(office, javaScriptEnabled);
    await open(`/en${entry}`);
    await page.locator('#reply').getByLabel('Your account').fill(`reader@${mastodon.host}`);
    await press(page.locator('#reply'), 'Go and answer');
    const { origin, searchParams } = new URL(page.url());
    expect([origin, searchParams.get('uri')]).toEqual([mastodon.origin, articleId()]);
    expect(faults).toEqual([]);
    await leave();
  });

  journey('an account that is not there is said to be so, with what to do next', async () => {
    const { page, open, faults, leave } = await visit(office, javaScriptEnabled);
    for (const [account, said] of [
      [`@nobody@${mastodon.host}`, `หา @nobody@${mastodon.host} ไม่พบ ตรวจตัวสะกด`],
      ['@reader@127.0.0.1:9', 'หา @reader@127.0.0.1:9 ไม่พบ ตรวจตัวสะกด'],
      ['ผู้อ่าน', 'อ่าน "ผู้อ่าน" ไม่ออก เขียนแบบ @ชื่อ@เซิร์ฟเวอร์'],
    ] as const) {
      await open(entry);
      await page.locator('#reply').getByLabel('บัญชีของคุณ').fill(account);
      expect(await press(page.locator('#reply'), 'ไปตอบ')).toBe(422);
      expect(await page.getByRole('alert').innerText(), account).toContain(said);
      expect(await page.getByLabel('บัญชีของคุณ').inputValue()).toBe(account);
      expect(await page.locator('code.copy').innerText()).toBe(absolute(office.place.origin, entry));
    }
    expect(faults).toEqual([]);
    await leave();
  });
});

journey('an author of another node follows from here, is sent home, signs in and follows', async () => {
  const reader = await visit(office, false);
  const { page } = reader;
  await reader.open(entry);
  const account = `@${library.world.blog.handle}@${new URL(library.place.origin).host}`;
  await page.locator('[aria-labelledby=follow]').getByLabel('บัญชีของคุณ').fill(account);
  await press(page, 'ติดตาม');
  expect(new URL(page.url()).origin).toBe(library.place.origin);
  expect(new URL(page.url()).pathname).toBe('/sign-in');
  await signIn(reader);
  expect(new URL(page.url()).pathname).toBe('/authorize_interaction');
  const words = await wordsOf(page);
  expect(words).toContain('ติดตามบัญชีนี้');
  expect(words).toContain(`@${office.world.blog.handle}@${new URL(office.place.origin).host}`);

  await press(page, 'ติดตาม');
  expect(page.url()).toBe(`${library.place.origin}/reading`);
  const followed = page.locator('.followed', { hasText: new URL(office.place.origin).host });
  await appears(followed, () => page.reload());

  // One's own blog needs no asking: its page has the forms already.
  await reader.open(`${library.place.origin}/authorize_interaction?uri=${encodeURIComponent(account)}`);
  expect(new URL(page.url()).pathname).toBe(`/@${library.world.blog.handle}`);
  expect(reader.faults).toEqual([]);
  await reader.leave();
});

journey('and comments from home, so that it stands under the entry', async () => {
  // Somebody has read the entry a moment before, and comes back to it.
  const stranger = await visit(office, true);
  await stranger.open(entry);
  const reader = await visit(library, true);
  const { page } = reader;
  await signIn(reader);
  const uri = encodeURIComponent(absolute(office.place.origin, entry));
  expect(await reader.open(`/authorize_interaction?uri=${uri}`)).toBe(200);
  expect(await wordsOf(page)).toContain(office.fresh.title);

  await page.getByLabel('ความเห็น', { exact: true }).fill('');
  expect(await press(page, 'ส่งความเห็น')).toBe(422);
  expect(await page.getByRole('alert').innerText()).toMatch(/\p{Script=Thai}/u);
  await page.getByLabel('ความเห็น', { exact: true }).fill('ห้องสมุดมีคอมพิวเตอร์ให้ใช้วันเสาร์');
  await press(page, 'ส่งความเห็น');
  expect(page.url()).toBe(`${library.place.origin}/reading`);

  const arrived = stranger.page.locator('.comment', { hasText: 'ห้องสมุดมีคอมพิวเตอร์ให้ใช้วันเสาร์' });
  await appears(arrived, () => stranger.open(entry));
  expect(await arrived.locator('.handle').innerText()).toContain(new URL(library.place.origin).host);
  expect([...reader.faults, ...stranger.faults]).toEqual([]);
  expect(nodes.map((node) => node.complaints())).toEqual(['', '']);
  await reader.leave();
  await stranger.leave();
});

journey('what is nowhere, and what is somebody’s private matter, says what to do next', async () => {
  const reader = await visit(library, true);
  await signIn(reader);
  for (const uri of [
    '',
    'nonsense',
    `${mastodon.origin}/nowhere`,
    absolute(office.place.origin, path.article('nothing')),
  ]) {
    expect(await reader.open(`/authorize_interaction?uri=${encodeURIComponent(uri)}`), uri).toBe(404);
    expect(await wordsOf(reader.page)).toMatch(/ตรวจ|เขียนแบบ/);
  }
  expect(reader.faults).toEqual([]);
  await reader.leave();
});
