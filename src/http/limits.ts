// How often one address may try: signing in, and sending us to ask other servers. Kept in memory, for this process.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface Limits {
  /** Failed sign-ins from one address. */
  signInFrom: RateLimiterMemory;
  /** Failed sign-ins as one account. */
  signInAs: RateLimiterMemory;
  /** Questions that anybody can make us ask another server. */
  asksFrom: RateLimiterMemory;
  /** Questions to our own search: the dearest of them look through every text. */
  searchesFrom: RateLimiterMemory;
}

const MINUTES_5_SECONDS = 300;
const HOUR_SECONDS = 3_600;

/** Mastodon's figures: 25 in five minutes from an address, 25 an hour for an account (rack_attack.rb, security.md T66). */
export function newLimits(): Limits {
  return {
    signInFrom: new RateLimiterMemory({ points: 25, duration: MINUTES_5_SECONDS }),
    signInAs: new RateLimiterMemory({ points: 25, duration: HOUR_SECONDS }),
    asksFrom: new RateLimiterMemory({ points: 30, duration: MINUTES_5_SECONDS }),
    // A training room of twenty shares one address.
    searchesFrom: new RateLimiterMemory({ points: 150, duration: MINUTES_5_SECONDS }),
  };
}

/** Takes one try. @returns how many seconds to wait when there is none left. */
export async function take(
  limiter: RateLimiterMemory,
  key: string,
): Promise<{ ok: true } | { ok: false; seconds: number }> {
  try {
    await limiter.consume(key);
    return { ok: true };
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return { ok: false, seconds: Math.ceil(refused.msBeforeNext / 1_000) };
  }
}
