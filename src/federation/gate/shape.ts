// What the readers of both kinds of HTTP signature share: the request they look at and the rules on time and encoding.
import type { HeaderLines } from './parcel.ts';

/** Fedify's window, and Mastodon's: one hour to either side. */
const WINDOW_MILLISECONDS = 3_600_000;

/** The longest life that Mastodon grants a signature. */
const LIFE_SECONDS_MAX = 43_200;

/** A request with its body, as the readers of signatures look at it. */
export interface Arriving {
  headers: HeaderLines;
  body: Uint8Array;
  /** Epoch milliseconds. */
  now: number;
}

/** What a signature's reader found: the key's id as it was written, or what is wrong. */
export type Shape = { ok: true; keyId: string | undefined } | { ok: false; wrong: string };

/** What is wrong with the seconds a signature was made and ends at, or null. NaN is wrong as well. */
export function findTimeFault(time: { made: number; ends: number | undefined; now: number }): string | null {
  if (!(Math.abs(time.made * 1_000 - time.now) <= WINDOW_MILLISECONDS)) return 'The signature is not of this hour.';
  if (time.ends === undefined) return null;
  const alive = time.ends * 1_000 >= time.now && time.ends <= time.made + LIFE_SECONDS_MAX;
  return alive ? null : 'The signature has ended, or would live too long.';
}

/** Whether a text is base64 with its padding, of a length that a signature can have. */
export function isBase64(text: string | undefined): text is string {
  return text !== undefined && text.length <= 2_048 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
