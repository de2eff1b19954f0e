// Where a visitor may be sent: a path of ours, or the server of the very account they gave. Never anywhere else.
import type { Asking } from './door.ts';
import { prefixOf } from './language.ts';

/** Sends on to a path of ours, in the language of the address that was asked for. */
export function goTo(c: Asking, path: string): Response {
  return goAway(c, prefixOf(c) + path);
}

/** Sends on to another server, after `leadsHome` agreed. */
export function goAway(c: Asking, address: string): Response {
  c.header('Cache-Control', 'no-store');
  return c.redirect(address, 303);
}

/**
 * The path that a `next` field names, or null when it would lead away (mast CVE-2026-33868, security.md T53). It is read
 * as a browser reads it: `\`, tabs and `/.//` can all hide a second slash.
 */
export function safeNext(c: Asking, next: string): string | null {
  const url = next.startsWith('/') ? URL.parse(next, c.var.deps.origin) : null;
  if (url === null || url.origin !== c.var.deps.origin || url.pathname.startsWith('//')) return null;
  return url.pathname + url.search;
}

/** The server of `user@host`, `@user@host`, `acct:user@host` or a bare host, as URLs spell it; null for anything else. */
export function accountHost(account: string): string | null {
  const host = account
    .trim()
    .split('@')
    .at(-1)
    ?.replace(/^https?:\/\/|\/$/g, '');
  if (host === undefined || !/^[^\s/?#\\]+$/.test(host)) return null;
  return URL.parse(`https://${host}`)?.host ?? null;
}

/**
 * Whether a visitor who gave an account at `host` may be sent to `address`: only to that host, by https (by http too where
 * private addresses are allowed). A stranger's WebFinger answer could otherwise make us send people anywhere.
 */
export function leadsHome(c: Asking, { address, host }: { address: string; host: string }): boolean {
  const url = URL.parse(address);
  if (url === null || url.host !== host || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && c.var.deps.allowPrivateAddress);
}
