// Every page that the node has, in Chromium: read off `wethi routes`, so that a new page cannot be forgotten. On a phone and
// a desk, light and dark, Thai and English: no violation that axe finds, no sideways scroll, nothing too small to press, no
// complaint on the console.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { pinEntry } from '../../src/domain/entries/pin.ts';
import { addLink, linksToCheck, noteLinkChecked } from '../../src/domain/links.ts';
import { receiveReport } from '../../src/domain/reports.ts';
import { DEEPER } from '../../src/domain/search/places.ts';
import { pageAfter, path, pattern } from '../../src/urls.ts';
import { openActor, openServer, type Server } from '../federation/scripted.ts';
import { reader, seed } from '../world.ts';
import {
  COLOURS,
  journey,
  NO_BROWSER,
  openChromium,
  openVisitor,
  SCRIPT,
  sidewaysScroll,
  signIn,
  smallTargets,
  type Visitor,
  violations,
} from './browser.ts';
import { type Furnished, furnish, team } from './furnished.ts';
import { type ServingNode, serveNode, wethi } from './nodes.ts';

/** What `wethi routes --json` lists. */
interface Route {
  method: string;
  path: string;
  session: boolean;
}

/** A page to look at: where it is, and what it answers. */
type Sight = [address: string, status: number];

/** Where nobody wrote yet. */
const EMPTY = { handle: 'new_blog', title: 'บล็อกที่เพิ่งเปิด' };

/** Doors that answer with files and documents. Everything else that is asked by GET is a page. */
const NO_PAGES: string[] = [
  ...[...pattern.federation, pattern.assets, path.favicon(), path.robots()],
  ...[pattern.nodeFeed, pattern.blogFeed, pattern.tagFeed, pattern.seriesFeed],
  ...[path.sitemap(), path.sitemapPages(), pattern.sitemapEntries, path.oembed()],
];

let chromium: Browser;
let elsewhere: Server;
let office: Furnished;
let node: ServingNode;
let routes: Route[];

beforeAll(async () => {
  if (NO_BROWSER !== null) return;
  chromium = await openChromium();
  elsewhere = await openServer();
  openActor(elsewhere, 'reader', { summary: '<p>อ่านทุกวัน</p>' });
  office = await furnish({ network: 'loopback' });
  await addTheRest(office);
  routes = (await wethi(office.place, 'routes')) as Route[];
  node = await serveNode(office.place);
});
afterAll(async () => {
  await chromium?.close();
  await node?.stop();
  await office?.world.close();
  await elsewhere?.close();
});

/** What the pages show besides: an entry put first, a link that was looked at, a report, a blog in which nobody wrote yet. */
async function addTheRest({ world: { db, clock, blog, author }, seed: old }: Furnished): Promise<void> {
  await addBlog(db, { ...EMPTY, author: author.username, clock });
  await pinEntry(db, { id: old.id, place: 'first', clock });
  const url = `https://example.social/@${'pui_makhamriang'.repeat(3)}`;
  await addLink(db, { handle: blog.handle, name: 'Mastodon', url, clock: systemClock });
  for (const { id } of await linksToCheck(db, { limit: 10, clock: systemClock })) {
    await noteLinkChecked(db, { id, found: 'links back', clock: systemClock });
  }
  await receiveReport(db, {
    activity: 'https://example.social/flags/1',
    actor: reader.id,
    content: 'ช่วยดูให้ด้วย\nไม่แน่ใจว่าเป็นโฆษณาหรือไม่',
    subjects: [
      { kind: 'actor', subject: blog.id },
      { kind: 'entry', subject: old.id },
      { kind: 'comment', subject: office.talk.reader },
    ],
    clock,
  });
}

/** The sights of each page by its route, as somebody signed in and as everybody else. */
function sights(): Record<string, { everybody?: Sight[]; author?: Sight[] }> {
  const { world, seed: old, fresh, draft, withdrawn, talk } = office;
  const { handle } = world.blog;
  const entry = path.entry(handle, old.number);
  const uri = encodeURIComponent(`acct:reader@${elsewhere.host}`);
  return {
    '/set-up': { everybody: [[path.setUpWith('used-long-ago'), 410]] },
    '/sign-in': { everybody: [[path.signInThen(path.write()), 200]] },
    '/': { everybody: [['/', 200]] },
    '/blogs': { everybody: [['/blogs', 200]] },
    '/:blog{@[A-Za-z0-9_]+}': {
      everybody: [
        [path.blog(handle), 200],
        [path.blog(EMPTY.handle), 200],
        [path.blog('nobody'), 404],
      ],
      author: [
        [path.blog(team.handle), 200],
        [path.blog(EMPTY.handle), 200],
      ],
    },
    '/:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}': {
      everybody: [
        [entry, 200],
        [path.entry(handle, fresh.number), 200],
        [path.entry(handle, withdrawn.number), 410],
      ],
      author: [
        [entry, 200],
        [path.entry(handle, draft.number), 200],
      ],
    },
    '/original/:system/:number': { everybody: [[path.original('gotoknow', seed.original), 200]] },
    '/t': { everybody: [['/t', 200]] },
    '/t/:tag': { everybody: [[path.tag(seed.tag), 200]], author: [[path.tag(seed.tag), 200]] },
    '/series/:id': { everybody: [[path.series(old.series ?? ''), 200]] },
    '/archive': { everybody: [['/archive', 200]] },
    '/archive/:year{[0-9][0-9][0-9][0-9]}': {
      everybody: [
        [path.archiveYear(2549), 200],
        [path.archiveYear(2006), 404],
      ],
    },
    '/:blog{@[A-Za-z0-9_]+}/archive': {
      everybody: [
        [path.blogArchive(handle), 200],
        [path.blogArchive(EMPTY.handle), 200],
      ],
    },
    '/:blog{@[A-Za-z0-9_]+}/archive/:year{[0-9][0-9][0-9][0-9]}': {
      everybody: [[path.blogArchiveYear(handle, 2569), 200]],
    },
    '/search': {
      everybody: [
        [path.search(), 200],
        [path.searchFor({ q: 'คุณอำนวย', year: '2006' }), 200],
        [path.searchFor({ q: 'ไม่มีในเวที' }), 200],
        [path.searchFor({ q: 'unbroken'.repeat(20) }), 200],
        [path.searchFor({ q: '!?' }), 200],
        [path.searchFor({ q: 'ตำบล', blog: handle, year: '2030' }), 200],
        [pageAfter(path.searchFor({ q: 'ตำบล' }), `${DEEPER.step}_${DEEPER.place}`), 200],
      ],
      author: [[path.searchFor({ q: 'ปุ๋ยหมัก', tag: seed.tag }), 200]],
    },
    '/:blog{@[A-Za-z0-9_]+}/follow': { everybody: [[path.follow(handle), 200]] },
    '/:blog{@[A-Za-z0-9_]+}/:number{[1-9][0-9]*}/answer': {
      everybody: [[`${path.answer(handle, old.number)}?comment=${talk.reader}`, 200]],
      author: [[path.answer(handle, old.number), 200]],
    },
    '/desk': { author: [['/desk', 200]] },
    '/write': { author: [['/write', 200]] },
    '/write/:number{[1-9][0-9]*}': {
      author: [
        [path.saved(draft.number), 200],
        [path.revise(fresh.number), 200],
      ],
    },
    '/reading': { author: [['/reading', 200]] },
    '/authorize_interaction': { author: [[`${path.authorizeInteraction()}?uri=${uri}`, 200]] },
    '/reports': { author: [['/reports', 200]] },
  };
}

journey('every page that the routes list is looked at', () => {
  const listed = routes.filter(({ method }) => method === 'GET' || method === 'ALL').map((route) => route.path);
  expect(Object.keys(sights()).sort()).toEqual(listed.filter((path) => !NO_PAGES.includes(path)).sort());
  const guarded = routes.filter(({ method, session }) => method === 'GET' && session).map((route) => route.path);
  expect(
    Object.entries(sights())
      .filter(([, { everybody }]) => everybody === undefined)
      .map(([path]) => path),
  ).toEqual(guarded);
});

describe.concurrent.each(['', '/en'])('below "%s"', (prefix) => {
  journey(
    'axe finds nothing, nothing scrolls sideways, and the console stays silent',
    async () => {
      const visitor = await openVisitor(chromium, { origin: office.place.origin });
      const seen = Object.values(sights());
      const found: string[] = [];
      for (const [address, status] of seen.flatMap(({ everybody = [] }) => everybody)) {
        found.push(...(await lookAt(visitor, prefix + address, status)));
      }
      await signIn(visitor);
      for (const [address, status] of seen.flatMap(({ author = [] }) => author)) {
        found.push(...(await lookAt(visitor, prefix + address, status)));
      }
      expect(found).toEqual([]);
      expect(visitor.faults).toEqual([]);
      expect(node.complaints()).toBe('');
      await visitor.leave();
    },
    400_000,
  );
});

journey('whoever looks is awake: planted faults are found', async () => {
  const { page, faults, leave, open } = await openVisitor(chromium, { origin: office.place.origin });
  await open('/sign-in');
  const wrong = [await violations(page), await sidewaysScroll(page, 360), await smallTargets(page), faults];
  expect(wrong.flat()).toEqual([]);
  await page.evaluate(() => {
    const picture = document.createElement('img');
    picture.src = '/assets/mark.svg';
    picture.width = 2_000;
    picture.style.maxInlineSize = 'none';
    document.querySelector('main')?.append(picture);
    document.querySelector('h1')?.setAttribute('style', 'color: #eee');
    document.querySelector('label')?.remove();
    document.querySelector('main')?.append(Object.assign(document.createElement('button'), { textContent: 'x' }));
  });
  expect(await smallTargets(page)).toEqual(['small target: <button>x</button>']);
  expect((await violations(page)).map((violation) => violation.split(':')[0]).sort()).toEqual(['image-alt', 'label']);
  expect((await sidewaysScroll(page, 360)).join('\n')).toContain('360 px: the page is');
  expect(faults.join('\n')).toContain('Content Security Policy');
  await leave();
});

/** Opens a page and looks at it in every width and light. @returns what is wrong with it. */
async function lookAt({ page, open }: Visitor, address: string, status: number): Promise<string[]> {
  const found: string[] = [];
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const answered = await open(address);
  if (answered !== status) found.push(`answers ${answered}, not ${status}`);
  found.push(...(await sidewaysScroll(page, 320)));
  for (const width of [360, 1280]) {
    found.push(...(await sidewaysScroll(page, width)), ...(await smallTargets(page)));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === 'dark' ? COLOURS : undefined;
      found.push(...(await violations(page, rules)).map((violation) => `${width} ${colorScheme} ${violation}`));
    }
  }
  return found.map((fault) => `${address}: ${fault}`);
}

describe.each(SCRIPT)('$scripts', ({ javaScriptEnabled }) => {
  journey('the first key skips to the words, and the menu opens on a phone with every place in it', async () => {
    const visitor = await openVisitor(chromium, { origin: office.place.origin, javaScriptEnabled, width: 360 });
    await visitor.open('/');
    await visitor.page.keyboard.press('Tab');
    expect(await visitor.page.locator(':focus').innerText()).toBe('ข้ามไปยังเนื้อหา');
    const menu = visitor.page.getByRole('navigation', { name: 'เมนูหลัก' });
    expect(await menu.isVisible()).toBe(false);
    await visitor.page.getByRole('button', { name: 'เมนู' }).click();
    expect(await menu.getByRole('link').allInnerTexts()).toEqual(['หน้าแรก', 'บล็อก', 'คำสำคัญ', 'ค้นหา', 'เข้าสู่ระบบ']);
    await menu.getByRole('link', { name: 'บล็อก' }).click();
    await visitor.page.waitForURL('**/blogs');
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});
