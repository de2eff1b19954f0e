// Which answers stand on the shelf, under which name, and how they are given from there: to the framework, and before it to
// the bare socket, because most of a hot page's cost would be the framework's own.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import type { Asking, Env, HttpDeps } from './door.ts';
import { wantsActivity } from './negotiation.ts';
import { isReader } from './readers.ts';
import { SESSION_COOKIE } from './session.ts';
import { bound, isSame, type Kept, openShelf, type Shelf } from './shelf.ts';

/** Accept lines are remembered as they came; there are a few dozen in the world. */
const ACCEPTS_MAX = 500;
const ACCEPT_LENGTH_MAX = 512;

export interface Shelving {
  /** Stands before every other ring, so that what it keeps has all its headers. */
  ring: MiddlewareHandler<Env>;
  /**
   * Answers from the shelf without making a request object first, and says whether it did. What is not there, or not there
   * any more, is the framework's to make.
   */
  early(incoming: IncomingMessage, outgoing: ServerResponse): boolean;
}

/** Opens the shelf of the node behind `deps`. */
export function openShelving({
  shown,
  wantsDocument,
  read,
}: Pick<HttpDeps, 'shown' | 'wantsDocument' | 'read'>): Shelving {
  const shelf = openShelf({ shown });
  const tastes = new Map<string, string>();

  /** What an Accept line comes down to: the two questions that doors ask of it. */
  function tasteOf(c: Asking, accept: string): string {
    let taste = tastes.get(accept);
    if (taste === undefined) {
      if (tastes.size >= ACCEPTS_MAX) tastes.clear();
      taste = `${wantsActivity(c) ? 'activity' : 'page'} ${wantsDocument(accept) ? 'document' : 'page'}`;
      // Browsers' lines have under 200 characters, and a stranger's may fill a header.
      if (accept.length <= ACCEPT_LENGTH_MAX) tastes.set(accept, taste);
    }
    return taste;
  }

  return {
    ring: ring(shelf, { tasteOf, read }),
    early(incoming, outgoing) {
      const { headers, method, url } = incoming;
      if (method !== 'GET' && method !== 'HEAD') return false;
      const taste = tastes.get(headers.accept ?? '');
      if (taste === undefined || isPersonal(headers.cookie)) return false;
      const kept = shelf.find(`${taste} ${url}`);
      if (kept === undefined) return false;
      if (kept.read !== null && method === 'GET' && isReader((name) => headers[name])) read(kept.read);
      if (isSame(kept, headers['if-none-match'])) outgoing.writeHead(304, kept.linesOfSame).end();
      else outgoing.writeHead(kept.status, kept.lines).end(method === 'HEAD' ? undefined : kept.bytes);
      return true;
    },
  };
}

/**
 * Of many readers who ask for the same at once the first has it made and the others wait: a hundred at work on one page
 * would all end late.
 */
function ring(
  shelf: Shelf,
  { tasteOf, read }: { tasteOf: (c: Asking, accept: string) => string; read: HttpDeps['read'] },
): MiddlewareHandler<Env> {
  const making = new Map<string, Promise<Kept | null>>();
  return async (c, next) => {
    const { method, url, headers } = c.req.raw;
    // A HEAD is answered without a body, so there would be nothing to keep.
    if (method !== 'GET') return await next();
    const note = (entry: string | null | undefined) => {
      if (typeof entry === 'string' && isReader((name) => headers.get(name))) read(entry);
    };
    if (isPersonal(headers.get('cookie'))) {
      await next();
      note(c.var.read);
      return;
    }
    const place = `${tasteOf(c, headers.get('accept') ?? '')} ${url.slice(url.indexOf('/', 'https://'.length))}`;
    await making.get(place);
    let kept = shelf.find(place) ?? null;
    if (kept === null) {
      const work = made(c, { make: next, shelf, place });
      if (!making.has(place)) making.set(place, work);
      try {
        kept = await work;
      } finally {
        if (making.get(place) === work) making.delete(place);
      }
    }
    note(kept === null ? c.var.read : kept.read);
    if (kept === null) return;
    // Else the framework would add the headers of the answer that was just bound.
    c.res = undefined;
    c.res = isSame(kept, headers.get('if-none-match')) ? same(kept) : whole(kept);
  };
}

async function made(
  c: Asking,
  { make, shelf, place }: { make: () => Promise<void>; shelf: Shelf; place: string },
): Promise<Kept | null> {
  const begun = shelf.now();
  await make();
  if (!isPublic(c.res)) return null;
  const answer = await bound(c.res, { read: c.var.read ?? null, page: c.var.page });
  shelf.keep(place, { answer, begun });
  return answer;
}

/** Whether everybody may have it: its door said so, and it is neither a refusal nor about one browser. */
function isPublic({ status, headers }: Response): boolean {
  return (
    [200, 302, 308].includes(status) &&
    headers.get('cache-control')?.startsWith('public') === true &&
    !headers.has('set-cookie')
  );
}

/** Whether a session may come along; what it would see is not for the shelf. */
function isPersonal(cookie: string | null | undefined): boolean {
  return cookie?.includes(`${SESSION_COOKIE}=`) === true;
}

function whole({ bytes, status, headers }: Kept): Response {
  return new Response(bytes, { status, headers });
}

function same({ headersOfSame }: Kept): Response {
  return new Response(null, { status: 304, headers: headersOfSame });
}
