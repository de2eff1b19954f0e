// `npm run bench:search`: W11. What a question costs on a node with many entries, how much it finds, and how large the index
// is, beside LIKE over the same texts. Exit 1 when a limit is not kept, 64 for wrong usage.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { askAll, type Kind, recallOf } from './questions.ts';

const USAGE = `npm run bench:search -- [--entries N] [--questions N] [--json]
  --entries    how many there are to look among; 100000 unless told
  --questions  of each kind; 200 unless told
  --json       prints the figures as JSON instead of lines
`;
/** Figures of performance.md, W11. */
const P95_MS_MOST = 1;
const RECALL_LEAST = 0.99;
const INDEX_PER_TEXT_MOST = 0.3;
/** What the index answers by itself; the others are shown only, for they look through texts. */
const BY_INDEX: Kind[] = ['one word', 'two words', 'phrase'];

function asked(): { entries: number; questions: number; json: boolean } | null {
  const { values } = parseArgs({
    options: {
      entries: { type: 'string', default: '100000' },
      questions: { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
    },
    strict: false,
  });
  const [entries, questions] = [Number(values.entries), Number(values.questions)];
  const whole = [entries, questions].every((number) => Number.isInteger(number) && number > 0);
  return whole ? { entries, questions, json: values.json === true } : null;
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-bench-search-'));
  try {
    const { db, size } = await build({ path: join(folder, 'wethi.db'), entries: wanted.entries });
    const times = await askAll(db, { count: wanted.questions });
    const recall = await recallOf(db, { count: Math.min(50, wanted.questions) });
    await db.destroy();
    const indexPerText = size.indexBytes / size.textBytes;
    const kept =
      BY_INDEX.every((kind) => times[kind].p95Ms <= P95_MS_MOST) &&
      recall.all >= RECALL_LEAST &&
      indexPerText <= INDEX_PER_TEXT_MOST;
    const found = { entries: wanted.entries, ...size, indexPerText, times, recall, kept };
    process.stdout.write(wanted.json ? `${JSON.stringify(found)}\n` : `${lines(found).join('\n')}\n`);
    process.exitCode = kept ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Found {
  entries: number;
  textBytes: number;
  indexBytes: number;
  keptBytes: number;
  microsecondsEach: number;
  indexPerText: number;
  times: Awaited<ReturnType<typeof askAll>>;
  recall: Awaited<ReturnType<typeof recallOf>>;
  kept: boolean;
}

function lines({ times, recall, ...found }: Found): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${found.entries} entries, text ${megabytes(found.textBytes)}, kept ${found.microsecondsEach.toFixed(0)} µs each`,
    `index ${megabytes(found.indexBytes)} = ${found.indexPerText.toFixed(2)} × text (at most ${INDEX_PER_TEXT_MOST}); words beside it ${megabytes(found.keptBytes)}`,
    ...Object.entries(times).map(
      ([kind, { p50Ms, p95Ms, likeMs }]) =>
        `${kind}: median ${p50Ms.toFixed(2)} ms, p95 ${p95Ms.toFixed(2)} ms; LIKE ${likeMs.toFixed(0)} ms`,
    ),
    `recall ${recall.all.toFixed(4)} (at least ${RECALL_LEAST}), by the index alone ${recall.byIndex.toFixed(4)}`,
    found.kept ? 'kept' : `NOT KEPT: p95 at most ${P95_MS_MOST} ms for ${BY_INDEX.join(', ')}`,
  ];
}
