// Who stands at the door: the session cookie, read once a request and only where somebody asks.
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Person } from '../domain/people.ts';
import { closeSession, openSession, renewSession, sessionOf } from '../domain/sessions.ts';
import { ANYONE, type Viewer, viewerOf } from '../domain/visibility.ts';
import type { Asking, Visitor } from './door.ts';

/** The cookie's name; under https `__Host-` stands before it. */
export const SESSION_COOKIE = 'wethi';
const DAYS_30_SECONDS = 2_592_000;

/** The visitor of this request. */
export function visitorOf(c: Asking): Promise<Visitor> {
  // Not by `c.var`, which copies everything that was set.
  const asked = c.get('visitor') ?? recognise(c);
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
  const { db, pages, clock } = c.var.deps;
  const token = tokenOf(c);
  const session = token === undefined ? null : await sessionOf(pages, { token, clock });
  if (token === undefined || session === null) return { person: null, viewer: ANYONE };
  if (session.aged) {
    await renewSession(db, { token, clock });
    // The browser counts the thirty days too.
    keepToken(c, token);
  }
  const { person } = session;
  return { person, viewer: await viewerOf(pages, { person }) };
}

/**
 * Signs a person in and returns the token. It is always new, and the one that came along dies (session fixation,
 * security.md T70).
 */
export async function signIn(c: Asking, person: Person): Promise<string> {
  const { db, clock } = c.var.deps;
  await signOut(c);
  const token = await openSession(db, { person: person.id, clock });
  keepToken(c, token);
  return token;
}

function keepToken(c: Asking, token: string): void {
  const flags = { httpOnly: true, sameSite: 'Lax', maxAge: DAYS_30_SECONDS } as const;
  if (secure(c)) setCookie(c, SESSION_COOKIE, token, { ...flags, prefix: 'host', secure: true });
  else setCookie(c, SESSION_COOKIE, token, flags);
}

/** The session cookie as a browser sends it. */
export function cookieOf(c: Asking, token: string): string {
  return `${secure(c) ? '__Host-' : ''}${SESSION_COOKIE}=${token}`;
}

/** Ends the session of this browser, if there is one. */
export async function signOut(c: Asking): Promise<void> {
  const token = tokenOf(c);
  if (token === undefined) return;
  await closeSession(c.var.deps.db, { token });
  if (secure(c)) deleteCookie(c, SESSION_COOKIE, { prefix: 'host', secure: true });
  else deleteCookie(c, SESSION_COOKIE);
}

function tokenOf(c: Asking): string | undefined {
  return secure(c) ? getCookie(c, SESSION_COOKIE, 'host') : getCookie(c, SESSION_COOKIE);
}

/** `__Host-` cookies need https; in practice mode on http the plain name stands in. */
function secure(c: Asking): boolean {
  return c.var.deps.origin.startsWith('https:');
}
