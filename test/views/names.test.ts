import { expect, test } from 'vitest';
import { handle, initial, phrases, webAddress } from '../../src/views/names.ts';

test('a Thai title breaks at its spaces first', () => {
  expect(String(phrases('สรุปบทเรียนการดำเนินงาน KM  เมืองนคร'))).toBe(
    '<span class="ph">สรุปบทเรียนการดำเนินงาน</span> <span class="ph">KM</span> <span class="ph">เมืองนคร</span>',
  );
  expect(String(phrases('เวทีชาวบ้าน ที่ศาลาหมู่ที่ ๑ ตำบลบางจาก'))).toBe(
    '<span class="ph">เวทีชาวบ้าน</span> <span class="ph">ที่ศาลาหมู่ที่\u00a0๑</span> <span class="ph">ตำบลบางจาก</span>',
  );
  expect(String(phrases('A plain <title>'))).toBe('A plain &lt;title&gt;');
});

test('the server of a handle is set apart and may go to a line of its own', () => {
  expect(String(handle('reader', 'social.example'))).toBe(
    '<span class="handle"><bdi>@reader</bdi><wbr>@<b>social.example</b></span>',
  );
});

test('a tile shows a consonant, never a vowel written before it', () => {
  expect(initial('เวทีเรียนรู้')).toBe('ว');
  expect(initial('แก้จน')).toBe('ก');
  expect(initial('กลุ่มปุ๋ยหมัก')).toBe('ป');
  expect(initial('กลุ่ม')).toBe('ก');
  expect(initial('library')).toBe('L');
  expect(initial('๙')).toBe('?');
  expect(initial(' \u200b')).toBe('?');
});

test('only addresses of the web become links', () => {
  expect(webAddress('https://social.example/@reader/1')).toBe('https://social.example/@reader/1');
  for (const address of ['javascript:alert(1)', 'data:text/html,x', '/relative', '', null]) {
    expect(webAddress(address)).toBeNull();
  }
});
