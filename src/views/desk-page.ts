// The signed-in person's page: what waits for a decision, what one wrote, where one writes.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type BlogCard, blogCards } from './blog-card.ts';
import { type CommentView, commentArticle, decisionForm } from './comment.ts';
import { shortDate } from './dates.ts';
import { empty } from './empty.ts';
import { layout, link, type Shell, signOut } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage, phrases } from './names.ts';
import { type Pager, pager } from './pager.ts';
import type { Html } from './template.ts';

export interface DeskEntry {
  number: number;
  title: string;
  language: string;
  state: 'draft' | 'published' | 'withdrawn';
  /** ISO instant: last saved, published or withdrawn. */
  changed: string;
  comments: number;
  /** How often it was read. */
  reads: number;
  blog: { handle: string; title: string; language: string };
}

export interface HeldComment {
  comment: CommentView;
  entry: { handle: string; number: number; title: string; language: string };
}

export interface DeskPageProps {
  blogs: BlogCard[];
  /** Drafts included, changed last first. */
  entries: DeskEntry[];
  pager: Pager;
  /** Waiting for this person's decision, oldest first. */
  held: HeldComment[];
  /** How many reports wait; null for whoever does not look after the node. */
  reports: number | null;
}

/** The page at `path.desk`. */
export function deskPage(shell: Shell, props: DeskPageProps): Html {
  const w = words(shell.language);
  const body = html`<div class="masthead"><div class="wrap"><div>${person(shell)}<h1>${w.desk.title}</h1></div>${
    props.blogs.length > 0 && html`<a class="button main" href="${link(shell, path.write())}">${w.shell.write}</a>`
  }</div></div>
<div class="wrap page two"><div class="stack">
${props.reports !== null && props.reports > 0 && reportsWaiting(shell, props.reports)}
${props.held.length > 0 && heldList(shell, props.held)}
<section class="entries" aria-labelledby="mine"><div class="head"><h2 id="mine">${w.desk.entries}</h2></div>
${props.entries.length > 0 ? html`<ul role="list">${props.entries.map((entry) => deskItem(shell, entry))}</ul>` : nothingYet(shell, props)}
${pager(shell, props.pager)}</section>
</div><div class="aside">
${props.blogs.length > 0 && html`<section aria-labelledby="blogs"><div class="head"><h2 id="blogs">${w.desk.blogs}</h2></div>${blogCards(shell, props.blogs)}</section>`}
${props.reports === 0 && html`<section><a class="plain" href="${link(shell, path.reports())}">${w.reports.open(0)}</a></section>`}
${signOut(shell)}
</div></div>`;
  return layout(shell, { title: w.desk.title, robots: 'noindex' }, body);
}

/** Before all else: somebody waits for an answer. */
function reportsWaiting(shell: Shell, waiting: number): Html {
  const w = words(shell.language).reports;
  return html`<div class="notice warn"><strong>${w.open(waiting)}</strong><a class="plain" href="${link(shell, path.reports())}">${w.look}</a></div>`;
}

function person(shell: Shell): Html | '' {
  if (shell.person === null) return '';
  const { name, role } = shell.person;
  const roles: Record<string, string> = words(shell.language).desk.roles;
  return html`<p class="kicker">${name} · ${roles[role] ?? role}</p>`;
}

function heldList(shell: Shell, held: HeldComment[]): Html {
  const w = words(shell.language);
  return html`<section aria-labelledby="waiting"><div class="head"><h2 id="waiting">${w.count.held(held.length)}</h2></div>
${held.map(
  ({
    comment,
    entry,
  }) => html`<div class="held"><p class="small">${w.desk.under} <a class="alone" href="${link(shell, path.entry(entry.handle, entry.number))}"${inLanguage(shell.language, entry.language)}>${entry.title}</a></p>
${commentArticle(shell, comment, { importedFrom: null }, { acts: '', answering: null })}${decisionForm(shell, { id: comment.id, back: 'desk' })}</div>`,
)}</section>`;
}

function deskItem(shell: Shell, entry: DeskEntry): Html {
  const w = words(shell.language);
  const { blog, state } = entry;
  const target = state === 'draft' ? path.revise(entry.number) : path.entry(blog.handle, entry.number);
  const title = entry.title === '' ? w.desk.untitled : phrases(entry.title);
  const revise = state === 'draft' ? w.desk.continueDraft : w.desk.revise;
  return html`<li class="item"><div class="when">${shortDate(shell.language, entry.changed)}<span class="no">${w.entry.label(entry.number)}</span></div>
<div><h3${inLanguage(shell.language, entry.title === '' ? null : entry.language)}>${state === 'withdrawn' ? title : html`<a href="${link(shell, target)}">${title}</a>`}</h3>
<p class="meta"><span class="badge ${state}">${w.desk.states[state]}</span><a href="${link(shell, path.blog(blog.handle))}"${inLanguage(shell.language, blog.language)}>${blog.title}</a>${
    state === 'published' &&
    html`<span>${w.count.comments(entry.comments)}</span><span>${w.entry.read(entry.reads)}</span>`
  }${state !== 'withdrawn' && html`<a href="${link(shell, path.revise(entry.number))}">${revise}</a>`}</p></div></li>`;
}

function nothingYet(shell: Shell, { blogs }: DeskPageProps): Html {
  const w = words(shell.language);
  if (blogs.length === 0) return empty(w.desk.noBlog, w.desk.noBlogNext);
  return empty(
    w.desk.empty,
    w.desk.emptyNext,
    html`<a class="button main" href="${link(shell, path.write())}">${w.shell.write}</a>`,
  );
}
