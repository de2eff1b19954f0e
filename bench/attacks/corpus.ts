// The letters of the corpus in figures: forgeries by class (R14), and the honest ones of other servers, recorded and built.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './vitest.ts';

const FORGERIES_MIN = 1_000;
const RECORDINGS_MIN = 31;
const BUILT_MIN = 200;
const NAMES_WIDTH = 80;

const RECORDINGS = 'test/federation/gate/recorded';
const RECORDED = 'test/attacks/corpus/genuine/recorded.test.ts';
const BUILT = 'test/attacks/corpus/genuine/built.test.ts';

/** The tests without which a refusal says nothing: whoever refuses everybody refuses every forgery. */
export const CONTROLS: readonly string[] = [RECORDED, BUILT];

export interface Corpus {
  variants: number;
  accepted: number;
  /** Honest letters that were taken; one stands beside each variant. */
  controls: number;
  /** For the reader, a line a class. */
  table: string;
}

/** Reads what the forged corpus printed: class, variants, accepted, controls taken. All are nought where it printed nothing. */
export function corpusIn({ said }: Pick<Run, 'said'>): Corpus {
  const rows = [...said.matchAll(/^(T\d+ .+) \| (\d+) \| (\d+) \| (\d+)$/gm)].map(([, name = '', ...figures]) => ({
    name,
    figures: figures.map(Number),
  }));
  const sum = (column: number) => rows.reduce((all, { figures }) => all + (figures[column] ?? 0), 0);
  const [variants, accepted, controls] = [sum(0), sum(1), sum(2)];
  const lines = [...rows, { name: 'all', figures: [variants, accepted, controls] }].map(({ name, figures }) =>
    [name.padEnd(NAMES_WIDTH), ...figures.map((figure) => String(figure).padStart(8))].join(' '),
  );
  const head = ['forgeries'.padEnd(NAMES_WIDTH), 'variants', 'accepted', 'controls'].join(' ');
  return { variants, accepted, controls, table: [head, ...lines].join('\n') };
}

/** Letters of other servers that were taken and had their effect. */
export interface Genuine {
  /** Of so many recordings, each a test. */
  recorded: number;
  recordings: number;
  /** As the test of the built ones counted them. */
  built: number;
  /** For the reader, a line a sender. */
  table: string;
}

/** Counts the tests of recordings that passed, and reads what the test of the built letters printed. */
export function genuineIn({ outcomes, said }: Pick<Run, 'outcomes' | 'said'>, { root }: { root: string }): Genuine {
  const names = new Set(readdirSync(join(root, RECORDINGS)).filter((name) => name.endsWith('.json')));
  const passed = outcomes.filter((one) => one.file === RECORDED && one.passed && names.has(one.title));
  const recorded = new Set(passed.map(({ title }) => title)).size;
  const printed = said.match(/^sender \(built from .*\) \| letters taken\n((?:.+ \| \d+\n)+)/m)?.[1] ?? '';
  const rows = [...printed.matchAll(/^(.+) \| (\d+)$/gm)].map(([, name = '', count]) => ({
    name,
    count: Number(count),
  }));
  const built = rows.reduce((sum, { count }) => sum + count, 0);
  const table = [
    `${'honest letters'.padEnd(NAMES_WIDTH)}    taken`,
    `${'recorded'.padEnd(NAMES_WIDTH)} ${`${recorded}/${names.size}`.padStart(8)}`,
    ...[...rows, { name: 'all built', count: built }].map(
      ({ name, count }) => `${name.padEnd(NAMES_WIDTH)} ${String(count).padStart(8)}`,
    ),
  ];
  return { recorded, recordings: names.size, built, table: table.join('\n') };
}

/** What is wrong with the corpus; nothing when no forgery was accepted, every honest letter was, and there were enough of all. */
export function corpusFaults(
  { variants, accepted, controls }: Corpus,
  { recorded, recordings, built }: Genuine,
): string[] {
  return [
    ...(variants < FORGERIES_MIN ? [`${variants} forgeries, not ${FORGERIES_MIN}`] : []),
    ...(accepted > 0 ? [`${accepted} forgeries were accepted`] : []),
    ...(controls !== variants ? [`${controls} of ${variants} honest letters beside the forgeries were taken`] : []),
    ...(recordings < RECORDINGS_MIN ? [`${recordings} recordings, not ${RECORDINGS_MIN}`] : []),
    ...(recorded !== recordings ? [`${recorded} of ${recordings} recorded letters were taken`] : []),
    ...(built < BUILT_MIN ? [`${built} built letters were taken, not ${BUILT_MIN}`] : []),
  ];
}
