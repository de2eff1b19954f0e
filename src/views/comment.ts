// One comment: who says it and from where, when, the words, and what can be done about it.
import { html } from 'hono/html';
import type { SafeHtml } from '../domain/text/sanitise.ts';
import { path } from '../urls.ts';
import { shortMoment } from './dates.ts';
import { hidden } from './fields.ts';
import { link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, STRANGERS, tile, webAddress } from './names.ts';
import { type Html, sanitised } from './template.ts';

export interface CommentView {
  id: string;
  state: 'shown' | 'held' | 'hidden' | 'deleted';
  /** Null for a reader who left no name. */
  name: string | null;
  /** Null for those who have no account anywhere. */
  handle: { user: string; host: string } | null;
  kind: 'person' | 'team';
  /** The entry's own blog speaks. */
  author: boolean;
  /** It came with an imported entry. */
  imported: boolean;
  body: SafeHtml;
  language: string | null;
  /** ISO instant; null where nobody knows. */
  published: string | null;
  /** Where it was written; null when that is here. */
  url: string | null;
  replies: CommentView[];
}

/** What a comment needs to know of the page it stands on. */
export interface Setting {
  /** Name of the system that the entry was imported from, for readers whose names did not come along. */
  importedFrom: string | null;
}

/** What a comment's author is called. */
export function commentName(shell: Shell, { name, imported }: CommentView, { importedFrom }: Setting): string {
  const w = words(shell.language).thread;
  if (name !== null) return name;
  return imported && importedFrom !== null ? w.readerFrom(importedFrom) : w.reader;
}

/** The comment's head and words; `acts` stand below, `answering` names whom it answers where the page cannot show it. */
export function commentArticle(
  shell: Shell,
  comment: CommentView,
  setting: Setting,
  { acts, answering }: { acts: Html | ''; answering: CommentView | null },
): Html {
  const w = words(shell.language).thread;
  const name = commentName(shell, comment, setting);
  return html`<article class="comment" id="c-${comment.id}"><header>${tile(name, { kind: comment.kind, size: 's' })}<div>
<p class="name"><bdi>${name}</bdi>${comment.author && html`<span class="badge author">${w.author}</span>`}${comment.imported && html`<span class="badge">${w.imported}</span>`}</p>
<p class="sub">${comment.handle && handle(comment.handle.user, comment.handle.host)}${
    comment.published === null ? html`<span>${w.undated}</span>` : shortMoment(shell.language, comment.published)
  }${answering && html`<a href="#c-${answering.id}"><bdi>${w.answering(commentName(shell, answering, setting))}</bdi></a>`}</p>
</div></header>
<div class="text"${inLanguage(shell.language, comment.language)}>${sanitised(comment.body)}</div>
${acts}</article>`;
}

/** Where the comment can be reached: its own server, or its place on this page. */
export function commentLink(shell: Shell, comment: CommentView): Html {
  const w = words(shell.language).thread;
  const original = webAddress(comment.url);
  return original === null
    ? html`<a class="plain" href="#c-${comment.id}">${w.link}</a>`
    : html`<a class="plain" href="${original}" rel="${STRANGERS}">${w.viewOriginal}</a>`;
}

/**
 * The form by which a held comment is decided about. Posts to `path.moderateComment` with `act` (`show` or `hide`) and
 * `back`, the page to return to.
 */
export function decisionForm(shell: Shell, { id, back }: { id: string; back: 'entry' | 'desk' }): Html {
  const w = words(shell.language).thread;
  return html`<form class="row" action="${link(shell, path.moderateComment(id))}" method="post">${hidden('back', back)}<button class="button main" name="act" value="show">${w.show}</button><button class="button" name="act" value="hide">${w.hide}</button></form>`;
}

/** The form by which a shown comment is taken from view; same address and fields as `decisionForm`. */
export function hideForm(shell: Shell, { id }: { id: string }): Html {
  return html`<form action="${link(shell, path.moderateComment(id))}" method="post">${hidden('back', 'entry')}${hidden('act', 'hide')}<button class="plain">${words(shell.language).thread.hide}</button></form>`;
}
