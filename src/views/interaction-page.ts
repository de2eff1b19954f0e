// A local author came from elsewhere with somebody's address: confirm following them, or answer or like what they said.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import type { Voice } from './answer-box.ts';
import { type Errors, errorSummary, hidden, select, textarea } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, inLanguage, phrases, tile } from './names.ts';
import { type PostView, postHead, postWords } from './post-item.ts';
import type { Html } from './template.ts';

export interface InteractionPageProps {
  /** What the address names. */
  object:
    | { kind: 'actor'; id: string; name: string; user: string; host: string; summary: string; followed: boolean }
    | ({ kind: 'post' } & PostView);
  /** Blogs that the signed-in person may act as. */
  voices: Voice[];
  /** The forms' one-time id: however often one is sent, it is done once. */
  form: string;
  values: { blog: string; text: string };
  errors: Errors<'text' | 'blog'>;
}

/**
 * The page at `path.authorizeInteraction?uri=…`. Its forms post to the same path with `uri`, `blog`, `form` and `act`:
 * `follow`, `like`, or `comment` with `text`.
 */
export function interactionPage(shell: Shell, props: InteractionPageProps): Html {
  const w = words(shell.language);
  const { object } = props;
  const title = object.kind === 'actor' ? w.interaction.follow : w.interaction.answer;
  const body = html`<div class="narrow gate"><h1>${title}</h1>
${errorSummary(shell, props.errors, [
  { field: 'blog', id: 'act-blog', label: w.interaction.as },
  { field: 'text', id: 'act-text', label: w.answer.text },
])}
${object.kind === 'actor' ? actorCard(object) : postArticle(shell, object)}
${object.kind === 'actor' && object.followed && html`<div class="notice good"><strong>${w.interaction.alreadyFollowing}</strong></div>`}
${props.voices.length === 0 ? noBlog(shell) : html`<section class="box" aria-label="${title}">${form(shell, props)}</section>`}
<p><a class="plain" href="${link(shell, path.desk())}">${w.interaction.cancel}</a></p></div>`;
  return layout(shell, { title, robots: 'noindex' }, body);
}

function actorCard(actor: InteractionPageProps['object'] & { kind: 'actor' }): Html {
  return html`<div><div class="byline">${tile(actor.name, { kind: 'person' })}<p><b><bdi>${actor.name}</bdi></b><br>${handle(actor.user, actor.host)}</p></div>
${actor.summary && html`<p>${actor.summary}</p>`}</div>`;
}

function postArticle(shell: Shell, post: PostView): Html {
  const lang = inLanguage(shell.language, post.language);
  return html`<article class="comment">${postHead(shell, post)}
${post.title !== null && html`<h2${lang}>${phrases(post.title)}</h2>`}
${postWords(shell, post)}</article>`;
}

function noBlog(shell: Shell): Html {
  const w = words(shell.language).interaction;
  return html`<div class="notice warn"><strong>${w.noBlog}</strong>${w.noBlogNext}</div>`;
}

function form(shell: Shell, { object, voices, values, errors, form }: InteractionPageProps): Html {
  const w = words(shell.language);
  const choices = voices.map(({ handle, title, language }) => ({ value: handle, label: title, language }));
  const blog = select(
    { id: 'act-blog', name: 'blog', label: w.interaction.as, value: values.blog, error: errors.blog },
    choices,
  );
  const uri = html`${hidden('uri', object.id)}${hidden('form', form)}`;
  const action = link(shell, path.authorizeInteraction());
  if (object.kind === 'actor') {
    return html`<form class="flow" action="${action}" method="post">${blog}${uri}<button class="button main" name="act" value="follow">${w.interaction.followAct}</button></form>`;
  }
  const text = textarea({
    id: 'act-text',
    name: 'text',
    label: w.answer.text,
    value: values.text,
    hint: w.answer.textHint,
    error: errors.text,
  });
  return html`<form class="flow" action="${action}" method="post">${blog}${text}${uri}<div class="row"><button class="button main" name="act" value="comment">${w.answer.send}</button><button class="button" name="act" value="like">${w.interaction.likeAct}</button></div></form>`;
}
