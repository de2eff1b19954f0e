// Form fields: each with its label, its hint and what is wrong with it, tied together for those who hear the page.
import { html } from 'hono/html';
import type { Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** What is wrong, by field name, already in the page's language. `form` is about the whole. */
export type Errors<Field extends string> = Partial<Record<Field | 'form', string>>;

export interface FieldProps {
  /** Unique on the page; the name is sent, the id is not. */
  id: string;
  name: string;
  label: string;
  value: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Further attributes of the control, such as `autocomplete`; `true` stands alone, `false` is left out. */
  attributes?: Record<string, string | number | boolean>;
}

/** One line of text. */
export function input(field: FieldProps): Html {
  return framed(field, html`<input name="${field.name}" value="${field.value}"${control(field)}>`);
}

/** Several lines of text. A line break before the value keeps one that the value itself begins with. */
export function textarea(field: FieldProps): Html {
  return framed(field, html`<textarea name="${field.name}"${control(field)}>\n${field.value}</textarea>`);
}

/** One of several. */
export function select(field: FieldProps, choices: { value: string; label: string; language?: string }[]): Html {
  const options = choices.map(
    ({ value, label, language }) =>
      html`<option value="${value}"${attributes({ selected: value === field.value, lang: language ?? false })}>${label}</option>`,
  );
  return framed(field, html`<select name="${field.name}"${control(field)}>${options}</select>`);
}

/** A value that the reader does not see. */
export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/**
 * What keeps the form from being taken, first thing on the page and spoken at once, with a link to each field.
 * `labels` gives the fields in the order of the form. Nothing when there are no errors.
 */
export function errorSummary<Field extends string>(
  shell: Shell,
  errors: Errors<Field>,
  labels: { field: Field; id: string; label: string }[],
): Html | '' {
  const wrong = labels.filter(({ field }) => errors[field] !== undefined);
  if (wrong.length === 0 && errors.form === undefined) return '';
  const w = words(shell.language).form;
  return html`<div class="notice bad" role="alert">
<strong>${errors.form ?? w.problems(wrong.length)}</strong>
${wrong.length > 0 && html`<ul>${wrong.map(({ field, id, label }) => html`<li><a href="#${id}">${label}</a>: ${errors[field]}</li>`)}</ul>`}
</div>`;
}

function framed({ id, label, hint, error }: FieldProps, control: Html): Html {
  return html`<div class="field"><label for="${id}">${label}</label>
${hint !== undefined && html`<span class="hint" id="${id}-hint">${hint}</span>`}
${control}
${error !== undefined && html`<span class="error" id="${id}-error">${error}</span>`}
</div>`;
}

function control({ id, hint, error, attributes: more }: FieldProps): Html[] {
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(' ');
  return attributes({
    id,
    'aria-describedby': described === '' ? false : described,
    'aria-invalid': error === undefined ? false : 'true',
    ...more,
  });
}

function attributes(values: Record<string, string | number | boolean>): Html[] {
  return Object.entries(values)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => (value === true ? html` ${name}` : html` ${name}="${value}"`));
}
