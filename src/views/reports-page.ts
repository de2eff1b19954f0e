// What people elsewhere reported: who, what about, in which words, and one button that says that somebody looked.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { longMoment } from './dates.ts';
import { empty } from './empty.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, phrases, STRANGERS, webAddress } from './names.ts';
import type { Html } from './template.ts';

export interface ReportView {
  id: string;
  by: { name: string; user: string; host: string; url: string };
  /** Plain text; may be empty. */
  content: string;
  received: string;
  seen: string | null;
  blogs: { handle: string; title: string; language: string }[];
  organisation: boolean;
  entries: { handle: string; number: number; title: string; language: string }[];
  comments: {
    id: string;
    text: string;
    language: string | null;
    state: string;
    entry: { handle: string; number: number };
  }[];
}

export interface ReportsPageProps {
  /** Oldest first. */
  waiting: ReportView[];
  /** Newest first. */
  seen: ReportView[];
}

/** The page at `path.reports`. */
export function reportsPage(shell: Shell, { waiting, seen }: ReportsPageProps): Html {
  const w = words(shell.language).reports;
  const body = html`<div class="masthead"><div class="wrap"><div><h1>${w.title}</h1><p class="lead">${w.lead}</p></div></div></div>
<div class="wrap page"><div class="stack">
<section class="flow" aria-labelledby="waiting"><div class="head"><h2 id="waiting">${w.waiting}</h2></div>
${waiting.length > 0 ? waiting.map((report) => reported(shell, report)) : empty(w.empty, w.emptyNext)}</section>
${seen.length > 0 && html`<section class="flow" aria-labelledby="seen"><div class="head"><h2 id="seen">${w.seen}</h2></div>${seen.map((report) => reported(shell, report))}</section>`}
</div></div>`;
  return layout(shell, { title: w.title, robots: 'noindex' }, body);
}

function reported(shell: Shell, report: ReportView): Html {
  const w = words(shell.language).reports;
  const { by, content, seen } = report;
  const url = webAddress(by.url);
  const name = handle(by.user, by.host);
  return html`<article class="box">
<p class="small">${w.by} ${url === null ? name : html`<a class="alone" href="${url}" rel="${STRANGERS}">${name}</a>`} · ${longMoment(shell.language, report.received)}</p>
${content === '' ? html`<p class="quiet">${w.noWords}</p>` : html`<p class="said">${content}</p>`}
<ul class="about" role="list">${aboutWhat(shell, report).map((line) => html`<li>${line}</li>`)}</ul>
${
  seen === null &&
  html`<form action="${link(shell, path.report(report.id))}" method="post"><button class="button main">${w.markSeen}</button></form>`
}</article>`;
}

function aboutWhat(shell: Shell, { blogs, organisation, entries, comments }: ReportView): Html[] {
  const w = words(shell.language).reports;
  const line = (what: string, to: string, text: Html | string, language: string | null) =>
    html`<span class="quiet small">${what}</span> <a href="${link(shell, to)}"${inLanguage(shell.language, language)}>${text}</a>`;
  return [
    ...(organisation ? [line(w.organisation, path.home(), shell.organisation?.name ?? '', null)] : []),
    ...blogs.map((blog) => line(w.blog, path.blog(blog.handle), blog.title, blog.language)),
    ...entries.map(({ handle, number, title, language }) =>
      line(w.entry, path.entry(handle, number), phrases(title), language),
    ),
    ...comments.map(({ id, text, language, state, entry }) =>
      state === 'shown'
        ? line(w.comment, path.comment(entry.handle, entry.number, id), text, language)
        : line(w.commentNotShown, path.entry(entry.handle, entry.number), text || w.gone, language),
    ),
  ];
}
