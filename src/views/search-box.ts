// The field that asks this forum: on the front page, and on the page of finds with what was asked still in it.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { input } from './fields.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** The form with its one field, sent by GET to `path.search`. `more` are further fields of the same form. */
export function searchBox(shell: Shell, asked: string, more?: Html): Html {
  const w = words(shell.language).search;
  const field = input({
    id: 'search-q',
    name: 'q',
    label: w.title,
    value: asked,
    attributes: { type: 'search', enterkeyhint: 'search', maxlength: 200, placeholder: w.sample },
  });
  return html`<form role="search" class="flow" action="${link(shell, path.search())}"><div class="ask tight">${field}<button class="button">${w.act}</button></div>${more ?? ''}</form>`;
}
