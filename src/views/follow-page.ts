// Following from one's own server: the page behind a follow box, and where one lands when that server was not found.
import { html } from 'hono/html';
import { type Errors, errorSummary } from './fields.ts';
import { type Followed, followForm, followTitle } from './follow-box.ts';
import { host, layout, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { copyable, handle, inLanguage, phrases, tile } from './names.ts';
import type { Html } from './template.ts';

export interface FollowPageProps {
  followed: Followed & { title: string; language: string };
  values: { account: string };
  errors: Errors<'account'>;
}

/** The page at `path.follow`. */
export function followPage(shell: Shell, { followed, values, errors }: FollowPageProps): Html {
  const w = words(shell.language).follow;
  const title = followTitle(shell, followed);
  const body = html`<div class="narrow gate"><h1>${title}</h1>
<div class="byline">${tile(followed.title, { kind: followed.kind === 'person' ? 'person' : 'team' })}<p><b${inLanguage(shell.language, followed.language)}>${phrases(followed.title)}</b><br>${handle(followed.handle, host(shell))}</p></div>
<p>${w.pageLead}</p>
${errorSummary(shell, errors, [{ field: 'account', id: 'follow-account', label: w.account }])}
<div class="box">${followForm(shell, followed, { account: values.account, error: errors.account })}
<p class="small quiet">${w.copyHandle}</p>${copyable(followed.handle, host(shell))}</div></div>`;
  return layout(shell, { title, robots: 'noindex' }, body);
}
