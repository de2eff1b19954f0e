// A villager looks for something, from the front page, with a script and without.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { journey, NO_BROWSER, openChromium, openVisitor, SCRIPT } from './browser.ts';
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

describe.each(SCRIPT)('$scripts', ({ javaScriptEnabled }) => {
  journey('a word typed on the front page leads to the entry, and a year narrows what is found', async () => {
    const visitor = await openVisitor(chromium, { origin: office.place.origin, javaScriptEnabled, width: 360 });
    const { page } = visitor;
    await visitor.open('/');
    await page.getByRole('searchbox', { name: 'ค้นหาในเวที' }).fill('ตำบล');
    await page.getByRole('searchbox').press('Enter');
    await page.waitForURL('**/search?q=*');
    const finds = page.getByRole('region', { name: 'บันทึกที่มี “ตำบล”' });
    expect(await finds.locator('mark').allInnerTexts()).toContain('ตำบล');
    const all = await finds.getByRole('listitem').count();
    await page.getByText('จำกัดผลการค้นหา').click();
    await page.getByRole('combobox', { name: 'ปี พ.ศ.' }).selectOption({ label: '2549' });
    await page.getByRole('search').getByRole('button', { name: 'ค้นหา' }).click();
    await page.waitForURL('**year=2006*');
    expect(all).toBeGreaterThan(1);
    expect(await finds.getByRole('listitem').count()).toBe(1);
    await finds.getByRole('heading', { level: 3 }).getByRole('link').click();
    expect(await page.locator('h1').innerText()).toContain('สรุปบทเรียน');
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });
});
