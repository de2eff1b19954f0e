// A POST as the gate wants it: its headers, and a body that is read only when somebody asks for it. It comes from the framework,
// or from the bare socket, where a refusal costs a third.
import type { IncomingMessage } from 'node:http';
import { type Body, brokenOff, openHeap, tooLate } from './body.ts';
import type { Problem } from './reply.ts';

/** What of `Headers` is asked; names in lower case. */
export interface HeaderLines {
  get(name: string): string | null;
  has(name: string): boolean;
}

export interface Parcel {
  /** On the pinned origin. */
  url: string;
  headers: HeaderLines;
  /** All header lines, for whoever verifies. */
  lines(): Headers;
  /** Reads the body, once, within `seconds`: 413, 408 or 400 as soon as it is too large, too slow or in too many pieces. */
  read(given: Reading): Promise<Body>;
}

/** How a body is read: in how many seconds, and who is told of each piece and may refuse it. */
export interface Reading {
  seconds: number;
  weigh?(bytes: number): Problem | null;
}

/** A request of the framework's. */
export function parcelOf(request: Request): Parcel {
  const { url, headers } = request;
  return { url, headers, lines: () => headers, read: (given) => readStream(request, given) };
}

/** A request as node:http has it. Of a header that may stand once only the first counts, here and for whoever verifies. */
export function parcelFrom(incoming: IncomingMessage, { url, host }: { url: string; host: string | null }): Parcel {
  const given = host === null ? incoming.headers : { ...incoming.headers, host };
  const lineOf = (name: string) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };
  return {
    url,
    headers: { get: lineOf, has: (name) => lineOf(name) !== null },
    lines: () => new Headers(Object.keys(given).map((name) => [name, lineOf(name) ?? ''])),
    read: (given) => readSocket(incoming, given),
  };
}

async function readStream({ body }: Request, { seconds, weigh }: Reading): Promise<Body> {
  if (body === null) return { ok: true, bytes: new Uint8Array() };
  const reader = body.getReader();
  const heap = openHeap();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, seconds * 1_000, 'late');
  });
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), late]);
      if (piece !== 'late' && piece.done) return { ok: true, bytes: heap.whole() };
      const problem = piece === 'late' ? tooLate(seconds) : (weigh?.(piece.value.length) ?? heap.add(piece.value));
      if (problem === null) continue;
      await reader.cancel(problem.detail);
      return { ok: false, problem };
    }
  } catch (error) {
    return { ok: false, problem: brokenOff(error) };
  } finally {
    clearTimeout(timer);
  }
}

function readSocket(incoming: IncomingMessage, { seconds, weigh }: Reading): Promise<Body> {
  return new Promise((resolve) => {
    const heap = openHeap();
    const timer = setTimeout(() => end({ ok: false, problem: tooLate(seconds) }), seconds * 1_000);
    const take = (piece: Buffer) => {
      const problem = weigh?.(piece.length) ?? heap.add(piece);
      if (problem !== null) end({ ok: false, problem });
    };
    const leave = (error?: unknown) => end({ ok: false, problem: brokenOff(error) });
    function end(body: Body): void {
      clearTimeout(timer);
      incoming.off('data', take).off('close', leave);
      if (!body.ok) incoming.pause();
      resolve(body);
    }
    incoming.on('data', take);
    incoming.once('end', () => end({ ok: true, bytes: heap.whole() }));
    // Stays, so that what a socket says after all is decided brings nothing down.
    incoming.on('error', leave);
    incoming.once('close', leave);
  });
}
