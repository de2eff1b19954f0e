// The door at which a visitor chooses a language for the addresses without /en.
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { path } from '../urls.ts';
import type { Language } from '../views/messages/words.ts';
import type { Env } from './door.ts';
import { formOf } from './forms.ts';
import { LANGUAGE_COOKIE } from './language.ts';
import { goAway, safeNext } from './redirects.ts';

const YEAR_SECONDS = 31_536_000;

/** POST `language` and `next`: remembers the choice and returns to the page. */
export const chooseLanguage = new Hono<Env>().post(path.language(), async (c) => {
  const form = await formOf(c);
  const chosen: Language = form.text('language') === 'en' ? 'en' : 'th';
  const secure = c.var.deps.origin.startsWith('https:');
  setCookie(c, LANGUAGE_COOKIE, chosen, { sameSite: 'Lax', httpOnly: true, secure, maxAge: YEAR_SECONDS });
  const next = safeNext(c, form.text('next')) ?? path.home();
  return goAway(c, chosen === 'en' ? `/en${next}` : next);
});
