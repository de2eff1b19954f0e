// What a workload is and what it hands back: figures, each beside the same figure of a floor program that ran in turn with
// it, and what is to be said of them: one machine is not another, and a shared one is not even itself.
import { median } from '../figures.ts';
import { type Calibration, calibrate, othersIn, slownessOf, ticksSoFar } from './calibration.ts';
import { closeLeft, megabytes, type Program } from './processes.ts';
import type { Profile } from './profile.ts';

const PEAK_MB_MAX = 256;

export type Unit = 'µs' | 'ms' | 's' | 'MB' | '×' | '';

/** The most that a figure may be. Every part that is named must be kept: neither excuses the other. */
export interface Limit {
  /** In the figure's own unit. A time was set on the machine of docs/performance.md. */
  most?: number;
  /** Figure ÷ floor, which is the same on every machine. */
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
  /** How many entries W10 grows to; what its size says where the command line named none. */
  entries?: number;
  /**
   * Runs `work` while the profiler samples `program`, when the command line asked for it; otherwise does nothing. It is for
   * one more round after the measured ones: sampling costs.
   */
  profiled(program: Program, sampled: { of: string; work: () => Promise<unknown> }): Promise<void>;
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
  /** The share of the machine that was used by whoever is not the bench. */
  others: number;
  /** Why the limits of time do not count; null when they do. */
  slow: string | null;
  /** Each with a word for what was done meanwhile. */
  profiles: (Profile & { of: string })[];
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
  const ticks = ticksSoFar();
  const profiles: Result['profiles'] = [];
  const profiled: Bench['profiled'] = async (program, { of, work }) => {
    if (sampling === 'no') return;
    await program.ask('start-profile');
    await work();
    profiles.push({ of, ...(await program.ask<Profile>('stop-profile')) });
  };
  const { figures, remarks } = await workload.run({ ...bench, profiled }).catch(brokenOff);
  await closeLeft();
  const others = othersIn(ticks, ticksSoFar());
  const seconds = (performance.now() - start) / 1_000;
  const { name, what } = workload;
  const calibrations: Result['calibrations'] = [before, calibrate()];
  return {
    workload: name,
    what,
    figures: figures.map((figure) => ({ ...figure, limit: forSize(bench.size, figure) })),
    remarks,
    seconds,
    calibrations,
    // The whole bench is for a machine that does nothing else, and says what it saw there; CI takes the machine it gets.
    slow: bench.size === 'short' ? slownessOf(calibrations, others) : null,
    others,
    profiles,
  };
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

/** Whether a figure keeps every part of a limit. One without a floor cannot keep a ratio, and what is no number keeps nothing. */
export function keeps(figure: Figure, { most, ratio }: Limit): boolean {
  const against = ratioOf(figure);
  const within = most === undefined || figure.value <= most;
  return within && !Number.isNaN(figure.value) && (ratio === undefined || (against !== null && against <= ratio));
}

/**
 * `yes` or `no`; `by its ratio` or `not counted` where the machine was too slow for a limit of time and the rest was kept;
 * null for a figure without a limit.
 */
export type Verdict = 'yes' | 'no' | 'by its ratio' | 'not counted' | null;

/** What is to be said of a figure. */
export function verdictOf(figure: Figure, { slow }: Pick<Result, 'slow'>): Verdict {
  const { limit, unit } = figure;
  if (limit === null) return null;
  if (slow === null || limit.most === undefined || !TIMES.includes(unit)) return keeps(figure, limit) ? 'yes' : 'no';
  const { most: _, ...rest } = limit;
  if (!keeps(figure, rest)) return 'no';
  return rest.ratio === undefined ? 'not counted' : 'by its ratio';
}

/** Whether nothing that counts was broken. */
export function passed(result: Result): boolean {
  return result.figures.length > 0 && result.figures.every((figure) => verdictOf(figure, result) !== 'no');
}

const TIMES: readonly Unit[] = ['µs', 'ms', 's'];
const MEASURED: readonly Unit[] = [...TIMES, '×'];

/**
 * What CI lets through, where few requests are measured, on a machine that is shared and sleeps between them: waking up alone has
 * doubled a refusal's cost from one hour to the next. Memory and counts are what they are.
 */
const IN_SHORT = 2;

function forSize(size: Bench['size'], { limit, unit }: Figure): Limit | null {
  if (size === 'whole' || limit === null || !MEASURED.includes(unit)) return limit;
  const { most, ratio } = limit;
  return {
    ...(most !== undefined && { most: most * IN_SHORT }),
    ...(ratio !== undefined && { ratio: ratio * IN_SHORT }),
  };
}

/** How often the figure would have to be divided to meet all of its moonshot; 1 or less means that it is met. */
export function distanceOf(figure: Figure): number | null {
  const { moonshot, value } = figure;
  if (moonshot === null) return null;
  const { most, ratio } = moonshot;
  const against = ratioOf(figure);
  const own = most === undefined ? 0 : most === 0 ? (value === 0 ? 1 : Number.POSITIVE_INFINITY) : value / most;
  return ratio === undefined || against === null ? own : Math.max(own, against / ratio);
}

/** The most memory that a program has had so far. No node may have more than 256 MB, whatever is asked of it. */
export async function peakOf(program: Program): Promise<Figure> {
  const value = megabytes((await program.gauge()).peakRssBytes);
  return { name: 'peak memory', value, unit: 'MB', floor: null, limit: { most: PEAK_MB_MAX }, moonshot: { most: 200 } };
}

/** A figure that is only shown. */
export function shownOnly(name: string, value: number, unit: Unit): Figure {
  return { name, value, unit, floor: null, limit: null, moonshot: null };
}

/** What the samples' median is. */
export function medianOf<Sample>(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  return median(samples.map(pick));
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
