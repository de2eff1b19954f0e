// R14: the forged corpus and the genuine letters beside it, as their tests judge them (test/attacks/corpus), in figures.
import { join } from 'node:path';
import { corpusIn } from '../attacks/corpus.ts';
import { runTests } from '../attacks/vitest.ts';
import { atLeast, exactly, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';

const ROOT = join(import.meta.dirname, '../..');
const FORGED = 'test/attacks/corpus/forged.test.ts';
const GENUINE = ['test/attacks/corpus/genuine/built.test.ts', 'test/attacks/corpus/genuine/recorded.test.ts'];

export const scenarios: Scenario[] = [
  {
    row: 'R14',
    name: 'corpus',
    long: (seeds) => corpus({ files: [FORGED, ...GENUINE], variantsMin: 1_000, seeds: seeds.slice(0, 1) }),
    // One class: the whole corpus runs with the tests.
    short: (seeds) => corpus({ files: [FORGED], only: 'T12 ', variantsMin: 33, seeds: seeds.slice(0, 1) }),
  },
];

async function* corpus({
  files,
  only,
  variantsMin,
  seeds,
}: {
  files: string[];
  only?: string;
  variantsMin: number;
  seeds: readonly number[];
}): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    process.env.WETHI_SEED = String(seed);
    const run = await runTests({ root: ROOT, files, ...(only === undefined ? {} : { only }) });
    const { variants, accepted, controls } = corpusIn(run);
    yield {
      scenario: 'corpus',
      seed,
      seconds: (performance.now() - start) / 1_000,
      findings: [
        atLeast(variantsMin, 'forgeries', variants),
        none('forgeries accepted', accepted),
        exactly(variants, 'honest letters accepted, one beside each', controls),
        atLeast(1, 'tests', run.outcomes.length),
        none(
          'tests that failed or did not run',
          run.outcomes.filter(({ passed }) => !passed).length + run.unreadable.size,
        ),
      ],
      remarks: {},
    };
  }
}
