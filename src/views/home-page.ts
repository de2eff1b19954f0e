// The organisation's front page: who hosts, what was written last, who writes, what about.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type BlogCard, blogCards } from './blog-card.ts';
import { empty } from './empty.ts';
import { type EntryItem, entryItem, featuredEntry } from './entry-item.ts';
import { feedList } from './feed-list.ts';
import { followBox } from './follow-box.ts';
import { feedLinks } from './head.ts';
import { host, layout, link, type Shell } from './layout.ts';
import { mark } from './mark.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage } from './names.ts';
import { type Pager, pager } from './pager.ts';
import { type ProfileLink, profileLinks } from './profile-links.ts';
import { searchBox } from './search-box.ts';
import { type TagCount, tagCounts } from './tag-list.ts';
import type { Html } from './template.ts';

export interface HomePageProps {
  /** Pinned by the organisation; only on the first page of the list. */
  featured: EntryItem | null;
  /** Newest first. */
  entries: EntryItem[];
  pager: Pager;
  /** A few to begin with; `figures.blogs` says how many there are. */
  blogs: BlogCard[];
  tags: TagCount[];
  figures: { blogs: number; entries: number; comments: number };
  /** Other pages of the organisation. */
  links: ProfileLink[];
}

/** The front page, or what to do first while the node is not set up. */
export function homePage(shell: Shell, props: HomePageProps): Html {
  const w = words(shell.language).home;
  const { organisation } = shell;
  if (organisation === null) {
    return layout(shell, { title: w.notSetUp, robots: 'noindex' }, notSetUp(shell));
  }
  const body = html`${masthead(shell, organisation, props)}
<div class="wrap page two">
<section class="entries" aria-labelledby="latest">
<div class="head"><h2 id="latest">${w.latest}</h2>${props.figures.entries > 0 && html`<a class="plain" href="${link(shell, path.archive())}">${words(shell.language).archive.byYear}</a>`}</div>
${props.featured && featuredEntry(shell, props.featured)}
${
  props.entries.length > 0
    ? html`<ul role="list">${props.entries.map((entry) => entryItem(shell, entry))}</ul>`
    : props.featured === null && empty(w.empty, w.emptyNext)
}
${pager(shell, props.pager)}
</section>
<div class="aside">
<section>${searchBox(shell, '')}</section>
${
  props.blogs.length > 0 &&
  html`<section aria-labelledby="blogs"><div class="head"><h2 id="blogs">${w.blogs}</h2><a class="plain" href="${link(shell, path.blogs())}">${w.allBlogs(props.figures.blogs)}</a></div>${blogCards(shell, props.blogs)}</section>`
}
${
  props.tags.length > 0 &&
  html`<section class="flow" aria-labelledby="tags"><div class="head"><h2 id="tags">${w.tags}</h2><a class="plain" href="${link(shell, path.tags())}">${w.allTags}</a></div>${tagCounts(shell, props.tags)}</section>`
}
${followBox(shell, { handle: organisation.handle, kind: 'organisation' })}
${feedList(shell, { page: path.home(), title: words(shell.language).feeds.node })}
</div>
</div>`;
  const head = feedLinks(shell, { page: path.home(), title: organisation.name });
  return layout(shell, { title: organisation.name, description: organisation.summary, head }, body);
}

function masthead(
  shell: Shell,
  organisation: NonNullable<Shell['organisation']>,
  { figures, links }: HomePageProps,
): Html {
  const w = words(shell.language).home;
  const lang = inLanguage(shell.language, organisation.language);
  return html`<div class="masthead home"><div class="wrap"><div class="ident"><span class="seal">${mark}</span><div>
<h1${lang}>${organisation.name}</h1>
${organisation.summary && html`<p class="lead"${lang}>${organisation.summary}</p>`}
<p class="by">${handle(organisation.handle, host(shell))}</p>
${profileLinks(shell, links)}
</div></div>
<dl class="figures"><div><dt>${w.figureBlogs}</dt><dd>${figures.blogs}</dd></div><div><dt>${w.figureEntries}</dt><dd>${figures.entries}</dd></div><div><dt>${w.figureComments}</dt><dd>${figures.comments}</dd></div></dl>
</div></div>`;
}

function notSetUp(shell: Shell): Html {
  const w = words(shell.language).home;
  return html`<div class="narrow gate"><h1>${w.notSetUp}</h1><p>${w.notSetUpNext}</p></div>`;
}
