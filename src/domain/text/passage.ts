// The place of a text where what was asked for stands, with the words marked: what a list of finds shows. The text is shown
// as it was written, though it was found by its folded form (thai.md §4.1: never alter displayed text).
import { runOf } from './thai-words.ts';

/** A stretch of text; `found` says that it was asked for. */
export interface Piece {
  text: string;
  found: boolean;
}

const GRAPHEMES_MAX = 180;
/** How far before the first find a passage begins, and how much after it is looked at, in UTF-16 units. */
const BEFORE_UNITS = 60;
const NEAR_UNITS = 1_000;
/** No more is folded to find the place; a list of twenty long texts must not hold up the node. */
const TEXT_UNITS_MAX = 60_000;

const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });
const wordBreaks = new Intl.Segmenter('th', { granularity: 'word' });

/** A letter with all that belongs to it, as far as folding moves or joins: marks, the two halves of SARA AM, เเ for แ. */
const LETTER =
  /(?:\u0e40\u0e40|[\p{L}\p{N}])(?:[\p{M}\p{Default_Ignorable_Code_Point}]|\s+(?=[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]))*(?:\u0e33|(?<=\u0e4d[\u0e48-\u0e4b]*)\u0e32)?/gu;

/**
 * The passage round the first find, at most 180 graphemes on one line, begun and ended between words. Null when none of the
 * `words`, each folded as `runOf` folds, stands in the first 60,000 units of the text.
 */
export function passageOf(text: string, { words }: { words: string[] }): Piece[] | null {
  const line = firstLine(text.slice(0, TEXT_UNITS_MAX), words);
  const finds = line === null ? [] : findsIn(text, words, { ...line, end: line.end + NEAR_UNITS });
  const first = finds[0];
  if (first === undefined) return null;
  const begun = beginning(text, first.start);
  const from = begun + text.slice(begun, first.end).search(/\S/);
  const to = ending(text, from);
  const pieces: Piece[] = [];
  let at = from;
  for (const { start, end } of finds) {
    if (start < at || start >= to) continue;
    pieces.push({ text: text.slice(at, start), found: false });
    pieces.push({ text: text.slice(start, Math.min(end, to)), found: true });
    at = Math.min(end, to);
  }
  pieces.push({ text: `${text.slice(at, to).trimEnd()}${to < text.length ? '…' : ''}`, found: false });
  if (from > 0) pieces.unshift({ text: '…', found: false });
  return pieces
    .filter(({ text }) => text !== '')
    .map(({ text, found }) => ({ text: text.replace(/\s+/g, ' '), found }));
}

interface Stretch {
  start: number;
  end: number;
}

/** The first line with one of the words in it. Folding a line is cheap; what costs is to know where each letter went. */
function firstLine(text: string, words: string[]): Stretch | null {
  let start = 0;
  for (const line of text.split('\n')) {
    const run = runOf(line);
    if (words.some((word) => word !== '' && run.includes(word))) return { start, end: start + line.length };
    start += line.length + 1;
  }
  return null;
}

/** Where the words stand, in the order of the text; of two that overlap the earlier and longer. */
function findsIn(text: string, words: string[], within: Stretch): Stretch[] {
  const letters: Stretch[] = [];
  const owner: number[] = [];
  const folds = new Map<string, string>();
  let run = '';
  for (const match of text.slice(within.start, within.end).matchAll(LETTER)) {
    const [written] = match;
    const folded = folds.get(written) ?? runOf(written);
    folds.set(written, folded);
    for (let i = 0; i < folded.length; i++) owner.push(letters.length);
    const start = within.start + match.index;
    letters.push({ start, end: start + written.length });
    run += folded;
  }
  const finds: Stretch[] = [];
  for (const word of words.filter((word) => word !== '')) {
    for (let at = run.indexOf(word); at !== -1; at = run.indexOf(word, at + word.length)) {
      const first = letters[owner[at] ?? 0];
      const last = letters[owner[at + word.length - 1] ?? 0];
      if (first !== undefined && last !== undefined) finds.push({ start: first.start, end: last.end });
    }
  }
  return finds.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** A phrase's start a little before `place`, or the start of its line if that is nearer; a word's where there is no space. */
function beginning(text: string, place: number): number {
  const earliest = Math.max(0, place - BEFORE_UNITS);
  const near = text.slice(earliest, place);
  const line = near.lastIndexOf('\n') + 1;
  if (earliest + line === 0 || line > 0) return earliest + line;
  const phrase = near.search(/(?<=\s)\S/);
  if (phrase !== -1) return earliest + phrase;
  // What the cut left of the first word is no word.
  const second = [...wordBreaks.segment(near)].find(({ index }) => index > 0);
  return earliest + (second?.index ?? near.length);
}

/** The end of the last whole word that fits after `from`. */
function ending(text: string, from: number): number {
  const near = text.slice(from, from + NEAR_UNITS);
  let end = 0;
  let count = 0;
  for (const { index, segment } of graphemes.segment(near)) {
    if (count++ === GRAPHEMES_MAX) break;
    end = index + segment.length;
  }
  if (from + end >= text.length) return text.length;
  const breaks = Array.from(wordBreaks.segment(near), ({ index }) => index).filter((index) => index <= end);
  const last = breaks.at(-1) ?? 0;
  return from + (last > end / 2 ? last : end);
}
