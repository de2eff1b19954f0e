import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  excerpt,
  firstParagraph,
  firstPicture,
  plainText,
  wireHighlight,
  wireTitle,
} from '../../../src/domain/text/excerpt.ts';
import { renderMarkdown } from '../../../src/domain/text/markdown.ts';
import { sanitiseOwn } from '../../../src/domain/text/sanitise.ts';

const seed = 'การใช้สื่อเทคโนโลยีอินเตอร์เน็ต เป็นอีกส่วนหนึ่งที่ คุณอำนวยตำบลสามารถพัฒนาตนเองให้เป็นคนที่ทันสมัย ทันต่อเหตุการณ์';
const graphemes = (text: string) => [...new Intl.Segmenter('th').segment(text)].map(({ segment }) => segment);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        'ก',
        'ำ',
        '้',
        'ู',
        ' ',
        '\n',
        '\u00a0',
        '👩‍👩‍👧',
        'น้ำ',
        'ความรู้',
        'a',
        '<b>',
        '&amp;',
        'https://a.test/',
      ),
      {
        maxLength: 300,
      },
    )
    .map((pieces) => pieces.join('')),
);

describe('plainText', () => {
  test('parts blocks, keeps line breaks, NBSP and what was escaped', () => {
    expect(plainText('<h1>ก &amp; ข</h1>\n<p>ค<br>ง\u00a0&lt;b&gt;</p><ul><li>จ</li><li>ฉ</li></ul>')).toBe(
      'ก & ข\n\nค\nง\u00a0<b>\n\nจ\n\nฉ',
    );
  });

  test('drops scripts and keeps alt texts and cells apart', () => {
    expect(
      plainText('<script>x</script><p><img alt="รูป" src="x"></p><table><tr><td>1</td><td>2</td></tr></table>'),
    ).toBe('รูป\n\n1\n\n2');
  });
});

describe('excerpt', () => {
  test('a text that fits is left alone, on one line', () => {
    expect(excerpt('  เวที\n ชาวบ้าน ', { max: 20 })).toBe('เวที ชาวบ้าน');
  });

  test('cuts after a word', () => {
    expect(excerpt(seed, { max: 30 })).toBe('การใช้สื่อเทคโนโลยีอินเตอร์เน็ต เป็น…');
    expect(excerpt('จัดการความรู้', { max: 8 })).toBe('จัดการ…');
  });

  test('cuts inside a word only when the word is longer than all the room', () => {
    expect(excerpt('a'.repeat(50), { max: 10 })).toBe(`${'a'.repeat(9)}…`);
  });

  test('never cuts a grapheme and never exceeds its room', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, max) => {
        const short = excerpt(text, { max });
        const whole = excerpt(text, { max: 10_000 });
        expect(graphemes(short).length).toBeLessThanOrEqual(max);
        if (short === whole) return;
        expect(short.endsWith('…')).toBe(true);
        const kept = graphemes(short.slice(0, -1));
        expect(graphemes(whole).slice(0, kept.length)).toEqual(kept);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('on the wire', () => {
  test('the seed’s highlight travels as it is', () => {
    expect(wireHighlight(seed)).toBe(seed);
  });

  test('§15.26 a highlight is one line without markup, entities or links', () => {
    expect(wireHighlight('ดู <b>R&D</b>\nที่ https://a.test/1 และ hthttps://tps://b.test')).toBe(
      'ดู ＜b＞R＆D＜/b＞ ที่ a.test/1 และ b.test',
    );
  });

  test('§15.25 a title keeps its ampersand unless it would be an entity', () => {
    expect(wireTitle('R&D <ตอน 1> &lt;b&gt; &#60;')).toBe('R&D ＜ตอน 1＞ ＆lt;b＆gt; ＆#60;');
  });

  test('§15.25 §15.26 both keep their limits whatever the text', () => {
    const long = anyText.map((text) => text.repeat(6));
    fc.assert(
      fc.property(long, (text) => {
        const highlight = wireHighlight(text);
        expect(highlight.length).toBeLessThanOrEqual(500);
        expect(highlight).not.toMatch(/[<>&\n\r]|:\/\//);
        expect(highlight.isWellFormed()).toBe(true);
        const title = wireTitle(text);
        expect(title.length).toBeLessThanOrEqual(150);
        expect(title).not.toMatch(/[<>\n\r]|&#?[a-z0-9]+;/i);
      }),
      { numRuns: 500 },
    );
  });
});

describe('firstParagraph', () => {
  const of = (html: string) => firstParagraph(sanitiseOwn(html, { origin: 'https://wethi.test' }));

  test('is the first with words, after headings', () => {
    expect(of(`<h2>หัว</h2><p> </p><p>${seed}</p><p>ต่อไป</p>`)).toBe(seed);
  });

  test('is short, and taken from whatever there is when there is no paragraph', () => {
    expect(graphemes(of(`<p>${seed.repeat(9)}</p>`)).length).toBeLessThanOrEqual(200);
    expect(of('<ul><li>ก</li><li>ข</li></ul>')).toBe('ก ข');
    expect(of('')).toBe('');
  });
});

test('the first picture is the one that cards show, with the words that stand for it', () => {
  const html = renderMarkdown('ก่อน\n\n![กองปุ๋ย "ที่ 1" & 2](https://a.example/1.jpg?a=1&b=2)\n\n![ข](/media/2.jpg)', {
    origin: 'https://wethi.example',
  });
  expect(firstPicture(html)).toEqual({ address: 'https://a.example/1.jpg?a=1&b=2', alt: 'กองปุ๋ย "ที่ 1" & 2' });
  const own = renderMarkdown('![](/media/2.jpg)', { origin: 'https://wethi.example' });
  expect(firstPicture(own)).toEqual({ address: 'https://wethi.example/media/2.jpg', alt: '' });
  expect(firstPicture(renderMarkdown('`<img src="x">`', { origin: 'https://wethi.example' }))).toBeNull();
});
