// "Follow from the account you already have": one field, one button, and the handle to copy when that fails.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { input } from './fields.ts';
import { host, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { copyable, phrases } from './names.ts';
import type { Html } from './template.ts';

/** Who may be followed: a blog, or the organisation that hosts them. */
export interface Followed {
  handle: string;
  kind: 'person' | 'team' | 'organisation';
}

/** The box beside a blog, an entry or the list of the organisation. Posts to `path.follow` with `account`. */
export function followBox(shell: Shell, followed: Followed): Html {
  const w = words(shell.language).follow;
  return html`<section class="box" aria-labelledby="follow"><h2 id="follow">${followTitle(shell, followed)}</h2>
<p class="small">${phrases(w.how)}</p>
${followForm(shell, followed, { account: '', error: undefined })}
<details><summary>${w.copyHandle}</summary>${copyable(followed.handle, host(shell))}</details></section>`;
}

/** What following this one is called. */
export function followTitle(shell: Shell, { kind }: Followed): string {
  const w = words(shell.language).follow;
  return { person: w.blog, team: w.team, organisation: w.organisation }[kind];
}

/** The form alone, with what was sent and what was wrong with it. */
export function followForm(
  shell: Shell,
  { handle }: Followed,
  { account, error }: { account: string; error: string | undefined },
): Html {
  const w = words(shell.language).follow;
  const field = accountField({ id: 'follow-account', label: w.account, sample: w.accountSample, account, error });
  return html`<form class="ask" action="${link(shell, path.follow(handle))}" method="post">${field}<button class="button main">${w.act}</button></form>`;
}

/** The field that takes a reader's own account. */
export function accountField({
  id,
  label,
  sample,
  account,
  error,
}: {
  id: string;
  label: string;
  sample: string;
  account: string;
  error: string | undefined;
}): Html {
  return input({
    id,
    name: 'account',
    label,
    value: account,
    error,
    attributes: {
      inputmode: 'email',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      placeholder: sample,
      required: true,
    },
  });
}
