import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText } from '../../../src/domain/text/excerpt.ts';
import { literalMarkdown, literalPhrase, renderMarkdown } from '../../../src/domain/text/markdown.ts';

const origin = 'https://wethi.test';
const html = (source: string) => renderMarkdown(source, { origin }).trim();

describe('Markdown', () => {
  test('shows headings below the title, lists, quotes, code and struck words', () => {
    expect(html('# หัว\n\n- ก\n- ข\n\n3. ค\n\n> ง\n\n~~จ~~ `ฉ`')).toBe(
      '<h2>หัว</h2>\n<ul>\n<li>ก</li>\n<li>ข</li>\n</ul>\n<ol start="3">\n<li>ค</li>\n</ol>\n<blockquote>\n<p>ง</p>\n</blockquote>\n<p><del>จ</del> <code>ฉ</code></p>',
    );
  });

  test('keeps the lines that people typed', () => {
    expect(html('บรรทัดหนึ่ง\nบรรทัดสอง')).toBe('<p>บรรทัดหนึ่ง<br />\nบรรทัดสอง</p>');
  });

  test('does not read HTML', () => {
    expect(html('<b>ก</b> <script>alert(1)</script>')).toBe(
      '<p>&lt;b&gt;ก&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>',
    );
  });

  test('links addresses with a scheme, also straight after Thai letters, and guesses none', () => {
    expect(html('ดูที่https://a.test/1 ครับ')).toBe(
      '<p>ดูที่<a href="https://a.test/1" rel="noopener ugc">https://a.test/1</a> ครับ</p>',
    );
    expect(html('GotoKnow.org และ a@b.test')).toBe('<p>GotoKnow.org และ a@b.test</p>');
    expect(html('[ก](javascript:alert(1)) [ข](mailto:a@b.test)')).toBe(
      '<p>[ก](javascript:alert(1)) <span>ข</span></p>',
    );
  });

  test('does not link hashtags: tags come from their own field', () => {
    expect(html('ขอบคุณ #จัดการความรู้')).toBe('<p>ขอบคุณ #จัดการความรู้</p>');
  });

  test('frames each table under its own name, numbers to the right, long cells wrapping', () => {
    const table = '|วัน|ผล|\n|-|-:|\n|เปิดลมวันละสองครั้งทุกเช้าและทุกเย็น|48|';
    const shown = html(`${table}\n\n${table}`);
    expect(shown).toContain('<div class="scroll" tabindex="0" role="region" aria-label="วัน · ผล"><table>');
    expect(shown).toContain('aria-label="วัน · ผล (2)"');
    expect(shown).toContain('<th scope="col" class="r">ผล</th>');
    expect(shown).toContain('<td class="free">เปิดลมวันละสองครั้งทุกเช้าและทุกเย็น</td>\n<td class="r">48</td>');
    expect(shown).not.toContain('style');
  });

  test('makes a figure of an image alone with a title', () => {
    expect(html('![กองปุ๋ย](/media/1.webp "วันที่ 9")')).toBe(
      '<figure><img src="https://wethi.test/media/1.webp" alt="กองปุ๋ย" loading="lazy" /><figcaption>วันที่ 9</figcaption></figure>',
    );
    expect(html('![กองปุ๋ย](/media/1.webp)')).toMatch(/^<p><img /);
    expect(html('ดู ![กองปุ๋ย](/media/1.webp "วันที่ 9")')).toMatch(/^<p>ดู <img /);
  });

  test('keeps Thai byte for byte, composed or not', () => {
    const thai =
      'เรียนร ูู้้และ\u00a0 (Weblog) น\u0e49\u0e33 น\u0e49\u0e4d\u0e32 น\u0e4d\u0e49\u0e32 ๆ ฯลฯ "คำ" -- จัดการ\u200bความรู้...';
    expect(html(thai)).toBe(`<p>${thai}</p>`);
  });
});

describe('literal Markdown', () => {
  test.each([
    '# ไม่ใช่หัวข้อ',
    '1. ไม่ใช่รายการ',
    '2549) ปี',
    '- ขีด',
    '+5 องศา',
    '> มากกว่า',
    '---',
    '***',
    '~~~',
    '```',
    '*ดาว* _ขีดล่าง_ `โค้ด`',
    '[ลิงก์](https://a.test/) ![รูป](x)',
    '[a]: https://a.test/',
    '&copy; &#3585; &amp;',
    '<b>หนา</b> <https://a.test/>',
    'ก \\* ข\\',
    '~~ลบ~~',
    '|ก|ข|',
    '===',
    'https://a.test/a_b_c?x=1&copy=2 และ *ดาว*',
  ])('%s shows as it stands', (line) => {
    expect(plainText(html(literalMarkdown(line)))).toBe(line);
  });

  test('an address still becomes a link', () => {
    expect(html(literalMarkdown('ดู https://a.test/a_b_c ครับ'))).toContain('href="https://a.test/a_b_c"');
  });

  test('any line of words shows as it stands', () => {
    const line = fc.array(
      fc.oneof(
        fc.constantFrom(...'# * _ ` [ ] ( ) < > & ; ! - + = | ~ \\ 1. ๒. : " \' ก ครับ &amp; ** __ ~~ a b'.split(' ')),
        fc.constant(' '),
        fc.string({ unit: 'grapheme-ascii', maxLength: 4 }),
      ),
      { maxLength: 16 },
    );
    fc.assert(
      fc.property(line, (pieces) => {
        const words = pieces.join('').replace(/\s+/g, ' ').trim();
        expect(plainText(html(literalMarkdown(words)))).toBe(words);
        expect(plainText(html(`## ${literalPhrase(words)}`))).toBe(words);
      }),
      { numRuns: 1000 },
    );
  });
});
