// How much mail is in hand at once. A letter is held from its first byte until it is answered, and while somebody's server is slow
// to give a key that may be ten seconds: without a limit those who send large letters at once would end the process.
import { BODY_BYTES_MAX } from './body.ts';
import type { Problem } from './reply.ts';

/** Together; read, parsed and expanded a letter takes a few times as much. */
const BYTES_MAX = 16 * 1024 * 1024;
/** From one address, so that nobody alone can keep the others out: three of the largest letters, hundreds of common ones. */
const BYTES_OF_ONE_MAX = 2 * 1024 * 1024;
/** A letter without a body is a letter, and one that does not say its length may turn out to be large. */
const BYTES_LEAST = 2 * 1024;
const BYTES_UNSAID = 256 * 1024;

const RETRY_SECONDS = 30;

export type Hands = ReturnType<typeof openHands>;

/** Opens the count, which lives as long as the node. */
export function openHands() {
  const held = new Map<string, number>();
  let all = 0;

  return {
    /**
     * Takes a letter of `bytes`, Infinity when it does not say, in hand until `release` is called, once; or says why it must come again: 429 when its own address
     * sends too much at once, 503 when all do.
     */
    hold({ address, bytes }: { address: string; bytes: number }): { release(): void } | { problem: Problem } {
      const weight = bytes === Number.POSITIVE_INFINITY ? BYTES_UNSAID : clamped(bytes);
      const own = held.get(address) ?? 0;
      if (own + weight > BYTES_OF_ONE_MAX) {
        return { problem: late(429, 'Your address sends too much at once.') };
      }
      if (all + weight > BYTES_MAX) return { problem: late(503, 'Too much mail comes at once.') };
      held.set(address, own + weight);
      all += weight;
      return {
        release() {
          const left = (held.get(address) ?? 0) - weight;
          if (left > 0) held.set(address, left);
          else held.delete(address);
          all -= weight;
        },
      };
    },
  };
}

/** What is longer than we read is turned down before it is read. */
function clamped(bytes: number): number {
  return Math.min(Math.max(bytes, BYTES_LEAST), BODY_BYTES_MAX);
}

function late(status: 429 | 503, detail: string): Problem {
  return { status, detail, retryAfterSeconds: RETRY_SECONDS, hangUp: true };
}
