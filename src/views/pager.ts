// Newer and older: lists are read by cursor, so there are no page numbers to show.
import { html } from 'hono/html';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** Paths with their query, without the /en prefix; null at either end. */
export interface Pager {
  newer: string | null;
  older: string | null;
}

/** Links to the neighbouring pages of a list; nothing when it fits on one. */
export function pager(shell: Shell, { newer, older }: Pager): Html | '' {
  if (newer === null && older === null) return '';
  const w = words(shell.language).pager;
  return html`<nav class="pager" aria-label="${w.name}"><ul role="list">
${newer !== null && html`<li><a href="${link(shell, newer)}" rel="prev">‹ ${w.newer}</a></li>`}
${older !== null && html`<li><a href="${link(shell, older)}" rel="next">${w.older} ›</a></li>`}
</ul></nav>`;
}
