// What could not be shown, in plain words, and where to go from here.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { layout, link, type Shell } from './layout.ts';
import { mark } from './mark.ts';
import { words } from './messages/words.ts';
import { phrases } from './names.ts';
import type { Html } from './template.ts';

export interface ErrorPageProps {
  status: 400 | 403 | 404 | 409 | 410 | 413 | 429 | 500 | 503;
  /** What a refusal says, in the page's language, with the next step in it; null for the usual words. */
  telling: string | null;
}

/** The page of a refusal or a fault. The status stands small: it helps whoever is asked for help. */
export function errorPage(shell: Shell, { status, telling }: ErrorPageProps): Html {
  const w = words(shell.language).errors;
  const { title, next } = w[status];
  const signIn = status === 403 && shell.person === null;
  const body = html`<div class="narrow gate"><div class="empty flow">${mark}<h1>${title}</h1><p>${phrases(telling ?? next)}</p>
<div class="row centre">${signIn && html`<a class="button main" href="${link(shell, path.signIn())}">${w.goSignIn}</a>`}<a class="button" href="${link(shell, path.home())}">${w.goHome}</a></div>
<p class="small num">${status}</p></div></div>`;
  return layout(shell, { title, robots: 'noindex' }, body);
}
