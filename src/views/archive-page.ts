// The archive: the years in which somebody wrote, and one year with its months.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { monthName, yearName } from './dates.ts';
import { empty } from './empty.ts';
import { type EntryItem, entryItem, ownEntryItem } from './entry-item.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage } from './names.ts';
import { type Pager, pager } from './pager.ts';
import type { Html } from './template.ts';

/** Whose archive it is; null for the whole node's. */
export type ArchiveBlog = { handle: string; title: string; language: string } | null;

export interface ArchivePageProps {
  blog: ArchiveBlog;
  /** Newest first, each with the instant at which it begins. */
  years: { year: number; starts: string; entries: number }[];
}

export interface ArchiveYearPageProps {
  blog: ArchiveBlog;
  /** Of the Buddhist era, with the instant at which it begins. */
  year: number;
  starts: string;
  /** Months that have entries, January first; `at` is the path of the list from there on. */
  months: { starts: string; entries: number; at: string }[];
  /** What this page of the list holds, by month, newest first. */
  entries: { starts: string; entries: EntryItem[] }[];
  pager: Pager;
}

/** The years of an archive. */
export function archivePage(shell: Shell, { blog, years }: ArchivePageProps): Html {
  const w = words(shell.language);
  const all = years.reduce((sum, { entries }) => sum + entries, 0);
  const row = ({ year, starts, entries }: ArchivePageProps['years'][number]) =>
    html`<li><a href="${link(shell, yearPath(blog, year))}">${yearName(shell.language, starts)}</a><span class="quiet small">${w.count.entries(entries)}</span></li>`;
  const body = html`${masthead(blogLink(shell, blog), html`<h1>${w.archive.title}</h1>${years.length > 0 && html`<p class="lead">${w.archive.lead(all, years.length)}</p>`}`)}
<div class="wrap page">${
    years.length > 0
      ? html`<h2 class="unseen">${w.archive.years}</h2><ol role="list" class="years">${years.map(row)}</ol>`
      : empty(w.archive.empty, w.archive.emptyNext, wayBack(shell, blog))
  }</div>`;
  return layout(shell, { title: titled(w.archive.title, blog) }, body);
}

/** One year of an archive, page by page. */
export function archiveYearPage(shell: Shell, props: ArchiveYearPageProps): Html {
  const w = words(shell.language);
  const { blog, months } = props;
  const name = yearName(shell.language, props.starts);
  const all = months.reduce((sum, { entries }) => sum + entries, 0);
  const item = blog === null ? entryItem : ownEntryItem;
  const body = html`${masthead(html`<a href="${link(shell, archivePath(blog))}">${w.archive.title}</a>${blog && html` · ${blogLink(shell, blog)}`}`, html`<h1>${name}</h1><p class="lead">${w.archive.inYear(all)}</p>`)}
<div class="wrap page two"><div class="aside ahead">${monthsOf(shell, props)}</div>
<div class="stack">
${props.entries.map(
  ({
    starts,
    entries,
  }) => html`<section class="entries" aria-labelledby="m-${starts.slice(0, 10)}"><div class="head"><h2 id="m-${starts.slice(0, 10)}">${monthName(shell.language, starts)}</h2></div>
<ul role="list">${entries.map((entry) => item(shell, entry))}</ul></section>`,
)}
${pager(shell, props.pager)}
</div></div>`;
  return layout(shell, { title: titled(`${w.archive.title} ${name}`, blog) }, body);
}

/** Before the list, because below fifty entries nobody on a phone would find it. */
function monthsOf(shell: Shell, { blog, months }: ArchiveYearPageProps): Html {
  const w = words(shell.language);
  const month = ({ starts, entries, at }: ArchiveYearPageProps['months'][number]) =>
    html`<li><a href="${link(shell, at)}">${monthName(shell.language, starts)}</a><span class="quiet small">${w.count.entries(entries)}</span></li>`;
  return html`<nav class="flow" aria-labelledby="months"><div class="head"><h2 id="months">${w.archive.months}</h2><a class="plain" href="${link(shell, archivePath(blog))}">${w.archive.all}</a></div>
<ol role="list" class="years">${months.map(month)}</ol></nav>`;
}

function wayBack(shell: Shell, blog: ArchiveBlog): Html {
  const w = words(shell.language);
  const [to, text] = blog === null ? [path.home(), w.errors.goHome] : [path.blog(blog.handle), w.archive.goBlog];
  return html`<a class="button" href="${link(shell, to)}">${text}</a>`;
}

function masthead(where: Html | '', words: Html): Html {
  return html`<div class="masthead"><div class="wrap"><div>${where && html`<p class="kicker">${where}</p>`}${words}</div></div></div>`;
}

function blogLink(shell: Shell, blog: ArchiveBlog): Html | '' {
  if (blog === null) return '';
  return html`<a href="${link(shell, path.blog(blog.handle))}"${inLanguage(shell.language, blog.language)}>${blog.title}</a>`;
}

function titled(title: string, blog: ArchiveBlog): string {
  return blog === null ? title : `${title} · ${blog.title}`;
}

function archivePath(blog: ArchiveBlog): string {
  return blog === null ? path.archive() : path.blogArchive(blog.handle);
}

function yearPath(blog: ArchiveBlog, year: number): string {
  return blog === null ? path.archiveYear(year) : path.blogArchiveYear(blog.handle, year);
}
