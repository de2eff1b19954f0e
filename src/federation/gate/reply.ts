// What is answered to mail: a status, a line for the peer's log, and no secrets.

/** `detail` is for the peer's operator; it repeats nothing that the peer sent. */
export type Reply = Problem | { status: 202; detail: string };

/** Why mail is not let in. */
export interface Problem {
  status: 400 | 401 | 404 | 408 | 413 | 415 | 429 | 503;
  detail: string;
  /** Seconds after which the peer may come again: `Retry-After`, RFC 9110 §10.2.3. */
  retryAfterSeconds?: number;
  /** Set when the peer may still be sending: node:http then drops the socket instead of reading on. */
  hangUp?: true;
}

/** The headers that a reply has of its own. */
export function headersOf(reply: Reply): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  if ('retryAfterSeconds' in reply && reply.retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(reply.retryAfterSeconds);
  }
  if ('hangUp' in reply) headers.connection = 'close';
  return headers;
}

/** The reply as the framework wants it. */
export function responseOf(reply: Reply): Response {
  return new Response(`${reply.detail}\n`, { status: reply.status, headers: headersOf(reply) });
}

/** 202: there is nothing left to do, and a peer that is told so stops sending it again. */
export function acknowledge(detail: string): Reply {
  return { status: 202, detail };
}
