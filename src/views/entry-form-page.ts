// Writing an entry and revising it, without script: every field a plain one, drafts kept by a button of their own.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import type { Voice } from './answer-box.ts';
import { clockTime } from './dates.ts';
import { type Errors, errorSummary, type FieldProps, hidden, input, select, textarea } from './fields.ts';
import { host, layout, link, type Shell } from './layout.ts';
import { licenceChoices } from './licences.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, tile } from './names.ts';
import type { Html } from './template.ts';

export type EntryField = 'blog' | 'title' | 'source' | 'highlight' | 'tags' | 'series' | 'part' | 'licence';

export interface EntryFormPageProps {
  /** Null while it is new and unsaved. */
  number: number | null;
  state: 'draft' | 'published';
  /** ISO instant when the draft was kept just now; null otherwise. */
  saved: string | null;
  /** Blogs that the person writes in. An entry stays in its blog, so there is one to choose when revising. */
  voices: Voice[];
  /** As typed: tags separated by commas, part as text, licence by key, blog by handle. */
  values: Record<EntryField, string>;
  errors: Errors<EntryField>;
  /** Titles of series that the person's blogs have, offered while typing. */
  series: string[];
  /** The form's one-time id: however often it is sent, what it does is done once. */
  form: string;
  /** Fingerprint of the words that the form was filled from, to notice when others were saved meanwhile; '' when new. */
  read: string;
  /** What was saved meanwhile, when that kept the form from being taken. */
  standing?: Record<EntryField, string>;
}

/** What Mastodon shows and what the wire takes (federation.md items 25 and 26). */
const TITLE_MAX = 150;
const HIGHLIGHT_MAX = 500;

/**
 * The pages at `path.write` and `path.revise`. Posts every `EntryField`, `form`, `read` and `act`: `draft` or `publish`.
 * Its second form posts nothing to `path.withdraw`.
 */
export function entryFormPage(shell: Shell, props: EntryFormPageProps): Html {
  const w = words(shell.language).write;
  const { number, state } = props;
  const title = number === null ? w.newTitle : w.reviseTitle(number);
  const action = link(shell, number === null ? path.write() : path.revise(number));
  const buttons =
    state === 'published'
      ? html`<button class="button main" name="act" value="publish">${w.publishRevision}</button>`
      : html`<button class="button" name="act" value="draft">${w.keepDraft}</button><button class="button main" name="act" value="publish">${w.publish}</button>`;
  const body = html`${props.standing !== undefined && changed(shell, props.values, props.standing)}
<form action="${action}" method="post">${hidden('form', props.form)}${hidden('read', props.read)}<div class="wrap desk"><div>
${props.saved && html`<p class="saved" role="status">${w.draftSaved(clockTime(shell.language, props.saved))}</p>`}
<h1>${title}</h1>
${errorSummary(
  shell,
  props.errors,
  (Object.keys(LABELS) as EntryField[]).map((field) => ({ field, id: field, label: w[LABELS[field]] })),
)}
<div class="flow">${fields(shell, props)}</div>
</div>
<div><div class="sticky flow">${preview(shell, props)}${marks(shell)}</div></div>
</div>
<div class="dock"><div class="wrap">${buttons}</div></div></form>
${number !== null && withdrawal(shell, { number, state })}`;
  return layout(shell, { title, robots: 'noindex' }, body);
}

const LABELS = {
  blog: 'blog',
  title: 'title',
  source: 'body',
  highlight: 'highlight',
  tags: 'tags',
  series: 'series',
  part: 'part',
  licence: 'licence',
} as const satisfies Record<EntryField, string>;

function fields(shell: Shell, props: EntryFormPageProps): Html {
  const w = words(shell.language).write;
  const { values, errors } = props;
  const field = (name: EntryField, more: Pick<FieldProps, 'hint' | 'attributes'> = {}): FieldProps => ({
    id: name,
    name,
    label: w[LABELS[name]],
    value: values[name],
    error: errors[name],
    ...more,
  });
  const blogs = props.voices.map(({ handle, title, language }) => ({ value: handle, label: title, language }));
  return html`${select(field('blog'), blogs)}
${textarea(field('title', { attributes: { class: 'title', rows: 2, maxlength: TITLE_MAX, required: true } }))}
${textarea(field('source', { hint: w.bodyHint, attributes: { class: 'body' } }))}
${textarea(field('highlight', { hint: w.highlightHint, attributes: { rows: 3, maxlength: HIGHLIGHT_MAX } }))}
${input(field('tags', { hint: w.tagsHint, attributes: { autocomplete: 'off' } }))}
<div class="pair">${input(field('series', { hint: w.seriesHint, attributes: { autocomplete: 'off', list: 'series-titles' } }))}
<datalist id="series-titles">${props.series.map((title) => html`<option value="${title}"></option>`)}</datalist>
${input(field('part', { hint: w.partHint, attributes: { inputmode: 'numeric', autocomplete: 'off' } }))}</div>
${select(field('licence'), licenceChoices(shell.language))}`;
}

/** What arrives at followers, as far as it was written when the page was made. */
function preview(shell: Shell, { values, voices }: EntryFormPageProps): Html | '' {
  const blog = voices.find(({ handle }) => handle === values.blog) ?? voices[0];
  if (blog === undefined || (values.title === '' && values.highlight === '')) return '';
  const lang = inLanguage(shell.language, blog.language);
  return html`<h2 class="h">${words(shell.language).write.preview}</h2>
<div class="asfeed"><div class="row">${tile(blog.title, { kind: 'person', size: 's' })}<div><b${lang}>${blog.title}</b><br>${handle(blog.handle, host(shell))}</div></div>
${values.highlight && html`<p class="small"${lang}>${values.highlight}</p>`}
<div class="linkcard"><b${lang}>${values.title}</b><span class="quiet">${host(shell)}</span></div></div>`;
}

function marks(shell: Shell): Html {
  const w = words(shell.language).write;
  return html`<h2 class="h">${w.marks}</h2>
<ul role="list" class="marks"><li><code>## ${w.markHeading}</code></li><li><code>**${w.markBold}**</code></li><li><code>- ${w.markList}</code></li><li><code>&gt; ${w.markQuote}</code></li><li><code>[${w.markLink}](https://…)</code></li></ul>`;
}

/** What stands in the node now, field by field where it is not what was typed. Read-only, and sent by no form. */
function changed(shell: Shell, typed: Record<EntryField, string>, standing: Record<EntryField, string>): Html {
  const w = words(shell.language).write;
  const fields = (Object.keys(LABELS) as EntryField[]).filter((field) => typed[field] !== standing[field]);
  return html`<section class="wrap flow" aria-label="${w.changed}"><div class="notice warn" role="alert"><strong>${w.changed}</strong><span>${w.changedNext}</span></div>
${fields.map((field) =>
  textarea({
    id: `now-${field}`,
    name: `now-${field}`,
    label: w.changedNow(w[LABELS[field]]),
    value: standing[field],
    attributes: { readonly: true, rows: field === 'source' ? 12 : 2, placeholder: w.nothing },
  }),
)}</section>`;
}

function withdrawal(shell: Shell, { number, state }: Pick<EntryFormPageProps, 'state'> & { number: number }): Html {
  const w = words(shell.language).write;
  const [title, what, act] =
    state === 'draft' ? [w.discard, w.discardWhat, w.discardAct] : [w.withdraw, w.withdrawWhat, w.withdrawAct];
  return html`<section class="wrap withdraw"><details class="private"><summary>${title}</summary><p>${what}</p><form action="${link(shell, path.withdraw(number))}" method="post"><button class="button danger">${act}</button></form></details></section>`;
}
