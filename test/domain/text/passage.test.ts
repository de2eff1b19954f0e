// The place in a text where something was found: the words as they were written, marked, and enough around them to read.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passageOf } from '../../../src/domain/text/passage.ts';
import { runOf } from '../../../src/domain/text/thai-words.ts';

const shown = (text: string, typed: string) =>
  passageOf(text, { words: typed.split(' ').map(runOf) })
    ?.map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join('') ?? null;

describe('the words are marked as they were written', () => {
  test.each([
    ['โครงการจัดการความรู้แก้จน', 'การจัดการความรู้', 'โครง[การจัดการความรู้]แก้จน'],
    ['บ้านมะขามเรียง หมู่ที่ ๑', 'หมู่ที่ 1', 'บ้านมะขามเรียง [หมู่ที่] [๑]'],
    ['ข้อ ๒.๔ เรียน', '2.4', 'ข้อ [๒.๔] เรียน'],
    ['ชุมชนเรียนร ูู้้ ทันที', 'เรียนรู้', 'ชุมชน[เรียนร ูู้้] ทันที'],
    ['เรื่องเเก้จน', 'แก้', 'เรื่อง[เเก้]จน'],
    ['วัดน\u0e4d\u0e49\u0e32เค็ม', 'น้ำ', 'วัด[น\u0e4d\u0e49\u0e32]เค็ม'],
    ['เว็บ GotoKnow.org', 'gotoknow', 'เว็บ [GotoKnow].org'],
    ['คน\u200bกลาง', 'คนกลาง', '[คน\u200bกลาง]'],
    ['ปุ๋ย ปุ๋ยหมัก', 'ปุ๋ย ปุ๋ยหมัก', '[ปุ๋ย] [ปุ๋ยหมัก]'],
    ['a <b> & c', 'b', 'a <[b]> & c'],
  ])('%s', (text, typed, marked) => {
    expect(shown(text, typed)).toBe(marked);
  });
});

test('a word that stands nowhere has no place', () => {
  expect(shown('ปุ๋ยหมัก', 'ปุย')).toBeNull();
  expect(shown('ปุ๋ยหมัก', '')).toBeNull();
});

test('a long text is cut between words on both sides, on one line', () => {
  const text = `${'ก่อนหน้านี้เราทดลองหลายอย่าง '.repeat(50)}\n\nแล้วพบบางจาก\n${'หลังจากนั้นก็ทำต่อไป '.repeat(50)}`;
  expect(shown(text, 'บางจาก')).toMatch(/^…แล้วพบ\[บางจาก\] (?:หลังจากนั้นก็ทำต่อไป ?)+\S*…$/);
  const line = `${'ก่อนหน้านี้เราทดลองหลายอย่าง'.repeat(50)}บางจาก`;
  expect(shown(line, 'บางจาก')).toMatch(/^…(?:ก่อน|หน้า|นี้|เรา|ทดลอง|หลาย|อย่าง)+\[บางจาก\]$/);
});

test('it is made of pieces of the text, short, whole in its graphemes, and its marked pieces are what was asked', () => {
  const letters = ['ก', 'ำ', 'น้ำ', 'เ', 'เ', 'า', 'ู', '้', ' ', '\n', '๑', '1', 'A', 'a', '\u200b', '👩‍🌾', 'บางจาก'];
  const texts = fc.array(fc.constantFrom(...letters), { maxLength: 400 }).map((pieces) => pieces.join(''));
  const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });
  fc.assert(
    fc.property(texts, fc.constantFrom('น้ำ', 'ก', '1', 'a', 'บางจาก', 'กบาง'), (text, word) => {
      const pieces = passageOf(text, { words: [word] });
      if (pieces === null) return;
      const whole = pieces.map((piece) => piece.text).join('');
      expect([...graphemes.segment(whole)].length).toBeLessThanOrEqual(190);
      expect(text.replace(/\s+/g, ' ')).toContain(whole.replaceAll('…', '').trim());
      const [found] = pieces.filter((piece) => piece.found);
      expect(runOf(found?.text ?? '')).toContain(word);
    }),
    { numRuns: 1_000 },
  );
});
