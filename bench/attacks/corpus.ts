// The corpus of forgeries (R14) in figures, as its test prints them at the end: class, variants, accepted, controls taken.
import type { Run } from './vitest.ts';

const FORGERIES_MIN = 1_000;

export interface Corpus {
  variants: number;
  accepted: number;
  /** Honest letters that were taken; one stands beside each variant. */
  controls: number;
  /** For the reader, a line a class. */
  table: string;
}

/** Reads the figures; all are nought where the corpus did not print any. */
export function corpusIn({ said }: Pick<Run, 'said'>): Corpus {
  const rows = [...said.matchAll(/^(T\d+ .+) \| (\d+) \| (\d+) \| (\d+)$/gm)].map(([, name = '', ...figures]) => ({
    name,
    figures: figures.map(Number),
  }));
  const sum = (column: number) => rows.reduce((all, { figures }) => all + (figures[column] ?? 0), 0);
  const [variants, accepted, controls] = [sum(0), sum(1), sum(2)];
  const lines = [...rows, { name: 'all', figures: [variants, accepted, controls] }].map(({ name, figures }) =>
    [name.padEnd(75), ...figures.map((figure) => String(figure).padStart(8))].join(' '),
  );
  const head = ['forgeries'.padEnd(75), 'variants', 'accepted', 'controls'].join(' ');
  return { variants, accepted, controls, table: [head, ...lines].join('\n') };
}

/** Whether nothing forged was accepted, every honest letter was, and there were enough of both. */
export function kept({ variants, accepted, controls }: Corpus): boolean {
  return variants >= FORGERIES_MIN && accepted === 0 && controls === variants;
}
