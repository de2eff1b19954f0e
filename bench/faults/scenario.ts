// What `npm run faults` runs: each module here exports `scenarios`, a list of these, and run.ts takes it up.
import type { Round } from './findings.ts';

export interface Scenario {
  /** The row of the reliability bench that it answers, such as `R1`; several may answer one. */
  row: `R${number}`;
  /** What `--only` calls it, beside its row. */
  name: string;
  /** The whole measurement; gives a round as soon as it is over. */
  long(seeds: readonly number[]): AsyncGenerator<Round>;
  /** The same in small, for CI: every criterion, fewer kills and peers. */
  short(seeds: readonly number[]): AsyncGenerator<Round>;
}
