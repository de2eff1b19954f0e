// Answering an entry or a comment: what is answered, then the form. Also where one lands when one's server was not found.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type AnswerProps, answerForms, answerTitle } from './answer-box.ts';
import { type CommentView, commentArticle, commentName } from './comment.ts';
import { errorSummary } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { inLanguage, phrases } from './names.ts';
import type { Html } from './template.ts';

export interface AnswerPageProps extends Omit<AnswerProps, 'entry' | 'comment'> {
  entry: { handle: string; number: number; title: string; language: string };
  /** The comment answered, or null for the entry itself. */
  comment: CommentView | null;
  /** Name of the system that the entry was imported from. */
  importedFrom: string | null;
}

/** The page at `path.answer`, with `?comment=ID` where a comment is answered. */
export function answerPage(shell: Shell, props: AnswerPageProps): Html {
  const w = words(shell.language);
  const { entry, comment } = props;
  const title = comment === null ? w.answer.pageEntry : w.answer.pageComment(commentName(shell, comment, props));
  const forms = { ...props, comment: comment?.id ?? null };
  const body = html`<div class="narrow gate"><h1>${phrases(title)}</h1>
<p><a class="alone" href="${link(shell, path.entry(entry.handle, entry.number))}"${inLanguage(shell.language, entry.language)}>${entry.title}</a></p>
${comment && commentArticle(shell, comment, props, { acts: '', answering: null })}
${errorSummary(shell, props.errors, [
  { field: 'account', id: 'answer-account', label: w.follow.account },
  { field: 'text', id: 'answer-text', label: w.answer.text },
])}
<section class="box" aria-labelledby="answer"><h2 id="answer">${answerTitle(shell, props)}</h2>${answerForms(shell, forms)}</section>
<p><a class="plain" href="${link(shell, path.entry(entry.handle, entry.number))}">‹ ${w.answer.back}</a></p></div>`;
  return layout(shell, { title, robots: 'noindex' }, body);
}
