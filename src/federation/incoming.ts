// Translates what others send into plain data: actors, comments and posts. Verified before, sanitised here.
import {
  type Actor,
  Article,
  Hashtag,
  isActor,
  LanguageString,
  Link,
  Note,
  Page,
  Question,
  type Object as Thing,
} from '@fedify/vocab';
import type { KnownActor } from '../domain/actors.ts';
import type { Arriving } from '../domain/comments/receive.ts';
import { isLanguage } from '../domain/language.ts';
import type { ArrivingPost } from '../domain/posts.ts';
import { plainText } from '../domain/text/excerpt.ts';
import { plainToHtml, type SafeHtml, sanitiseRemote } from '../domain/text/sanitise.ts';
import { type Here, PUBLIC } from './here.ts';
import { keptInstant } from './instants.ts';

/** Things that are told as texts: what a comment or a kept post can be (federation.md item 62). */
export type Told = Article | Note | Page | Question;

/** Whether the thing is a text that we keep. */
export function isTold(thing: unknown): thing is Told {
  return thing instanceof Article || thing instanceof Note || thing instanceof Page || thing instanceof Question;
}

/** Longest text kept from afar, in characters of HTML; Mastodon's own servers send far less. */
const CONTENT_MAX = 200_000;

/** Longest address kept from afar, in characters; the gate takes ids up to 2,000 (security.md T38). */
const ADDRESS_MAX = 2_048;

/** What would make another account of `@name@host` to a reader, such as blanks, signs or an `@`. */
const NO_HANDLE = /[^\p{L}\p{M}\p{N}_.-]+/gu;

/** Small things are taken as they come in the document; what is only named there is not asked for, for nobody else does. */
const EMBEDDED = { crossOrigin: 'ignore', suppressError: true, documentLoader: nothingAsked } as const;

async function nothingAsked(url: string): Promise<never> {
  throw new Error(`${url} is only named`);
}

/**
 * An actor as we keep it, or null when it lacks an inbox, a name to call it by, or keeps its inbox on another origin
 * (federation.md §0.5: one origin for all).
 */
export async function knownActorOf(actor: Actor): Promise<KnownActor | null> {
  const { id, inboxId } = actor;
  const handle = textOf(actor.preferredUsername).replace(NO_HANDLE, '');
  if (id === null || inboxId === null || handle === '' || inboxId.origin !== id.origin) return null;
  if (!isShort(id) || !isShort(inboxId)) return null;
  const sharedInbox = actor.endpoints?.sharedInbox ?? null;
  const icon = await actor.getIcon(EMBEDDED);
  return {
    id: id.href,
    handle: handle.slice(0, 100),
    host: id.host,
    name: plainText(textOf(actor.name)) || handle,
    summary: plainText(textOf(actor.summary)),
    url: pageOf(actor.url, id),
    icon: icon?.url instanceof URL && icon.url.protocol === 'https:' && isShort(icon.url) ? icon.url.href : null,
    inbox: inboxId.href,
    sharedInbox: sharedInbox?.origin === id.origin && isShort(sharedInbox) ? sharedInbox.href : null,
    followers: actor.followersId !== null && isShort(actor.followersId) ? actor.followersId.href : null,
  };
}

/** The ids of the accounts elsewhere that an actor says are its own. */
export function aliasesOf(actor: Actor): string[] {
  return actor.aliasIds.map(({ href }) => href);
}

/** Whether everybody may see it: `Public` in `to`, or in `cc` as GoToSocial's "unlocked" has it (federation.md §10). */
export function isPublic(thing: Thing): boolean {
  return [...thing.toIds, ...thing.ccIds].some((id) => id.href === PUBLIC.href);
}

/** A reply as a comment, or null when there is nothing to show: a poll's vote has a name and no content. */
export function commentOf(here: Here, note: Told, { actor }: { actor: string }): Arriving | null {
  const html = htmlOf(note);
  if (note.id === null || html === null) return null;
  return {
    uri: note.id.href,
    url: pageOf(note.url, note.id),
    actor,
    html,
    language: languageOf(note),
    published: clamped(here, note.published),
  };
}

/** A text as a post to be kept, or null when it has no id. */
export function postOf(
  here: Here,
  thing: Told,
  { actor, tags }: { actor: string; tags: string[] },
): ArrivingPost | null {
  if (thing.id === null) return null;
  const type =
    thing instanceof Article
      ? 'Article'
      : thing instanceof Page
        ? 'Page'
        : thing instanceof Question
          ? 'Question'
          : 'Note';
  return {
    id: thing.id.href,
    actor,
    type,
    title: plainText(textOf(thing.name)) || null,
    summary: plainText(textOf(thing.summary)) || null,
    html: htmlOf(thing) ?? plainToHtml(''),
    url: pageOf(thing.url, thing.id),
    language: languageOf(thing),
    inReplyTo: thing.replyTargetId?.href ?? null,
    published: clamped(here, thing.published),
    revised: thing.updated === null ? null : clamped(here, thing.updated),
    tags,
  };
}

/** The names of a thing's hashtags, with or without `#`, as they came. Embedded only: no fetch for a tag. */
export async function tagNamesOf(thing: Thing): Promise<string[]> {
  const names: string[] = [];
  for await (const tag of thing.getTags(EMBEDDED)) {
    if (tag instanceof Hashtag && tag.name !== null) names.push(textOf(tag.name));
  }
  return names;
}

/** When a text was revised: what its author says, never later than now. */
export function revisedOf(here: Here, thing: Told): string {
  return clamped(here, thing.updated);
}

/** The first actor who stands behind a text; null when nobody is named. */
export function attributionOf(thing: Thing): URL | null {
  const ids = thing.attributionIds;
  return ids.length >= 1 && ids[0] !== undefined ? ids[0] : null;
}

/** The thing as an actor, if it is one. */
export function asActor(thing: unknown): Actor | null {
  return thing !== null && typeof thing === 'object' && isActor(thing as Thing) ? (thing as Actor) : null;
}

function htmlOf(thing: Told): SafeHtml | null {
  const content = textOf(thing.content);
  if (content.trim() === '') return null;
  const cut = content.slice(0, CONTENT_MAX);
  const html = thing.mediaType === 'text/plain' ? plainToHtml(cut) : sanitiseRemote(cut);
  // A picture alone, or what had to be taken out, leaves nothing to show.
  return html.replace(/<[^<>]*>/g, '').trim() === '' ? null : html;
}

/** The first language that a text names, as Mastodon reads it (federation.md §12). */
function languageOf(thing: Told): string | null {
  for (const text of [...thing.contents, ...thing.names]) {
    if (text instanceof LanguageString && isLanguage(text.locale.toString())) return text.locale.toString();
  }
  return null;
}

function textOf(text: string | LanguageString | null): string {
  return text === null ? '' : text.toString();
}

/** Only a page on the same host is shown as "the original"; anything else would let a text point where it likes. */
function pageOf(url: URL | Link | null, id: URL): string {
  const href = url instanceof Link ? url.href : url;
  const shown = href !== null && href.host === id.host && /^https?:$/.test(href.protocol) && isShort(href);
  return shown ? href.href : id.href;
}

/** Times from afar: none in the future, none before the web, so that nobody stands at the top for ever (security.md T29). */
function clamped(here: Here, instant: Temporal.Instant | null): string {
  const now = here.clock.now();
  if (instant === null || instant.epochMilliseconds > now || instant.epochMilliseconds < Date.UTC(1990))
    return new Date(now).toISOString();
  return keptInstant(instant);
}

function isShort(url: URL): boolean {
  return url.href.length <= ADDRESS_MAX;
}
