// A tag: the entries of this node first, then what others said with the same word.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { empty } from './empty.ts';
import { type EntryItem, entryItem } from './entry-item.ts';
import { feedList } from './feed-list.ts';
import { feedLinks } from './head.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { type Pager, pager } from './pager.ts';
import { type PostView, postList } from './post-item.ts';
import type { Html } from './template.ts';

export interface TagPageProps {
  /** What all its spellings have in common. */
  key: string;
  /** As shown, without `#`. */
  shown: string;
  /** How many of each there are, whatever the page shows. */
  figures: { entries: number; posts: number };
  entries: EntryItem[];
  pager: Pager;
  posts: PostView[];
}

/** The page of a tag. */
export function tagPage(shell: Shell, { key, shown, figures, entries, pager: pages, posts }: TagPageProps): Html {
  const w = words(shell.language).tag;
  const body = html`<div class="masthead"><div class="wrap"><div><p class="kicker">${w.kicker}</p><h1>#${shown}</h1><p class="lead">${w.lead(figures.entries, figures.posts)}</p></div></div></div>
<div class="wrap page two"><div class="stack">
<section class="entries" aria-labelledby="here"><div class="head"><h2 id="here">${w.here}</h2></div>
${entries.length > 0 ? html`<ul role="list">${entries.map((entry) => entryItem(shell, entry))}</ul>` : empty(w.empty, w.emptyNext)}
${pager(shell, pages)}</section>
${posts.length > 0 && html`<section aria-labelledby="elsewhere"><div class="head"><h2 id="elsewhere">${w.elsewhere}</h2></div>${postList(shell, posts)}</section>`}
</div><div class="aside">
<section class="notice"><strong>${w.folded}</strong><span class="small">${w.foldedHow}</span></section>
<p><a class="plain" href="${link(shell, path.tags())}">${w.all}</a></p>
${feedList(shell, { page: path.tag(key), title: words(shell.language).feeds.tag })}
</div></div>`;
  const title = `#${shown}`;
  return layout(shell, { title, head: feedLinks(shell, { page: path.tag(key), title }) }, body);
}
