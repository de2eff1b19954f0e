// The words of a text as search keeps and looks for them. What is written and what is asked come through here alike, so that
// the two meet whatever the spelling. Thai has no spaces between words; ICU's dictionary finds them (thai.md §4.2).
import { foldText } from './thai.ts';

const segmenter = new Intl.Segmenter('th', { granularity: 'word' });

const MARK = '[\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e]';
/** Old texts were wrapped by hand in the middle of a syllable, and no Thai word begins with a mark. */
const LOST_SPACE = new RegExp(`\\s+(?=${MARK})`, 'g');
const DOUBLED = new RegExp(`(${MARK})\\1+`, 'g');
/** ตอนที่9 and ตอนที่ 9 are the same words; without the space the dictionary glues them. */
const NUMBER_EDGE = /(?<=[\u0e00-\u0e7f])(?=\d)|(?<=\d)(?=[\u0e00-\u0e7f])/g;
/** Offices are called by their letters everywhere, and after a word the dictionary would tear them: ของอบต. is ข|องอบ|ต. */
const ABBREVIATION = /(?:อบต|อบจ|อปท|อสม|กศน|พอช|พมจ|สคส|สกว|สพฐ|สสส|สสจ|สสอ|สปสช)(?=\.)/g;
/** Anything else inside a word, such as the points of `example.org`, would be cut differently by each database. */
const SIGNS = /[^\p{L}\p{M}\p{N}]+/u;
const THAI = /^[\u0e00-\u0e7f]+$/;
/** A word that goes before and after any other. */
const OTHER = 'ของ';
const LETTER = /[\p{L}\p{N}]/u;

/**
 * What the cut of words depends on beside the text: ICU's dictionary, and our own rules, which count up when they change.
 * Words that were kept under another name may not be found any more.
 */
export const WORDS_BY = `icu ${process.versions.icu ?? 'unknown'}, rules 1`;

/** The words of a text in their order: folded, without marks of punctuation. Empty where nothing can be looked for. */
export function wordsOf(text: string): string[] {
  // Line by line, because segmenting one long text is slow on older engines (thai.md §0.7).
  return text
    .toWellFormed()
    .replace(LOST_SPACE, '')
    .split(/[\r\n]+/)
    .flatMap(wordsOfLine);
}

/**
 * The words as they are, and as the dictionary cuts their letters between two others where that is not the same: ปูดำ is one
 * word by itself, and two in ปูดำของท่าน. Somebody asks for the one and writes the other.
 */
export function cutsOf(words: string[]): string[][] {
  const run = words.join('');
  const [first, ...between] = THAI.test(run) ? wordsOf(`${OTHER}${run}${OTHER}`) : [];
  const last = between.pop();
  const apart = first === OTHER && last === OTHER && between.join(' ') !== words.join(' ');
  return apart ? [words, between] : [words];
}

/** `wordsOf` without the cut between words: what stands in a text wherever ICU would part it. */
export function runOf(text: string): string {
  return searchable(text.toWellFormed().replace(LOST_SPACE, '')).split(SIGNS).join('');
}

function wordsOfLine(line: string): string[] {
  return Array.from(segmenter.segment(searchable(line)), ({ segment, isWordLike }) =>
    isWordLike === true ? segment.split(SIGNS).filter((word) => LETTER.test(word)) : [],
  ).flat();
}

/** A text as search reads it: `foldText`, doubled marks once, Thai parted from digits. */
function searchable(line: string): string {
  return foldText(line).replace(DOUBLED, '$1').replace(NUMBER_EDGE, ' ').replace(ABBREVIATION, ' $& ');
}
