// Where an answer sends us, and what is asked there.
import type { Answer, Outgoing } from './transfer.ts';

const REDIRECTS = [301, 302, 303, 307, 308];

/** Where a redirect leads; null for any other answer, and for a Location that is no URL. */
export function redirectTarget(url: URL, { status, headers }: Answer): URL | null {
  const location = headers.get('location');
  return location === null || !REDIRECTS.includes(status) ? null : URL.parse(location, url);
}

/** An answer that sends the caller to `url`, as if the peer had said so. */
export function redirectTo(url: URL): Answer {
  return { status: 302, statusText: 'Found', headers: new Headers({ location: url.href }), bytes: new Uint8Array() };
}

/** The next request after a redirect, by the rules of the Fetch standard; nothing that identifies us leaves the origin. */
export function redirected(outgoing: Outgoing, { status, target }: { status: number; target: URL }): Outgoing {
  const headers = new Headers(outgoing.headers);
  if (target.origin !== outgoing.url.origin) {
    for (const name of ['authorization', 'cookie', 'signature', 'signature-input']) headers.delete(name);
  }
  const { method } = outgoing;
  const becomesGet = status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
  if (!becomesGet) return { ...outgoing, url: target, headers };
  for (const name of ['content-type', 'content-language', 'content-location', 'digest', 'content-digest']) {
    headers.delete(name);
  }
  return { url: target, method: 'GET', headers, body: null };
}
