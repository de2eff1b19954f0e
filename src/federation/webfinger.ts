// What WebFinger adds to the library's answers: one spelling of a handle, and where this node's people want to be sent home.
import type { Federatable } from '@fedify/fedify';
import { absolute, path } from '../urls.ts';
import type { Here } from './here.ts';
import { readdressed } from './readdressed.ts';

/** Where a visitor's own server wants to be told "answer" or "like" this, best first (federation.md §11). */
const ANY = [
  { rel: 'https://w3id.org/fep/3b86/Object', parameter: '{object}' },
  { rel: 'http://ostatus.org/schema/1.0/subscribe', parameter: '{uri}' },
] as const;

/** What a page of ours can have a visitor do at home. */
export type Intent = 'Follow' | 'Object';

/** The rels to look for, best first: the one of the intent, if it has its own, then those for anything (FEP-3b86). */
export function relsFor(intent: Intent): string[] {
  return [...new Set([`https://w3id.org/fep/3b86/${intent}`, ...ANY.map(({ rel }) => rel)])];
}

/** What our own people can do when they are sent home: one page asks them which (src/http/interaction.ts). */
const TEMPLATES = [
  { rel: 'https://w3id.org/fep/3b86/Follow', parameter: '{object}' },
  { rel: 'https://w3id.org/fep/3b86/Like', parameter: '{object}' },
  ...ANY,
];

/** Registers the links that other servers read before they send one of our people home (federation.md item 5). */
export function registerWebfingerLinks(federation: Federatable<Here>): void {
  federation.setWebFingerLinksDispatcher((context) =>
    TEMPLATES.map(({ rel, parameter }) => ({
      rel,
      template: `${absolute(context.data.origin, path.authorizeInteraction())}?uri=${parameter}`,
    })),
  );
}

/**
 * A WebFinger request with its handle in lower case, as all of ours are: the library repeats the asker's spelling, and
 * GoToSocial compares it with the canonical one letter by letter (federation.md items 1, 2). Others come back as they are.
 */
export function withCanonicalResource(request: Request): Request {
  const url = new URL(request.url);
  const resource = url.searchParams.get('resource');
  if (!isWebfinger(url) || resource === null || !/^acct:/i.test(resource)) return request;
  url.searchParams.set('resource', resource.toLowerCase());
  return readdressed(request, url);
}

/** Whether somebody asks who somebody is. */
export function isWebfinger(url: URL): boolean {
  return url.pathname === '/.well-known/webfinger';
}
