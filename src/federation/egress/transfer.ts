// One request and its whole answer, within time and size. Bytes are counted after decoding, so a small bomb is no way in.
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import { type EgressReason, EgressRefusal } from './refusal.ts';

export interface Outgoing {
  url: URL;
  method: string;
  headers: Headers;
  body: Uint8Array | null;
}

export interface Answer {
  status: number;
  statusText: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

// The body arrives here decoded and whole. Accept-Signature would let a peer choose what our signatures leave out
// (a signing oracle: Fedify 2.3.8 signs whatever components it is asked for).
const WITHHELD = ['accept-signature', 'content-encoding', 'content-length', 'transfer-encoding'];

/**
 * Sends `outgoing` and reads the answer. `headers` and `total` are milliseconds from now; `bytesMax` counts decoded bytes.
 * Throws `EgressRefusal`, the reason of `signal`, or a `TypeError` where the network fails.
 */
export async function transfer(
  dispatcher: Dispatcher,
  {
    outgoing,
    dialled,
    signal,
    limits,
  }: {
    outgoing: Outgoing;
    dialled: URL;
    signal: AbortSignal;
    limits: { headers: number; total: number; bytesMax: number };
  },
): Promise<Answer> {
  const href = outgoing.url.href;
  const late = new AbortController();
  // Kept as the reason: of the errors that follow when streams close, runtimes report different ones first.
  const refuse = (reason: EgressReason, status?: number): EgressRefusal => {
    const refusal = new EgressRefusal(reason, href, status);
    late.abort(refusal);
    return refusal;
  };
  const cut = () => void refuse('too-slow');
  const headersTimer = setTimeout(cut, limits.headers);
  const totalTimer = setTimeout(cut, limits.total);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const reply = await dispatcher.request({
      origin: dialled.origin,
      path: dialled.pathname + dialled.search,
      method: outgoing.method,
      headers: Object.fromEntries(outgoing.headers),
      body: outgoing.body,
      signal: either,
    });
    clearTimeout(headersTimer);
    const headers = new Headers();
    for (const [name, value] of Object.entries(reply.headers)) {
      for (const one of [value ?? []].flat()) headers.append(name, one);
    }
    const { statusCode: status } = reply;
    const { bytesMax } = limits;
    const refused = (reason: EgressReason) => refuse(reason, status);
    const bytes = await read(reply.body, { headers, outgoing, bytesMax, signal: either, refused });
    if (status < 200 || status > 599) throw new TypeError(`status ${status}`);
    for (const name of WITHHELD) headers.delete(name);
    return { status, statusText: reply.statusText, headers, bytes };
  } catch (error) {
    if (either.aborted) throw either.reason;
    throw failureOf(error, href);
  } finally {
    clearTimeout(headersTimer);
    clearTimeout(totalTimer);
  }
}

// Every refusal is thrown inside the pipeline, which then closes the socket.
async function read(
  body: Readable,
  {
    headers,
    outgoing,
    bytesMax,
    signal,
    refused,
  }: {
    headers: Headers;
    outgoing: Outgoing;
    bytesMax: number;
    signal: AbortSignal;
    refused: (reason: EgressReason) => EgressRefusal;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const collect = async (source: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> => {
    const declared = outgoing.method === 'HEAD' ? 0 : Number(headers.get('content-length') ?? 0);
    if (declared > bytesMax) throw refused('too-large');
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of source) {
      length += chunk.byteLength;
      if (length > bytesMax) throw refused('too-large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  // The flushes let a body end early, as every `fetch` does: servers announce gzip over bodies without a byte.
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  switch (outgoing.method === 'HEAD' ? 'identity' : encoding) {
    case 'identity':
    case '':
      return pipeline(body, collect, { signal });
    case 'gzip':
    case 'x-gzip':
      return pipeline(body, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), collect, { signal });
    case 'br':
      return pipeline(body, createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }), collect, {
        signal,
      });
    default:
      return pipeline(
        body,
        async () => {
          throw refused('encoding');
        },
        { signal },
      );
  }
}

function failureOf(error: unknown, href: string): Error {
  // The connector knows the host only.
  if (error instanceof EgressRefusal) return new EgressRefusal(error.reason, href, error.status);
  if (error instanceof errors.ConnectTimeoutError) return new EgressRefusal('too-slow', href);
  if (error instanceof errors.HeadersOverflowError) return new EgressRefusal('too-large', href);
  return new TypeError('fetch failed', { cause: error });
}
