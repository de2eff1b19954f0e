// The figures as people read them: a line a workload while they run, then one table, which is Markdown, so that it reads in
// a terminal and in docs/performance.md alike.
import { cpus } from 'node:os';
import { distanceOf, type Figure, keeps, type Limit, type Result, ratioOf } from './workload.ts';

const HEAD = ['', 'figure', 'median', 'floor', 'ratio', 'limit', 'kept', 'moonshot', 'times away'];

/** What stands on stderr as soon as a workload is through. */
export function lineOf(result: Result): string {
  const { workload, what, seconds, remarks, figures } = result;
  const failed = figures.filter((figure) => !keeps(figure, figure.limit));
  const said = Object.entries(remarks).map(([name, remark]) => `    ${name}: ${remark}`);
  return [
    `${failed.length === 0 ? '✓' : '✗'} ${workload} ${what}: ${seconds.toFixed(1)} s; ${calibrationOf(result)}`,
    ...said,
    ...failed.map(
      (figure) => `    ✗ ${figure.name}: ${shown(figure.value)} ${figure.unit}, not ${limitOf(figure, figure.limit)}`,
    ),
    '',
  ].join('\n');
}

/** Who used the time, when the profiler was asked. */
export function profileLines({ workload, profiles }: Result): string {
  const percent = (share: number) => `${(share * 100).toFixed(1).padStart(5)} %`;
  return profiles
    .flatMap(({ packages, functions }, n) => [
      `    ${workload}, profile ${n + 1}, share of the busy time`,
      ...packages.map(({ where, share }) => `      ${percent(share)} ${where}`),
      '      of which by function',
      ...functions.map(({ name, where, share }) => `      ${percent(share)} ${name} (${where})`),
      '',
    ])
    .join('\n');
}

/** The table of all figures. */
export function asTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ workload, figures }) => figures.map((figure) => [workload, ...cellsOf(figure)]));
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The table with the machine that it was measured on, for docs/performance.md. */
export function asMarkdown(results: readonly Result[]): string {
  const model = cpus()[0]?.model ?? 'an unknown processor';
  const machine = `Node ${process.versions.node} on ${cpus().length} × ${model}, ${new Date().toISOString().slice(0, 10)}.`;
  const said = results.map((result) => {
    const remarks = Object.entries(result.remarks).map(([name, remark]) => `${name} ${remark}`);
    return `- ${result.workload}, ${result.what}: ${[calibrationOf(result), ...remarks].join('; ')}.`;
  });
  return [machine, '', ...said, '', asTable(results)].join('\n');
}

function calibrationOf({ calibrations }: Result): string {
  const span = (pick: (one: Result['calibrations'][0]) => number) =>
    calibrations.map((one) => pick(one).toFixed(0)).join('–');
  return `RSA-2048 sign ${span(({ rsaSignUs }) => rsaSignUs)} µs, JSON loop ${span(({ jsonUs }) => jsonUs)} µs`;
}

function cellsOf(figure: Figure): string[] {
  const { name, value, unit, floor, limit, moonshot } = figure;
  const [ratio, distance] = [ratioOf(figure), distanceOf(figure)];
  return [
    name,
    `${shown(value)} ${unit}`.trim(),
    floor === null ? '' : `${shown(floor)} ${unit}`.trim(),
    ratio === null ? '' : shown(ratio),
    limitOf(figure, limit),
    limit === null ? '' : keeps(figure, limit) ? 'yes' : 'NO',
    limitOf(figure, moonshot),
    distance === null ? '' : distance <= 1 ? 'reached' : `${shown(distance)}`,
  ];
}

function limitOf({ unit }: Figure, limit: Limit | null): string {
  if (limit === null) return '';
  const own = `≤ ${shown(limit.most)} ${unit}`.trim();
  return limit.ratio === undefined ? own : `${own} or ≤ ${shown(limit.ratio)} × floor`;
}

/** Three digits that mean something. */
function shown(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
