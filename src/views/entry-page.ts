// The page of an entry: the words in one column, the facts beside them, the talk below.
import { html } from 'hono/html';
import type { Licence } from '../domain/licences.ts';
import type { SafeHtml } from '../domain/text/sanitise.ts';
import { absolute, path } from '../urls.ts';
import { answerForms, answerTitle, UNANSWERED, type Voice } from './answer-box.ts';
import type { CommentView } from './comment.ts';
import { longMoment } from './dates.ts';
import { followBox } from './follow-box.ts';
import { entryHead } from './head.ts';
import { host, layout, link, type Shell } from './layout.ts';
import { licenceNamed } from './licences.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, phrases, tile } from './names.ts';
import { type EntrySeries, seriesNav } from './series-nav.ts';
import { tagList } from './tag-list.ts';
import { type Html, sanitised } from './template.ts';
import { shownCount, thread } from './thread.ts';

export interface EntryPageProps {
  entry: {
    /** ActivityPub id, absolute. */
    activity: string;
    number: number;
    title: string;
    highlight: string;
    body: SafeHtml;
    language: string;
    /** ISO instants; `published` is null for a draft, `revised` when it never was. */
    published: string | null;
    revised: string | null;
    licence: Licence;
    tags: string[];
    /** The first picture in the text, for preview cards; null where there is none. */
    picture: { address: string; alt: string } | null;
    /** Where it was imported from, by key: `gotoknow`, `wordpress`, … */
    original: { system: string; number: string } | null;
    /** How often it was read; null where the node does not tell. */
    reads: number | null;
    likes: number;
    shares: number;
    quotes: number;
  };
  blog: { handle: string; title: string; kind: 'person' | 'team'; language: string };
  series: EntrySeries | null;
  /** A tree, oldest first; held ones only for viewers who may decide. */
  comments: CommentView[];
  /** Whether the blog takes comments now. */
  open: boolean;
  viewer: {
    mayWrite: boolean;
    mayModerate: boolean;
    /** How often it was read, for who writes there; null for everybody else. */
    reads: number | null;
    /** Blogs that the viewer may answer as; empty for readers. */
    voices: Voice[];
    /** One-time id of the form they answer with. */
    form: string;
  };
}

const SYSTEMS: Record<string, string> = {
  gotoknow: 'GotoKnow',
  wordpress: 'WordPress',
  writefreely: 'WriteFreely',
  ghost: 'Ghost',
  markdown: 'Markdown',
};

/** A published entry for everybody, or a draft for its authors. */
export function entryPage(shell: Shell, props: EntryPageProps): Html {
  const { entry, blog } = props;
  const draft = entry.published === null;
  const body = html`<div class="wrap page entry-grid">
${crumbs(shell, blog)}
${titleBlock(shell, props)}
<div class="rail">${facts(shell, props)}</div>
<div class="prose"${inLanguage(shell.language, entry.language)}>${sanitised(entry.body)}</div>
${!draft && source(shell, props)}
<div class="flow">
${!draft && reactions(shell, props)}
${entry.tags.length > 0 && html`<div><span class="unseen">${words(shell.language).entry.tags}</span>${tagList(shell, entry.tags)}</div>`}
${!draft && share(shell, props)}
${props.viewer.mayWrite && forAuthor(shell, props)}
${props.series && seriesNav(shell, { ...props.series, handle: blog.handle, language: entry.language })}
</div>
${draft ? '' : talk(shell, props)}
${!draft && html`<div class="aside"><div class="sticky">${followBox(shell, blog)}</div></div>`}
</div>`;
  const page = { title: entry.title, description: entry.highlight };
  if (draft) return layout(shell, { ...page, robots: 'noindex' }, body);
  const head = entryHead(shell, { ...entry, blog, series: props.series, comments: shownCount(props.comments) });
  return layout(shell, { ...page, head }, body);
}

function crumbs(shell: Shell, blog: EntryPageProps['blog']): Html {
  const w = words(shell.language).shell;
  return html`<nav class="crumbs" aria-label="${w.crumbs}"><ol role="list"><li class="root"><a href="${link(shell, path.home())}">${w.home}</a></li><li><a href="${link(shell, path.blog(blog.handle))}"${inLanguage(shell.language, blog.language)}>${blog.title}</a></li></ol></nav>`;
}

function titleBlock(shell: Shell, { entry, blog, series }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  const lang = inLanguage(shell.language, entry.language);
  return html`<header class="titleblock">
${entry.published === null && html`<div class="notice warn"><strong>${w.draft}</strong>${w.draftNext}</div>`}
${
  series &&
  html`<p class="kicker">${w.series} <a href="${link(shell, path.series(series.id))}"${lang}>${series.title}</a>${
    series.part !== null && html` · <span class="nb">${w.partOf(series.part, series.last ?? series.part)}</span>`
  }</p>`
}
<h1${lang}>${phrases(entry.title)}</h1>
<div class="byline">${tile(blog.title, { kind: blog.kind })}<p><span class="who"${inLanguage(shell.language, blog.language)}><a href="${link(shell, path.blog(blog.handle))}">${blog.title}</a></span><br>${handle(blog.handle, host(shell))}</p></div>
${entry.highlight && html`<p class="highlight"><span class="unseen">${w.highlight}</span><span${lang}>${entry.highlight}</span></p>`}
</header>`;
}

function facts(shell: Shell, { entry, comments }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  const licence = licenceNamed(entry.licence, shell.language);
  const row = (term: string, fact: Html | string) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>\n`;
  const count = shownCount(comments);
  return html`<dl class="facts">
<div><dt>${w.number}</dt><dd class="recno">${entry.number}</dd></div>
${entry.published !== null && row(w.written, longMoment(shell.language, entry.published))}${
  entry.revised !== null && row(w.revised, longMoment(shell.language, entry.revised))
}${row(w.licence, licence.url === null ? licence.name : html`<a rel="license" href="${licence.url}">${phrases(licence.name)}</a>`)}${
  count > 0 && row(w.comments, html`<a href="#comments">${w.commentCount(count)}</a>`)
}${entry.reads !== null && row(w.reads, w.times(entry.reads))}${entry.original !== null && row(w.original, w.importedAs(systemName(entry.original.system), entry.original.number))}</dl>`;
}

/** What readers call the system that an entry was imported from. */
export function systemName(system: string): string {
  return SYSTEMS[system] ?? system;
}

function reactions(shell: Shell, { entry, open }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  return html`<div class="reactions"><span>${w.likes} <span class="count">${entry.likes}</span></span><span>${w.shares} <span class="count">${entry.shares}</span></span>${
    entry.quotes > 0 && html`<span>${w.quotes} <span class="count">${entry.quotes}</span></span>`
  }${open && html`<a class="plain" href="#reply">${w.joinIn}</a>`}</div>`;
}

/** Stands on paper only, where no link leads back: the address and what one may do with the text. */
function source(shell: Shell, { entry, blog }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  const { name, url } = licenceNamed(entry.licence, shell.language);
  const address = absolute(shell.origin, path.entry(blog.handle, entry.number));
  return html`<p class="printed">${w.source}: ${address}<br>${w.licence}: ${name}${url !== null && html` ${url}`}</p>`;
}

/** LINE needs no script and sets no cookie when it is a plain link (LINE developers, "Using Share buttons"). */
function share(shell: Shell, { entry, blog }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  const address = absolute(shell.origin, path.entry(blog.handle, entry.number));
  const line = `https://social-plugins.line.me/lineit/share?url=${encodeURIComponent(address)}`;
  return html`<section class="pass-on" aria-label="${w.share}"><a class="button" href="${line}" rel="noreferrer">${w.shareByLine}</a><p><span class="small quiet">${w.shortAddress}</span><code class="copy">${address}</code></p></section>`;
}

function forAuthor(shell: Shell, { entry, viewer }: EntryPageProps): Html {
  const w = words(shell.language).entry;
  return html`<section class="private" aria-labelledby="private"><span class="label" id="private">${w.onlyAuthor}</span>${
    entry.published !== null && viewer.reads !== null && html`<p>${w.read(viewer.reads)}</p>`
  }<p><a class="button" href="${link(shell, path.revise(entry.number))}">${w.revise}</a></p></section>`;
}

function talk(shell: Shell, props: EntryPageProps): Html {
  const { entry, blog, viewer, open } = props;
  const place = { handle: blog.handle, number: entry.number };
  const answer = {
    entry: place,
    comment: null,
    address: absolute(shell.origin, path.entry(blog.handle, entry.number)),
    voices: viewer.voices,
    form: viewer.form,
    ...UNANSWERED,
  };
  return html`${thread(shell, {
    entry: place,
    comments: props.comments,
    mayModerate: viewer.mayModerate,
    open,
    importedFrom: entry.original === null ? null : systemName(entry.original.system),
  })}
${open && html`<section class="box" id="reply" aria-labelledby="answer"><h2 id="answer">${answerTitle(shell, answer)}</h2>${answerForms(shell, answer)}</section>`}`;
}
