// Tags (คำสำคัญ): the name that is shown and sent, the key that makes one tag of its spellings, and the field they are typed in.
// Limits are the strictest of the peers': GoToSocial drops a name whose last character starts at byte 100 or later, Mastodon
// refuses digits alone, Misskey reads the first 32.
import type { Telling } from '../refusal.ts';
import { foldText } from './thai.ts';

const TAGS_MAX = 32;
const NOT_IN_NAMES = /[^\p{L}\p{M}\p{N}_]+/gu;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const HASHTAG =
  /(?<![\p{L}\p{M}\p{N}_&/=#])[#＃]([\p{L}\p{M}\p{N}_·・\u200b-\u200d]*\p{L}[\p{L}\p{M}\p{N}_·・\u200b-\u200d]*)/gu;

/**
 * The name without `#` as it is shown and sent: NFC, only letters, marks, digits and `_`. Null when no letter remains or it
 * is longer than every peer reads (34 Thai characters).
 */
export function wireTag(name: string): string | null {
  const wire = lettersOf(name).normalize('NFC');
  return /\p{L}/u.test(wire) && fits(wire) ? wire : null;
}

/** One key for all spellings of a tag (`น้ำ` has three encodings, Mastodon sends NFKC). Empty when the name has no letter or digit. */
export function tagKey(name: string): string {
  // Stripped before the fold, so that เ-เ and เเ are one, and after NFKC, which can write spaces of its own.
  return foldText(lettersOf(lettersOf(name).normalize('NFKC')));
}

/**
 * Reads the tag field: commas, new lines and `#` part tags, also glued `#a#b`; spaces inside a tag are closed up. Gives at
 * most 32, the first spelling of each, and says of every other why it was left out.
 */
export function parseTagField(text: string): { tags: string[]; refused: { text: string; why: Telling }[] } {
  const tags = new Map<string, string>();
  const refused: { text: string; why: Telling }[] = [];
  for (const piece of text.split(/[#＃,，、;\r\n]+/u)) {
    const written = piece.trim();
    if (written === '') continue;
    const wire = wireTag(written);
    if (wire === null) {
      refused.push({ text: written, why: whyNot(written) });
    } else if (!tags.has(tagKey(wire))) {
      if (tags.size < TAGS_MAX) tags.set(tagKey(wire), wire);
      else refused.push({ text: written, why: TOO_MANY });
    }
  }
  return { tags: [...tags.values()], refused };
}

/** The hashtags in running text, each once, as `wireTag` writes them. A `#` inside a word or an address is none. */
export function hashtagsIn(text: string): string[] {
  const found = new Map<string, string>();
  for (const [, name] of text.matchAll(HASHTAG)) {
    const wire = wireTag(name ?? '');
    if (wire !== null && !found.has(tagKey(wire))) found.set(tagKey(wire), wire);
  }
  return [...found.values()];
}

function lettersOf(name: string): string {
  return name.replace(UNSEEN, '').replace(NOT_IN_NAMES, '');
}

function fits(wire: string): boolean {
  const last = [...wire].at(-1) ?? '';
  return Buffer.byteLength(wire) - Buffer.byteLength(last) < 100;
}

const TOO_MANY: Telling = {
  th: `ใส่คำสำคัญได้ไม่เกิน ${TAGS_MAX} คำ ลบคำที่ไม่จำเป็นแล้วลองใหม่`,
  en: `An entry has at most ${TAGS_MAX} tags. Remove some and try again.`,
};

function whyNot(name: string): Telling {
  if (!/\p{L}/u.test(lettersOf(name))) {
    return {
      th: 'คำสำคัญต้องมีตัวอักษรอย่างน้อยหนึ่งตัว เติมคำหน้าตัวเลข เช่น ปี2549',
      en: 'A tag needs at least one letter. Put a word before the number, such as year2549.',
    };
  }
  return {
    th: 'คำสำคัญยาวเกิน 34 ตัวอักษรไทย เซิร์ฟเวอร์อื่นจะไม่รับ ย่อให้สั้นลง หรือคั่นเป็นหลายคำด้วยจุลภาค',
    en: 'The tag is longer than 34 Thai characters, so other servers drop it. Shorten it, or split it with commas.',
  };
}
