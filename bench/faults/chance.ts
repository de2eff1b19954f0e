// Chance that can be had again: one seed gives the same kill moments and the same slowness of peers every time. What the
// machine's scheduler makes of them is not in the seed.

export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[];
}

/** Opens a sequence of chance (mulberry32: small, even, and enough for choosing moments). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    shuffled<T>(things: readonly T[]): T[] {
      const left = [...things];
      return things.flatMap(() => left.splice(between(0, left.length - 1), 1));
    },
  };
}
