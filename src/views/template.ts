// What every view returns, and the one door through which HTML enters a page unescaped.
import type { html } from 'hono/html';
import { raw } from 'hono/html';
import type { SafeHtml } from '../domain/text/sanitise.ts';

/** A finished piece of page. */
export type Html = ReturnType<typeof html>;

/** Lets text in as it is, because the sanitiser has already taken out everything that could act. */
export function sanitised(body: SafeHtml): Html {
  return raw(body);
}
