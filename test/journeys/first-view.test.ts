// What a villager with a weak signal waits for, and what they pass on in LINE: the weight of an entry's first view, and
// addresses short enough to read out (design §4.8; reference: thai.md).
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { journey, NO_BROWSER, openChromium, openVisitor } from './browser.ts';
import { type Furnished, furnish } from './furnished.ts';
import { type ServingNode, serveNode } from './nodes.ts';

const ORIGIN = 'https://wethi.example.go.th';
const BYTES_MAX = 150_000;
const ADDRESS_MAX = 60;

let chromium: Browser;
let office: Furnished;
let node: ServingNode;
beforeAll(async () => {
  if (NO_BROWSER !== null) return;
  chromium = await openChromium();
  office = await furnish({ network: 'public', origin: ORIGIN });
  node = await serveNode(office.place);
});
afterAll(async () => {
  await chromium?.close();
  await node?.stop();
  await office?.world.close();
});

const entry = () => `/@${office.world.blog.handle}/${office.seed.number}`;

journey(`the first view of the seed entry weighs at most ${BYTES_MAX / 1_000} kB`, async () => {
  const { page, open, faults, leave } = await openVisitor(chromium, { origin: node.address, width: 360 });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const addresses = new Map<string, string>();
  const bytes = new Map<string, number>();
  network.on('Network.requestWillBeSent', ({ requestId, request }) => addresses.set(requestId, request.url));
  // Unpacked, so that no proxy's compression flatters the figure.
  network.on('Network.dataReceived', ({ requestId, dataLength }) => {
    bytes.set(requestId, (bytes.get(requestId) ?? 0) + dataLength);
  });
  expect(await open(entry())).toBe(200);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState('networkidle');

  const weights = [...bytes].map(([id, weight]) => ({ weight, file: new URL(addresses.get(id) ?? '').pathname }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  console.log(`first view: ${total} bytes`, Object.fromEntries(weights.map(({ file, weight }) => [file, weight])));
  expect(weights.map(({ file }) => file)).toEqual(
    expect.arrayContaining([entry(), '/assets/wethi.css', '/assets/fonts/looped-thai-400.woff2']),
  );
  expect(new Set(weights.map(({ file }) => file)).size, 'nothing is fetched twice').toBe(weights.length);
  expect(total).toBeLessThanOrEqual(BYTES_MAX);
  expect(faults).toEqual([]);
  await leave();
});

journey('an entry is passed on by LINE and by an address that can be read out', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const { page, open, leave } = await openVisitor(chromium, { origin: node.address, javaScriptEnabled });
    for (const language of ['', '/en']) {
      await open(language + entry());
      const address = await page.locator('.pass-on code').innerText();
      expect(address).toBe(ORIGIN + entry());
      expect(address.length).toBeLessThanOrEqual(ADDRESS_MAX);
      const line = new URL((await page.getByRole('link', { name: 'LINE' }).getAttribute('href')) ?? '');
      expect(line.origin + line.pathname).toBe('https://social-plugins.line.me/lineit/share');
      expect([...line.searchParams]).toEqual([['url', address]]);
    }
    await leave();
  }
});
