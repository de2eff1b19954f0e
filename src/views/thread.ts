// The comments under an entry: held ones first for those who decide, then a tree, three levels indented and flat below.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { type CommentView, commentArticle, commentLink, decisionForm, hideForm, type Setting } from './comment.ts';
import { empty } from './empty.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import type { Html } from './template.ts';

export interface ThreadProps extends Setting {
  entry: { handle: string; number: number };
  /** Oldest first, as a tree. Held ones only for viewers who may decide about them. */
  comments: CommentView[];
  mayModerate: boolean;
  /** Whether the blog takes comments now. */
  open: boolean;
}

/** Below this the page of a phone has no room left for words. */
const LEVELS_INDENTED = 3;

interface Placed {
  comment: CommentView;
  parent: CommentView | null;
}

/** How many comments everybody can see. */
export function shownCount(comments: CommentView[]): number {
  return below({ replies: comments }, null).filter(({ comment }) => comment.state === 'shown').length;
}

/** The section of comments with its heading, whose id is `comments`. */
export function thread(shell: Shell, props: ThreadProps): Html {
  const w = words(shell.language).thread;
  const { comments, open } = props;
  const items = level(shell, props, comments, null, 0);
  return html`<section aria-labelledby="comments">
<div class="head thread-head"><h2 id="comments">${w.title(shownCount(comments))}</h2>${open && html`<a class="plain" href="#reply">${w.writeComment}</a>`}</div>
${props.mayModerate && held(shell, props)}
${items.length > 0 && html`<ol class="thread">${items}</ol>`}
${items.length === 0 && open && empty(w.empty, w.emptyNext, html`<a class="button main" href="#reply">${w.emptyAct}</a>`)}
${!open && html`<div class="notice"><strong>${w.closed}</strong>${w.closedNext}</div>`}
</section>`;
}

function held(shell: Shell, props: ThreadProps): Html | '' {
  const waiting = below({ replies: props.comments }, null).filter(({ comment }) => comment.state === 'held');
  if (waiting.length === 0) return '';
  const w = words(shell.language);
  return html`<div class="held" role="group" aria-labelledby="held"><span class="label" id="held">${w.count.held(waiting.length)} · ${w.thread.onlyModerators}</span>
<p class="small">${w.thread.heldWhy}</p>
${waiting.map(
  ({ comment, parent }) =>
    html`${commentArticle(shell, comment, props, { acts: '', answering: parent })}${decisionForm(shell, { id: comment.id, back: 'entry' })}`,
)}</div>`;
}

function level(
  shell: Shell,
  props: ThreadProps,
  comments: CommentView[],
  parent: CommentView | null,
  depth: number,
): Html[] {
  if (depth === LEVELS_INDENTED) {
    return below({ replies: comments }, parent)
      .filter(({ comment }) => stands(comment))
      .map(
        (placed) =>
          html`<li>${place(shell, props, placed.comment, placed.parent === parent ? null : placed.parent)}</li>`,
      );
  }
  return comments.filter(stands).map((comment) => {
    const replies = level(shell, props, comment.replies, comment, depth + 1);
    return html`<li>${place(shell, props, comment, null)}${replies.length > 0 && html`<ol>${replies}</ol>`}</li>`;
  });
}

/** Everything below, in reading order. Not by recursion: somebody else decides how deep an argument goes. */
function below({ replies }: Pick<CommentView, 'replies'>, parent: CommentView | null): Placed[] {
  const found: Placed[] = [];
  const waiting = replies.map((comment) => ({ comment, parent })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { comment } = next;
    found.push(next);
    waiting.push(...comment.replies.map((reply) => ({ comment: reply, parent: comment })).reverse());
  }
  return found;
}

/** What is not shown keeps its place only where somebody answered it. */
function stands(comment: CommentView): boolean {
  return comment.state === 'shown' || comment.replies.length > 0;
}

function place(shell: Shell, props: ThreadProps, comment: CommentView, answering: CommentView | null): Html {
  const w = words(shell.language).thread;
  if (comment.state !== 'shown') {
    return html`<p class="comment quiet">${comment.state === 'deleted' ? w.deleted : w.notShown}</p>`;
  }
  const answer = `${link(shell, path.answer(props.entry.handle, props.entry.number))}?comment=${comment.id}`;
  const acts = html`<div class="acts">${props.open && html`<a class="plain" href="${answer}">${w.reply}</a>`}${commentLink(shell, comment)}${props.mayModerate && hideForm(shell, comment)}</div>`;
  return commentArticle(shell, comment, props, { acts, answering });
}
