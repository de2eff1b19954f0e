// A small HTTP/1.1 client on raw sockets, so that the generator costs less than what it measures.
import { connect, type Socket } from 'node:net';

const ANSWER_MS = 30_000;

export interface Answer {
  status: number;
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** A request, written out, and what its answer must be like. */
export interface Call {
  bytes: Buffer;
  /** What is wrong with the answer, or null. */
  check(answer: Answer): string | null;
}

/** `kept`: the connection is used again. `fresh`: one is opened for this request and closed after it. */
export type Connection = 'kept' | 'fresh';

export interface Asking {
  url: string;
  headers?: Record<string, string>;
  connection: Connection;
  /** Makes it a POST. */
  body?: Uint8Array;
  check: Call['check'];
}

/** Writes a request out. */
export function callOf({ url, headers = {}, connection, body, check }: Asking): Call {
  const { host, pathname, search } = new URL(url);
  const all: Record<string, string> = {
    host,
    ...headers,
    connection: connection === 'kept' ? 'keep-alive' : 'close',
    ...(body === undefined ? {} : { 'content-length': String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${body === undefined ? 'GET' : 'POST'} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]), check };
}

/** One request on a connection of its own. */
export async function askOnce(url: string, headers: Record<string, string>): Promise<Answer> {
  const { origin } = new URL(url);
  const socket = await opened(origin);
  try {
    return await exchange(socket, callOf({ url, headers, connection: 'fresh', check: () => null }).bytes);
  } finally {
    socket.destroy();
  }
}

/** What is wrong with an answer that must be this one again; null when nothing is. */
export function sameFault({ status, headers, body }: Answer, before: Answer): string | null {
  if (status !== before.status) return `status ${status}`;
  if (headers.get('content-type') !== before.headers.get('content-type')) return 'another content-type';
  return body.equals(before.body) ? null : 'other bytes';
}

/** What is wrong with an answer that must be a whole one of this content-type; null when nothing is. */
export function kindFault({ status, headers }: Answer, type: string): string | null {
  if (status !== 200) return `status ${status}`;
  const [kind] = (headers.get('content-type') ?? 'none').split(';');
  return kind === type ? null : `content-type ${kind}`;
}

/** A connection to `origin`, from the given address on 127.0.0.0/8. */
export function opened(origin: string, from?: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, ...(from && { localAddress: from }) });
    // Whatever breaks closes the socket, and whoever waits for an answer hears of that.
    socket.on('error', reject);
    socket.once('connect', () => resolve(socket));
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('no answer in time')));
  });
}

/** Sends a request and resolves with its answer. */
export function exchange(socket: Socket, bytes: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let arrived: Buffer = Buffer.alloc(0);
    let head: Head | null = null;
    const take = (piece: Buffer) => {
      arrived = arrived.length === 0 ? piece : Buffer.concat([arrived, piece]);
      head ??= headOf(arrived);
      const answer = head === null ? null : wholeOf(head, arrived);
      if (answer === 'endless') fail(new Error('an answer that does not say how long it is'));
      else if (answer !== null) over(() => resolve(answer));
    };
    const fail = (error: Error) => over(() => reject(error));
    const close = () => over(() => reject(new Error('closed before the answer was whole')));
    const over = (then: () => void) => {
      socket.off('data', take).off('error', fail).off('close', close);
      then();
    };
    socket.on('data', take).on('error', fail).on('close', close);
    if (socket.destroyed) close();
    else socket.write(bytes);
  });
}

interface Head {
  status: number;
  headers: Map<string, string>;
  /** Where the body begins. */
  bodyAt: number;
}

function headOf(arrived: Buffer): Head | null {
  const end = arrived.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...lines] = arrived.toString('latin1', 0, end).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(first.slice(9, 12)), headers, bodyAt: end + 4 };
}

/** The answer, once all of it is here (RFC 9112 §6.3, without bodies that only the end of the connection ends). */
function wholeOf({ status, headers, bodyAt }: Head, arrived: Buffer): Answer | 'endless' | null {
  if (status === 304 || status === 204) return { status, headers, body: Buffer.alloc(0) };
  if (headers.get('transfer-encoding') === 'chunked') {
    const body = unchunked(arrived.subarray(bodyAt));
    return body === null ? null : { status, headers, body };
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (Number.isNaN(length)) return 'endless';
  return arrived.length < bodyAt + length ? null : { status, headers, body: arrived.subarray(bodyAt, bodyAt + length) };
}

function unchunked(bytes: Buffer): Buffer | null {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return null;
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (bytes.length < line + 2 + length + 2) return null;
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
}
