// A series: its parts by number, with a row for numbers that are not here, because numbers never change.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { shortDate } from './dates.ts';
import { empty } from './empty.ts';
import { feedList } from './feed-list.ts';
import { followBox } from './follow-box.ts';
import { feedLinks } from './head.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage, phrases } from './names.ts';
import type { Html } from './template.ts';

export interface SeriesPart {
  /** Null for an entry in the series that has no number; those come last. */
  part: number | null;
  number: number;
  title: string;
  highlight: string;
  language: string;
  /** ISO instant. */
  published: string;
  comments: number;
}

export interface SeriesPageProps {
  id: string;
  title: string;
  blog: { handle: string; title: string; kind: 'person' | 'team'; language: string };
  /** By part number. */
  parts: SeriesPart[];
}

/** The page of a series. */
export function seriesPage(shell: Shell, { id, title, blog, parts }: SeriesPageProps): Html {
  const w = words(shell.language).series;
  const last = parts.reduce((last, { part }) => Math.max(last, part ?? 0), 0);
  const unnumbered = parts.filter(({ part }) => part === null).length;
  const lang = inLanguage(shell.language, blog.language);
  const body = html`<div class="masthead"><div class="wrap"><div><p class="kicker">${w.kicker} · <a href="${link(shell, path.blog(blog.handle))}"${lang}>${blog.title}</a></p>
<h1${lang}>${phrases(title)}</h1><p class="lead">${w.lead(parts.length, Math.max(last + unnumbered, parts.length))}</p></div></div></div>
<div class="wrap page two"><div>
<h2 class="order">${w.order}</h2>
${parts.length > 0 ? html`<ol role="list">${rows(shell, blog, parts)}</ol>` : empty(w.empty, w.emptyNext)}
</div><div class="aside">${followBox(shell, blog)}
${feedList(shell, { page: path.series(id), title: words(shell.language).feeds.series })}</div></div>`;
  return layout(shell, { title, head: feedLinks(shell, { page: path.series(id), title }) }, body);
}

function rows(shell: Shell, blog: SeriesPageProps['blog'], parts: SeriesPart[]): Html[] {
  let expected = 1;
  return parts.map((entry) => {
    const gap = entry.part !== null && entry.part > expected ? gapRow(shell, expected, entry.part - 1) : '';
    if (entry.part !== null) expected = entry.part + 1;
    return html`${gap}${row(shell, blog, entry)}`;
  });
}

function gapRow(shell: Shell, from: number, to: number): Html {
  const w = words(shell.language).series;
  return html`<li class="part gone"><span class="n">${from === to ? from : `${from}–${to}`}</span><div><h3>${w.gap}</h3><p class="small quiet">${w.gapNext}</p></div></li>`;
}

function row(shell: Shell, blog: SeriesPageProps['blog'], entry: SeriesPart): Html {
  const w = words(shell.language);
  const lang = inLanguage(shell.language, entry.language);
  const number = entry.part ?? html`<span class="unseen">${w.series.unnumbered}</span>–`;
  return html`<li class="part"><span class="n">${number}</span><div>
<h3${lang}><a href="${link(shell, path.entry(blog.handle, entry.number))}">${phrases(entry.title)}</a></h3>
${entry.highlight && html`<p class="quiet"${lang}>${entry.highlight}</p>`}
<p class="small quiet">${w.entry.label(entry.number)} · ${shortDate(shell.language, entry.published)} · ${w.count.comments(entry.comments)}</p>
</div></li>`;
}
