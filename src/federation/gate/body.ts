// Reads a peer's body once, with a cap on bytes, on pieces and on time, so that nobody can fill our memory or hold a socket.
import { getLogger } from '@logtape/logtape';
import type { Problem } from './problem.ts';

/**
 * The largest body we read. Mastodon takes 1 MiB, Misskey 64 KiB. The sockets and streams below us have taken up to
 * 230 kB more when we stop (measured), and a refused giant shall cost 1 MiB at most.
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
export function findBodyFault(request: Request): Problem | null {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    return unread(request, { status: 415, detail: 'Send the body without Content-Encoding.' });
  }
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '').split(';').map((part) => part.trim());
  const given = new Map(parameters.map((part) => readParameter(part)));
  const charset = given.get('charset')?.toLowerCase() ?? 'utf-8';
  const profiled = type.toLowerCase() !== 'application/ld+json' || given.get('profile')?.split(' ').includes(PROFILE);
  if (!MEDIA_TYPE.test(type.toLowerCase()) || charset !== 'utf-8' || !profiled) {
    return unread(request, { status: 415, detail: 'Send application/activity+json in UTF-8.' });
  }
  if (Number(request.headers.get('content-length')) > BODY_BYTES_MAX) return tooLarge();
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
function declaredBytes(request: Request): number {
  const declared = request.headers.get('content-length');
  if (declared !== null) return Number(declared);
  return request.headers.has('transfer-encoding') ? Number.POSITIVE_INFINITY : 0;
}

/**
 * A refusal before the body was read. A short body is left to the server, which drains it, so that an honest peer gets
 * to see the answer; behind an endless one we hang up.
 */
export function unread(request: Request, problem: Problem): Problem {
  return declaredBytes(request) <= BODY_BYTES_MAX ? problem : { ...problem, hangUp: true };
}

function tooLarge(): Problem {
  return { status: 413, detail: `The body is larger than ${BODY_BYTES_MAX} bytes.`, hangUp: true };
}

export type Body = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; problem: Problem };

/** Reads the whole body, at most `BODY_BYTES_MAX` bytes in at most `seconds`; 413 or 408 as soon as either is passed. */
export async function readBody(request: Request, { seconds }: { seconds: number }): Promise<Body> {
  if (request.body === null) return { ok: true, bytes: new Uint8Array() };
  const reader = request.body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, seconds * 1_000, 'late');
  });
  let bytes = new Uint8Array(16 * 1024);
  let length = 0;
  try {
    for (let pieces = 1; ; pieces++) {
      const piece = await Promise.race([reader.read(), late]);
      if (piece === 'late') {
        return await stop(reader, { status: 408, detail: `The body took over ${seconds} seconds.`, hangUp: true });
      }
      if (piece.done) return { ok: true, bytes: bytes.slice(0, length) };
      if (length + piece.value.length > BODY_BYTES_MAX) return await stop(reader, tooLarge());
      if (pieces > PIECES_MAX) {
        return await stop(reader, { status: 400, detail: 'The body comes in too many pieces.', hangUp: true });
      }
      if (length + piece.value.length > bytes.length) bytes = grown(bytes, length + piece.value.length);
      bytes.set(piece.value, length);
      length += piece.value.length;
    }
  } catch (error) {
    log.debug('A peer left while sending: {error}', { error });
    return { ok: false, problem: { status: 400, detail: 'The body ended early.', hangUp: true } };
  } finally {
    clearTimeout(timer);
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(BODY_BYTES_MAX, Math.max(needed, bytes.length * 2)));
  larger.set(bytes);
  return larger;
}

async function stop(reader: ReadableStreamDefaultReader, problem: Problem): Promise<Body> {
  await reader.cancel(problem.detail);
  return { ok: false, problem };
}
