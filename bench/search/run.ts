// `npm run bench:search`: W11. What a question costs on a node with many entries, how much it finds, and how large the index
// is, beside LIKE over the same texts; or story 9 as a table. Exit 1 when a limit is not kept, 64 for wrong usage.
import { parseArgs } from 'node:util';
import { build, type Size } from './build.ts';
import { judged, KINDS, type Kind } from './judged.ts';
import { type Engine, inPlace } from './place.ts';
import { type Answers, askAll } from './questions.ts';
import { holds, tableOf, tellStory } from './story.ts';

const USAGE = `npm run bench:search -- [--engine sqlite|postgres] [--entries N] [--questions N] [--json] | --story [--json]
  --engine     sqlite unless told; for postgres TEST_POSTGRES_URL names the server
  --entries    how many there are to look among; 100000 unless told
  --questions  200 unless told
  --story      instead: the questions of story 9, on each engine that is there
  --json       prints JSON instead of lines
`;
/** Figures of performance.md, W11. */
const P95_MS_MOST = 1;
const RECALL_LEAST = 0.99;
const INDEX_PER_TEXT_MOST = 0.3;
/** Those with a limit of time; the others are shown only. */
const LIMITED: Kind[] = ['one word', 'two words', 'phrase'];

interface Asked {
  engine: Engine;
  entries: number;
  questions: number;
  story: boolean;
  json: boolean;
}

function asked(): Asked | null {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'sqlite' },
      entries: { type: 'string', default: '100000' },
      questions: { type: 'string', default: '200' },
      story: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    strict: false,
  });
  const { engine } = values;
  const [entries, questions] = [Number(values.entries), Number(values.questions)];
  const whole = [entries, questions].every((number) => Number.isInteger(number) && number > 0);
  if (!whole || (engine !== 'sqlite' && engine !== 'postgres')) return null;
  return { engine, entries, questions, story: values.story === true, json: values.json === true };
}

const wanted = asked();
if (wanted === null) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else if (wanted.story) {
  const told = await tellStory();
  process.stdout.write(wanted.json ? `${JSON.stringify(told)}\n` : `${tableOf(told).join('\n')}\n`);
  process.exitCode = holds(told) ? 0 : 1;
} else {
  const found = await measure(wanted);
  process.stdout.write(wanted.json ? `${JSON.stringify(found)}\n` : `${lines(found).join('\n')}\n`);
  process.exitCode = found.broken.length === 0 ? 0 : 1;
}

interface Found extends Size {
  engine: Engine;
  entries: number;
  indexPerText: number;
  answers: Partial<Record<Kind, Answers>>;
  /** Of all kinds together. */
  recall: number;
  recallByIndex: number;
  /** Which limits were not kept, in words. */
  broken: string[];
}

async function measure({ engine, entries, questions }: Asked): Promise<Found> {
  return await inPlace(engine, async (path) => {
    const { db, size } = await build({ path, entries });
    const answers = await askAll(db, judged({ count: questions }));
    await db.destroy();
    const sum = (of: 'there' | 'found' | 'byIndex') =>
      Object.values(answers).reduce((total, answer) => total + answer[of], 0);
    const figures = {
      indexPerText: size.indexBytes / size.textBytes,
      answers,
      recall: sum('found') / sum('there'),
      recallByIndex: sum('byIndex') / sum('there'),
    };
    return { engine, entries, ...size, ...figures, broken: brokenOf(engine, figures) };
  });
}

/** A server's time is not this process's, so there it is the time that somebody waits. */
function timeOf(engine: Engine, { cpuP95Ms, wallP95Ms }: Answers): number {
  return engine === 'postgres' ? wallP95Ms : cpuP95Ms;
}

function brokenOf(
  engine: Engine,
  { indexPerText, answers, recall }: Pick<Found, 'indexPerText' | 'answers' | 'recall'>,
): string[] {
  const slow = LIMITED.filter((kind) => {
    const answer = answers[kind];
    return answer === undefined || timeOf(engine, answer) > P95_MS_MOST;
  });
  return [
    ...slow.map((kind) => `p95 of ${kind} over ${P95_MS_MOST} ms`),
    ...(recall >= RECALL_LEAST ? [] : [`recall under ${RECALL_LEAST}`]),
    ...(indexPerText <= INDEX_PER_TEXT_MOST ? [] : [`index over ${INDEX_PER_TEXT_MOST} × text`]),
  ];
}

function lines({ engine, answers, recall, recallByIndex, broken, ...found }: Found): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const share = (part: number, whole: number) => (whole === 0 ? 'none there' : (part / whole).toFixed(4));
  return [
    `${engine}: ${found.entries} entries, text ${megabytes(found.textBytes)}, kept ${found.microsecondsEach.toFixed(0)} µs each`,
    `index ${megabytes(found.indexBytes)} = ${found.indexPerText.toFixed(3)} × text (at most ${INDEX_PER_TEXT_MOST}); words beside it ${megabytes(found.keptBytes)}`,
    ...KINDS.flatMap((kind) => {
      const answer = answers[kind];
      if (answer === undefined) return [];
      const { questions, cpuP50Ms, cpuP95Ms, wallP95Ms, likeWallMs, there } = answer;
      const times = `CPU median ${cpuP50Ms.toFixed(2)} p95 ${cpuP95Ms.toFixed(2)} ms, wall p95 ${wallP95Ms.toFixed(2)} ms, LIKE ${likeWallMs.toFixed(0)} ms`;
      return [
        `${kind} (${questions}): ${times}; recall ${share(answer.found, there)}, by the index ${share(answer.byIndex, there)}`,
      ];
    }),
    `recall ${recall.toFixed(4)} (at least ${RECALL_LEAST}), by the index alone ${recallByIndex.toFixed(4)}`,
    broken.length === 0 ? 'kept' : `NOT KEPT: ${broken.join('; ')}`,
  ];
}
