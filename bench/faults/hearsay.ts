// Who was told what, under which ids: read from the letters as they come in.
import type { Letter } from './servers.ts';
import type { Change } from './writers.ts';

export interface Hearsay {
  /** For each inbox that was told of a change, the ids under which it was. */
  of(change: Change): Map<string, Set<string>>;
}

/** Keeps reading in `letters`, which grows. */
export function openHearsay(letters: readonly Letter[]): Hearsay {
  const told = new Map<string, Map<string, Set<string>>>();
  const titles = new Map<string, string>();
  let read = 0;
  const catchUp = () => {
    for (; read < letters.length; read++) {
      const letter = letters[read];
      if (letter === undefined) return;
      // A Delete has no words left: it goes by the last title that its object had.
      if (letter.title !== null) titles.set(letter.object, letter.title);
      const key = `${letter.type} ${titles.get(letter.object)}`;
      const inboxes = told.get(key) ?? new Map<string, Set<string>>();
      told.set(key, inboxes);
      inboxes.set(letter.inbox, (inboxes.get(letter.inbox) ?? new Set()).add(letter.id));
    }
  };
  return {
    of({ verb, title }) {
      catchUp();
      return told.get(`${verb} ${title}`) ?? new Map();
    },
  };
}
