// A blog: who writes, what was written, its series and tags, and the way to follow it.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { shortDate } from './dates.ts';
import { empty } from './empty.ts';
import { type EntryItem, ownEntryItem, pinnedItem } from './entry-item.ts';
import { feedList } from './feed-list.ts';
import { followBox } from './follow-box.ts';
import { blogHead } from './head.ts';
import { host, layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, phrases, STRANGERS, tile, webAddress } from './names.ts';
import { type Pager, pager } from './pager.ts';
import { type ProfileLink, profileLinks } from './profile-links.ts';
import { type TagCount, tagCounts } from './tag-list.ts';
import type { Html } from './template.ts';

export interface SeriesCard {
  id: string;
  title: string;
  parts: number;
  /** ISO instant of the part published last. */
  latest: string | null;
}

export interface BlogPageProps {
  blog: {
    /** ActivityPub id, absolute. */
    activity: string;
    handle: string;
    title: string;
    summary: string;
    kind: 'person' | 'team';
    language: string;
    closed: boolean;
    /** The account elsewhere that the author writes in now. */
    movedTo: { user: string; host: string; url: string } | null;
  };
  figures: { entries: number; comments: number; followers: number };
  /** What stands first; only on the first page of the list. */
  pinned: EntryItem[];
  /** Newest first, without the pinned ones. */
  entries: EntryItem[];
  pager: Pager;
  series: SeriesCard[];
  tags: TagCount[];
  /** Other pages of whoever writes. */
  links: ProfileLink[];
  mayWrite: boolean;
}

/** The page of a blog. */
export function blogPage(shell: Shell, props: BlogPageProps): Html {
  const w = words(shell.language);
  const { blog } = props;
  const body = html`${masthead(shell, props)}
<div class="wrap page two">
<section class="entries" aria-labelledby="all">
<div class="head"><h2 id="all">${w.blog.all}</h2>${props.figures.entries > 0 && html`<a class="plain" href="${link(shell, path.blogArchive(blog.handle))}">${w.archive.byYear}</a>`}${props.mayWrite && !blog.closed && html`<a class="plain" href="${link(shell, path.write())}">${w.shell.write}</a>`}</div>
${blog.movedTo !== null && moved(shell, blog.movedTo)}
${blog.closed && html`<div class="notice warn"><strong>${w.blog.closed}</strong>${w.blog.closedNext}</div>`}
${
  props.pinned.length + props.entries.length > 0
    ? html`<ul role="list">${props.pinned.map((entry) => pinnedItem(shell, entry))}${props.entries.map((entry) => ownEntryItem(shell, entry))}</ul>`
    : !blog.closed && nothingYet(shell, props)
}
${pager(shell, props.pager)}
</section>
<div class="aside">
${!blog.closed && followBox(shell, blog)}
${seriesOf(shell, props)}
${props.tags.length > 0 && html`<section class="flow" aria-labelledby="tags"><div class="head"><h2 id="tags">${w.blog.tags}</h2></div>${tagCounts(shell, props.tags)}</section>`}
${feedList(shell, { page: path.blog(blog.handle), title: w.feeds.blog })}
</div>
</div>`;
  return layout(shell, { title: blog.title, description: blog.summary, head: blogHead(shell, blog) }, body);
}

function masthead(shell: Shell, { blog, figures, links }: BlogPageProps): Html {
  const w = words(shell.language).blog;
  const lang = inLanguage(shell.language, blog.language);
  return html`<div class="masthead"><div class="wrap"><div>
<div class="row">${tile(blog.title, { kind: blog.kind, size: 'l' })}<div><p class="kicker">${blog.kind === 'team' ? w.team : w.person}</p><p>${handle(blog.handle, host(shell))}</p></div></div>
<h1${lang}>${phrases(blog.title)}</h1>
${blog.summary && html`<p class="lead"${lang}>${blog.summary}</p>`}
${profileLinks(shell, links)}
</div>
<dl class="figures"><div><dt>${w.entries}</dt><dd>${figures.entries}</dd></div><div><dt>${w.comments}</dt><dd>${figures.comments}</dd></div><div><dt>${w.followers}</dt><dd>${figures.followers}</dd></div></dl>
</div></div>`;
}

/** Whoever may write is asked to, everybody else to follow. */
function nothingYet(shell: Shell, { mayWrite }: BlogPageProps): Html {
  const w = words(shell.language);
  if (!mayWrite) return empty(w.blog.empty, w.blog.emptyNext);
  const act = html`<a class="button main" href="${link(shell, path.write())}">${w.shell.write}</a>`;
  return empty(w.blog.empty, w.desk.emptyNext, act);
}

function seriesOf(shell: Shell, { blog, series }: BlogPageProps): Html | '' {
  if (series.length === 0) return '';
  const w = words(shell.language);
  const lang = inLanguage(shell.language, blog.language);
  return html`<section class="flow" aria-labelledby="series"><div class="head"><h2 id="series">${w.blog.series}</h2></div>
${series.map(
  ({
    id,
    title,
    parts,
    latest,
  }) => html`<p><a class="alone" href="${link(shell, path.series(id))}"${lang}>${title}</a><br>
<span class="quiet small">${w.count.parts(parts)}${latest !== null && html` · ${w.series.latest} ${shortDate(shell.language, latest)}`}</span></p>`,
)}
</section>`;
}

/** Where to read on, and that what was written here stays. */
function moved(shell: Shell, { user, host, url }: NonNullable<BlogPageProps['blog']['movedTo']>): Html {
  const w = words(shell.language).blog;
  const name = handle(user, host);
  const address = webAddress(url);
  return html`<div class="notice warn"><strong>${w.moved}</strong>${w.movedNext} ${
    address === null ? name : html`<a href="${address}" rel="${STRANGERS}">${name}</a>`
  }</div>`;
}
