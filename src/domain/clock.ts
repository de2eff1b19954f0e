// The only source of "now", so that tests can stand in 2006 or let a week pass.
import { Temporal } from '@js-temporal/polyfill';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that only moves when told to; `start` is an ISO-8601 instant. */
export function standingClock(start: string): Clock & { pass(duration: Temporal.DurationLike): void } {
  let at = Temporal.Instant.from(start);
  return {
    now: () => at.epochMilliseconds,
    pass(duration) {
      at = at.toZonedDateTimeISO('UTC').add(duration).toInstant();
    },
  };
}

/**
 * `now`, or a second after `before` where the clock has not gone that far: Mastodon ignores an Update whose `updated` is not
 * later than the last (federation.md §8), and some servers drop fractions of a second when they compare.
 */
export function laterThan(before: string, now: string): string {
  const earliest = new Date(Date.parse(before) + 1_000).toISOString();
  return now > earliest ? now : earliest;
}

/** The clock's time as the database keeps it: ISO-8601, UTC, milliseconds. */
export function instant(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
