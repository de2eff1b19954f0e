// Looking others up: a handle or an address in, plain data out. Also where a visitor's own server wants to be asked.
import type { Context } from '@fedify/fedify';
import { isActor, type Object as Thing } from '@fedify/vocab';
import { type KnownActor, rememberActor } from '../domain/actors.ts';
import type { LookedUp } from '../domain/lookup.ts';
import { INSTANCE } from '../domain/organisations.ts';
import type { Telling } from '../domain/refusal.ts';
import { named } from '../urls.ts';
import type { Here } from './here.ts';
import { aliasesOf, attributionOf, isPublic, isTold, knownActorOf, postOf } from './incoming.ts';
import { unlessUnreadable } from './unreadable.ts';
import { relsFor } from './webfinger.ts';

/** Reads `@user@host`, `user@host` or `acct:user@host`. */
export function readAccount(text: string): { user: string; host: string } | null {
  const match = text
    .trim()
    .match(/^(?:acct:)?@?([\p{L}\p{M}\p{N}_.-]{1,100})@([\p{L}\p{M}\p{N}.-]{1,253}(?::\d{1,5})?)$/u);
  return match === null ? null : { user: match[1] ?? '', host: (match[2] ?? '').toLowerCase() };
}

/** Finds an actor or a post and remembers the actor. Never throws for what another server does. */
export async function lookUp(context: Context<Here>, text: string): Promise<LookedUp> {
  const account = readAccount(text);
  const asked = account === null ? text.trim() : `acct:${account.user}@${account.host}`;
  if (account === null && !/^https?:\/\//.test(asked)) return { kind: 'nothing', telling: unreadable(text) };
  const here = context.data;
  if (account === null && named(here.origin, asked) !== null) return { kind: 'nothing', telling: isOurs(asked) };
  const loaders = await loadersOf(context);
  const found = await unlessUnreadable(() => context.lookupObject(asked, loaders));
  if (found === null) return { kind: 'nothing', telling: notFound(text) };
  if (isActor(found)) {
    const actor = await knownActorOf(found);
    if (actor === null) return { kind: 'nothing', telling: notFound(text) };
    await rememberActor(here.db, { actor, clock: here.clock });
    return { kind: 'actor', actor, aliases: aliasesOf(found) };
  }
  return await postFound(context, found, text);
}

async function postFound(context: Context<Here>, found: Thing, text: string): Promise<LookedUp> {
  const here = context.data;
  const attribution = attributionOf(found);
  if (
    !isTold(found) ||
    found.id === null ||
    attribution === null ||
    attribution.origin !== found.id.origin ||
    !isPublic(found)
  ) {
    return { kind: 'nothing', telling: notFound(text) };
  }
  const author = await authorOf(context, attribution);
  const post = author === null ? null : postOf(here, found, { actor: author.id, tags: [] });
  if (author === null || post === null) return { kind: 'nothing', telling: notFound(text) };
  await rememberActor(here.db, { actor: author, clock: here.clock });
  const { id, url, type, title, summary, html, published } = post;
  return { kind: 'post', post: { id, url, type, title, summary, html, published }, author };
}

async function authorOf(context: Context<Here>, id: URL): Promise<KnownActor | null> {
  const loaders = await loadersOf(context);
  const actor = await unlessUnreadable(() => context.lookupObject(id, loaders));
  return actor !== null && isActor(actor) && actor.id?.href === id.href ? await knownActorOf(actor) : null;
}

/** Asks with the instance actor's signature: GoToSocial answers nobody without one. */
async function loadersOf(context: Context<Here>) {
  return { documentLoader: await context.getDocumentLoader({ identifier: INSTANCE }) };
}

/**
 * Where a visitor's own server wants to be told "follow" or "answer" this: FEP-3b86, then the OStatus template, then
 * Mastodon's own path (federation.md §11). The answer always stands on the host that the visitor named, so that a
 * spoofed document cannot send them elsewhere (security.md T53).
 */
export async function remoteTemplate(
  context: Context<Here>,
  { account, object, plainHttp }: { account: string; object: string; plainHttp: 'allowed' | 'refused' },
): Promise<{ ok: true; url: string } | { ok: false; telling: Telling }> {
  const asked = readAccount(account) ?? readHost(account);
  if (asked === null) return { ok: false, telling: unreadable(account) };
  const resource = asked.user === null ? `https://${asked.host}` : `acct:${asked.user}@${asked.host}`;
  const document = await context.lookupWebFinger(resource);
  if (document === null) return { ok: false, telling: notFound(account) };
  // An account is there to be followed, anything else to be answered.
  const link = relsFor(readAccount(object) === null ? 'Object' : 'Follow')
    .map((rel) => document.links?.find((link) => link.rel === rel))
    .find((link) => link !== undefined);
  const template = link?.template ?? `https://${asked.host}/authorize_interaction?uri={uri}`;
  const filled = template.replaceAll(/\{(uri|object)\}/g, encodeURIComponent(object)).replaceAll(/\{[^}]*\}/g, '');
  if (!URL.canParse(filled)) return { ok: false, telling: notFound(account) };
  const url = new URL(filled);
  const secure = url.protocol === 'https:' || (plainHttp === 'allowed' && url.protocol === 'http:');
  return secure && url.host === asked.host ? { ok: true, url: url.href } : { ok: false, telling: notFound(account) };
}

function readHost(text: string): { user: null; host: string } | null {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
  return /^[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+(:\d{1,5})?$/u.test(host) ? { user: null, host } : null;
}

function unreadable(text: string): Telling {
  return {
    th: `อ่าน "${text.slice(0, 100)}" ไม่ออก เขียนแบบ @ชื่อ@เซิร์ฟเวอร์ หรือวางที่อยู่ที่ขึ้นต้นด้วย https://`,
    en: `"${text.slice(0, 100)}" cannot be read; write it like @name@server, or paste an address that begins with https://`,
  };
}

function notFound(text: string): Telling {
  return {
    th: `หา ${text.slice(0, 100)} ไม่พบ ตรวจตัวสะกด แล้วดูว่าเซิร์ฟเวอร์นั้นเปิดอยู่ จากนั้นลองใหม่`,
    en: `${text.slice(0, 100)} was not found; check the spelling and that the server is up, then try again`,
  };
}

function isOurs(text: string): Telling {
  return {
    th: `${text.slice(0, 100)} อยู่ในเวทีนี้เอง เปิดหน้านั้นได้เลย`,
    en: `${text.slice(0, 100)} is on this very node; open that page instead`,
  };
}
