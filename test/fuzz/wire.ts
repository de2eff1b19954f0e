// One HTTP exchange over a bare socket, because what is sent may be no HTTP at all.
import { connect } from 'node:net';

/**
 * After so long the rest of a broken request is not coming, which the sender then says by closing its side. Longer than an
 * answer takes: a server that is hung up on while it answers says nothing, and goes on meanwhile.
 */
const HALF_OPEN_MS = 250;
const PATIENCE_MS = 10_000;

export interface Heard {
  /** 0: the connection was closed without an answer. -1: there was none within ten seconds. */
  status: number;
  /** The head of the answer, with its status line. */
  head: string;
  body: string;
  /** Until the answer was whole; null where it waited for the rest of a request that never came. */
  ms: number | null;
}

/** What is sent: `broken` where the server may wait for more than comes. */
export interface Spoken {
  bytes: Uint8Array;
  frame: 'whole' | 'broken';
}

/** Sends bytes to a port of this machine and reads the answer until the server closes. */
export async function exchange(port: number, { bytes, frame }: Spoken): Promise<Heard> {
  const start = performance.now();
  return await new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waited = false;
    const heard = (hung: 'hung' | 'ended') => {
      clearTimeout(half);
      clearTimeout(late);
      socket.destroy();
      // What stands before the answer only says "go on".
      const text = Buffer.concat(chunks)
        .toString('latin1')
        .replace(/^(?:HTTP\/1\.1 1\d\d[^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '');
      const split = text.indexOf('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? (hung === 'hung' ? -1 : 0));
      const head = split < 0 ? text : text.slice(0, split);
      resolve({
        status,
        head,
        body: split < 0 ? '' : text.slice(split + 4),
        ms: waited ? null : performance.now() - start,
      });
    };
    const late = setTimeout(heard, PATIENCE_MS, 'hung');
    const half = setTimeout(
      () => {
        waited = true;
        socket.end();
      },
      frame === 'whole' ? PATIENCE_MS : HALF_OPEN_MS,
    );
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that hangs up before everything was written resets the connection; what it said first still counts.
    socket.on('error', () => heard('ended'));
    socket.on('end', () => heard('ended'));
    socket.on('close', () => heard('ended'));
    socket.write(bytes);
  });
}

/** A request as bytes, with the connection closed after it. */
export function requestBytes(
  { method, target, headers }: { method: string; target: string; headers: readonly (readonly [string, string])[] },
  body: Uint8Array = new Uint8Array(),
): Uint8Array {
  const lines = [...headers, ['connection', 'close'] as const].map(([name, value]) => `${name}: ${value}\r\n`);
  // Node's own clients would refuse half of these; latin1 keeps each character one byte.
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), body]);
}
