// The language of a page: English under /en, else what the visitor chose, else the organisation's. Accept-Language is
// never asked, because one cached page serves everybody (design §4.8).
import { getCookie } from 'hono/cookie';
import { getPath } from 'hono/utils/url';
import type { Language } from '../views/messages/words.ts';
import type { Asking } from './door.ts';

/** Holds `th` or `en`. */
export const LANGUAGE_COOKIE = 'lang';

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

/** What the visitor chose for addresses without /en, or null. A page that follows a cookie must not be shared. */
export function chosenLanguage(c: Asking): Language | null {
  const chosen = getCookie(c, LANGUAGE_COOKIE);
  return chosen === 'th' || chosen === 'en' ? chosen : null;
}

/** The language of the page that answers; `organisation` is the organisation's own, where there is one. */
export function languageOf(c: Asking, organisation: string | undefined): Language {
  if (prefixOf(c) === '/en') return 'en';
  return chosenLanguage(c) ?? (organisation === 'en' ? 'en' : 'th');
}
