// An entry in a list: number and date first, then title, highlight, blog and comments.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { shortDate } from './dates.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage, phrases } from './names.ts';
import type { Html } from './template.ts';

export interface EntryItem {
  number: number;
  title: string;
  highlight: string;
  language: string;
  /** ISO instant. */
  published: string;
  comments: number;
  blog: { handle: string; title: string; language: string };
}

/** One entry in a list of many blogs. */
export function entryItem(shell: Shell, entry: EntryItem): Html {
  return html`<li class="item">${parts(shell, entry, byBlog(shell, entry.blog), '')}</li>`;
}

/** One entry on its own blog's page. */
export function ownEntryItem(shell: Shell, entry: EntryItem): Html {
  return html`<li class="item">${parts(shell, entry, '', '')}</li>`;
}

/** The entry that the organisation puts first. */
export function featuredEntry(shell: Shell, entry: EntryItem): Html {
  const label = html`<span class="label">${words(shell.language).home.featured}</span>`;
  return html`<article class="item first">${parts(shell, entry, byBlog(shell, entry.blog), label)}</article>`;
}

function byBlog(shell: Shell, blog: EntryItem['blog']): Html {
  return html`<a href="${link(shell, path.blog(blog.handle))}"${inLanguage(shell.language, blog.language)}>${blog.title}</a>`;
}

function parts(shell: Shell, entry: EntryItem, by: Html | '', label: Html | ''): Html {
  const w = words(shell.language);
  const lang = inLanguage(shell.language, entry.language);
  return html`<div class="when">${label}${shortDate(shell.language, entry.published)}<span class="no">${w.entry.label(entry.number)}</span></div>
<div><h3${lang}><a href="${link(shell, path.entry(entry.blog.handle, entry.number))}">${phrases(entry.title)}</a></h3>
${entry.highlight && html`<p class="say"${lang}>${entry.highlight}</p>`}
<p class="meta">${by}<span>${w.count.comments(entry.comments)}</span></p></div>`;
}
