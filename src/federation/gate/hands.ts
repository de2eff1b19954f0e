// How much mail is in hand at once. What came of a letter is held from its first byte until it is answered, and while somebody's
// server is slow to give a key that may be ten seconds: without a limit those who send large letters at once would end the process.
import type { Problem } from './reply.ts';

/** What counts as a common letter; almost all are a tenth of it. */
const COMMON_BYTES = 64 * 1024;
/** Together, when a large letter would take more. Parsed and expanded a letter takes a few times as much. */
const BYTES_MAX = 8 * 1024 * 1024;
/** Together, when a common letter would: so large ones do not keep the common ones out. */
const BYTES_WITH_COMMON_MAX = 2 * BYTES_MAX;
/** From one address, so that nobody alone fills it: three of the largest letters, hundreds of common ones. */
const BYTES_OF_ONE_MAX = 2 * 1024 * 1024;

const RETRY_SECONDS = 30;

export type Hands = ReturnType<typeof openHands>;

/** Opens the count, which lives as long as the node. */
export function openHands() {
  const held = new Map<string, number>();
  let all = 0;

  return {
    /** Takes a letter of `address` in hand, until `release` is called, once. */
    hold(address: string) {
      let bytes = 0;
      return {
        /**
         * Counts what came of it, as it comes: nobody is kept out by what others only announce.
         * @returns why the letter must come again, or null: 429 when its own address brings too much at once, 503 when all do.
         */
        weigh(more: number): Problem | null {
          const own = held.get(address) ?? 0;
          if (own + more > BYTES_OF_ONE_MAX) return again(429, 'Your address sends too much at once.');
          const limit = bytes + more > COMMON_BYTES ? BYTES_MAX : BYTES_WITH_COMMON_MAX;
          if (all + more > limit) return again(503, 'Too much mail comes at once.');
          bytes += more;
          held.set(address, own + more);
          all += more;
          return null;
        },
        release(): void {
          const left = (held.get(address) ?? 0) - bytes;
          if (left > 0) held.set(address, left);
          else held.delete(address);
          all -= bytes;
          bytes = 0;
        },
      };
    },
  };
}

function again(status: 429 | 503, detail: string): Problem {
  return { status, detail, retryAfterSeconds: RETRY_SECONDS, hangUp: true };
}
