// What a round of a scenario found: plain figures, each with the least and the most that it may be.

export interface Finding {
  criterion: string;
  seen: number;
  least: number;
  most: number;
}

export interface Round {
  scenario: string;
  seed: number;
  seconds: number;
  findings: Finding[];
  /** Figures without a limit, for the reader. */
  remarks: Record<string, number | string>;
  /** What this form of the scenario does not do, and why. */
  leftOut?: string;
}

/** Nothing of the kind may be seen. */
export function none(criterion: string, seen: number): Finding {
  return { criterion, seen, least: 0, most: 0 };
}

/** At most so much may be seen. */
export function atMost(most: number, criterion: string, seen: number): Finding {
  return { criterion, seen, least: 0, most };
}

/** At least so much must be seen. */
export function atLeast(least: number, criterion: string, seen: number): Finding {
  return { criterion, seen, least, most: Number.MAX_SAFE_INTEGER };
}

/** Exactly so much must be seen. */
export function exactly(count: number, criterion: string, seen: number): Finding {
  return { criterion, seen, least: count, most: count };
}

/** Whether a figure keeps within its limits. */
export function holds({ seen, least, most }: Finding): boolean {
  return seen >= least && seen <= most;
}

/** The findings of a round that do not hold. */
export function broken({ findings }: Round): Finding[] {
  return findings.filter((finding) => !holds(finding));
}

/** The limits in words. */
export function limitOf({ least, most }: Pick<Finding, 'least' | 'most'>): string {
  if (most === Number.MAX_SAFE_INTEGER) return `≥ ${least}`;
  return least === most ? `${most}` : `${least}–${most}`;
}

/** A round with the row of the reliability bench that it answers. */
export interface Answer {
  row: string;
  round: Round;
}

/** A Markdown table with one line a criterion of each scenario, over all its rounds. */
export function tableOf(answers: readonly Answer[]): string {
  const rows = new Map<string, { row: string; scenario: string; seeds: number[]; all: Finding[] }>();
  for (const { row, round } of answers) {
    const { scenario, seed } = round;
    for (const finding of round.findings) {
      const key = `${scenario} ${finding.criterion}`;
      const line = rows.get(key) ?? { row, scenario, seeds: [], all: [] };
      line.seeds.push(seed);
      line.all.push(finding);
      rows.set(key, line);
    }
  }
  const lines = [...rows.values()].map(({ row, scenario, seeds, all }) => {
    const limits = [...new Set(all.map(limitOf))].join(', ');
    const kept = all.filter(holds).length;
    const passed = kept === all.length ? 'yes' : 'NO';
    return [
      row,
      scenario,
      all[0]?.criterion ?? '',
      span(all.map(({ seen }) => seen)),
      limits,
      `${passed}, ${kept}/${all.length}`,
      span(seeds),
    ];
  });
  return drawn(['R', 'scenario', 'figure', 'seen', 'limit', 'pass', 'seed'], lines);
}

function span(numbers: number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? `${most}` : `${least}–${most}`;
}

/** Even columns, so that it reads in a terminal and in docs/reliability.md. */
function drawn(head: string[], lines: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const row = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
