// From an empty folder to a published, revised and withdrawn entry, in a browser, with and without JavaScript: what a
// clerk does on the first afternoon (design §5).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  errorOn,
  journey,
  NO_BROWSER,
  openChromium,
  openVisitor,
  press,
  SCRIPT,
  type Visitor,
  wordsOf,
} from './browser.ts';
import { freePort, type ServingNode, serveNode } from './nodes.ts';

const PASSWORD = 'ปุ๋ยหมักกองที่หนึ่ง';
const PARAGRAPH = 'วันนี้ครบเก้าวันหลังตั้งกอง กลับกองครั้งที่สอง กองยังร้อนอยู่';

let chromium: Browser;
beforeAll(async () => {
  if (NO_BROWSER === null) chromium = await openChromium();
});
afterAll(() => chromium?.close());

describe.each(SCRIPT)('$scripts', ({ javaScriptEnabled }) => {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-first-run-'));
  let origin: string;
  let node: ServingNode;
  let link: string;
  let clerk: Visitor;
  let page: Page;

  beforeAll(async () => {
    if (NO_BROWSER !== null) return;
    const port = await freePort();
    origin = `http://localhost:${port}`;
    node = await serveNode({ origin, port, folder, network: 'public' });
    link = node.printed.match(/http:\S+\/set-up\?key=\S+/)?.[0] ?? '';
    clerk = await openVisitor(chromium, { origin, javaScriptEnabled });
    page = clerk.page;
  });
  afterAll(async () => {
    await clerk?.leave();
    await node?.stop();
    rmSync(folder, { recursive: true });
  });

  journey('an empty folder says where its link is, and every page leads there', async () => {
    expect(node.printed).toContain(`เวทีเปิดแล้วที่ ${origin}`);
    expect(link).toMatch(/key=[\w-]{20,}$/);
    expect(await clerk.open('/desk')).toBe(200);
    expect(await wordsOf(page)).toContain('ผู้ติดตั้งเปิดลิงก์ตั้งค่าที่พิมพ์ไว้ตอนเริ่มโปรแกรม');
    await page.getByRole('link', { name: 'English' }).click();
    expect(await wordsOf(page)).toContain('set up');
    expect(new URL(page.url()).pathname).toBe('/en/set-up');
  });

  journey('mistakes are shown in Thai at their fields, and what was typed stays', async () => {
    expect(await clerk.open(link.replace('/set-up', '/en/set-up'))).toBe(200);
    await press(page.locator('.bar'), 'ไทย');
    expect(page.url()).toBe(link);
    await page.getByLabel('ชื่อเวทีหรือองค์กร').fill('อบต.บางจาก');
    await page.getByLabel('ชื่อบัญชีขององค์กร').fill('admin');
    await page.getByLabel('รหัสพื้นที่').fill('800119');
    await page.getByLabel('เวทีนี้ทำอะไร').fill('ที่แลกเปลี่ยนของคนบางจาก');
    await page.getByLabel('ชื่อที่ให้แสดง').fill('คุณอำนวยตำบล');
    await page.getByLabel('ชื่อผู้ใช้', { exact: true }).fill('amnuay');
    await page.getByLabel('รหัสผ่าน', { exact: true }).fill(PASSWORD);
    await page.getByLabel('ชื่อบล็อก', { exact: true }).fill('การส่งเสริมอาชีพ');
    await page.getByLabel('ชื่อบัญชีของบล็อก').fill('root');

    expect(await press(page, 'ตั้งเวที')).toBe(422);
    expect(await page.getByRole('alert').innerText()).toContain('แก้ 2 จุดนี้ก่อน');
    expect(await errorOn(page, 'ชื่อบัญชีขององค์กร')).toContain('"admin" สงวนไว้ เลือกชื่ออื่น');
    expect(await errorOn(page, 'ชื่อบัญชีของบล็อก')).toContain('"root" สงวนไว้ เลือกชื่ออื่น');
    expect(await page.getByLabel('ชื่อเวทีหรือองค์กร').inputValue()).toBe('อบต.บางจาก');
    expect(await page.getByLabel('เวทีนี้ทำอะไร').inputValue()).toBe('ที่แลกเปลี่ยนของคนบางจาก');
    expect(await page.getByLabel('รหัสผ่าน', { exact: true }).inputValue()).toBe('');

    await page.getByLabel('ชื่อบัญชีขององค์กร').fill('obt_bang_chak');
    await page.getByLabel('ชื่อบัญชีของบล็อก').fill('khunamnuay');
    await page.getByLabel('รหัสผ่าน', { exact: true }).fill(PASSWORD);
    expect(await press(page, 'ตั้งเวที')).toBe(200);
    expect(page.url()).toBe(`${origin}/desk`);
    expect(await wordsOf(page)).toContain('คุณอำนวยตำบล · ผู้ดูแลเวที');
  });

  journey('the used link is gone and says what to do', async () => {
    expect(await clerk.open(link)).toBe(410);
    expect(await wordsOf(page)).toContain('เริ่มโปรแกรมใหม่เพื่อรับลิงก์ใหม่');
    expect(await clerk.open(link.replace('/set-up', '/en/set-up'))).toBe(410);
    expect(await wordsOf(page)).toMatch(/start .* again|restart/i);
    await press(page, 'Go to the home page');
    expect(new URL(page.url()).pathname).toBe('/en/');
  });

  journey('an entry is kept as a draft that nobody else sees', async () => {
    await clerk.open('/desk');
    await press(page, 'เขียนบันทึก');
    await page.getByLabel('ชื่อบันทึก').fill('กลับกองปุ๋ยหมัก ครั้งที่สอง');
    await page.getByLabel('เนื้อหา').fill(`${PARAGRAPH}\n\n- วัดความร้อนทุกเช้า\n- จดไว้ในเวที`);
    await page.getByLabel('คำสำคัญ').fill('ปุ๋ยหมัก, #บ้านมะขามเรียง');
    await page.getByLabel('ชุดบันทึก').fill('กองปุ๋ยหมักหนึ่งปี');
    await page.getByLabel('ตอนที่').fill('๒');
    await press(page, 'เก็บร่าง');
    expect(page.url()).toBe(`${origin}/write/1?saved`);
    expect(await page.getByRole('status').innerText()).toMatch(/^เก็บร่างแล้ว \d\d:\d\d น\.$/);
    expect(await page.getByLabel('ตอนที่').inputValue()).toBe('2');

    const stranger = await openVisitor(chromium, { origin, javaScriptEnabled });
    expect(await stranger.open('/@khunamnuay/1')).toBe(404);
    await stranger.leave();
  });

  journey('a draft that cannot be published says why at the field', async () => {
    await page.getByLabel('เนื้อหา').fill('');
    expect(await press(page, 'เผยแพร่')).toBe(422);
    expect(await errorOn(page, 'เนื้อหา')).toMatch(/\p{Script=Thai}/u);
    expect(await page.getByLabel('ชื่อบันทึก').inputValue()).toBe('กลับกองปุ๋ยหมัก ครั้งที่สอง');
    expect(await page.getByLabel('คำสำคัญ').inputValue()).toBe('ปุ๋ยหมัก, บ้านมะขามเรียง');
    await page.getByLabel('เนื้อหา').fill(`${PARAGRAPH}\n\n- วัดความร้อนทุกเช้า\n- จดไว้ในเวที`);
  });

  journey('published, it stands with its date in the Buddhist era and its first paragraph', async () => {
    expect(await press(page, 'เผยแพร่')).toBe(200);
    expect(page.url()).toBe(`${origin}/@khunamnuay/1`);
    const stranger = await openVisitor(chromium, { origin, javaScriptEnabled });
    expect(await stranger.open('/@khunamnuay/1')).toBe(200);
    const words = await wordsOf(stranger.page);
    const year = Number(new Date().toLocaleDateString('en-GB', { year: 'numeric', timeZone: 'Asia/Bangkok' }));
    expect(words).toMatch(new RegExp(`เขียน \\d{1,2} [^\\d ]+ ${year + 543} \\d\\d:\\d\\d น\\.`));
    expect(await stranger.page.locator('.highlight').innerText()).toContain(PARAGRAPH);
    expect(words).toContain('#ปุ๋ยหมัก #บ้านมะขามเรียง');
    expect(words).toContain('ชุดบันทึก กองปุ๋ยหมักหนึ่งปี · ตอนที่ 2');
    expect(await stranger.page.getByText('เห็นเฉพาะผู้เขียน').count()).toBe(0);

    expect(await stranger.open('/en/@khunamnuay/1')).toBe(200);
    expect(await wordsOf(stranger.page)).toMatch(new RegExp(`Written \\d{1,2} [A-Z][a-z]+ ${year}, \\d\\d:\\d\\d`));
    expect(await stranger.page.locator('html').getAttribute('lang')).toBe('en');
    expect(await stranger.page.locator('h1').getAttribute('lang')).toBe('th');
    await press(stranger.page, 'กองปุ๋ยหมักหนึ่งปี');
    expect(await wordsOf(stranger.page)).toContain('Not in this forum yet');
    expect(stranger.faults).toEqual([]);
    await stranger.leave();
  });

  journey('revised, it says so; withdrawn, its page is gone and its number with it', async () => {
    await clerk.open('/@khunamnuay/1');
    await press(page, 'แก้ไขบันทึก');
    expect(await page.getByLabel('ข้อความเด่น').inputValue()).toBe('');
    await page.getByLabel('เนื้อหา').fill('กองเย็นลงแล้ว');
    await press(page, 'เผยแพร่ที่แก้ไข');
    expect(await wordsOf(page)).toContain('แก้ไข ');
    expect(await page.locator('.highlight').innerText()).toContain('กองเย็นลงแล้ว');

    await press(page, 'แก้ไขบันทึก');
    await page.getByText('ถอนบันทึกนี้').click();
    await press(page, 'ยืนยันถอนบันทึก');
    expect(page.url()).toBe(`${origin}/desk`);
    expect(await wordsOf(page)).toContain('ยังไม่มีบันทึก');
    expect(await clerk.open('/@khunamnuay/1')).toBe(410);
    expect(await wordsOf(page)).toContain('บันทึกนี้ถูกถอนแล้ว');
    expect(await clerk.open('/en/@khunamnuay/1')).toBe(410);
    expect(await wordsOf(page)).toContain('This entry was withdrawn');
  });

  journey('one signs out, is not let in with a wrong password, and is with the right one', async () => {
    await clerk.open('/desk');
    await press(page, 'ออกจากระบบ');
    expect(new URL(page.url()).pathname).toBe('/');
    await clerk.open('/write');
    expect(page.url()).toBe(`${origin}/sign-in?next=${encodeURIComponent('/write')}`);

    await page.getByLabel('ชื่อผู้ใช้').fill('amnuay');
    await page.getByLabel('รหัสผ่าน').fill('ปุ๋ยหมักกองที่สอง');
    expect(await press(page, 'เข้าสู่ระบบ')).toBe(422);
    expect(await page.getByRole('alert').innerText()).toContain('ชื่อผู้ใช้หรือรหัสผ่านไม่ตรงกัน');
    expect(await page.getByLabel('ชื่อผู้ใช้').inputValue()).toBe('amnuay');

    await page.getByLabel('รหัสผ่าน').fill(PASSWORD);
    expect(await press(page, 'เข้าสู่ระบบ')).toBe(200);
    expect(page.url()).toBe(`${origin}/write`);
    expect(clerk.faults).toEqual([]);
    expect(node.complaints()).toBe('');
  });
});
