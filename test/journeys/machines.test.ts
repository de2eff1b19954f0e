// What machines read, in a browser: the policy has nothing to say to a page's data, and a browser's own XML parser takes the
// feeds and sitemaps.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { path } from '../../src/urls.ts';
import { seed } from '../world.ts';
import { journey, NO_BROWSER, openChromium, openVisitor } from './browser.ts';
import { type Furnished, furnish } from './furnished.ts';
import { type ServingNode, serveNode } from './nodes.ts';

let chromium: Browser;
let office: Furnished;
let node: ServingNode;
beforeAll(async () => {
  if (NO_BROWSER !== null) return;
  chromium = await openChromium();
  office = await furnish({ network: 'public' });
  node = await serveNode(office.place);
});
afterAll(async () => {
  await chromium?.close();
  await node?.stop();
  await office?.world.close();
});

journey('an entry’s data stands in the page, and the policy does not complain of it', async () => {
  const { page, open, faults, leave } = await openVisitor(chromium, { origin: office.place.origin });
  expect(await open(path.entry(office.world.blog.handle, office.seed.number))).toBe(200);
  const data = await page.locator('head script').evaluateAll((blocks) => blocks.map(({ textContent }) => textContent));
  expect(data.map((json) => JSON.parse(json ?? ''))).toMatchObject([{ '@type': 'BlogPosting', headline: seed.title }]);
  expect(faults).toEqual([]);
  // The same as a script is complained of: whoever looks is awake.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = '{}';
    document.head.append(script);
  });
  expect(faults.join('\n')).toContain('Content Security Policy');
  await leave();
});

journey('feeds and sitemaps are XML to a browser', async () => {
  const { page, open, leave } = await openVisitor(chromium, { origin: office.place.origin });
  await open(path.home());
  const places = [path.home(), path.blog(office.world.blog.handle), path.tag(seed.tag)].flatMap((place) => [
    path.feed(place, 'xml'),
    path.feed(place, 'atom'),
  ]);
  for (const place of [...places, path.sitemap(), path.sitemapPages(), path.sitemapEntries(0)]) {
    const text = await (await fetch(new URL(place, office.place.origin))).text();
    const root = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'application/xml');
      return parsed.querySelector('parsererror')?.textContent ?? parsed.documentElement.localName;
    }, text);
    expect([place, root]).toEqual([place, expect.stringMatching(/^(?:rss|feed|urlset|sitemapindex)$/)]);
  }
  await leave();
});
