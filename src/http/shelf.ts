// Answers for everybody, kept as bytes: a page is made once for each change, however many ask (design §4.13). Sessions never
// come here, and nothing is answered from memory after what it shows has changed.
import { hash } from 'node:crypto';
import { getLogger } from '@logtape/logtape';

/** Together, as `weightOf` weighs; pages of long Thai entries take a hundred kilobytes. */
const WEIGHT_MAX = 16 * 1024 * 1024;
/**
 * What an answer weighs beside its bytes and its name: its headers, twice more as lines, and places in maps. That is three
 * kilobytes of heap by measurement, rounded up. Without it redirects, which have no bytes, would cost nothing: `/?1`, `/?2` …
 */
const FRAME_BYTES = 4 * 1024;
/** What a larger answer would push out is worth more than the answer. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Addresses with long queries are nobody's bookmark. */
const PLACE_MAX = 512;

const logger = getLogger(['wethi', 'http']);

/** A finished answer. */
export interface Kept {
  status: number;
  /** By their names in lower case. A cookie is for one browser, so none stands twice. */
  headers: Record<string, string>;
  /** The same, name after value as `writeHead` takes them, with the length. */
  lines: string[];
  /** As `headers` and `lines`, for a reader who has the answer already: without type and length. */
  headersOfSame: Record<string, string>;
  linesOfSame: string[];
  bytes: Uint8Array<ArrayBuffer>;
  /** Null for redirects. */
  etag: string | null;
  /** The entry that whoever is given this reads; null for everything else. */
  read: string | null;
}

export type Shelf = ReturnType<typeof openShelf>;

/** Opens an empty shelf. `shown` says when everything on it is old; while it fails, nothing is kept and nothing found. */
export function openShelf({ shown }: { shown: () => number }) {
  const kept = new Map<string, Kept>();
  let version: number | null = null;
  let weight = 0;
  let failing = false;

  function drop(place: string): void {
    const answer = kept.get(place);
    if (answer === undefined) return;
    weight -= weightOf(place, answer);
    kept.delete(place);
  }

  /** Null when it cannot be known. It is asked at the bare socket, where nobody would catch what is thrown. */
  function asked(): number | null {
    try {
      const now = shown();
      failing = false;
      return now;
    } catch (error) {
      // Once, when it begins: a full disk is not to be filled further.
      if (!failing)
        logger.error('nothing is answered from memory until the database says what is shown: {error}', { error });
      failing = true;
      return null;
    }
  }

  /** Clears the shelf if it is old, or may be. Returns what it now shows. */
  function renewed(): number | null {
    const now = asked();
    if (now !== version) {
      kept.clear();
      weight = 0;
      version = now;
    }
    return version;
  }

  return {
    /** The number of what is shown now, null if unknown; an answer is only kept if it is the same when the answer is made. */
    now: renewed,

    find(place: string): Kept | undefined {
      renewed();
      return kept.get(place);
    },

    /** Keeps an answer that was begun when `now` was `begun`. Refuses what is too large, or old already. */
    keep(place: string, { answer, begun }: { answer: Kept; begun: number | null }): void {
      if (begun === null || renewed() !== begun) return;
      if (answer.bytes.byteLength > ANSWER_BYTES_MAX || place.length > PLACE_MAX) return;
      drop(place);
      kept.set(place, answer);
      weight += weightOf(place, answer);
      for (const oldest of kept.keys()) {
        if (weight <= WEIGHT_MAX) break;
        drop(oldest);
      }
    },
  };
}

/** What keeping an answer costs, in bytes, rounded up: a name takes up to two for each character. */
function weightOf(place: string, { bytes }: Kept): number {
  return bytes.byteLength + 2 * place.length + FRAME_BYTES;
}

/**
 * An answer ready to be kept. It is named by its content unless its maker named it (RFC 9110 §8.8.3). `page` is its body, where
 * that is at hand.
 */
export async function bound(
  response: Response,
  { read = null, page }: { read?: string | null; page?: Uint8Array<ArrayBuffer> | undefined } = {},
): Promise<Kept> {
  const bytes = page ?? new Uint8Array(await response.arrayBuffer());
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  if (status === 200) headers.etag ??= `"${hashOf(bytes)}"`;
  headers['content-length'] = `${bytes.byteLength}`;
  const { 'content-length': _length, 'content-type': _type, ...headersOfSame } = headers;
  return {
    status,
    headers,
    lines: Object.entries(headers).flat(),
    headersOfSame,
    linesOfSame: Object.entries(headersOfSame).flat(),
    bytes,
    etag: headers.etag ?? null,
    read,
  };
}

function hashOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url').slice(0, 22);
}

/** Whether a reader has this answer already: `If-None-Match` names it, weak or strong (RFC 9110 §13.1.2). */
export function isSame({ etag }: Kept, ifNoneMatch: string | null | undefined): boolean {
  if (etag === null || ifNoneMatch === null || ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const wanted = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === wanted);
}
