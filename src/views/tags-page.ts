// Every tag of the node with how often it is used.
import { html } from 'hono/html';
import { empty } from './empty.ts';
import { layout, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { type TagCount, tagCounts } from './tag-list.ts';
import type { Html } from './template.ts';

export interface TagsPageProps {
  tags: TagCount[];
}

/** The list of tags. */
export function tagsPage(shell: Shell, { tags }: TagsPageProps): Html {
  const w = words(shell.language).tags;
  const body = html`<div class="masthead"><div class="wrap"><div><h1>${w.title}</h1>${tags.length > 0 && html`<p class="lead">${w.lead(tags.length)}</p>`}</div></div></div>
<div class="wrap page">${tags.length > 0 ? tagCounts(shell, tags) : empty(w.empty, w.emptyNext)}</div>`;
  return layout(shell, { title: w.title }, body);
}
