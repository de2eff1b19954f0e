// The index over words in PostgreSQL: GIN over the words of `findable`, each with the half year of its entry, so that the newest
// finds come without the others (migrations/0019_at_scale.ts). It knows which words stand in an entry; where a phrase stands is
// read in the words themselves. No parser of PostgreSQL's cuts or changes anything, so its ctype does not matter.
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Phrase, Way, WordIndex } from './search.ts';

/** Letters of a word that the index has. */
const LETTERS_MAX = 100;
/** How long the windows of words and of names are: 2^16 places, and eight times as many. */
const BITS = { words: 16, names: 19 };

export const postgresWords: WordIndex = {
  // The index is over the rows of `findable`, and comes and goes with them.
  async put() {},
  async drop() {},
  async clear() {},

  async places(db, { phrases, way, from, to, limit }) {
    const { question, bits, named, held, unnamed, unheld } = asked(phrases, way);
    const { rows } = await sql<{
      place: number;
    }>`select search_finds(${question}, ${bits}, ${named}, ${held}, ${unnamed}, ${unheld},
      ${from}, ${to}, ${limit}) as place`.execute(db);
    return rows.map(({ place }) => Number(place));
  },

  stands: (text, letters) => sql`strpos(${text}, ${letters}) > 0`,
};

/** What `search_finds` takes: which words the entry has, and then what must and must not stand in its names and in all of it. */
interface Asked {
  question: string;
  bits: number;
  named: string[] | null;
  held: string[] | null;
  unnamed: string[] | null;
  unheld: string[] | null;
}

function asked(phrases: Phrase[], way: Way): Asked {
  const exact = phrases.map((phrase) => ({ ...phrase, open: false }));
  const sought = way === 'begun' || way === 'all' ? phrases : exact;
  const question = sought.map((phrase) => keysOf(phrase, way));
  // The index alone knows of words, not of those that stand one after another, and not of the longest.
  const unsure = sought.filter(({ cuts }) => cuts.some((cut) => cut.length > 1 || isLong(cut[0] ?? '')));
  const texts = unsure.length === 0 ? null : unsure.map(textOf);
  return {
    question: question.join(' & '),
    bits: way === 'names' ? BITS.names : BITS.words,
    named: way === 'names' ? texts : null,
    held: way === 'names' ? null : texts,
    unnamed: way === 'text' ? exact.map(textOf) : null,
    unheld: way === 'begun' ? exact.map(textOf) : null,
  };
}

/** All words of one cut or the other as the index has them, with @ for the window; the last may be the beginning of one. */
function keysOf({ cuts, open }: Phrase, way: Way): string {
  const each = cuts.map((cut) => {
    const words = cut.map((word) => [...word].slice(0, LETTERS_MAX).join(''));
    if (way === 'names') return words.map((word) => quoted(`@=${word}`)).join(' & ');
    const keys = words.map((word) => quoted(`@:${word}`)).join(' & ');
    return [open ? `${keys}:*` : keys, ...pairsOf(open ? cut.slice(0, -1) : cut)].join(' & ');
  });
  return `(${each.map((keys) => `(${keys})`).join(' | ')})`;
}

/** Ten bits of each two whole words that stand together. MD5, because PostgreSQL has it for texts; it keeps no secret here. */
function pairsOf(cut: string[]): string[] {
  return cut.slice(1).map((word, at) => {
    const bits = Number.parseInt(hash('md5', `${cut[at]} ${word}`).slice(0, 4), 16) & 0x3ff;
    return quoted(`@~${bits}`);
  });
}

/** A lexeme of a `tsquery`: inside the quotes only `'` and `\` mean anything. */
function quoted(word: string): string {
  return `'${word.replace(/['\\]/g, '$&$&')}'`;
}

/** Its cuts as they stand between spaces, one or the other. */
function textOf({ cuts, open }: Phrase): string {
  return cuts.map((cut) => ` ${cut.join(' ')}${open ? '' : ' '}`).join('|');
}

function isLong(word: string): boolean {
  return word.length > LETTERS_MAX;
}
