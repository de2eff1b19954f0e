// Starting leaves garbage on the heap; a moment later it is given back.
import { expect, test } from 'vitest';
import { settleHeap } from '../../src/cli/heap.ts';

test('what starting left behind is given back', async () => {
  let left: string[] | null = Array.from(
    { length: 400_000 },
    (_, i) => `a line that nobody needs any more, number ${i}`,
  );
  const before = process.memoryUsage().heapUsed;
  expect(left.length).toBe(400_000);
  left = null;
  settleHeap();
  await expect.poll(() => before - process.memoryUsage().heapUsed, { timeout: 10_000 }).toBeGreaterThan(15_000_000);
});
