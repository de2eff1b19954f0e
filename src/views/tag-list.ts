// Tags as chips, with how many entries carry each where that is known.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { link, type Shell } from './layout.ts';
import type { Html } from './template.ts';

export interface TagCount {
  /** As shown, without `#`. */
  shown: string;
  entries: number;
}

/** Tags of one entry. */
export function tagList(shell: Shell, tags: string[]): Html {
  return html`<div class="tags">${tags.map((tag) => html`<a class="tag" href="${link(shell, path.tag(tag))}">#${tag}</a>`)}</div>`;
}

/** Tags of many entries, with their counts. */
export function tagCounts(shell: Shell, tags: TagCount[]): Html {
  return html`<div class="tags">${tags.map(
    ({ shown, entries }) =>
      html`<a class="tag" href="${link(shell, path.tag(shown))}">#${shown} <span class="num">${entries}</span></a>`,
  )}</div>`;
}
