// Counts how often a process looks whether a signature is right, by whichever of Node's ways.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

let count = 0;

/** Begins to count. Loaded and called in the process whose signatures are counted; there is no way back. */
export function countVerifies(): void {
  const prototype = Object.getPrototypeOf(crypto.webcrypto.subtle) as SubtleCrypto;
  prototype.verify = counting(prototype.verify);
  crypto.verify = counting(crypto.verify);
  crypto.Verify.prototype.verify = counting(crypto.Verify.prototype.verify);
  // For those who imported `verify` by its name.
  syncBuiltinESMExports();
}

/** How often since the last call. */
export function verifies(): number {
  const counted = count;
  count = 0;
  return counted;
}

function counting<Verify extends (...given: never[]) => unknown>(verify: Verify): Verify {
  return function (this: unknown, ...given: never[]) {
    count++;
    return verify.apply(this, given);
  } as Verify;
}
