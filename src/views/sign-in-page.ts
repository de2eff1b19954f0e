// Signing in: the error above the form and on the fields, help last.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { hidden, input } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** What the names of the waiting form's fields begin with on this page, so that none is taken for one of its own. */
export const CARRIED = 'sent.';

/** A form that was sent after its session had ended. */
export interface SentOn {
  /** Where it was sent, a path of this node. */
  to: string;
  fields: [string, string][];
}

export interface SignInPageProps {
  values: { username: string };
  /** Where to go afterwards, a path of this node; null for the desk. */
  next: string | null;
  /** What waits to be sent on when signing in succeeds; null for nothing. */
  sent: SentOn | null;
  /** Why the last try failed, without saying which of the two was wrong. */
  problem: { kind: 'wrong' } | { kind: 'wait'; minutes: number } | null;
}

/**
 * The page at `path.signIn`, and of every form whose session ended. Posts `username`, `password`, `next` where one is set,
 * and for a form that waits `to` and its fields behind `CARRIED`.
 */
export function signInPage(shell: Shell, { values, next, sent, problem }: SignInPageProps): Html {
  const w = words(shell.language).signIn;
  const wrong = problem?.kind === 'wrong' ? { 'aria-invalid': 'true' } : {};
  const body = html`<div class="narrow gate"><h1>${w.title}</h1>
${sent === null ? html`<p>${w.lead}</p>` : html`<div class="notice warn" role="alert"><strong>${w.ended}</strong><span>${w.endedNext}</span></div>`}
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
${next !== null && hidden('next', next)}${sent !== null && carried(sent)}<button class="button main wide">${w.act}</button></form>
<div class="box"><h2>${w.help}</h2><p>${w.helpNext}</p></div></div>`;
  return layout(shell, { title: w.title, robots: 'noindex' }, body);
}

function carried({ to, fields }: SentOn): Html[] {
  return [hidden('to', to), ...fields.map(([name, value]) => hidden(`${CARRIED}${name}`, value))];
}

function notice(shell: Shell, problem: NonNullable<SignInPageProps['problem']>): Html {
  const w = words(shell.language).signIn;
  return problem.kind === 'wrong'
    ? html`<div class="notice bad" role="alert"><strong>${w.wrong}</strong><span>${w.wrongNext}</span></div>`
    : html`<div class="notice bad" role="alert"><strong>${w.wait}</strong><span>${w.waitNext(problem.minutes)}</span></div>`;
}
