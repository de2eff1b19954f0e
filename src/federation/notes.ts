// Our comments as the fediverse's `Note`: each names whom it answers, or their server never hears of it (federation.md §10).
import { Collection, LanguageString, Mention, Note } from '@fedify/vocab';
import { actorNow } from '../domain/actors.ts';
import { type Blog, blogById } from '../domain/blogs.ts';
import { boostCount } from '../domain/boosts.ts';
import { commentById } from '../domain/comments/find.ts';
import type { Comment } from '../domain/comments/receive.ts';
import { entryById } from '../domain/entries/find.ts';
import type { Reply } from '../domain/replies.ts';
import { storedHtml, wireContent } from '../domain/text/sanitise.ts';
import type { ActorRow } from '../storage/tables.ts';
import { path } from '../urls.ts';
import { escaped, type Fullness, shortened } from './articles.ts';
import { at, type Here, PUBLIC } from './here.ts';
import { wireInstant } from './instants.ts';

/** What a Note needs, whether it stands under our entry or somebody else's post. */
interface Speech {
  id: string;
  blog: string;
  html: string;
  /** How much of it goes along, as with an Article. */
  fullness: Fullness;
  language: string | null;
  published: string;
  revised: string | null;
  inReplyTo: URL;
  url: URL;
  /** The actor from afar that is answered, if one is, as who they are now. */
  answered: ActorRow | null;
  /** Blogs here that are spoken to: whose comment is answered, and whose entry it stands under. */
  neighbours: Blog[];
  /** Our entry whose conversation it stands in, and how many boosted the comment there; null under somebody else's post. */
  thread: { entry: string; shares: number } | null;
}

/** The Note of a comment that a blog here wrote under an entry of this node. */
export async function noteOfComment(here: Here, comment: Comment, fullness: Fullness): Promise<Note> {
  const entry = await entryById(here.db, { id: comment.entry });
  const home = entry === null ? null : await blogById(here.db, { id: entry.blog });
  if (entry === null || home === null || comment.blog === null || comment.published === null) {
    throw new Error(`comment ${comment.id} is not one of this node's own`);
  }
  const page = at(here, path.comment(home.handle, entry.number, comment.id));
  const parent = comment.parent === null ? null : await parentOf(here, comment.parent);
  const neighbours = new Map([parent?.blog ?? home, home].map((blog) => [blog.id, blog]));
  neighbours.delete(comment.blog);
  return noteOf(here, {
    ...comment,
    fullness,
    blog: comment.blog,
    published: comment.published,
    html: wordsOf(comment, { fullness, page }),
    inReplyTo: parent?.uri ?? at(here, path.article(entry.id)),
    url: page,
    answered: parent?.actor ?? null,
    neighbours: [...neighbours.values()],
    thread: { entry: entry.id, shares: await boostCount(here.db, { object: path.note(comment.id) }) },
  });
}

/** The Note of an answer that a blog here wrote under a post from afar. */
export async function noteOfReply(here: Here, reply: Reply, fullness: Fullness): Promise<Note> {
  const page = at(here, path.note(reply.id));
  return noteOf(here, {
    ...reply,
    fullness,
    html: wordsOf(reply, { fullness, page }),
    inReplyTo: new URL(reply.inReplyTo),
    url: page,
    answered: await actorNow(here.db, { id: reply.actor }),
    neighbours: [],
    thread: null,
  });
}

async function parentOf(here: Here, id: string): Promise<{ uri: URL; actor: ActorRow | null; blog: Blog | null }> {
  const parent = await commentById(here.db, { id });
  if (parent === null) throw new Error(`the comment ${id} is missing although one answers it`);
  return {
    uri: parent.uri === null ? at(here, path.note(parent.id)) : new URL(parent.uri),
    actor: parent.actor === null ? null : await actorNow(here.db, { id: parent.actor }),
    blog: parent.blog === null ? null : await blogById(here.db, { id: parent.blog }),
  };
}

function noteOf(here: Here, speech: Speech): Note {
  const { answered, thread } = speech;
  const content = answered === null ? speech.html : withMention(speech.html, answered);
  const mentions = mentionsOf(here, speech);
  return new Note({
    id: at(here, path.note(speech.id)),
    attribution: at(here, path.actor(speech.blog)),
    replyTarget: speech.inReplyTo,
    ...(thread === null
      ? {}
      : {
          replies: at(here, path.noteReplies(speech.id)),
          shares: new Collection({ id: at(here, path.noteShares(speech.id)), totalItems: thread.shares }),
          contexts: [at(here, path.articleContext(thread.entry))],
        }),
    url: speech.url,
    contents:
      speech.language === null || speech.fullness !== 'whole'
        ? [content]
        : [content, new LanguageString(content, speech.language)],
    published: wireInstant(speech.published),
    ...(speech.revised === null ? {} : { updated: wireInstant(speech.revised) }),
    tos: [PUBLIC],
    ccs: [at(here, path.followers(speech.blog)), ...mentions.map(({ href }) => href)],
    tags: mentions.map((mention) => new Mention(mention)),
  });
}

/**
 * Everybody who is spoken to (federation.md item 69). Where a server puts them into an answer to this, as Mastodon does, that
 * answer comes back here. Only whoever lives elsewhere is named in the text too.
 */
function mentionsOf(here: Here, { answered, neighbours }: Speech): { href: URL; name: string }[] {
  const { host } = new URL(here.origin);
  return [
    ...(answered === null ? [] : [{ href: new URL(answered.id), name: `@${answered.handle}@${answered.host}` }]),
    ...neighbours.map(({ id, handle }) => ({ href: at(here, path.actor(id)), name: `@${handle}@${host}` })),
  ];
}

/** Mastodon's markup for a mention; Akkoma keeps the class only in exactly this form (federation.md §3). */
function withMention(html: string, actor: ActorRow): string {
  const mention = `<span class="h-card" translate="no"><a href="${escaped(actor.url)}" class="u-url mention">@<span>${escaped(actor.handle)}</span></a></span> `;
  return html.startsWith('<p>') ? `<p>${mention}${html.slice(3)}` : `<p>${mention}</p>${html}`;
}

function wordsOf({ html }: { html: Uint8Array }, { fullness, page }: { fullness: Fullness; page: URL }): string {
  const whole = wireContent(storedHtml(html));
  return fullness === 'excerpt' ? shortened(whole, { page }) : whole;
}
