// Signing in: the error above the form and on the fields, help last.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { hidden, input } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

export interface SignInPageProps {
  values: { username: string };
  /** Where to go afterwards, a path of this node; null for the desk. */
  next: string | null;
  /** Why the last try failed, without saying which of the two was wrong. */
  problem: { kind: 'wrong' } | { kind: 'wait'; minutes: number } | null;
}

/** The page at `path.signIn`. Posts `username`, `password` and, where one is set, `next`. */
export function signInPage(shell: Shell, { values, next, problem }: SignInPageProps): Html {
  const w = words(shell.language).signIn;
  const wrong = problem?.kind === 'wrong' ? { 'aria-invalid': 'true' } : {};
  const body = html`<div class="narrow gate"><h1>${w.title}</h1>
<p>${w.lead}</p>
${problem && notice(shell, problem)}
<form class="flow" action="${link(shell, path.signIn())}" method="post">
${input({
  id: 'username',
  name: 'username',
  label: w.username,
  value: values.username,
  attributes: { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, ...wrong },
})}
${input({
  id: 'password',
  name: 'password',
  label: w.password,
  value: '',
  attributes: { type: 'password', autocomplete: 'current-password', required: true, ...wrong },
})}
${next !== null && hidden('next', next)}<button class="button main wide">${w.act}</button></form>
<div class="box"><h2>${w.help}</h2><p>${w.helpNext}</p></div></div>`;
  return layout(shell, { title: w.title, robots: 'noindex' }, body);
}

function notice(shell: Shell, problem: NonNullable<SignInPageProps['problem']>): Html {
  const w = words(shell.language).signIn;
  return problem.kind === 'wrong'
    ? html`<div class="notice bad" role="alert"><strong>${w.wrong}</strong><span>${w.wrongNext}</span></div>`
    : html`<div class="notice bad" role="alert"><strong>${w.wait}</strong><span>${w.waitNext(problem.minutes)}</span></div>`;
}
