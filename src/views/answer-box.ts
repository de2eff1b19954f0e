// "Answer from the account you already have", or as one of one's own blogs when signed in.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type Errors, hidden, select, textarea } from './fields.ts';
import { accountField } from './follow-box.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

/** A blog that the signed-in person may speak as. */
export interface Voice {
  handle: string;
  title: string;
  language: string;
}

export interface AnswerProps {
  entry: { handle: string; number: number };
  /** The comment answered, or null for the entry itself. */
  comment: string | null;
  /** What a reader can search for on their own server: the absolute address of the entry or the comment. */
  address: string;
  /** The blogs that the signed-in person may answer as; empty for everybody else. */
  voices: Voice[];
  /** One-time id of an author's form: however often it is sent, it answers once. */
  form: string;
  values: { account: string; blog: string; text: string };
  errors: Errors<'account' | 'text'>;
}

/** Nothing filled in and nothing wrong: how the forms first stand. */
export const UNANSWERED: Pick<AnswerProps, 'values' | 'errors'> = {
  values: { account: '', blog: '', text: '' },
  errors: {},
};

/** The form that posts to `path.answer`: `account` from a reader, `blog`, `text` and `form` from an author; `comment` where one is answered. */
export function answerForms(shell: Shell, props: AnswerProps): Html {
  return props.voices.length > 0 ? authorForm(shell, props) : readerForm(shell, props);
}

/** What the box is called, by who stands before it. */
export function answerTitle(shell: Shell, { voices }: Pick<AnswerProps, 'voices'>): string {
  const w = words(shell.language).answer;
  return voices.length > 0 ? w.asBlog : w.title;
}

function readerForm(shell: Shell, props: AnswerProps): Html {
  const w = words(shell.language);
  const field = accountField({
    id: 'answer-account',
    label: w.follow.account,
    sample: w.follow.accountSample,
    account: props.values.account,
    error: props.errors.account,
  });
  return html`<p>${w.answer.how}</p>
<form class="ask" action="${action(shell, props)}" method="post">${field}${answered(props)}<button class="button main">${w.answer.act}</button></form>
<details${props.errors.account === undefined ? '' : html` open`}><summary>${props.comment === null ? w.answer.copyEntry : w.answer.copyComment}</summary><code class="copy">${props.address}</code></details>`;
}

function authorForm(shell: Shell, props: AnswerProps): Html {
  const w = words(shell.language).answer;
  const choices = props.voices.map(({ handle, title, language }) => ({ value: handle, label: title, language }));
  const text = textarea({
    id: 'answer-text',
    name: 'text',
    label: w.text,
    value: props.values.text,
    hint: w.textHint,
    error: props.errors.text,
    attributes: { required: true },
  });
  return html`<form class="flow" action="${action(shell, props)}" method="post">
${select({ id: 'answer-blog', name: 'blog', label: w.blog, value: props.values.blog }, choices)}
${text}${answered(props)}${hidden('form', props.form)}
<button class="button main">${w.send}</button></form>`;
}

function action(shell: Shell, { entry }: AnswerProps): string {
  return link(shell, path.answer(entry.handle, entry.number));
}

function answered({ comment }: AnswerProps): Html | '' {
  return comment === null ? '' : hidden('comment', comment);
}
