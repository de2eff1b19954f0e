// The questions of W11, each asked as a page asks it, and beside it the same by LIKE over all texts.
import { sql } from 'kysely';
import { DEEPER, findPlaces } from '../../src/domain/search/places.ts';
import { type Question, readQuestion } from '../../src/domain/search/question.ts';
import type { Db } from '../../src/storage/database.ts';
import { questions } from '../../test/domain/search/corpus.ts';
import { median, p95 } from '../figures.ts';

/** As many as the page asks for: its own twenty, and one to know whether there are more. */
const LIMIT = 21;
/** LIKE takes so long that a few must do. */
const LIKES = 3;

const KINDS = {
  'one word': (typed) => !typed.includes(' ') && words(typed).length === 1,
  'two words': (typed) => typed.split(' ').length === 2,
  phrase: (typed) => !typed.includes(' ') && words(typed).length > 1,
  nowhere: () => true,
} as const satisfies Record<string, (typed: string) => boolean>;

export type Kind = keyof typeof KINDS;

function words(typed: string): string[] {
  return readQuestion(typed)?.phrases.flatMap((phrase) => phrase.words) ?? [];
}

function read(typed: string): Question {
  const question = readQuestion(typed);
  if (question === null) throw new Error(`${typed} asks nothing`);
  return question;
}

/** CPU time of each kind of question, and of LIKE. */
export async function askAll(
  db: Db,
  { count }: { count: number },
): Promise<Record<Kind, { p50Ms: number; p95Ms: number; likeMs: number }>> {
  const all = questions({ count: count * 12, seed: 11 });
  const times = {} as Record<Kind, { p50Ms: number; p95Ms: number; likeMs: number }>;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const typed = all.filter(KINDS[kind]).slice(0, count);
    const asked = typed.map((text) => read(kind === 'nowhere' ? `${text}กขฃคฅฆง` : text));
    for (const question of asked.slice(0, 5)) await timed(() => ask(db, question));
    const taken: number[] = [];
    for (const question of asked) taken.push(await timed(() => ask(db, question)));
    const likes: number[] = [];
    for (const question of asked.slice(0, LIKES)) likes.push(await timed(() => like(db, question)));
    times[kind] = {
      p50Ms: median(taken),
      p95Ms: p95(taken),
      likeMs: median(likes),
    };
  }
  return times;
}

/** Found ÷ there, of all that LIKE finds among the newest that are looked through at most. */
export async function recallOf(db: Db, { count }: { count: number }): Promise<{ all: number; byIndex: number }> {
  let [there, found, byIndex] = [0, 0, 0];
  for (const typed of questions({ count: count * 2, seed: 13 })
    .filter((typed) => !/\d/.test(typed))
    .slice(0, count)) {
    const question = read(typed);
    const truth = new Set((await like(db, question)).map(({ place }) => place));
    const asked = { question, narrowing: {}, limit: Number.MAX_SAFE_INTEGER };
    const { found: first, ended } = await findPlaces(db, { ...asked, after: null });
    const more = ended === 'index' ? (await findPlaces(db, { ...asked, after: DEEPER })).found : [];
    const places = [...first, ...more];
    there += truth.size;
    found += places.filter(({ place }) => truth.has(place)).length;
    byIndex += places.filter(({ step, place }) => step !== 'anywhere' && truth.has(place)).length;
  }
  return { all: found / there, byIndex: byIndex / there };
}

async function ask(db: Db, question: Question): Promise<void> {
  await findPlaces(db, { question, narrowing: {}, after: null, limit: LIMIT });
}

async function like(db: Db, { runs }: Question): Promise<{ place: number }[]> {
  const text = sql`replace(title || '\n' || tags || '\n' || body, ' ', '')`;
  const all = runs.map((run) => sql`${text} like ${`%${run}%`}`);
  const { rows } = await sql<{ place: number }>`select place from findable where ${sql.join(all, sql` and `)}`.execute(
    db,
  );
  return rows;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
