// How a fuzz run is asked for: a seed that gives the same inputs every time, and how many of them. FUZZ_SEED starts another
// run than the usual one; the benches pass counts of their own.
import fc from 'fast-check';

export interface Run {
  seed: number;
  count: number;
}

/** A run of `count` inputs by the seed of this process, which it prints. */
export function runOf(what: string, count: number): Run {
  const seed = Number(process.env.FUZZ_SEED ?? 1);
  process.stdout.write(`${what}: ${count} inputs, FUZZ_SEED=${seed}\n`);
  return { seed, count };
}

export interface Tried {
  inputs: number;
  /** What was found, with the smallest input that shows it; null when every input was good. */
  fault: string | null;
}

/** Tries a law, which throws where it does not hold, on as many inputs as the run says. */
export async function tried(law: fc.IRawProperty<unknown>, { seed, count }: Run): Promise<Tried> {
  const details = await fc.check(law, { seed, numRuns: count });
  return { inputs: details.numRuns, fault: details.failed ? fc.defaultReportMessage(details) : null };
}
