// What the blogs followed from here have written, and whom that is.
import { html } from 'hono/html';
import { path } from '../urls.ts';
import { empty } from './empty.ts';
import { input } from './fields.ts';
import { layout, link, type Shell } from './layout.ts';
import { words } from './messages/words.ts';
import { handle, STRANGERS, webAddress } from './names.ts';
import { type Pager, pager } from './pager.ts';
import { type PostView, postList } from './post-item.ts';
import type { Html } from './template.ts';

export interface FollowedActor {
  name: string;
  user: string;
  host: string;
  url: string;
  state: 'requested' | 'accepted' | 'rejected';
  /** Title of the blog here that follows. */
  by: string;
}

export interface ReadingPageProps {
  /** Newest first. */
  posts: PostView[];
  pager: Pager;
  following: FollowedActor[];
}

/** The reading page of signed-in people. */
export function readingPage(shell: Shell, { posts, pager: pages, following }: ReadingPageProps): Html {
  const w = words(shell.language).reading;
  const body = html`<div class="masthead"><div class="wrap"><div><h1>${w.title}</h1><p class="lead">${w.lead}</p></div></div></div>
<div class="wrap page two">
<section aria-labelledby="posts"><div class="head"><h2 id="posts">${w.posts}</h2></div>
${posts.length > 0 ? postList(shell, posts) : empty(w.empty, w.emptyNext)}
${pager(shell, pages)}
</section>
<div class="aside">
${findForm(shell)}
${following.length > 0 && html`<section aria-labelledby="following"><div class="head"><h2 id="following">${w.following}</h2></div><ul role="list">${following.map((actor) => followed(shell, actor))}</ul></section>`}
</div></div>`;
  return layout(shell, { title: w.title, robots: 'noindex' }, body);
}

/** Asks for somebody elsewhere; the answer is the page that confirms (`path.authorizeInteraction` with `uri`). */
function findForm(shell: Shell): Html {
  const w = words(shell.language).reading;
  const field = input({
    id: 'find-uri',
    name: 'uri',
    label: w.address,
    value: '',
    hint: w.addressHint,
    attributes: { autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', required: true },
  });
  return html`<section class="box" aria-labelledby="find"><h2 id="find">${w.add}</h2>
<form class="ask" action="${link(shell, path.authorizeInteraction())}">${field}<button class="button main">${w.find}</button></form></section>`;
}

function followed(shell: Shell, actor: FollowedActor): Html {
  const w = words(shell.language).reading;
  const url = webAddress(actor.url);
  const name = html`<bdi>${actor.name}</bdi>`;
  const state = { requested: w.waiting, accepted: '', rejected: w.rejected }[actor.state];
  return html`<li class="followed"><b>${url === null ? name : html`<a href="${url}" rel="${STRANGERS}">${name}</a>`}</b>${state && html` <span class="badge">${state}</span>`}<br>${handle(actor.user, actor.host)}<br><span class="quiet small">${w.by(actor.by)}</span></li>`;
}
