// One project for each engine that DIALECTS names (`sqlite` unless told, `sqlite,postgres` for both), so that test files need not
// know on which they run: test/world.ts opens what the project says.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const engines = (process.env.DIALECTS ?? 'sqlite').split(',').map((name) => name.trim());
const server = process.env.TEST_POSTGRES_URL;
const isDeno = process.versions.deno !== undefined;
const wrong = engines.find((name) => name !== 'sqlite' && name !== 'postgres');
if (wrong !== undefined) throw new Error(`DIALECTS: "${wrong}" is not known; use sqlite,postgres`);

if (!engines.includes('postgres')) say('DIALECTS does not name it; run with DIALECTS=sqlite,postgres');
else if (server === undefined)
  say('TEST_POSTGRES_URL names no server; set it like postgres://wethi@127.0.0.1/postgres, for a superuser');

function say(reason: string): void {
  // The workers read this file too; it is said once.
  if (process.env.VITEST_POOL_ID === undefined) process.stderr.write(`PostgreSQL: skipped, because ${reason}\n`);
}

export default defineConfig({
  test: {
    // Deno takes several times as long to load what it has not compiled yet, and a process of its own loads everything.
    testTimeout: isDeno ? 90_000 : 30_000,
    hookTimeout: isDeno ? 90_000 : 30_000,
    // One core less than there are, the default, is a single worker on a machine of two; most of a test's time is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    expect: { requireAssertions: true },
    setupFiles: isDeno ? ['test/deno-setup.ts'] : [],
    projects: [
      {
        extends: true,
        test: { name: 'sqlite', include: engines.includes('sqlite') ? ['test/**/*.test.ts'] : [] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: engines.includes('postgres') && server !== undefined ? ['test/**/*.test.ts'] : [],
          // No database is opened in these, or only a file's whatever the engine.
          exclude: [
            'test/{architecture,config,urls}.test.ts',
            'test/{bench,views}/**',
            'test/attacks/{map,supply}.test.ts',
            'test/cli/{flags,heap,places}.test.ts',
            'test/fuzz/texts.test.ts',
            'test/storage/sqlite.test.ts',
            'test/domain/text/**',
            'test/federation/{egress,gate}/**',
          ],
          // A question to a server takes several times what one to a file takes, and some tests ask thousands.
          testTimeout: 90_000,
          globalSetup: ['test/postgres-template.ts'],
          env: { WETHI_TEST_ENGINE: 'postgres' },
        },
      },
    ],
  },
});
