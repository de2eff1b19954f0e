import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGotoknow, readGotoknowBytes } from '../../../src/domain/portability/gotoknow-text.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { plainText } from '../../../src/domain/text/excerpt.ts';
import { renderMarkdown } from '../../../src/domain/text/markdown.ts';
import { seed as named } from '../../world.ts';

const bytes = readFileSync(named.file);
const seed = bytes.toString('utf8');

/** A page with what varies; `footer` stands between body and comments. */
const page = ({
  body = 'เนื้อหา',
  footer = 'หมายเลขบันทึก: 7, สัญญาอนุญาต: สงวนสิทธิ์ทุกประการ',
  after = '',
}: {
  body?: string;
  footer?: string;
  after?: string;
}) => `ชื่อบันทึก\n\n${body}\n\n${footer}\n\n${after}`;

describe('entry 58082', () => {
  const entry = readGotoknowBytes(bytes);

  test('gives every fact of its page', () => {
    const { source, comments, ...facts } = entry;
    expect(facts).toEqual({
      original: '58082',
      title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร ตอนที่9',
      highlight: 'การใช้สื่อเทคโนโลยีอินเตอร์เน็ต เป็นอีกส่วนหนึ่งที่ คุณอำนวยตำบลสามารถพัฒนาตนเองให้เป็นคนที่ทันสมัย ทันต่อเหตุการณ์',
      tags: ['รักเธอประเทศไทย'],
      published: '2006-11-09T02:30:00.000Z',
      revised: '2012-02-11T09:17:00.000Z',
      licence: 'all-rights-reserved',
      licenceText: 'สงวนสิทธิ์ทุกประการ',
      author: null,
      blog: 'การส่งเสริมอาชีพโดยกระบวนการจัดการความรู้',
      series: { title: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร', part: 9 },
      commentCount: 1,
      reads: null,
      warnings: [],
    });
  });

  test('has two headings and two paragraphs, with its defects and its NBSP', () => {
    const blocks = entry.source.split('\n\n');
    expect(blocks.map((block) => block.slice(0, 14))).toEqual([
      '## 2. ศักยภาพก',
      '### ๒.๔ การสร้',
      'ในการจัดกิจกรร',
      'จากข้อเท็จจริง',
    ]);
    expect(entry.source).toContain('เสมือนจริง\u00a0 (Weblog)');
    for (const defect of ['เรียนร ูู้้และ', 'กล่าวนข้างต้น', 'Blok', 'ปรากฎ']) expect(entry.source).toContain(defect);
  });

  test('loses no word of its body on the way to the page', () => {
    const shown = plainText(renderMarkdown(entry.source, { origin: 'https://wethi.test' }));
    const body = seed.slice(seed.indexOf('2. ศักยภาพ'), seed.indexOf('บันทึกนี้เขียนที่'));
    expect(shown.replace(/\s/g, '')).toBe(body.replace(/\s/g, ''));
  });

  test('brings its comment, by nobody and without a date', () => {
    expect(entry.comments).toEqual([
      {
        name: null,
        published: null,
        text: 'ถ้าคุณอำนวยตำบลได้มาเรียนกันที่ ชุมชนเสมือนจริง\u00a0 (Weblog)\u00a0ก็ถือได้ว่า เยี่ยมยอดเลยนะคะ',
      },
    ]);
  });

  test.each([
    ['with a byte order mark', () => Buffer.from(`\ufeff${seed}`)],
    ['with the line ends of Windows', () => Buffer.from(seed.replaceAll('\n', '\r\n'))],
    ['in UTF-16', () => Buffer.from(`\ufeff${seed}`, 'utf16le')],
  ])('reads the same %s', (_, variant) => {
    expect(readGotoknowBytes(variant())).toEqual(entry);
  });

  test('reads the same in windows-874', () => {
    const decoder = new TextDecoder('windows-874');
    const table = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
    const saved = Uint8Array.from(seed, (character) => table.get(character) ?? 0x3f);
    expect(readGotoknowBytes(saved)).toEqual(entry);
  });

  test('reads the same from a saved page with menus, scripts and styled blocks', () => {
    const [title = '', ...blocks] = seed.split('\n').filter((line) => line.trim() !== '');
    const html = `<!DOCTYPE html><html><head><title>${title} - GotoKnow</title><style>p{}</style></head><body>
      <ul><li><a href="/">หน้าแรก</a></li></ul><script>var x = "<p>หมายเลขบันทึก: 1</p>";</script>
      <h1 class="t">${title}</h1>${blocks.map((block) => `<div><p style="x">${block.replaceAll('\u00a0', '&nbsp;')}</p></div>`).join('\n')}</body></html>`;
    expect(readGotoknow(html)).toEqual(entry);
  });
});

describe('the body', () => {
  const source = (body: string) => readGotoknow(page({ body })).source;

  test('what looks like Markdown stays words', () => {
    expect(source('* ดาว\n# หัว\n<b>หนา</b>\nก_ข_ค')).toBe('\\* ดาว\n\n\\# หัว\n\n\\<b>หนา\\</b>\n\nก\\_ข\\_ค');
  });

  test('a list typed by hand stays lines', () => {
    expect(source('1. ไถ\n2. หว่าน\nจบ')).toBe('1\\. ไถ\n\n2\\. หว่าน\n\nจบ');
  });

  test('numbered sections and what is inside them become headings', () => {
    expect(source('๑. บทนำ\nเล่า\n๑.๑ ที่มา\nเล่า\n1.1.1. ลึก\nเล่า\n2549 เป็นปีแรก')).toBe(
      '## ๑. บทนำ\n\nเล่า\n\n### ๑.๑ ที่มา\n\nเล่า\n\n#### 1.1.1. ลึก\n\nเล่า\n\n2549 เป็นปีแรก',
    );
  });

  test('a second block that does not recur is part of it', () => {
    const { highlight, source } = readGotoknow(page({ body: 'ย่อหน้าแรกที่ยาวพอสมควรแต่ไม่ซ้ำ\n\nย่อหน้าสอง' }));
    expect(highlight).toBeNull();
    expect(source).toMatch(/^ย่อหน้าแรก/);
  });

  test('a title that is pasted twice is read once', () => {
    expect(source('ชื่อ บันทึก\n\nเนื้อหา')).toBe('เนื้อหา');
  });

  test('may speak of key words and of records', () => {
    expect(source('คำสำคัญของงานนี้คือฟัง\nบันทึกนี้เขียนที่บ้าน')).toBe('คำสำคัญของงานนี้คือฟัง\n\nบันทึกนี้เขียนที่บ้าน');
  });
});

describe('the footer', () => {
  test('names author and blog', () => {
    const footer =
      'บันทึกนี้เขียนที่ GotoKnow โดย คุณอำนวย ในเมือง ใน เกษตรอินทรีย์\n\nคำสำคัญ (Tags): #ปุ๋ยหมัก #2549\n\nหมายเลขบันทึก: ๕๘, สัญญาอนุญาต: สงวนสิทธิ์ทุกประการ, อ่าน: 214';
    const entry = readGotoknow(page({ footer }));
    expect(entry).toMatchObject({
      author: 'คุณอำนวย ในเมือง',
      blog: 'เกษตรอินทรีย์',
      tags: ['ปุ๋ยหมัก'],
      original: '58',
      reads: 214,
      published: null,
    });
    expect(entry.warnings[0]?.en).toMatch(/^Tag "2549"/);
  });

  test.each([
    ['สงวนสิทธิ์ทุกประการ', 'all-rights-reserved'],
    ['ครีเอทีฟคอมมอนส์แบบ แสดงที่มา', 'cc-by-4.0'],
    ['แสดงที่มา-ไม่ใช้เพื่อการค้า-อนุญาตแบบเดียวกัน', 'cc-by-nc-sa-4.0'],
    ['แสดงที่มา-ไม่ดัดแปลง', 'cc-by-nd-4.0'],
    ['CC BY-NC-ND 4.0', 'cc-by-nc-nd-4.0'],
  ])('licence %s', (text, licence) => {
    const entry = readGotoknow(page({ footer: `หมายเลขบันทึก: 7, สัญญาอนุญาต: ${text}, ความเห็น: 0` }));
    expect(entry.licence).toBe(licence);
    expect(entry.licenceText).toBe(text);
  });

  test('a Creative Commons licence without a version becomes 4.0, and that is told', () => {
    const warnings = (text: string) =>
      readGotoknow(page({ footer: `หมายเลขบันทึก: 7, สัญญาอนุญาต: ${text}` })).warnings.map(({ en }) => en);
    expect(warnings('แสดงที่มา')).toEqual([expect.stringContaining('cc-by-4.0 will be used')]);
    expect(warnings('CC BY 4.0')).toEqual([]);
  });

  test('a licence or a date that cannot be read is told, not guessed', () => {
    const footer = 'หมายเลขบันทึก: 7, เขียน: 31 Feb 2006 @ 09:30 (), สัญญาอนุญาต: ตามใจ';
    const entry = readGotoknow(page({ footer }));
    expect(entry.published).toBeNull();
    expect(entry.licence).toBe('all-rights-reserved');
    expect(entry.warnings.length).toBe(2);
  });
});

describe('comments', () => {
  test('with names and dates are told apart by them', () => {
    const after =
      'ความเห็น (2)\n\nผู้อ่านหนึ่ง\nIP: xxx.1.2.3\nเขียนเมื่อ 10 Nov 2006 @ 09:12 ()\n\nย่อหน้าแรก\n\nย่อหน้าสอง\n\nผู้อ่านสอง\nเขียนเมื่อ 11 Nov 2006 @ 10:00 ()\nขอบคุณ นัดกัน\n9/11/2549';
    const { comments, warnings } = readGotoknow(page({ after }));
    expect(comments).toEqual([
      { name: 'ผู้อ่านหนึ่ง', published: '2006-11-10T02:12:00.000Z', text: 'ย่อหน้าแรก\n\nย่อหน้าสอง' },
      { name: 'ผู้อ่านสอง', published: '2006-11-11T03:00:00.000Z', text: 'ขอบคุณ นัดกัน\n9/11/2549' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('a single one may have several paragraphs', () => {
    expect(readGotoknow(page({ after: 'ความเห็น (1)\n\nหนึ่ง\n\nสอง' })).comments[0]?.text).toBe('หนึ่ง\n\nสอง');
  });

  test('a count that does not match is told', () => {
    const { comments, warnings } = readGotoknow(page({ after: 'ความเห็น (3)\n\nหนึ่ง\n\nสอง' }));
    expect(comments.length).toBe(2);
    expect(warnings[0]?.th).toMatch(/3 ความเห็น แต่อ่านได้ 2/);
  });
});

describe('refusals', () => {
  const refusal = (raw: string) => {
    try {
      readGotoknow(raw);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test('name what is missing and what to do', () => {
    expect(refusal('')).toMatchObject({ kind: 'invalid' });
    expect(refusal('').telling.en).toMatch(/title, the body, the line .* try again/);
    expect(refusal('ชื่อ\n\nเนื้อหา').telling.th).toMatch(/^ไม่พบบรรทัด "หมายเลขบันทึก: …" คัดลอกทั้งหน้า/);
    expect(refusal('ชื่อ\n\nหมายเลขบันทึก: 7').telling.en).toMatch(/^Not found: the body\./);
  });

  test('are all that any text can cause', () => {
    const piece = fc.oneof(
      fc.constantFrom(...seed.split('\n')),
      fc.constantFrom(
        'หมายเลขบันทึก: 1',
        'ความเห็น (2)',
        'คำสำคัญ (Tags)',
        '<html>',
        '<p>',
        '<title>',
        '</h1>',
        '\n',
        '\n\n',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom('\n', '', ' '), (pieces, glue) => {
        let outcome: unknown;
        try {
          outcome = readGotoknow(pieces.join(glue)).original;
        } catch (error) {
          outcome = error;
        }
        expect(typeof outcome === 'string' || outcome instanceof Refusal).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (raw) => {
        expect(() => readGotoknowBytes(raw)).toThrow(Refusal);
      }),
    );
  });
});
