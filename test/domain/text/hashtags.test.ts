import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashtagsIn, parseTagField, tagKey, wireTag } from '../../../src/domain/text/hashtags.ts';

describe('wireTag', () => {
  test.each('รักเธอประเทศไทย การจัดการความรู้ ที่ดิน ปุ๋ยหมัก กลุ่มเกษตรอินทรีย์ เด็กๆ ฯลฯ km๒๕๔๙ ไม้ยมก_ๆ'.split(' '))(
    '§15.42 %s goes out unchanged, with or without #',
    (name) => {
      expect(wireTag(name)).toBe(name);
      expect(wireTag(`#${name}`)).toBe(name);
      expect(wireTag(`＃${name}`)).toBe(name);
    },
  );

  test.each([
    ['อบต.', 'อบต'],
    ['OTOP-ไทย', 'OTOPไทย'],
    ['บาท฿', 'บาท'],
    ['km เมืองนคร', 'kmเมืองนคร'],
    ['จัดการ\u200bความ\u00adรู้\u200d', 'จัดการความรู้'],
    ['ก·ข・ค\u200cง', 'กขคง'],
    ['cafe\u0301', 'caf\u00e9'],
  ])('§15.40 %s goes out as %s', (name, wire) => {
    expect(wireTag(name)).toBe(wire);
  });

  test.each(['2549', '๒๕๔๙', '_', '', '###', '. .', '\u0e49'])('§15.42 %j is no tag', (name) => {
    expect(wireTag(name)).toBeNull();
  });

  test('§15.39 34 Thai letters pass GoToSocial, 35 do not', () => {
    expect(wireTag('ก'.repeat(34))).toBe('ก'.repeat(34));
    expect(wireTag('ก'.repeat(35))).toBeNull();
    expect(wireTag('การส่งเสริมอาชีพโดยกระบวนการจัดการความรู้')).toBeNull();
  });
});

describe('tagKey', () => {
  test('§15.41 น้ำ in its three encodings is one tag, also as Mastodon sends it', () => {
    const keys = ['น\u0e49\u0e33', 'น\u0e49\u0e4d\u0e32', 'น\u0e4d\u0e49\u0e32', '#น้ำ'.normalize('NFKC')].map(tagKey);
    expect(new Set(keys)).toEqual(new Set(['น\u0e49\u0e33']));
  });

  test('case, digits, เเ, spaces and invisible characters make no difference', () => {
    expect(tagKey('KM เมือง\u200bนคร')).toBe(tagKey('kmเมืองนคร'));
    expect(tagKey('ตอนที่๙')).toBe(tagKey('ตอนที่9'));
    expect(tagKey('เเก้จน')).toBe(tagKey('แก้จน'));
  });

  test('tone marks do', () => {
    expect(tagKey('ปุ๋ย')).not.toBe(tagKey('ปุย'));
  });

  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ min: 0x0e00, max: 0x0e5b }).map((code) => String.fromCodePoint(code)) }),
    fc.string({ unit: fc.constantFrom('เ', ' ', '.', 'ก', '่', 'ี', 'ํ', 'า', 'ำ', '½', '\u200b', 'İ', 'Σ') }),
  );

  test('is its own key, and the key of what is sent', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(tagKey(tagKey(text))).toBe(tagKey(text));
        const wire = wireTag(text);
        if (wire !== null) {
          expect(tagKey(wire)).toBe(tagKey(text));
          expect(wireTag(wire)).toBe(wire);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the tag field', () => {
  test('is parted by commas, new lines and #', () => {
    expect(parseTagField('#รักเธอ#ไทย, จัดการ ความรู้\nปุ๋ยหมัก #km').tags).toEqual([
      'รักเธอ',
      'ไทย',
      'จัดการความรู้',
      'ปุ๋ยหมัก',
      'km',
    ]);
  });

  test('keeps the first spelling of a tag', () => {
    expect(parseTagField('แก้จน, เเก้จน, KM, km').tags).toEqual(['แก้จน', 'KM']);
  });

  test('says what it refuses, and why, in both languages', () => {
    const { tags, refused } = parseTagField(`2549, ${'ก'.repeat(40)}`);
    expect(tags).toEqual([]);
    expect(refused.map(({ text }) => text)).toEqual(['2549', 'ก'.repeat(40)]);
    expect(refused[0]?.why.en).toMatch(/at least one letter/);
    expect(refused[1]?.why.th).toMatch(/34/);
  });

  test('§15.44 takes 32 and refuses the rest', () => {
    const { tags, refused } = parseTagField(Array.from({ length: 40 }, (_, i) => `tag${i}`).join());
    expect(tags.length).toBe(32);
    expect(refused.length).toBe(8);
  });

  test('of nothing is nothing', () => {
    expect(parseTagField(' , #\n')).toEqual({ tags: [], refused: [] });
  });
});

describe('hashtags in running text', () => {
  test.each([
    ['ดี #จัดการความรู้ นะ', ['จัดการความรู้']],
    ['(#ปุ๋ยหมัก)', ['ปุ๋ยหมัก']],
    ['คำสำคัญ (Tags)#รักเธอประเทศไทย', ['รักเธอประเทศไทย']],
    ['ขอบคุณ#รักเธอ', []],
    ['#รักเธอ,#ไทย #รักเธอ', ['รักเธอ', 'ไทย']],
    ['#2549', []],
    ['https://a.test/#ก https://a.test/x#ข ?a=#ค', []],
    ['&#3585;', []],
    ['＃ไทย', ['ไทย']],
    ['# หัวข้อ', []],
  ])('%s', (text, tags) => {
    expect(hashtagsIn(text)).toEqual(tags);
  });
});
