// The figures as people read them: a line a workload while they run, then one table, which is Markdown, so that it reads in
// a terminal and in docs/performance.md alike.
import { cpus } from 'node:os';
import { distanceOf, type Figure, type Limit, passed, type Result, ratioOf, verdictOf } from './workload.ts';

const HEAD = ['', 'figure', 'median', 'floor', 'ratio', 'limit', 'kept', 'moonshot', 'times away'];

/** What stands on stderr as soon as a workload is through. */
export function lineOf(result: Result): string {
  const { workload, what, seconds, remarks, figures, slow } = result;
  const failed = figures.filter((figure) => verdictOf(figure, result) === 'no');
  const said = Object.entries(remarks).map(([name, remark]) => `    ${name}: ${remark}`);
  return [
    `${passed(result) ? '✓' : '✗'} ${workload} ${what}: ${seconds.toFixed(1)} s; ${calibrationOf(result)}`,
    ...(slow === null ? [] : [`    ${uncounted(slow)}`]),
    ...said,
    ...failed.map(
      (figure) =>
        `    ✗ ${figure.name}: ${shown(figure.value)} ${figure.unit}${againstFloor(figure)}, not ${limitOf(figure, figure.limit)}`,
    ),
    '',
  ].join('\n');
}

function uncounted(slow: string): string {
  return `limits of time do not count, only ratios, memory and answers do: ${slow}`;
}

function againstFloor(figure: Figure): string {
  const ratio = ratioOf(figure);
  return ratio === null ? '' : `, ${shown(ratio)} × floor`;
}

/** Who used the time, when the profiler was asked. */
export function profileLines({ workload, profiles }: Result): string {
  return profiles
    .flatMap(({ of, packages, functions }) => [
      `    ${workload}, ${of}: share of the busy time`,
      ...packages.map(({ where, share }) => `      ${percent(share).padStart(7)} ${where}`),
      '      of which by function',
      ...functions.map(({ name, where, share }) => `      ${percent(share).padStart(7)} ${name} (${where})`),
      '',
    ])
    .join('\n');
}

/** The table of all figures. */
export function asTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    result.figures.map((figure) => [result.workload, ...cellsOf(figure, result)]),
  );
  return tableOf(HEAD, rows);
}

function tableOf(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The section "Figures" of docs/performance.md: the machine, the table, and with `--profile` who used the time. */
export function asMarkdown(results: readonly Result[]): string {
  const model = cpus()[0]?.model ?? 'an unknown processor';
  const machine = `Node ${process.versions.node} on ${cpus().length} × ${model}, ${new Date().toISOString().slice(0, 10)}.`;
  const said = results.map((result) => {
    const remarks = Object.entries(result.remarks).map(([name, remark]) => `${name} ${remark}`);
    const slow = result.slow === null ? [] : [uncounted(result.slow)];
    return `- ${result.workload}, ${result.what}: ${[calibrationOf(result), ...slow, ...remarks].join('; ')}.`;
  });
  return [machine, '', ...said, '', asTable(results), ...results.flatMap(profileTables)].join('\n');
}

function profileTables({ workload, profiles }: Result): string[] {
  return profiles.flatMap(({ of, functions, packages }) => {
    const shares = packages.map(({ where, share }) => `${where} ${percent(share)}`).join(', ');
    const rows = functions.map(({ name, where, share }) => [name, where, percent(share)]);
    const table = tableOf(['function', 'of', 'share'], rows);
    return ['', `${workload}, ${of}: who used the busy time. ${shares}.`, '', table];
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function calibrationOf({ calibrations, others }: Result): string {
  const span = (pick: (one: Result['calibrations'][0]) => number) =>
    calibrations.map((one) => pick(one).toFixed(0)).join('–');
  return `RSA-2048 sign ${span(({ rsaSignUs }) => rsaSignUs)} µs, JSON loop ${span(({ jsonUs }) => jsonUs)} µs, others used ${percent(others)}`;
}

function cellsOf(figure: Figure, result: Result): string[] {
  const { name, value, unit, floor, limit, moonshot } = figure;
  const [ratio, distance] = [ratioOf(figure), distanceOf(figure)];
  return [
    name,
    `${shown(value)} ${unit}`.trim(),
    floor === null ? '' : `${shown(floor)} ${unit}`.trim(),
    ratio === null ? '' : shown(ratio),
    limitOf(figure, limit),
    verdictOf(figure, result)?.replace(/^no$/, 'NO') ?? '',
    limitOf(figure, moonshot),
    distance === null ? '' : distance <= 1 ? 'reached' : `${shown(distance)}`,
  ];
}

function limitOf({ unit }: Figure, limit: Limit | null): string {
  const { most, ratio } = limit ?? {};
  return [
    ...(most === undefined ? [] : [`≤ ${shown(most)} ${unit}`.trim()]),
    ...(ratio === undefined ? [] : [`≤ ${shown(ratio)} × floor`]),
  ].join(', ');
}

/** Three digits that mean something. */
function shown(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
