// The short form of the fuzz of everything that is read.
import { expect, test } from 'vitest';
import { fuzzDoors } from './doors.ts';
import { runOf } from './run.ts';

/** Seconds on a machine of its own; many times that beside others. */
const BUSY_MS = 120_000;

test(
  'whatever is asked for, no answer is a fault of ours, nothing is asked of others and no row changes',
  async () => {
    const { faults, ...figures } = await fuzzDoors(runOf('doors', 600));
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(faults.slice(0, 10)).toEqual([]);
    expect(figures.statuses[200]).toBeGreaterThan(30);
    expect(figures.statuses[404]).toBeGreaterThan(50);
  },
  BUSY_MS,
);
