// With a keyboard and nothing else: every link, field and button can be reached, in the order of the page, and one sees where one
// is (WCAG 2.2: 2.1.1, 2.4.1, 2.4.3, 2.4.7, 2.4.11). And on paper: the words with their source, nothing to press.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { path } from '../../src/urls.ts';
import { seed } from '../world.ts';
import { journey, NO_BROWSER, openChromium, openVisitor, signIn } from './browser.ts';
import { type Furnished, furnish } from './furnished.ts';
import { type ServingNode, serveNode } from './nodes.ts';

let chromium: Browser;
let office: Furnished;
let node: ServingNode;
beforeAll(async () => {
  if (NO_BROWSER !== null) return;
  chromium = await openChromium();
  office = await furnish({ network: 'loopback' });
  node = await serveNode(office.place);
});
afterAll(async () => {
  await chromium?.close();
  await node?.stop();
  await office?.world.close();
});

const entry = () => path.entry(office.world.blog.handle, office.seed.number);

/** Everything that a visitor may act on and sees, in the order of the page. */
const reachable = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => `${element.tagName} ${(element.textContent || element.getAttribute('name') || '').trim()}`),
  );

/** Where the focus is now: its name, and what hides it from the eye. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (element === null || element === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
    const [line = element.getBoundingClientRect()] = element.getClientRects();
    // A text that is longer than the window may go on behind the buttons; somewhere one must see it.
    const inFront = [0.1, 0.5, 0.9].map((part) =>
      document.elementFromPoint(line.left + line.width / 2, line.top + line.height * part),
    );
    const free = (front: Element | null) => front !== null && (element.contains(front) || front.contains(element));
    const unseen = [
      ...(outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 3 ? ['no outline'] : []),
      ...(width === 0 || height === 0 || right <= 0 || left >= innerWidth ? ['beside the window'] : []),
      ...(bottom <= 0 || top >= innerHeight ? ['above or below the window'] : []),
      ...(!inFront.some(free) ? ['something in front of it'] : []),
    ];
    const name = `${element.tagName} ${(element.textContent || element.getAttribute('name') || '').trim()}`;
    return { name, unseen };
  });

describe.each([360, 1280])('%i pixels wide', (width) => {
  journey(
    'Tab goes through every page in its order, and one always sees where one is',
    async () => {
      const visitor = await openVisitor(chromium, { origin: office.place.origin, width });
      const { handle } = office.world.blog;
      const places = ['/', path.blog(handle), entry(), path.series(office.seed.series ?? ''), '/archive', '/sign-in'];
      const further = [path.archiveYear(2549), path.tags(), path.searchFor({ q: 'ตำบล' }), path.follow(handle)];
      const behindTheDoor = [
        path.desk(),
        path.write(),
        path.revise(office.fresh.number),
        path.reading(),
        path.reports(),
      ];
      for (const place of [...places, ...further, ...behindTheDoor]) {
        if (place === path.desk()) await signIn(visitor);
        await visitor.open(place);
        const wanted = await reachable(visitor.page);
        const stops: string[] = [];
        const unseen: string[] = [];
        // After the last one a browser goes to its own bar, or begins again.
        for (const _ of wanted) {
          await visitor.page.keyboard.press('Tab');
          const stop = await focused(visitor.page);
          if (stop === null) break;
          stops.push(stop.name);
          unseen.push(...stop.unseen.map((why) => `${place}: ${stop.name} has ${why}`));
        }
        expect(unseen).toEqual([]);
        expect(stops, place).toEqual(wanted);
        expect(stops[0], place).toBe('A ข้ามไปยังเนื้อหา');
      }
      await visitor.leave();
    },
    120_000,
  );

  journey('the skip link leads past the bar, and the places of a page have names', async () => {
    const { page, open, leave } = await openVisitor(chromium, { origin: office.place.origin, width });
    await open(entry());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('main');
    for (const role of ['banner', 'main', 'contentinfo'] as const) expect(await page.getByRole(role).count()).toBe(1);
    const navigations = await page
      .locator('nav')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(navigations).toEqual(['เมนูหลัก', 'ตำแหน่งของหน้านี้', 'ชุดบันทึก']);
    await leave();
  });
});

journey('on paper a list has its entries, and nothing to press', async () => {
  const { page, open, leave } = await openVisitor(chromium, { origin: office.place.origin });
  await page.emulateMedia({ media: 'print' });
  const lists = ['/', path.blog(office.world.blog.handle), path.tag(seed.tag), path.archiveYear(2549)];
  for (const list of [...lists, path.searchFor({ q: 'ตำบล' }), path.series(office.seed.series ?? '')]) {
    await open(list);
    for (const gone of ['form', 'button', 'summary', 'nav', '.aside', '.foot ul', '.skip']) {
      expect(await page.locator(gone).filter({ visible: true }).count(), `${list} ${gone}`).toBe(0);
    }
    expect(await page.locator('main h3').filter({ visible: true }).count(), list).toBeGreaterThan(0);
  }
  await leave();
});

journey('on paper stand the words, the addresses of links, licence and source, and nothing to press', async () => {
  const { page, open, leave } = await openVisitor(chromium, { origin: office.place.origin });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const address = office.place.origin + path.entry(office.world.blog.handle, office.fresh.number);
  await open(new URL(address).pathname);
  for (const gone of ['.bar', 'form', 'button', 'a.button', 'nav', '.foot ul', '.skip', '.pass-on', '.empty']) {
    expect(await page.locator(gone).filter({ visible: true }).count(), gone).toBe(0);
  }
  const source = await page.locator('.printed').innerText();
  expect(source).toContain(address);
  expect(source).toContain('CC BY 4.0');
  expect(source).toContain('https://creativecommons.org/licenses/by/4.0/');
  const after = await page
    .getByRole('link', { name: 'เวทีชาวบ้าน' })
    .evaluate((link) => getComputedStyle(link, '::after').content);
  expect(after).toBe('" (https://example.org/wethi)"');
  // Dark pages are not printed dark.
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
  expect(await page.locator('.prose').evaluate((prose) => getComputedStyle(prose).color)).toMatch(/^rgb\((0|21), /);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  // A4 in points.
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/);
  await page.emulateMedia({ media: 'screen' });
  expect(await page.locator('.printed').isVisible()).toBe(false);
  await leave();
});
