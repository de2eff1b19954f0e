// Where else a blog or the organisation can be found, with a mark on pages that link back. `rel=me` lets those pages' servers
// verify their own links to us.
import { html } from 'hono/html';
import type { Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

export interface ProfileLink {
  name: string;
  /** https. */
  url: string;
  /** Since when the page is known to link back; null while it does not. */
  verified: string | null;
}

/** A list under a name; nothing when there are none. */
export function profileLinks(shell: Shell, links: ProfileLink[]): Html | '' {
  if (links.length === 0) return '';
  return html`<dl class="ties">${links.map((link) => tie(shell, link))}</dl>`;
}

function tie(shell: Shell, { name, url, verified }: ProfileLink): Html {
  const w = words(shell.language).links;
  const { host, pathname } = new URL(url);
  const shown = `${host}${pathname === '/' ? '' : pathname}`;
  return html`<div><dt>${name}</dt><dd><a href="${url}" rel="me noopener">${shown}</a>${
    verified !== null && html` <span class="tie-mark" title="${w.verifiedHow}">${w.verified}</span>`
  }</dd></div>`;
}
