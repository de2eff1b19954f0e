// Times cross the edge here: text inside, `Temporal.Instant` in the vocabulary. Node 24 has no Temporal of its own, and
// the polyfill's types and the global ones differ although their values are one.
import { Temporal as Polyfill } from '@js-temporal/polyfill';

/** The vocabulary's instant of an ISO-8601 text. @throws RangeError when it is none. */
export function wireInstant(iso: string): Temporal.Instant {
  return Polyfill.Instant.from(iso) as unknown as Temporal.Instant;
}

/** An instant as the database keeps it: UTC, milliseconds. */
export function keptInstant(instant: Temporal.Instant): string {
  return new Date(instant.epochMilliseconds).toISOString();
}
