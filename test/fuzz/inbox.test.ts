// The short form of the inbox fuzz; `npm run faults -- --only fuzz` has the long one (security.md R13).
import { expect, test } from 'vitest';
import { fuzzInbox } from './inbox.ts';
import { runOf } from './run.ts';

/** Seconds on a machine of its own; many times that beside others. */
const BUSY_MS = 120_000;

test(
  'whatever comes to the inbox, the answer is 202 or 4xx, only the key is asked for, and only what was taken is kept',
  async () => {
    const { faults, ...figures } = await fuzzInbox(runOf('inbox', 300));
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(faults.slice(0, 10)).toEqual([]);
    const { honest, ...others } = figures.kinds;
    expect(honest?.sent).toBeGreaterThan(10);
    expect(honest?.taken).toBe(honest?.sent);
    expect(Object.keys(others).sort()).toEqual(
      'flipped foreign headers key labels method odd torn unsigned'.split(' '),
    );
  },
  BUSY_MS,
);
