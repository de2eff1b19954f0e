// Thai as people type it: one key for the many encodings of a word, the part number in a title, the order of the alphabet.
// What is shown is never altered here; folds are for keys, look-ups and comparison.

const THAI_DIGITS = /[\u0e50-\u0e59]/g;
/** Vowels and marks above and below, which keyboards let people type in any order. */
const MARK_RUN = /[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{2,}/g;
/** Tones, thanthakhat and yamakkan come after vowels and nikhahit. */
const LATE_MARK = /[\u0e48-\u0e4c\u0e4e]/;

/** ๐–๙ as 0–9; all else untouched. */
export function foldDigits(text: string): string {
  return text.replace(THAI_DIGITS, (digit) => String(digit.charCodeAt(0) - 0x0e50));
}

/**
 * The key of a text: compatibility forms, letter case, invisible characters, the three encodings of SARA AM, เเ for แ, the
 * order of marks, Thai digits and runs of space make no difference. Folding twice changes nothing.
 */
export function foldText(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(MARK_RUN, inOrder)
    // NFKC takes SARA AM apart, and Mastodon sends it so; the tone may stand on either side of the ring.
    .replace(/\u0e4d([\u0e48-\u0e4c\u0e4e]*)\u0e32/g, '$1\u0e33')
    .replaceAll('\u0e40\u0e40', '\u0e41')
    .replace(/\s+/g, ' ')
    .trim()
    // Moving a tone can bring it next to a foreign mark that must stand behind it.
    .normalize('NFC');
  return foldDigits(folded);
}

function inOrder(marks: string): string {
  const rank = (mark: string) => (LATE_MARK.test(mark) ? 0x10000 : 0) + mark.charCodeAt(0);
  return [...marks].sort((a, b) => rank(a) - rank(b)).join('');
}

/** No title is so long, and the patterns below are not linear in a text made to tire them. */
const TITLE_UNITS_MAX = 500;
/** "ตอน 3" alone may be three in the afternoon, so without ที่ the number must end the title. */
const PARTS = [
  /(?:ตอนที่|ภาคที่)\s*([\d๐-๙]{1,4})(?![\d๐-๙.])/u,
  /(?:ตอน|ภาค)\s*([\d๐-๙]{1,4})\s?\)?$/u,
  /(?<![a-z])(?:part|episode|ep\.?)\s*([\d๐-๙]{1,4})(?![\d๐-๙.])/iu,
];

/**
 * The series a title names: "สรุปบทเรียน… ตอนที่9" is part 9 of "สรุปบทเรียน…". Null when there is no number, or nothing
 * before it.
 */
export function seriesFromTitle(title: string): { title: string; part: number } | null {
  const whole = title.trim();
  if (whole.length > TITLE_UNITS_MAX) return null;
  for (const shape of PARTS) {
    const match = shape.exec(whole);
    if (match?.[1] === undefined) continue;
    const before = whole.slice(0, match.index).split(/[\s,:;([\-–—|/]+$/u, 1)[0] ?? '';
    const part = Number(foldDigits(match[1]));
    if (before !== '' && part > 0) return { title: before, part };
  }
  return null;
}

const collator = new Intl.Collator('th', { numeric: true });

/** Dictionary order: เกษตร stands with ก, not after ฮ; part 10 after part 9. */
export function compareThai(a: string, b: string): number {
  return collator.compare(a, b);
}
