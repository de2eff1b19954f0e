// Answers for everybody, kept as bytes: a page is made once for each change, however many ask (design §4.13). Sessions never
// come here, and nothing is answered from memory after what it shows has changed.
import { createHash } from 'node:crypto';

/** Together, in bytes; pages of long Thai entries take a hundred kilobytes. */
const BYTES_MAX = 16 * 1024 * 1024;
/** What a larger answer would push out is worth more than the answer. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Addresses with long queries are nobody's bookmark. */
const PLACE_MAX = 512;

/** A finished answer. */
export interface Kept {
  status: number;
  headers: [name: string, value: string][];
  /** The same, name after value as `writeHead` takes them, with the length. */
  lines: string[];
  /** As `lines`, for a reader who has the answer already: without type and length. */
  linesOfSame: string[];
  bytes: Uint8Array<ArrayBuffer>;
  /** Null for redirects. */
  etag: string | null;
}

export type Shelf = ReturnType<typeof openShelf>;

/** Opens an empty shelf. `shown` says when everything on it is old. */
export function openShelf({ shown }: { shown: () => number }) {
  const kept = new Map<string, Kept>();
  let version = 0;
  let bytes = 0;

  function drop(place: string): void {
    bytes -= kept.get(place)?.bytes.byteLength ?? 0;
    kept.delete(place);
  }

  /** Clears the shelf if it is old. Returns what it now shows. */
  function renewed(): number {
    const now = shown();
    if (now !== version) {
      kept.clear();
      bytes = 0;
      version = now;
    }
    return version;
  }

  return {
    /** The number of what is shown now; an answer is only kept if it is still the same when the answer is made. */
    now: renewed,

    find(place: string): Kept | undefined {
      renewed();
      return kept.get(place);
    },

    /** Keeps an answer that was begun when `now` was `begun`. Refuses what is too large, or old already. */
    keep(place: string, { answer, begun }: { answer: Kept; begun: number }): void {
      const size = answer.bytes.byteLength;
      if (renewed() !== begun || size > ANSWER_BYTES_MAX || place.length > PLACE_MAX) return;
      drop(place);
      kept.set(place, answer);
      bytes += size;
      for (const oldest of kept.keys()) {
        if (bytes <= BYTES_MAX) break;
        drop(oldest);
      }
    },
  };
}

/** An answer ready to be kept. It is named by its content unless its maker named it (RFC 9110 §8.8.3). */
export async function bound(response: Response): Promise<Kept> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status } = response;
  const headers = new Headers(response.headers);
  if (status === 200 && !headers.has('etag')) headers.set('etag', `"${hashOf(bytes)}"`);
  const pairs = [...headers];
  return {
    status,
    headers: pairs,
    lines: [...pairs.filter(([name]) => name !== 'content-length'), ['content-length', `${bytes.byteLength}`]].flat(),
    linesOfSame: pairs.filter(([name]) => name !== 'content-length' && name !== 'content-type').flat(),
    bytes,
    etag: headers.get('etag'),
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** Whether a reader has this answer already: `If-None-Match` names it, weak or strong (RFC 9110 §13.1.2). */
export function isSame({ etag }: Kept, ifNoneMatch: string | null | undefined): boolean {
  if (etag === null || ifNoneMatch === null || ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const wanted = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === wanted);
}
