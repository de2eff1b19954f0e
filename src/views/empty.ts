// An empty place: the mark, one line, and the one thing to do.
import { html } from 'hono/html';
import { mark } from './mark.ts';
import { phrases } from './names.ts';
import type { Html } from './template.ts';

/** Says that nothing is here yet and what would fill it. `act` is the one link or button, where there is one. */
export function empty(line: string, next: string, act?: Html): Html {
  return html`<div class="empty flow">${mark}<p><b>${line}</b></p><p>${phrases(next)}</p>${act ?? ''}</div>`;
}
