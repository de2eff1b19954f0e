// Words as search has them: the same for every spelling, the same alone and in a text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutsOf, runOf, wordsOf } from '../../../src/domain/text/thai-words.ts';

describe('one question, whatever its spelling:', () => {
  test.each([
    ['ตอนที่ 9', 'ตอนที่9', 'ตอนที่๙', 'ตอนที่\u00a0๙'],
    ['น้ำเค็ม', 'น\u0e49\u0e4d\u0e32เค็ม', 'น\u0e4d\u0e49\u0e32เค็ม'],
    ['เรียนรู้', 'เรียนร ูู้้', 'เรียน\u200bรู้'],
    ['แก้จน', 'เเก้จน'],
    ['GotoKnow.org', 'gotoknow org', 'ＧｏｔｏＫｎｏｗ－ｏｒｇ'],
    ['2.4', '๒.๔', '2 4'],
    ['อบต.', 'อบต', '“อบต”'],
  ])('%s', (first, ...others) => {
    for (const other of others) expect(wordsOf(other)).toEqual(wordsOf(first));
  });
});

test('words are cut by the dictionary, numbers and signs stand apart', () => {
  expect(wordsOf('การจัดการความรู้ หมู่ที่๑')).toEqual(['การ', 'จัดการ', 'ความ', 'รู้', 'หมู่', 'ที่', '1']);
  expect(wordsOf('a_b-c.d@e 😀 \ud800 ์')).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('an office is called by its letters in the middle of a line too', () => {
  expect(wordsOf('ของอบต.บางจาก')).toEqual(['ของ', 'อบต', 'บางจาก']);
  expect(wordsOf('ชวนอสม.มา')).toEqual(['ชวน', 'อสม', 'มา']);
});

test('a line is cut by itself, so that no paragraph changes the next', () => {
  expect(wordsOf('มาก\nลับ')).toEqual([...wordsOf('มาก'), ...wordsOf('ลับ')]);
});

const thai = fc.string({ unit: fc.integer({ min: 0x0e00, max: 0x0e5b }).map((code) => String.fromCodePoint(code)) });

test('no text breaks it, and no word holds a space, a quote or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(thai, fc.string({ unit: 'binary' })), (text) => {
      for (const word of wordsOf(text)) expect(word).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
      expect(runOf(text)).not.toMatch(/[\s"']/);
    }),
    { numRuns: 3_000 },
  );
});

describe('a word that is cut otherwise between others', () => {
  test.each([
    ['ปูดำ', [['ปูดำ'], ['ปู', 'ดำ']]],
    ['ปุ๋ยหมัก', [['ปุ๋ย', 'หมัก']]],
    ['GotoKnow', [['gotoknow']]],
    ['9', [['9']]],
  ])('%s', (typed, cuts) => {
    expect(cutsOf(wordsOf(typed))).toEqual(cuts);
  });
});
