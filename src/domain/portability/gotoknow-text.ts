// Reads an entry as it stands on a GotoKnow page, pasted as text or saved as HTML. The site refuses crawlers, so this is how
// old entries come home. Nothing is repaired: words, spaces and typing errors stay as they were written.
import type { Licence } from '../licences.ts';
import type { Telling } from '../refusal.ts';
import { Refusal } from '../refusal.ts';
import { readThaiDate } from '../text/dates.ts';
import { plainText } from '../text/excerpt.ts';
import { parseTagField } from '../text/hashtags.ts';
import { literalMarkdown, literalPhrase } from '../text/markdown.ts';
import { foldDigits, seriesFromTitle } from '../text/thai.ts';
import type { GotoknowComment } from './gotoknow-comments.ts';
import { readComments } from './gotoknow-comments.ts';

export interface GotoknowEntry {
  /** The record's number on GotoKnow. */
  original: string;
  title: string;
  /** The second block, when its words recur in the body: GotoKnow lifted it from there. */
  highlight: string | null;
  /** Markdown of the body. */
  source: string;
  tags: string[];
  published: string | null;
  revised: string | null;
  licence: Licence;
  licenceText: string;
  author: string | null;
  blog: string | null;
  series: { title: string; part: number } | null;
  comments: GotoknowComment[];
  /** As the page states it; null where it does not. */
  commentCount: number | null;
  /** Null when the page hides the number behind "คลิก". */
  reads: number | null;
  /** What a person should look at before importing. */
  warnings: Telling[];
}

const RECORD = /^หมายเลขบันทึก\s*:\s*([\d๐-๙]{1,12})(?![\d๐-๙])/u;
const ATTRIBUTION = /^บันทึกนี้เขียนที่\s*GotoKnow/iu;
const KEYWORDS = /^คำสำคัญ\s*(?:\(Tags\)\s*:?|:|(?=#))/iu;
const COMMENTS = /^ความเห็น\s*\(\s*([\d๐-๙]{1,6})\s*\)$/u;
/** A lifted highlight is a sentence; shorter blocks recur by chance. */
const HIGHLIGHT_UNITS_MIN = 20;
const HEADING_UNITS_MAX = 160;

/**
 * Reads the bytes of a saved file: UTF-8, UTF-16 with its mark, or windows-874, in which Thai Windows saved pages then.
 * Refuses as `readGotoknow` does.
 */
export function readGotoknowBytes(bytes: Uint8Array): GotoknowEntry {
  return readGotoknow(decoded(bytes));
}

/**
 * Reads pasted text or a saved page. Throws `Refusal('invalid')` that names what is missing: the title, the record number
 * or the body. All other gaps are null, and what looks wrong is told in `warnings`.
 */
export function readGotoknow(raw: string): GotoknowEntry {
  const lines = manuscript(raw);
  const record = lines.findIndex((line) => RECORD.test(line));
  const footer = footerStart(lines, record);
  const [title, ...blocks] = lines.slice(0, footer).filter((line) => line !== '');
  // A pasted page may carry its title twice, once from the head of the page.
  if (title !== undefined && blocks[0] !== undefined && squash(blocks[0]) === squash(title)) blocks.shift();
  const highlight = liftedFrom(blocks);
  if (highlight !== null) blocks.shift();
  if (title === undefined || record < 0 || blocks.length === 0) {
    throw missing({ title: title === undefined, record: record < 0, body: blocks.length === 0 });
  }

  const warnings: Telling[] = [];
  const heading = lines.findIndex((line, i) => i > record && COMMENTS.test(line));
  const facts = readFacts(lines.slice(record, endOfBlock(lines, record)).join(' '), warnings);
  const commentCount = facts.commentCount ?? numberIn(COMMENTS, lines[heading] ?? '');
  const comments = heading < 0 ? [] : readComments(lines.slice(heading + 1), commentCount);
  if (commentCount !== null && commentCount !== comments.length) {
    warnings.push(countDiffers(commentCount, comments.length));
  }
  return {
    title,
    highlight,
    source: bodySource(blocks),
    tags: readTags(lines.slice(footer, record), warnings),
    ...facts,
    ...readAttribution(lines.slice(footer, record)),
    series: seriesFromTitle(title),
    comments,
    commentCount,
    warnings,
  };
}

function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Thai in windows-874 is never valid UTF-8: its letters are lone continuation and leading bytes.
    return new TextDecoder('windows-874').decode(bytes);
  }
}

/** The text's lines, trimmed of the NBSP indents of old pages, from the title on. */
function manuscript(raw: string): string[] {
  const page = /^[\s\ufeff]*<[a-z!]/i.test(raw);
  const text = page ? plainText(raw) : raw;
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  if (!page) return lines;
  // The menus of a saved page stand before the title; the page's head says which line that is.
  const titles = titlesOf(raw);
  const start = lines.findIndex((line) => titles.includes(squash(line)));
  return lines.slice(Math.max(start, 0));
}

/** What a saved page calls itself, in `<h1>` and in `<title>` with and without the site's name behind it. */
function titlesOf(page: string): string[] {
  return ['h1', 'title'].flatMap((name) => {
    const opening = page.search(new RegExp(`<${name}[\\s>]`, 'i'));
    const closing = page.indexOf(`</${name}`, opening);
    if (opening < 0 || closing < 0) return [];
    const text = plainText(page.slice(page.indexOf('>', opening) + 1, closing));
    return [squash(text), squash(text.replace(/\s[-|–·:]\s?GotoKnow.*$/i, ''))].filter((title) => title !== '');
  });
}

/** The line where the body ends: the attribution if it is there, else the keywords, else the record's facts. */
function footerStart(lines: string[], record: number): number {
  const end = record < 0 ? lines.length : record;
  const attribution = lines.slice(0, end).findLastIndex((line) => ATTRIBUTION.test(line));
  if (attribution >= 0) return attribution;
  const keywords = lines.slice(0, end).findLastIndex((line) => KEYWORDS.test(line));
  return keywords >= 0 ? keywords : end;
}

function endOfBlock(lines: string[], start: number): number {
  const end = lines.findIndex((line, i) => i > start && (line === '' || COMMENTS.test(line)));
  return end < 0 ? lines.length : end;
}

function liftedFrom(blocks: string[]): string | null {
  const [first, ...rest] = blocks;
  if (first === undefined || first.length < HIGHLIGHT_UNITS_MIN) return null;
  return squash(rest.join('')).includes(squash(first)) ? first : null;
}

function squash(text: string): string {
  return text.replace(/\s+/g, '');
}

function numberIn(shape: RegExp, text: string): number | null {
  const digits = shape.exec(text)?.[1];
  return digits === undefined ? null : Number(foldDigits(digits));
}

type Facts = Pick<
  GotoknowEntry,
  'original' | 'published' | 'revised' | 'licence' | 'licenceText' | 'commentCount' | 'reads'
>;

function readFacts(text: string, warnings: Telling[]): Facts {
  const date = (label: string): string | null => {
    const written = new RegExp(`${label}\\s*:\\s*([^(),]+)`, 'u').exec(text)?.[1]?.trim();
    const instant = written === undefined ? null : readThaiDate(written);
    if (written !== undefined && instant === null) warnings.push(unreadableDate(label, written));
    return instant;
  };
  const licenceText = /สัญญาอนุญาต\s*:\s*([^,]+)/u.exec(text)?.[1]?.trim() ?? '';
  const licence = licenceNamed(licenceText);
  if (licence === null) warnings.push(unknownLicence(licenceText));
  else if (licence !== 'all-rights-reserved' && !licenceText.includes('4.0')) {
    warnings.push(licenceVersion(licenceText, licence));
  }
  return {
    original: foldDigits(RECORD.exec(text)?.[1] ?? ''),
    published: date('เขียน'),
    revised: date('แก้ไข'),
    licence: licence ?? 'all-rights-reserved',
    licenceText,
    commentCount: numberIn(/ความเห็น\s*:\s*([\d๐-๙]{1,6})/u, text),
    reads: numberIn(/อ่าน\s*:\s*([\d๐-๙]{1,9})/u, text),
  };
}

/** The page names conditions, not versions; ours are all 4.0. */
function licenceNamed(text: string): Licence | null {
  if (text.includes('สงวนสิทธิ์')) return 'all-rights-reserved';
  if (!/แสดงที่มา|\bby\b/i.test(text)) return null;
  const commercial = /(?:ไม่ใช้|ไม่ใช่|ห้ามใช้)เพื่อการค้า|\bnc\b/i.test(text) ? '-nc' : '';
  if (/(?:ไม่|ห้าม)(?:ดัดแปลง|แก้ไข)|\bnd\b/i.test(text)) return `cc-by${commercial}-nd-4.0`;
  return `cc-by${commercial}${/แบบเดียวกัน|\bsa\b/i.test(text) ? '-sa' : ''}-4.0`;
}

function readAttribution(footer: string[]): Pick<GotoknowEntry, 'author' | 'blog'> {
  const end = footer.findIndex((line) => KEYWORDS.test(line));
  const text = footer
    .slice(0, end < 0 ? footer.length : end)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  const match = /โดย (?:(.*?) )?ใน (.+)$/u.exec(text);
  return { author: match?.[1] ?? null, blog: match?.[2] ?? null };
}

function readTags(footer: string[], warnings: Telling[]): string[] {
  const start = footer.findIndex((line) => KEYWORDS.test(line));
  if (start < 0) return [];
  const { tags, refused } = parseTagField(footer.slice(start).join('\n').replace(KEYWORDS, ''));
  for (const { text, why } of refused) {
    warnings.push({ th: `คำสำคัญ "${text}": ${why.th}`, en: `Tag "${text}": ${why.en}` });
  }
  return tags;
}

/** Blocks become paragraphs, numbered lines headings: `2.` opens a section, `๒.๔` one inside it. */
function bodySource(blocks: string[]): string {
  return blocks
    .map((block, i) => {
      const level = headingLevel(block);
      // Numbered lines that follow one another are a list that somebody typed by hand, and stay lines.
      const listed = [blocks[i - 1], blocks[i + 1]].some((near) => near !== undefined && headingLevel(near) === level);
      if (level === 0 || listed) return literalMarkdown(block);
      return `${'#'.repeat(level)} ${literalPhrase(block)}`;
    })
    .join('\n\n');
}

/** 2 for `2. …`, 3 for `๒.๔ …`, at most 6; 0 for a paragraph. */
function headingLevel(block: string): number {
  const number = /^[\d๐-๙]{1,3}((?:\.[\d๐-๙]{1,3})*)(\.?)\s+\S/u.exec(block);
  if (number === null || block.length > HEADING_UNITS_MAX) return 0;
  const deeper = (number[1] ?? '').split('.').length - 1;
  return deeper === 0 && number[2] === '' ? 0 : Math.min(2 + deeper, 6);
}

function missing(gaps: { title: boolean; record: boolean; body: boolean }): Refusal {
  const th: string[] = [];
  const en: string[] = [];
  const name = (thai: string, english: string) => [th.push(thai), en.push(english)];
  if (gaps.title) name('ชื่อบันทึก', 'the title');
  if (gaps.body) name('เนื้อหา', 'the body');
  if (gaps.record) name('บรรทัด "หมายเลขบันทึก: …"', 'the line "หมายเลขบันทึก: …" (record number)');
  return new Refusal('invalid', {
    th: `ไม่พบ${th.join(' และ ')} คัดลอกทั้งหน้าจาก GotoKnow ตั้งแต่ชื่อบันทึกถึงความเห็นท้ายสุด แล้วลองใหม่`,
    en: `Not found: ${en.join(', ')}. Copy the whole GotoKnow page, from the title to the last comment, and try again.`,
  });
}

function countDiffers(stated: number, found: number): Telling {
  return {
    th: `หน้าเดิมบอกว่ามี ${stated} ความเห็น แต่อ่านได้ ${found} ตรวจความเห็นท้ายบันทึกก่อนนำเข้า`,
    en: `The page states ${stated} comments, but ${found} were read. Check the comments before you import.`,
  };
}

function unreadableDate(label: string, written: string): Telling {
  return {
    th: `อ่านวันที่ "${label}: ${written}" ไม่ได้ แก้เป็นแบบ 9 พ.ย. 2549 09:30 แล้วลองใหม่`,
    en: `The date "${label}: ${written}" cannot be read. Write it like 09 Nov 2006 @ 09:30 and try again.`,
  };
}

function unknownLicence(written: string): Telling {
  return {
    th: `ไม่รู้จักสัญญาอนุญาต "${written}" จึงถือว่าสงวนสิทธิ์ทุกประการ เลือกสัญญาอนุญาตใหม่ได้หลังนำเข้า`,
    en: `The licence "${written}" is not known, so all rights are taken as reserved. Choose another after importing.`,
  };
}

function licenceVersion(written: string, licence: Licence): Telling {
  return {
    th: `หน้าเดิมเขียนว่า "${written}" โดยไม่บอกรุ่น จะใช้ ${licence} ถ้าผู้เขียนไม่ยินยอม ให้เลือกสัญญาอนุญาตใหม่หลังนำเข้า`,
    en: `The page says "${written}" without a version; ${licence} will be used. If the author does not agree, choose another after importing.`,
  };
}
