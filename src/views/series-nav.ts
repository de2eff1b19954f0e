// The way through a series from one of its entries: the part before, the part after, and the numbers between that are not here.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage } from './names.ts';
import type { Html } from './template.ts';

/** A neighbouring part of a series. */
export interface Neighbour {
  number: number;
  /** Null where the neighbour has no part number. */
  part: number | null;
  title: string;
}

/** The series that the entry belongs to. */
export interface EntrySeries {
  id: string;
  title: string;
  part: number | null;
  /** The highest part number of the series; null while nobody numbered anything. */
  last: number | null;
  previous: Neighbour | null;
  next: Neighbour | null;
}

type Place = EntrySeries & {
  /** Of the blog that tells it. */
  handle: string;
  /** What the entry, and so its series, is written in. */
  language: string;
};

/** Links to both neighbours. At an end of the series, and where its numbers have a gap, it says so. */
export function seriesNav(shell: Shell, place: Place): Html {
  const w = words(shell.language).entry;
  const { part, previous, next } = place;
  const whole = link(shell, path.series(place.id));
  const lang = inLanguage(shell.language, place.language);
  const before = gap(shell, previous === null ? 0 : previous.part, part);
  const first =
    previous === null
      ? html`<a class="step" href="${whole}"><span class="dir">${w.series}</span><span${lang}>${place.title}</span>${before}</a>`
      : html`<a class="step" href="${link(shell, path.entry(place.handle, previous.number))}" rel="prev"><span class="dir">‹ ${w.previousPart}</span>${name(shell, previous, place)}${before}</a>`;
  const last =
    next === null
      ? html`<a class="step" href="${whole}"><span class="dir">${w.nextPart} ›</span>${w.noPart}</a>`
      : html`<a class="step" href="${link(shell, path.entry(place.handle, next.number))}" rel="next"><span class="dir">${w.nextPart} ›</span>${name(shell, next, place)}${gap(shell, part, next.part)}</a>`;
  return html`<nav class="series" aria-label="${w.series}">${first}${last}</nav>`;
}

function name(shell: Shell, { part, title }: Neighbour, { language }: Place): Html | string {
  return part === null
    ? html`<span${inLanguage(shell.language, language)}>${title}</span>`
    : words(shell.language).entry.part(part);
}

/** What is missing between two numbers; nothing where they follow one another or one has none. */
function gap(shell: Shell, from: number | null, to: number | null): Html | '' {
  if (from === null || to === null || to - from < 2) return '';
  return html`<span class="dir">${words(shell.language).entry.missingParts(from + 1, to - 1)}</span>`;
}
