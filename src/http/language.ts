// The language of a page stands in its address: English under /en, else Thai. Accept-Language is never asked, because one
// cached page serves everybody (design §4.8).
import { getPath } from 'hono/utils/url';
import type { Language } from '../views/messages/words.ts';
import type { Asking } from './door.ts';

/** The path that is routed: without /en, so that every page has one door for both languages. */
export function pathWithoutLanguage(request: Request): string {
  const path = getPath(request);
  if (path === '/en') return '/';
  return path.startsWith('/en/') ? path.slice('/en'.length) : path;
}

/** What stands before each path of a request that came in under /en; nothing otherwise. */
export function prefixOf(c: Asking): '/en' | '' {
  return getPath(c.req.raw) === c.req.path ? '' : '/en';
}

/** The language of the page that answers. */
export function languageOf(c: Asking): Language {
  return prefixOf(c) === '/en' ? 'en' : 'th';
}
