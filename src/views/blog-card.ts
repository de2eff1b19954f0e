// A blog in a list: its tile, title, handle and what it is about. All are of this node, so the server is left out.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage, phrases, tile } from './names.ts';
import type { Html } from './template.ts';

export interface BlogCard {
  handle: string;
  title: string;
  summary: string;
  kind: 'person' | 'team';
  language: string;
  /** How many entries it has published. */
  entries: number;
}

/** Cards under a heading of the second level. */
export function blogCards(shell: Shell, blogs: BlogCard[]): Html {
  return html`<ul role="list" class="cards">${blogs.map((blog) => card(shell, blog))}</ul>`;
}

function card(shell: Shell, blog: BlogCard): Html {
  const w = words(shell.language);
  const lang = inLanguage(shell.language, blog.language);
  return html`<li class="card">${tile(blog.title, { kind: blog.kind })}<div>
<h3${lang}><a href="${link(shell, path.blog(blog.handle))}">${phrases(blog.title)}</a></h3>
<p class="handle">@${blog.handle}</p>
${blog.summary && html`<p${lang}>${blog.summary}</p>`}
<p>${blog.entries === 0 ? w.blog.empty : w.count.entries(blog.entries)}</p>
</div></li>`;
}
