// Two hundred questions of seven kinds, the same every time, about the entries that `tellings` makes up.

import { readQuestion } from '../../src/domain/search/question.ts';
import { runOf } from '../../src/domain/text/thai-words.ts';
import { questions, tellings } from '../../test/domain/search/corpus.ts';
import { chanceOf } from '../faults/chance.ts';

export const KINDS = ['one word', 'two words', 'phrase', 'common', 'rare', 'across words', 'nowhere'] as const;
export type Kind = (typeof KINDS)[number];

export interface Judged {
  kind: Kind;
  typed: string;
}

/** Words that stand in every tenth entry or oftener. */
const COMMON = 'ที่ บ้าน ได้ การ ปี บาท หมู่ เรื่อง โครงการ ของ น้ำ มา ไป แล้ว กัน ผล ใช้ ซื้อ ทุกวัน เพราะ'.split(' ');
/** Letters that follow each other nowhere. */
const NOWHERE = 'กขฃคฅฆง';

/** Twenty for each 200, but forty of the first three kinds, for which a limit is set. */
export function judged({ count }: { count: number }): Judged[] {
  const few = Math.ceil(count / 10);
  const asked = [...new Set(questions({ count: count * 24, seed: 11 }))];
  const first = (typed: string[], n: number) => Array.from({ length: n }, (_, at) => typed[at % typed.length] ?? '');
  const all: Record<Kind, string[]> = {
    'one word': first(
      asked.filter((typed) => !typed.includes(' ') && wordCount(typed) === 1),
      2 * few,
    ),
    'two words': first(
      asked.filter((typed) => typed.split(' ').length === 2),
      2 * few,
    ),
    phrase: first(
      asked.filter((typed) => !typed.includes(' ') && wordCount(typed) > 1),
      2 * few,
    ),
    common: first(COMMON, few),
    rare: cutFrom(few, (source) => source.split(' ').sort((a, b) => b.length - a.length)[0] ?? ''),
    'across words': cutFrom(few, middleOf),
    nowhere: first(asked, few).map((typed) => `${typed}${NOWHERE}`),
  };
  return KINDS.flatMap((kind) => all[kind].map((typed) => ({ kind, typed })));
}

function wordCount(typed: string): number {
  return readQuestion(typed)?.phrases.flatMap(({ cuts: [words = []] }) => words).length ?? 0;
}

/** A piece of each of so many entries. */
function cutFrom(count: number, cut: (source: string) => string): string[] {
  return Array.from(tellings({ count }), ({ source }) => cut(source));
}

/** Ten letters from the middle, begun and ended wherever that is between letters: hardly ever where a word begins. */
function middleOf(source: string): string {
  const longest = source.split(/\s/).sort((a, b) => b.length - a.length)[0] ?? '';
  const letters = [...new Intl.Segmenter('th', { granularity: 'grapheme' }).segment(runOf(longest))];
  const from = chanceOf(longest.length).between(1, 6);
  return letters
    .slice(from, from + 10)
    .map(({ segment }) => segment)
    .join('');
}
