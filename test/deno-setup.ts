// Loaded before each test file when Deno runs vitest (vitest.config.ts): leaves out what test/deno-skips.ts names.
import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { DENO_SKIPS } from './deno-skips.ts';

if (process.versions.deno === undefined) throw new Error('vitest runs under Deno, but its workers do not');

beforeEach(({ task, skip }) => {
  const file = relative(`${import.meta.dirname}/..`, task.file.filepath);
  const named = DENO_SKIPS.find((entry) => entry.file === file && entry.test === task.fullTestName);
  if (named !== undefined) skip(named.because);
});
