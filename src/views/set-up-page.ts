// The first page of a new node, behind a one-time link: the organisation, its administrator, the first blog.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type Errors, errorSummary, type FieldProps, hidden, input, textarea } from './fields.ts';
import { host, layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

export type SetUpField =
  | 'organisationName'
  | 'organisationHandle'
  | 'area'
  | 'summary'
  | 'name'
  | 'username'
  | 'password'
  | 'blogTitle'
  | 'blogHandle';

export interface SetUpPageProps {
  /** The secret of the one-time link, sent back as `key`. */
  key: string;
  /** Passwords never come back. */
  values: Record<Exclude<SetUpField, 'password'>, string>;
  errors: Errors<SetUpField>;
  passwordLengthMin: number;
}

/** Names that other servers can say (federation.md item 16). */
const HANDLE = {
  maxlength: 30,
  pattern: '[a-z0-9_]{1,30}',
  autocapitalize: 'none',
  spellcheck: 'false',
  required: true,
};

/** The page at `path.setUp`. Posts every `SetUpField` and `key`. */
export function setUpPage(shell: Shell, props: SetUpPageProps): Html {
  const w = words(shell.language).setUp;
  const labels = labelsOf(shell);
  const body = html`<div class="narrow gate"><h1>${w.title}</h1>
<p>${w.lead}</p>
${errorSummary(
  shell,
  props.errors,
  (Object.keys(labels) as SetUpField[]).map((field) => ({ field, id: field, label: labels[field] })),
)}
<form class="stack" action="${link(shell, path.setUp())}" method="post">
${organisation(shell, props)}
${administrator(shell, props)}
${firstBlog(shell, props)}
${hidden('key', props.key)}<button class="button main wide">${w.act}</button></form></div>`;
  return layout(shell, { title: w.title, robots: 'noindex' }, body);
}

/** In the order of the form. */
function labelsOf(shell: Shell): Record<SetUpField, string> {
  const w = words(shell.language).setUp;
  return {
    organisationName: w.organisationName,
    organisationHandle: w.organisationHandle,
    area: w.area,
    summary: w.summary,
    name: w.name,
    username: w.username,
    password: w.password,
    blogTitle: w.blogTitle,
    blogHandle: w.blogHandle,
  };
}

function field(
  shell: Shell,
  { values, errors }: SetUpPageProps,
  name: SetUpField,
  { hint, attributes }: { hint?: string; attributes: NonNullable<FieldProps['attributes']> },
): FieldProps {
  const value = name === 'password' ? '' : values[name];
  return { id: name, name, label: labelsOf(shell)[name], value, hint, error: errors[name], attributes };
}

function organisation(shell: Shell, props: SetUpPageProps): Html {
  const w = words(shell.language).setUp;
  const handle = w.handleHint(host(shell));
  const attributes = { autocomplete: 'off' };
  return html`<section class="flow" aria-labelledby="about-organisation"><div class="head"><h2 id="about-organisation">${w.organisation}</h2></div>
${input(field(shell, props, 'organisationName', { hint: w.organisationNameHint, attributes: { autocomplete: 'organization', required: true } }))}
${input(field(shell, props, 'organisationHandle', { hint: handle, attributes: { ...HANDLE, ...attributes } }))}
${input(field(shell, props, 'area', { hint: w.areaHint, attributes: { ...attributes, inputmode: 'numeric' } }))}
${textarea(field(shell, props, 'summary', { hint: w.summaryHint, attributes: { rows: 2, maxlength: 500 } }))}
</section>`;
}

function administrator(shell: Shell, props: SetUpPageProps): Html {
  const w = words(shell.language).setUp;
  const password = {
    type: 'password',
    autocomplete: 'new-password',
    minlength: props.passwordLengthMin,
    required: true,
  };
  return html`<section class="flow" aria-labelledby="about-administrator"><div class="head"><h2 id="about-administrator">${w.administrator}</h2></div>
${input(field(shell, props, 'name', { attributes: { autocomplete: 'name', required: true } }))}
${input(field(shell, props, 'username', { hint: w.usernameHint, attributes: { ...HANDLE, autocomplete: 'username' } }))}
${input(field(shell, props, 'password', { hint: w.passwordHint(props.passwordLengthMin), attributes: password }))}
</section>`;
}

function firstBlog(shell: Shell, props: SetUpPageProps): Html {
  const w = words(shell.language).setUp;
  return html`<section class="flow" aria-labelledby="about-blog"><div class="head"><h2 id="about-blog">${w.firstBlog}</h2></div>
${input(field(shell, props, 'blogTitle', { attributes: { autocomplete: 'off', required: true } }))}
${input(field(shell, props, 'blogHandle', { hint: w.handleHint(host(shell)), attributes: { ...HANDLE, autocomplete: 'off' } }))}
</section>`;
}
