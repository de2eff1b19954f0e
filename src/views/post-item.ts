// A post from another server: who says it, its title where it has one, its words, and the way to its own page.
import { html } from 'hono/html';
import type { SafeHtml } from '../domain/text/sanitise.ts';
import { path } from '../urls.ts';
import { shortMoment } from './dates.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, phrases, STRANGERS, tile, webAddress } from './names.ts';
import { type Html, sanitised } from './template.ts';

export interface PostView {
  /** ActivityPub id: what an answer answers. */
  id: string;
  title: string | null;
  /** Plain text. */
  summary: string | null;
  body: SafeHtml;
  url: string;
  language: string | null;
  /** ISO instant. */
  published: string;
  author: { name: string; user: string; host: string };
}

/** Posts in a list, under a heading of the second level. */
export function postList(shell: Shell, posts: PostView[]): Html {
  return html`<ol class="thread">${posts.map((post) => html`<li>${postArticle(shell, post)}</li>`)}</ol>`;
}

function postArticle(shell: Shell, post: PostView): Html {
  const w = words(shell.language);
  const original = webAddress(post.url);
  const answer = `${link(shell, path.authorizeInteraction())}?uri=${encodeURIComponent(post.id)}`;
  return html`<article class="comment">${postHead(shell, post)}
${post.title !== null && html`<h3${inLanguage(shell.language, post.language)}>${phrases(post.title)}</h3>`}
${postWords(shell, post)}
<div class="acts">${shell.person && html`<a class="plain" href="${answer}">${w.reading.answer}</a>`}${
    original && html`<a class="plain" href="${original}" rel="${STRANGERS}">${w.thread.viewOriginal}</a>`
  }</div></article>`;
}

/** Who says it and when. */
export function postHead(shell: Shell, { author, published }: Pick<PostView, 'author' | 'published'>): Html {
  return html`<header>${tile(author.name, { kind: 'person', size: 's' })}<div>
<p class="name"><bdi>${author.name}</bdi></p>
<p class="sub">${handle(author.user, author.host)}${shortMoment(shell.language, published)}</p>
</div></header>`;
}

/** The words below the title: what has a title and a summary is long, so it unfolds; everything else stands whole. */
export function postWords(shell: Shell, { title, summary, body, language }: PostView): Html {
  const lang = inLanguage(shell.language, language);
  const whole = html`<div class="text"${lang}>${sanitised(body)}</div>`;
  if (title === null || summary === null) return whole;
  return html`<p class="text"${lang}>${summary}</p><details><summary>${words(shell.language).reading.whole}</summary>${whole}</details>`;
}
