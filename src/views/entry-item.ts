// An entry in a list: number and date first, then title, highlight, blog and comments.
import { html } from 'hono/html';
import type { Piece } from '../domain/text/passage.ts';
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

/** One entry that its blog puts first, and says so. */
export function pinnedItem(shell: Shell, entry: EntryItem): Html {
  return html`<li class="item">${parts(shell, entry, '', labelled(words(shell.language).blog.pinned))}</li>`;
}

/** One entry among the finds of a search: instead of the highlight the place where it was found, if that is in its text. */
export function foundItem(shell: Shell, entry: EntryItem, passage: Piece[] | null): Html {
  const by = byBlog(shell, entry.blog);
  return html`<li class="item">${passage === null ? parts(shell, entry, by, '') : parts(shell, entry, by, '', marked(passage))}</li>`;
}

function marked(passage: Piece[]): Html {
  return html`${passage.map(({ text, found }) => (found ? html`<mark>${text}</mark>` : text))}`;
}

/** The entry that the organisation puts first. */
export function featuredEntry(shell: Shell, entry: EntryItem): Html {
  const first = labelled(words(shell.language).home.featured);
  return html`<article class="item first">${parts(shell, entry, byBlog(shell, entry.blog), first)}</article>`;
}

function labelled(text: string): Html {
  return html`<span class="label">${text}</span>`;
}

function byBlog(shell: Shell, blog: EntryItem['blog']): Html {
  return html`<a href="${link(shell, path.blog(blog.handle))}"${inLanguage(shell.language, blog.language)}>${blog.title}</a>`;
}

function parts(
  shell: Shell,
  entry: EntryItem,
  by: Html | '',
  label: Html | '',
  say: Html | string = entry.highlight,
): Html {
  const w = words(shell.language);
  const lang = inLanguage(shell.language, entry.language);
  return html`<div class="when">${label}${shortDate(shell.language, entry.published)}<span class="no">${w.entry.label(entry.number)}</span></div>
<div><h3${lang}><a href="${link(shell, path.entry(entry.blog.handle, entry.number))}">${phrases(entry.title)}</a></h3>
${say && html`<p class="say"${lang}>${say}</p>`}
<p class="meta">${by}<span>${w.count.comments(entry.comments)}</span></p></div>`;
}
