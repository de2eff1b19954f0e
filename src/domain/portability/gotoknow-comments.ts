// The comments under a GotoKnow entry, pasted or saved. Their writers are third parties: whoever imports must confirm.
import { readThaiDate } from '../text/dates.ts';

export interface GotoknowComment {
  /** Null where the page shows none, as pasted pages do. */
  name: string | null;
  published: string | null;
  text: string;
}

const LINE_UNITS_MAX = 80;

/**
 * Reads trimmed lines: each comment a name, perhaps an IP address, a date line and words; or, where no dates were copied,
 * each block of lines a comment. When the page states just one, all blocks are its paragraphs.
 */
export function readComments(lines: string[], count: number | null): GotoknowComment[] {
  const dates = lines.map((line) => dateLine(line));
  const heads = dates.flatMap((date, at) => (date === null ? [] : [{ date, at, ...nameAbove({ lines, dates, at }) }]));
  const bare = paragraphs(lines.slice(0, heads[0]?.start));
  const blocks = count === 1 && heads.length === 0 ? [bare] : bare.split('\n\n');
  const undated = blocks.filter((text) => text !== '').map((text) => ({ name: null, published: null, text }));
  const dated = heads.map(({ date, at, name }, i) => ({
    name,
    published: date,
    text: paragraphs(lines.slice(at + 1, heads[i + 1]?.start)),
  }));
  return [...undated, ...dated];
}

/** The instant of a line such as `เขียนเมื่อ 10 Nov 2006 @ 09:12 ()`; null for a date that only stands in a text. */
function dateLine(line: string): string | null {
  if (line.length > LINE_UNITS_MAX || !/^เขียนเมื่อ|@/u.test(line)) return null;
  const written = line.replace(/^เขียนเมื่อ\s*:?/u, '').replace(/\(\s*\)$/, '');
  return readThaiDate(written.trim());
}

/** Who wrote the comment whose date stands on line `at`, and on which line that comment starts. */
function nameAbove({ lines, dates, at }: { lines: string[]; dates: (string | null)[]; at: number }): {
  name: string | null;
  start: number;
} {
  let start = at;
  while (start > 0 && /^(?:IP\s*:|$)/i.test(lines[start - 1] ?? '')) start--;
  const name = lines[start - 1];
  const named = name !== undefined && name.length <= LINE_UNITS_MAX && dates[start - 1] === null;
  return named ? { name, start: start - 1 } : { name: null, start };
}

function paragraphs(lines: string[]): string {
  return lines
    .join('\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim();
}
