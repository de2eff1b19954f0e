// Short texts out of long ones: what a list shows, what a search engine reads, and what other servers accept as name and
// summary. Thai is cut between words and never inside a grapheme.
import type { SafeHtml } from './sanitise.ts';
import { sanitiseRemote } from './sanitise.ts';

const HIGHLIGHT_UNITS_MAX = 500;
const TITLE_UNITS_MAX = 150;
const DERIVED_GRAPHEMES_MAX = 200;

const graphemes = new Intl.Segmenter('th', { granularity: 'grapheme' });
const wordBreaks = new Intl.Segmenter('th', { granularity: 'word' });

/** The words of an HTML text: blocks are parted by a blank line, `<br>` is a new line, images leave their alt text. */
export function plainText(html: string): string {
  return untagged(sanitiseRemote(html));
}

/**
 * The words of a text that was sanitised here when it was kept, so they need not be washed again: twenty times as fast as
 * `plainText`. Cells of a table and captions stand apart; pictures leave their alternative text.
 */
export function keptText(html: SafeHtml): string {
  return untagged(html.replace(/<img\b[^<>]*?\balt="([^"]*)"[^<>]*>/g, ' $1 '));
}

function untagged(html: string): string {
  return html
    .replace(/[ \t\r\n\f]+/g, ' ')
    .replace(/ ?<br \/> ?/g, '\n')
    .replace(/ ?<\/?(?:p|li|ul|ol|blockquote|pre|h[1-6]|div|figure|figcaption|t[dhr]|table)\b[^<>]*> ?/g, '\n\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/\n{2,}/g, '\n\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
}

/** At most `max` graphemes on one line, cut after a whole word with `…`. */
export function excerpt(text: string, { max }: { max: number }): string {
  return cut(singleLine(text), { graphemes: max, units: Number.POSITIVE_INFINITY });
}

/** The text itself, or as much of it as fits into so many UTF-16 units, cut after a whole word with `…`. */
export function shortText(text: string, { units }: { units: number }): string {
  return cut(text, { graphemes: Number.POSITIVE_INFINITY, units });
}

/**
 * A highlight as it travels in `summary`: one line of plain text, at most 500 UTF-16 units, no `<`, `>` or `&` (their
 * full-width forms stand in), and addresses without their scheme, so that no server makes a link of them. Peers count units
 * or code points; a text never has more code points than units.
 */
export function wireHighlight(text: string): string {
  const unlinked = singleLine(text).replace(/[a-z][a-z0-9+.-]{0,30}:\/\//gi, '');
  const plain = unlinked.replaceAll('<', '＜').replaceAll('>', '＞').replaceAll('&', '＆');
  return shortText(plain.trim(), { units: HIGHLIGHT_UNITS_MAX });
}

/** A title as it travels in `name`: one line, at most 150 UTF-16 units, nothing that reads as a tag or an entity. */
export function wireTitle(text: string): string {
  const plain = singleLine(text)
    .replaceAll('<', '＜')
    .replaceAll('>', '＞')
    .replace(/&(?=#?[a-z0-9]+;)/gi, '＆');
  return shortText(plain, { units: TITLE_UNITS_MAX });
}

/** The first paragraph with words in it, at most 200 graphemes: the highlight of an entry whose author wrote none. */
export function firstParagraph(html: SafeHtml): string {
  for (const [, inside] of html.matchAll(/<p>(.*?)<\/p>/gs)) {
    const text = plainText(inside ?? '');
    if (text !== '') return excerpt(text, { max: DERIVED_GRAPHEMES_MAX });
  }
  return excerpt(plainText(html), { max: DERIVED_GRAPHEMES_MAX });
}

/** The first picture of a text for preview cards: its address, and in words what it shows. Null where there is none. */
export function firstPicture(html: SafeHtml): { address: string; alt: string } | null {
  const [tag = '', address] = html.match(/<img src="([^"]+)"[^>]*>/) ?? [];
  return address === undefined ? null : { address: address.replaceAll('&amp;', '&'), alt: plainText(tag) };
}

function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  const spaced = text.toWellFormed().replace(/[\s\0-\x1f\x7f]+/g, ' ');
  return spaced.trim();
}

interface Room {
  graphemes: number;
  units: number;
}

/** Looks at no more of the text than fits, because segmenting a long Thai text is the dear part. */
function cut(text: string, room: Room): string {
  const ends: number[] = [];
  for (const { index, segment } of graphemes.segment(text)) {
    const end = index + segment.length;
    if (ends.length === room.graphemes || end > room.units) return shortened(text, { ends, room });
    ends.push(end);
  }
  return text;
}

/** `ends` are the places where a grapheme ends, as many as fit without the ellipsis. */
function shortened(text: string, { ends, room }: { ends: number[]; room: Room }): string {
  const places = ends.filter((end, i) => i < room.graphemes - 1 && end < room.units);
  const last = places.at(-1);
  // One grapheme larger than all the room is no writing; nothing of it can be shown whole.
  if (last === undefined) return '…';
  // A word is known to end only where the next begins, so look a little further than the cut.
  const near = text.slice(0, last + 32);
  const whole = new Set(places);
  let end = 0;
  for (const { index } of wordBreaks.segment(near)) if (whole.has(index)) end = index;
  return `${text.slice(0, end > last / 2 ? end : last).trimEnd()}…`;
}
