// What became of one POST to an inbox, and what an HTTP answer means for the delivery and for the host's lane.

/** `retryAfter` is in milliseconds from now. */
export type Outcome =
  /** `said`: with it the host heard of its followers (said.ts). */
  | { kind: 'delivered'; status: number; said?: 'followers' }
  /** The host answers, but never wants this one: the delivery is dead, its lane goes on. */
  | { kind: 'refused'; status: number; reason: string }
  /** The host answers, but cannot take this one yet: the delivery waits for its own next try, its lane goes on. */
  | { kind: 'postponed'; status: number; reason: string; retryAfter?: number }
  /** The host is away or overwhelmed, or chokes on this one: the delivery waits at the head of its lane. */
  | { kind: 'failed'; reason: string; status?: number; retryAfter?: number };

/** Answers below 500 that ask for another try: Request Timeout, Too Early (RFC 8470), Too Many Requests (RFC 6585). */
const LATER = new Set([408, 425, 429]);

/**
 * A 401 may only mean that the peer could not fetch our key just now; Mastodon tries such mail again too. After this many
 * attempts, about a quarter of an hour, it means no.
 */
const UNAUTHORIZED_ATTEMPTS_MAX = 5;

/**
 * Judges an answer. `retryAfter` is the header's text (RFC 9110 §10.2.3: seconds or an HTTP date), `detail` what the peer
 * said, shortened; `now` is in epoch milliseconds, `attempts` counts this one. A redirect counts as refused: whoever moved says so with a new actor document.
 * WordPress, Akkoma, GoToSocial and Misskey answer 400, 401, 406 and 413 to single activities: no reason to stop the lane.
 */
export function outcomeOf({ status, retryAfter, detail, now, attempts }: Answer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const reason = detail === '' ? reasonOf(status) : `${reasonOf(status)}: ${detail}`;
  const unauthorized = status === 401 && attempts < UNAUTHORIZED_ATTEMPTS_MAX;
  if (status < 500 && !LATER.has(status) && !unauthorized) return { kind: 'refused', status, reason };
  const kind = unauthorized ? 'postponed' : 'failed';
  const pause = retryAfter === null ? null : readRetryAfter(retryAfter, now);
  return pause === null ? { kind, status, reason } : { kind, status, reason, retryAfter: pause };
}

/** How the reason begins of whatever failed with this answer. */
export function reasonOf(status: number): string {
  return `answered ${status}`;
}

interface Answer {
  status: number;
  retryAfter: string | null;
  detail: string;
  now: number;
  attempts: number;
}

/** Milliseconds from now, or null when the header is unreadable. */
function readRetryAfter(text: string, now: number): number | null {
  const trimmed = text.trim();
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed) * 1000;
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
