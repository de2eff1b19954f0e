// What starting leaves behind on the heap is given back once. How large the heap may grow is said where the node is started:
// by the first line of wethi.ts and by `npm start`. There V8 is also told not to guess from earlier objects which ones will live
// long (`--no-allocation-site-pretenuring`): after many letters it takes what holds a request for one of those, and every request
// then stays until the next large collection, which made a refusal cost twice as much.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** By then compiling and the first requests are over. */
const AFTER_MS = 2_000;

/**
 * Collects once, a moment from now: starting leaves some 20 MB that V8 would keep for as long as nobody asks for more, and a
 * small machine would miss them.
 */
export function settleHeap(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('globalThis.gc') as ((how: object) => void) | undefined;
    setFlagsFromString('--no-expose-gc');
    // Some runtimes have none to offer.
    collect?.({ type: 'major', flavor: 'last-resort' });
  }, AFTER_MS).unref();
}
