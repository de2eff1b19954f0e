// Who stands at the door: the session cookie, read once a request and only where somebody asks.
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Person } from '../domain/people.ts';
import { closeSession, openSession, sessionPerson } from '../domain/sessions.ts';
import { ANYONE, type Viewer, viewerOf } from '../domain/visibility.ts';
import { path } from '../urls.ts';
import type { Asking, Env, Visitor } from './door.ts';
import { isSafe } from './forms.ts';
import { goTo } from './redirects.ts';

const COOKIE = 'wethi';
const DAYS_30_SECONDS = 2_592_000;

/** The visitor of this request. */
export function visitorOf(c: Asking): Promise<Visitor> {
  const asked = c.var.visitor ?? recognise(c);
  c.set('visitor', asked);
  return asked;
}

/** The signed-in person; only behind `signedIn`. */
export async function personOf(c: Asking): Promise<{ person: Person; viewer: Viewer }> {
  const { person, viewer } = await visitorOf(c);
  if (person === null) throw new Error(`${c.req.path} needs the guard signedIn before it`);
  return { person, viewer };
}

async function recognise(c: Asking): Promise<Visitor> {
  const { pages, clock } = c.var.deps;
  const token = tokenOf(c);
  const person = token === undefined ? null : await sessionPerson(pages, { token, clock });
  return { person, viewer: person === null ? ANYONE : await viewerOf(pages, { person }) };
}

/** Lets only signed-in people through; sends others to sign in and, where they were reading, back again. */
export const signedIn = createMiddleware<Env>(async (c, next) => {
  if ((await visitorOf(c)).person !== null) return await next();
  return goTo(c, isSafe(c.req.method) ? path.signInThen(here(c)) : path.signIn());
});

/** This page's own path with its query, without the language. */
function here(c: Asking): string {
  return c.req.path + new URL(c.req.url).search;
}

/** Signs a person in. The token is always new, and the one that came along dies (session fixation, security.md T70). */
export async function signIn(c: Asking, person: Person): Promise<void> {
  const { db, clock } = c.var.deps;
  await signOut(c);
  const token = await openSession(db, { person: person.id, clock });
  const flags = { httpOnly: true, sameSite: 'Lax', maxAge: DAYS_30_SECONDS } as const;
  if (secure(c)) setCookie(c, COOKIE, token, { ...flags, prefix: 'host', secure: true });
  else setCookie(c, COOKIE, token, flags);
}

/** Ends the session of this browser, if there is one. */
export async function signOut(c: Asking): Promise<void> {
  const token = tokenOf(c);
  if (token === undefined) return;
  await closeSession(c.var.deps.db, { token });
  if (secure(c)) deleteCookie(c, COOKIE, { prefix: 'host', secure: true });
  else deleteCookie(c, COOKIE);
}

function tokenOf(c: Asking): string | undefined {
  return secure(c) ? getCookie(c, COOKIE, 'host') : getCookie(c, COOKIE);
}

/** `__Host-` cookies need https; in practice mode on http the plain name stands in. */
function secure(c: Asking): boolean {
  return c.var.deps.origin.startsWith('https:');
}
