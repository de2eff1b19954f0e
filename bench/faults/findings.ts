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
}

/** Nothing of the kind may be seen. */
export function none(criterion: string, seen: number): Finding {
  return { criterion, seen, least: 0, most: 0 };
}

/** At most so much may be seen. */
export function atMost(most: number, criterion: string, seen: number): Finding {
  return { criterion, seen, least: 0, most };
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

/** One line a criterion of each scenario, over all its rounds. */
export function tableOf(rounds: readonly Round[]): string {
  const rows = new Map<string, { scenario: string; all: Finding[] }>();
  for (const { scenario, findings } of rounds) {
    for (const finding of findings) {
      const key = `${scenario} ${finding.criterion}`;
      const row = rows.get(key) ?? { scenario, all: [] };
      row.all.push(finding);
      rows.set(key, row);
    }
  }
  const lines = [...rows.values()].map(({ scenario, all }) => {
    const kept = all.filter(holds).length;
    const limits = new Set(all.map(({ least, most }) => (least === most ? `${most}` : `${least}–${most}`)));
    return [scenario, all[0]?.criterion ?? '', span(all), [...limits].join(', '), `${kept}/${all.length}`];
  });
  return drawn(['scenario', 'criterion', 'seen', 'limit', 'rounds kept'], lines);
}

function span(findings: Finding[]): string {
  const seen = findings.map((finding) => finding.seen);
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  return least === most ? `${most}` : `${least}–${most}`;
}

/** A Markdown table with even columns, so that it reads in a terminal and in docs/reliability.md. */
function drawn(head: string[], lines: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const row = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
