// The feeds of a page where people can see them: for who reads in a feed reader and has no account anywhere.
import { html } from 'hono/html';
import { absolute, FEED_FORMATS, type FeedFormat, path } from '../urls.ts';
import { FEED_TYPES } from './feeds.ts';
import type { Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** What readers of feeds call each. */
const NAMES: Record<FeedFormat, string> = { xml: 'RSS', atom: 'Atom', json: 'JSON Feed' };

/** A section that links to the three feeds of `page`, which is a path; `title` says what they are feeds of. */
export function feedList(shell: Shell, { page, title }: { page: string; title: string }): Html {
  const w = words(shell.language).feeds;
  const links = FEED_FORMATS.map((format) => {
    const address = absolute(shell.origin, path.feed(page, format));
    return html`<li><a class="plain" type="${FEED_TYPES[format]}" href="${address}">${NAMES[format]}</a></li>`;
  });
  return html`<section class="feeds" aria-labelledby="feeds"><div class="head"><h2 id="feeds">${title}</h2></div>
<p class="quiet small">${w.what}</p><ul role="list">${links}</ul></section>`;
}
