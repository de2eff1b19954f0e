// What the gate answers when it does not let a request through: a status, a line for the peer's log, and no secrets.

export interface Problem {
  status: 400 | 401 | 408 | 413 | 415 | 429 | 503;
  detail: string;
  /** Seconds after which the peer may come again: `Retry-After`, RFC 9110 §10.2.3. */
  retryAfterSeconds?: number;
  /** Set when the peer may still be sending: node:http then drops the socket instead of reading on. */
  hangUp?: true;
}

/** The problem as a response. The text is for the peer's operator; it repeats nothing that the peer sent. */
export function refuse(problem: Problem): Response {
  const headers = new Headers({ 'content-type': 'text/plain; charset=utf-8' });
  if (problem.retryAfterSeconds !== undefined) headers.set('retry-after', String(problem.retryAfterSeconds));
  if (problem.hangUp) headers.set('connection', 'close');
  return new Response(`${problem.detail}\n`, { status: problem.status, headers });
}

/** 202: there is nothing left to do, and a peer that is told so stops sending it again. */
export function acknowledge(detail: string): Response {
  return new Response(`${detail}\n`, { status: 202, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
