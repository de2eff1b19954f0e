// R14: the forged corpus and the genuine letters beside it, as their tests judge them (test/attacks/corpus), in figures.
import { join } from 'node:path';
import { CONTROLS, corpusIn, genuineIn } from '../attacks/corpus.ts';
import { type Run, runTests } from '../attacks/vitest.ts';
import { atLeast, exactly, type Finding, none, type Round } from './findings.ts';
import type { Scenario } from './scenario.ts';

const ROOT = join(import.meta.dirname, '../..');
const FORGED = 'test/attacks/corpus/forged.test.ts';

export const scenarios: Scenario[] = [
  {
    row: 'R14',
    name: 'corpus',
    long: (seeds) => corpus({ asked: 'all', seeds: seeds.slice(0, 1) }),
    short: (seeds) => corpus({ asked: 'one class', seeds: seeds.slice(0, 1) }),
  },
];

type Asked = 'all' | 'one class';

const LEFT_OUT = 'the other classes and the letters of other servers, for all of them run with the tests (npm test)';

async function* corpus({ asked, seeds }: { asked: Asked; seeds: readonly number[] }): AsyncGenerator<Round> {
  for (const seed of seeds) {
    const start = performance.now();
    process.env.WETHI_SEED = String(seed);
    const whole = asked === 'all';
    const files = whole ? [FORGED, ...CONTROLS] : [FORGED];
    const run = await runTests({ root: ROOT, files, ...(whole ? {} : { only: 'T12 ' }) });
    yield {
      scenario: 'corpus',
      seed,
      seconds: (performance.now() - start) / 1_000,
      findings: [
        ...forgeriesIn(run, whole ? 1_000 : 33),
        ...(whole ? controlsIn(run) : []),
        atLeast(1, 'tests', run.outcomes.length),
        none(
          'tests that failed or did not run',
          run.outcomes.filter(({ passed }) => !passed).length + run.unreadable.size,
        ),
        exactly(0, 'exit code of the tests', run.code ?? -1),
      ],
      remarks: {},
      ...(whole ? {} : { leftOut: LEFT_OUT }),
    };
  }
}

function forgeriesIn(run: Run, least: number): Finding[] {
  const { variants, accepted, controls } = corpusIn(run);
  return [
    atLeast(least, 'forgeries', variants),
    none('forgeries accepted', accepted),
    exactly(variants, 'honest letters accepted, one beside each', controls),
  ];
}

/** Whoever refuses everybody accepts no forgery either. */
function controlsIn(run: Run): Finding[] {
  const { recorded, recordings, built } = genuineIn(run, { root: ROOT });
  return [
    atLeast(31, 'recordings of other servers', recordings),
    exactly(recordings, 'recorded letters accepted', recorded),
    atLeast(200, 'letters built after other servers’ accepted', built),
  ];
}
