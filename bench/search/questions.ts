// The judged questions, each asked as a page asks it, and beside it the same by LIKE over all texts.
import { sql } from 'kysely';
import { findPlaces } from '../../src/domain/search/places.ts';
import { type Question, readQuestion } from '../../src/domain/search/question.ts';
import type { Db } from '../../src/storage/database.ts';
import { everyPlace } from '../../test/domain/search/every-place.ts';
import { median, p95 } from '../figures.ts';
import type { Judged, Kind } from './judged.ts';

/** As many as the page asks for: its own twenty, and one to know whether there are more. */
const LIMIT = 21;
/** Each question is asked so often; the median counts, for others use the machine too. */
const TIMES = 3;

export interface Answers {
  questions: number;
  /** Of this process, so without a server's. */
  cpuP50Ms: number;
  cpuP95Ms: number;
  wallP95Ms: number;
  likeWallMs: number;
  /** Entries in which LIKE finds it; of those, found in the end, and found by the index alone. */
  there: number;
  found: number;
  byIndex: number;
}

/** What each question of a kind cost and found. */
export async function askAll(db: Db, questions: Judged[]): Promise<Partial<Record<Kind, Answers>>> {
  const kinds = new Set(questions.map(({ kind }) => kind));
  const answers: Partial<Record<Kind, Answers>> = {};
  for (const kind of kinds) {
    answers[kind] = await askKind(
      db,
      questions.filter((question) => question.kind === kind).map(({ typed }) => read(typed)),
    );
  }
  return answers;
}

async function askKind(db: Db, questions: Question[]): Promise<Answers> {
  const [cpu, wall, likes]: [number[], number[], number[]] = [[], [], []];
  let [there, found, byIndex] = [0, 0, 0];
  for (const question of questions.slice(0, 5)) await ask(db, question);
  for (const question of questions) {
    const taken: Taken[] = [];
    for (let n = 0; n < TIMES; n++) taken.push(await timed(() => ask(db, question)));
    cpu.push(median(taken.map(({ cpuMs }) => cpuMs)));
    wall.push(median(taken.map(({ wallMs }) => wallMs)));
  }
  for (const question of new Set(questions)) {
    const since = performance.now();
    const truth = new Set((await like(db, question)).map(({ place }) => Number(place)));
    likes.push(performance.now() - since);
    const places = (await everyPlace(db, question)).filter(({ place }) => truth.has(place));
    there += truth.size;
    found += places.length;
    byIndex += places.filter(({ step }) => step !== 'anywhere').length;
  }
  const times = { cpuP50Ms: median(cpu), cpuP95Ms: p95(cpu), wallP95Ms: p95(wall), likeWallMs: median(likes) };
  return { questions: questions.length, ...times, there, found, byIndex };
}

function read(typed: string): Question {
  const question = readQuestion(typed);
  if (question === null) throw new Error(`${typed} asks nothing`);
  return question;
}

async function ask(db: Db, question: Question): Promise<void> {
  await findPlaces(db, { question, narrowing: {}, after: null, limit: LIMIT });
}

/** A number is looked for as a whole one: หมู่ที่ 1 is not หมู่ที่ 12. */
async function like(db: Db, { runs }: Question): Promise<{ place: number }[]> {
  const text = sql`title || '\n' || tags || '\n' || body`;
  const all = runs.map((run) =>
    /^\d+$/.test(run)
      ? sql`' ' || replace(${text}, '\n', ' ') || ' ' like ${`% ${run} %`}`
      : sql`replace(${text}, ' ', '') like ${`%${run}%`}`,
  );
  const asked = sql<{ place: number }>`select place from findable where ${sql.join(all, sql` and `)}`;
  return (await asked.execute(db)).rows;
}

interface Taken {
  cpuMs: number;
  wallMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Taken> {
  const [start, since] = [process.cpuUsage(), performance.now()];
  await work();
  const wallMs = performance.now() - since;
  const { user, system } = process.cpuUsage(start);
  return { cpuMs: (user + system) / 1_000, wallMs };
}
