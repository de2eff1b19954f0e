// The talk under an entry, in a browser: a reader sees three levels of it, a moderator shows one comment and hides another,
// and the author answers as the blog, with and without JavaScript.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { seed } from '../world.ts';
import {
  journey,
  NO_BROWSER,
  openChromium,
  openVisitor,
  press,
  SCRIPT,
  signIn,
  type Visitor,
  wordsOf,
} from './browser.ts';
import { type Furnished, furnish } from './furnished.ts';
import { type ServingNode, serveNode } from './nodes.ts';

let chromium: Browser;
beforeAll(async () => {
  if (NO_BROWSER === null) chromium = await openChromium();
});
afterAll(() => chromium?.close());

describe.each(SCRIPT)('$scripts', ({ javaScriptEnabled }) => {
  let office: Furnished;
  let node: ServingNode;
  let entry: string;
  let author: Visitor;
  let page: Page;

  beforeAll(async () => {
    if (NO_BROWSER !== null) return;
    office = await furnish({ network: 'public' });
    node = await serveNode(office.place);
    entry = `/@${office.world.blog.handle}/${office.seed.number}`;
    author = await openVisitor(chromium, { origin: office.place.origin, javaScriptEnabled });
    page = author.page;
  });
  afterAll(async () => {
    await author?.leave();
    await node?.stop();
    await office?.world.close();
  });

  const stands = (id: string) => page.locator(`#c-${id}`);

  journey('a reader sees who answers whom, and nothing that waits', async () => {
    const visitor = await openVisitor(chromium, { origin: office.place.origin, javaScriptEnabled });
    expect(await visitor.open(`/original/gotoknow/${seed.original}`)).toBe(200);
    expect(visitor.page.url()).toBe(office.place.origin + entry);
    const words = await wordsOf(visitor.page);
    expect(words).toContain('เขียน 9 พฤศจิกายน 2549 09:30 น. แก้ไข 11 กุมภาพันธ์ 2555 16:17 น.');
    expect(words).toContain('ความเห็น (5)');
    expect(words).toContain('ผู้อ่านจาก GotoKnow');
    expect(words).not.toContain('อยากให้มีตอนต่อไป');
    expect(words).not.toContain('รอตรวจ');
    const { reader, author, again } = office.talk;
    const below = (id: string, depth: number) =>
      visitor.page.locator(`ol.thread${' > li > ol'.repeat(depth)} > li > #c-${id}`).count();
    expect([await below(reader, 0), await below(author, 1), await below(again, 2)]).toEqual([1, 1, 1]);
    expect(await visitor.page.locator(`#c-${again} .sub`).innerText()).toContain('@reader@example.social');
    expect(await visitor.page.locator(`#c-${author} .name`).innerText()).toContain('ผู้เขียน');

    await press(visitor.page, `ตอนที่ 8`);
    expect(await wordsOf(visitor.page)).toContain('ตอนถัดไป › ตอนที่ 9');
    await press(visitor.page, `#${seed.tag}`);
    expect(await wordsOf(visitor.page)).toContain('3 บันทึกในเวทีนี้ และ 2 ข้อความจากเซิร์ฟเวอร์อื่นที่เราติดตาม');
    expect(visitor.faults).toEqual([]);
    await visitor.leave();
  });

  journey('what waits is shown from the desk, or hidden from under the entry', async () => {
    await signIn(author);
    expect(await wordsOf(page)).toContain('ความเห็นรอตรวจ 2 รายการ');
    await press(page.locator('.held', { has: stands(office.talk.held) }), 'ให้แสดง');
    expect(await wordsOf(page)).toContain('ความเห็นรอตรวจ 1 รายการ');

    await author.open(entry);
    expect(await wordsOf(page)).toContain('ความเห็น (6)');
    expect(await wordsOf(page)).not.toContain('ความเห็นนี้ไม่ได้แสดง');
    await press(page.locator('.held', { has: stands(office.talk.alsoHeld) }), 'ไม่แสดง');
    expect(page.url()).toBe(`${office.place.origin}${entry}#comments`);
    expect(await page.locator('.held').count()).toBe(0);
    expect(await stands(office.talk.alsoHeld).count()).toBe(0);
  });

  journey('a shown comment is hidden, and its answers keep their place', async () => {
    await press(stands(office.talk.again), 'ไม่แสดง');
    const words = await wordsOf(page);
    expect(words).toContain('ความเห็นนี้ไม่ได้แสดง');
    expect(words).not.toContain('สองเดือนก็เริ่มเขียนเองได้');
    expect(words).toContain('ขอนำไปลองกับกลุ่มที่บ้านมะขามเรียง');
  });

  journey('the blog answers a comment and the entry, and an empty answer says what is missing', async () => {
    await press(stands(office.talk.held), 'ตอบกลับ');
    expect(await wordsOf(page)).toContain('อยากให้มีตอนต่อไป');
    await page.getByLabel('ความเห็น', { exact: true }).fill('ตอนต่อไปมา **วันพระหน้า**');
    await press(page, 'ส่งความเห็น');
    const at = new URL(page.url());
    expect(at.pathname).toBe(entry);
    const answer = page.locator(`[id="${at.hash.slice(1)}"]`);
    expect(await answer.locator('.text').innerHTML()).toContain('<strong>วันพระหน้า</strong>');
    expect(await page.locator(`li:has(> #c-${office.talk.held}) > ol [id="${at.hash.slice(1)}"]`).count()).toBe(1);

    const text = page.locator('#reply').getByLabel('ความเห็น', { exact: true });
    await text.fill('   ');
    expect(await press(page.locator('#reply'), 'ส่งความเห็น')).toBe(422);
    expect(await page.getByRole('alert').innerText()).toContain('ความเห็น:');
    await page.getByLabel('ความเห็น', { exact: true }).fill('ขอบคุณทุกท่าน');
    await press(page, 'ส่งความเห็น');
    expect(await wordsOf(page)).toContain('ขอบคุณทุกท่าน');
    expect(author.faults).toEqual([]);
    expect(node.complaints()).toBe('');
  });
});
