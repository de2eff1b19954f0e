// What a workload is and what it hands back: figures, each beside the same figure of a floor program that ran in turn with
// it. The verdict is a ratio, because one machine is not another and a shared one is not even itself.
import { type Calibration, calibrate } from './calibration.ts';
import { closeLeft, type Program } from './processes.ts';
import type { Profile } from './profile.ts';

export type Unit = 'µs' | 'ms' | 's' | 'MB' | 'MB/h' | 'KB' | '/s' | '×' | '';

/**
 * The most that a figure may be. `most` is in the figure's own unit and was set on the machine of docs/performance.md;
 * where the machine is slower than that one, `ratio` (figure ÷ floor) decides.
 */
export interface Limit {
  most: number;
  ratio?: number;
}

/** One row of the table. Smaller is better, always: a rate is handed in as time per piece, a loss as a count. */
export interface Figure {
  name: string;
  /** The median of the rounds. */
  value: number;
  unit: Unit;
  /** The same figure of the floor program, in the same session; null where nothing smaller can be written down. */
  floor: number | null;
  /** What must be kept now; null for a figure that is only shown. */
  limit: Limit | null;
  /** What the best would be (docs/performance.md); null where nobody has said. */
  moonshot: Limit | null;
}

/** What a workload found. */
export interface Figures {
  figures: Figure[];
  /** Figures without a limit, for the reader. */
  remarks: Record<string, number | string>;
}

/** What a workload is given. */
export interface Bench {
  /** Rounds of each side after the one that warms up; an odd number, so that the median is one of them. */
  rounds: number;
  /** `short` is for CI: the same checks on fewer requests. */
  size: 'whole' | 'short';
  seed: number;
  /** A fresh node on a fresh copy of the furnished database, serving. The workload closes it. One at a time. */
  /**
   * Runs `work` while the profiler samples `program`, when the command line asked for it; otherwise just runs it. Call it
   * for one more round after the measured ones: sampling costs.
   */
  profiled(program: Program, work: () => Promise<unknown>): Promise<void>;
}

/** A workload of docs/performance.md. */
export interface Workload {
  name: `W${number}`;
  /** One line for the reader. */
  what: string;
  run(bench: Bench): Promise<Figures>;
}

/** A workload's figures with the machine's state around them. */
export interface Result extends Figures {
  workload: string;
  what: string;
  seconds: number;
  /** Before and after. */
  calibrations: [Calibration, Calibration];
  profiles: Profile[];
}

/** Whether the target is profiled. */
export type Sampling = 'no' | 'cpu';

/** Runs a workload between two calibrations. One that breaks off has failed, and says why; the others go on. */
export async function resultOf(
  workload: Workload,
  { sampling, ...bench }: Omit<Bench, 'profiled'> & { sampling: Sampling },
): Promise<Result> {
  const start = performance.now();
  const before = calibrate();
  const profiles: Profile[] = [];
  const profiled: Bench['profiled'] = async (program, work) => {
    if (sampling === 'no') return;
    await program.ask('start-profile');
    await work();
    profiles.push(await program.ask<Profile>('stop-profile'));
  };
  const found = await workload.run({ ...bench, profiled }).catch(brokenOff);
  await closeLeft();
  const seconds = (performance.now() - start) / 1_000;
  const { name, what } = workload;
  return { ...found, workload: name, what, seconds, calibrations: [before, calibrate()], profiles };
}

function brokenOff(error: unknown): Figures {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { figures: [noneOf('workload broke off', 1)], remarks: { error: said } };
}

/** A count of what may not happen at all. */
export function noneOf(name: string, value: number): Figure {
  return { name, value, unit: '', floor: null, limit: { most: 0 }, moonshot: { most: 0 } };
}

/** Figure ÷ floor; null where there is no floor. */
export function ratioOf({ value, floor }: Figure): number | null {
  return floor === null || floor === 0 ? null : value / floor;
}

/** Whether a figure keeps a limit: in its own unit, or in its ratio to the floor. */
export function keeps(figure: Figure, limit: Limit | null): boolean {
  if (limit === null) return true;
  const ratio = ratioOf(figure);
  return figure.value <= limit.most || (ratio !== null && limit.ratio !== undefined && ratio <= limit.ratio);
}

/** What CI lets through, where few requests are measured on a busy machine: half as much again. */
export function forSize(size: Bench['size'], limit: Limit | null): Limit | null {
  if (size === 'whole' || limit === null) return limit;
  const { most, ratio } = limit;
  return { most: most * 1.5, ...(ratio !== undefined && { ratio: ratio * 1.5 }) };
}

/** How often the figure would have to be divided to meet its moonshot; 1 or less means that it is met. */
export function distanceOf(figure: Figure): number | null {
  const { moonshot, value } = figure;
  if (moonshot === null) return null;
  const ratio = ratioOf(figure);
  const own = moonshot.most === 0 ? (value === 0 ? 1 : Number.POSITIVE_INFINITY) : value / moonshot.most;
  return ratio === null || moonshot.ratio === undefined ? own : Math.min(own, ratio / moonshot.ratio);
}

/** The middle one. @throws Error for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error('the median of nothing');
  return (low + high) / 2;
}

/**
 * Runs every side in turn, first once to warm up and then `rounds` times, so that the machine's moods meet all of them
 * alike. @returns what each side's measured rounds gave, in order.
 */
export async function inTurn<Side extends string, Sample>(
  rounds: number,
  sides: Record<Side, () => Promise<Sample>>,
): Promise<Record<Side, Sample[]>> {
  const all = Object.entries(sides) as [Side, () => Promise<Sample>][];
  const samples = Object.fromEntries(all.map(([side]) => [side, []])) as unknown as Record<Side, Sample[]>;
  for (const [, run] of all) await run();
  for (let round = 0; round < rounds; round++) {
    for (const [side, run] of all) samples[side].push(await run());
  }
  return samples;
}
