// What every view returns, and the two doors through which something enters a page unescaped.
import type { html } from 'hono/html';
import { raw } from 'hono/html';
import type { SafeHtml } from '../domain/text/sanitise.ts';

/** A finished piece of page. */
export type Html = ReturnType<typeof html>;

/** Lets text in as it is, because the sanitiser has already taken out everything that could act. */
export function sanitised(body: SafeHtml): Html {
  return raw(body);
}

/**
 * Data for machines. Browsers run no script of a type that is none, and the CSP has nothing to say to it (HTML, "data block").
 * Only `<` could end it; `&` and `>` are escaped for readers that decode entities before they parse, as Mastodon does.
 */
export function dataBlock(type: 'application/ld+json', value: object): Html {
  const json = JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return raw(`<script type="${type}">${json}</script>`);
}
