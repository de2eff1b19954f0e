// Every blog of the node.
import { html } from 'hono/html';
import { type BlogCard, blogCards } from './blog-card.ts';
import { empty } from './empty.ts';
import { layout, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

export interface BlogsPageProps {
  blogs: BlogCard[];
}

/** The list of blogs. */
export function blogsPage(shell: Shell, { blogs }: BlogsPageProps): Html {
  const w = words(shell.language).blogs;
  const body = html`<div class="masthead"><div class="wrap"><div><h1>${w.title}</h1>${blogs.length > 0 && html`<p class="lead">${w.lead(blogs.length)}</p>`}</div></div></div>
<div class="wrap page">
<h2 class="unseen">${w.title}</h2>
${blogs.length > 0 ? blogCards(shell, blogs) : empty(w.empty, w.emptyNext)}
</div>`;
  return layout(shell, { title: w.title }, body);
}
