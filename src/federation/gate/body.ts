// Reads a peer's body once, with a cap on bytes, on pieces and on time, so that nobody can fill our memory or hold a socket.
import { getLogger } from '@logtape/logtape';
import type { Parcel } from './parcel.ts';
import type { Problem } from './reply.ts';

/**
 * The largest body we read. Mastodon takes 1 MiB, Misskey 64 KiB. The sockets and streams below us have taken up to
 * 230 kB more when we stop, and a refused giant shall cost 1 MiB at most.
 */
export const BODY_BYTES_MAX = 640 * 1024;

/** A body of one-byte pieces costs a hundred times its size in bookkeeping; an honest one comes in about 600. */
const PIECES_MAX = 4_096;

const MEDIA_TYPE = /^application\/(?:activity\+json|ld\+json)$/;
const PROFILE = 'https://www.w3.org/ns/activitystreams';

const log = getLogger(['wethi', 'federation']);

/**
 * What is wrong with the headers that say what the body is, or null. Takes `application/activity+json`, and
 * `application/ld+json` with the ActivityStreams profile (ActivityPub §7), uncompressed and in UTF-8.
 */
export function findBodyFault(parcel: Parcel): Problem | null {
  const { headers } = parcel;
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    return unread(parcel, { status: 415, detail: 'Send the body without Content-Encoding.' });
  }
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').split(';').map((part) => part.trim());
  const given = new Map(parameters.map((part) => readParameter(part)));
  const charset = given.get('charset')?.toLowerCase() ?? 'utf-8';
  const profiled = type.toLowerCase() !== 'application/ld+json' || given.get('profile')?.split(' ').includes(PROFILE);
  if (!MEDIA_TYPE.test(type.toLowerCase()) || charset !== 'utf-8' || !profiled) {
    return unread(parcel, { status: 415, detail: 'Send application/activity+json in UTF-8.' });
  }
  if (Number(headers.get('content-length')) > BODY_BYTES_MAX) return tooLarge();
  return null;
}

function readParameter(part: string): [string, string] {
  const [name = '', ...value] = part.split('=');
  return [
    name.trim().toLowerCase(),
    value
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1'),
  ];
}

/** What `Content-Length` says; Infinity for a chunked body, which says nothing; 0 when there is no body. */
function declaredBytes({ headers }: Parcel): number {
  const declared = headers.get('content-length');
  if (declared !== null) return Number(declared);
  return headers.has('transfer-encoding') ? Number.POSITIVE_INFINITY : 0;
}

/**
 * A refusal before the body was read. A short body is left to the server, which drains it, so that an honest peer gets
 * to see the answer; behind an endless one we hang up.
 */
export function unread(parcel: Parcel, problem: Problem): Problem {
  return declaredBytes(parcel) <= BODY_BYTES_MAX ? problem : { ...problem, hangUp: true };
}

function tooLarge(): Problem {
  return { status: 413, detail: `The body is larger than ${BODY_BYTES_MAX} bytes.`, hangUp: true };
}

export type Body = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problem: Problem };

/**
 * Collects a body piece by piece, copying each: a piece of one byte may hold on to all that was read from the socket with it. Most
 * come in one piece, and are copied once into memory that small ones share: what is asked of the system for each makes the
 * collector run.
 */
export function openHeap() {
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  let length = 0;
  let pieces = 0;
  return {
    /** Takes a piece, or says why no more is taken. */
    add(piece: Uint8Array): Problem | null {
      if (length + piece.length > BODY_BYTES_MAX) return tooLarge();
      if (++pieces > PIECES_MAX) return { status: 400, detail: 'The body comes in too many pieces.', hangUp: true };
      if (length + piece.length > bytes.length) bytes = grown(bytes, { length, needed: length + piece.length });
      bytes.set(piece, length);
      length += piece.length;
      return null;
    },
    whole: (): Uint8Array<ArrayBuffer> => bytes.subarray(0, length),
  };
}

/** The first piece finds just room enough; after that there is always room for as much again. */
function grown(
  bytes: Uint8Array<ArrayBuffer>,
  { length, needed }: { length: number; needed: number },
): Uint8Array<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.min(BODY_BYTES_MAX, Math.max(needed, length * 2)));
  larger.set(bytes.subarray(0, length));
  return larger;
}

/** Says that a body took longer than `seconds`. */
export function tooLate(seconds: number): Problem {
  return { status: 408, detail: `The body took over ${seconds} seconds.`, hangUp: true };
}

/** Says that a peer left while it was sending; `error` is what its socket said. */
export function brokenOff(error: unknown): Problem {
  log.debug('A peer left while sending: {error}', { error });
  return { status: 400, detail: 'The body ended early.', hangUp: true };
}
