import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareThai, foldDigits, foldText, seriesFromTitle } from '../../../src/domain/text/thai.ts';

describe('folding', () => {
  test.each([
    ['น\u0e49\u0e33', 'น\u0e49\u0e4d\u0e32', 'น\u0e4d\u0e49\u0e32'],
    ['แก้จน', 'เเก้จน', 'แก\u200bจ้น'.replace('จ้น', '\u0e49จน')],
    ['ที่', 'ท\u0e48\u0e35'],
    ['ตอนที่ 9', 'ตอนที่\u00a0 ๙', ' ตอนที่\n9 '],
    ['km เมืองนคร', 'KM เมืองนคร', 'ＫＭ เมืองนคร'],
  ])('%s is one with its other spellings', (...spellings) => {
    expect(new Set(spellings.map(foldText)).size).toBe(1);
  });

  test('different words stay different', () => {
    expect(foldText('ปุ๋ย')).not.toBe(foldText('ปุย'));
    expect(foldText('ตอนที่9')).not.toBe(foldText('ตอนที่ 9'));
  });

  test('twice is once, for any text', () => {
    const thai = fc.string({
      unit: fc.integer({ min: 0x0e00, max: 0x0e5b }).map((code) => String.fromCodePoint(code)),
    });
    fc.assert(
      fc.property(fc.oneof(thai, fc.string({ unit: 'binary' })), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('digits fold alone', () => {
    expect(foldDigits('หมู่ที่ ๑ พ.ศ. ๒๕๔๙')).toBe('หมู่ที่ 1 พ.ศ. 2549');
  });
});

describe('a series in a title', () => {
  test.each([
    ['สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่9', 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร', 9],
    ['สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่ ๙', 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร', 9],
    ['ปุ๋ยหมัก (ตอนที่ 10)', 'ปุ๋ยหมัก', 10],
    ['ปุ๋ยหมัก – ตอนที่ 2: เก็บใบไม้', 'ปุ๋ยหมัก', 2],
    ['ปุ๋ยหมัก ตอน 3', 'ปุ๋ยหมัก', 3],
    ['Compost, part 4', 'Compost', 4],
  ])('%s', (whole, title, part) => {
    expect(seriesFromTitle(whole)).toEqual({ title, part });
  });

  test.each(['เวทีชาวบ้าน', 'ตอนที่ 9', 'นัดกันตอน 3 โมงเย็น', 'ปี 2549', 'ปุ๋ยหมัก ตอนที่ 0', '', 'แนะนำ ตอนที่ 25491'])(
    '%s names none',
    (title) => {
      expect(seriesFromTitle(title)).toBeNull();
    },
  );
});

test('Thai sorts by its dictionary, numbers by their size', () => {
  const sorted = ['ท่างิ้ว', 'เกษตร', 'ข้าว', 'ตอนที่ 10', 'กล้วย', 'ตอนที่ 9', 'กำแพงเซา', 'ไชยมนตรี'].sort(compareThai);
  expect(sorted).toEqual(['กล้วย', 'กำแพงเซา', 'เกษตร', 'ข้าว', 'ไชยมนตรี', 'ตอนที่ 9', 'ตอนที่ 10', 'ท่างิ้ว']);
});
