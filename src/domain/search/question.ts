// What somebody typed, read as a question: each of their words is a phrase of words as the index has them.
import type { Phrase } from '../../storage/search.ts';
import { cutsOf, wordsOf } from '../text/thai-words.ts';

/** More than anybody types, and what is beyond is not looked for: every word is a step for the database. */
const UNITS_MAX = 200;
const PHRASES_MAX = 10;

export interface Question {
  /** In the order in which they were typed; the last is open, for it may still be being typed. */
  phrases: Phrase[];
  /** The same as `runOf` writes them: where they stand in a text, however it is cut. */
  runs: string[];
}

/** Reads what was typed; null when there is nothing in it to look for. */
export function readQuestion(typed: string): Question | null {
  const written = typed.slice(0, UNITS_MAX).split(/\s+/);
  const phrases = written
    .map(wordsOf)
    .filter((words) => words.length > 0)
    .slice(0, PHRASES_MAX);
  if (phrases.length === 0) return null;
  return {
    phrases: phrases.map((words, at) => ({
      cuts: cutsOf(words),
      open: at === phrases.length - 1 && isBeginning(words.at(-1) ?? ''),
    })),
    runs: phrases.map((words) => words.join('')),
  };
}

/** Whether more may follow. One letter begins a tenth of all words, and a digit is a number: หมู่ที่ 1 is not หมู่ที่ 12. */
function isBeginning(word: string): boolean {
  return word.length > 1 && !/^\p{N}+$/u.test(word);
}
