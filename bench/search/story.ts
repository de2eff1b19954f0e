// `--story`: story 9 of thai.md §3 as a table: each of its questions on each engine, asked of the entry of 2006.
import { office } from '../../src/cli/demo/world.ts';
import { addBlog, blogByHandle } from '../../src/domain/blogs.ts';
import { standingClock } from '../../src/domain/clock.ts';
import { setOrganisation } from '../../src/domain/organisations.ts';
import { addPerson } from '../../src/domain/people.ts';
import { findEntries } from '../../src/domain/search/find.ts';
import { readQuestion } from '../../src/domain/search/question.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { STORY } from '../../test/domain/search/story.ts';
import { withSeed } from '../../test/world.ts';
import { type Engine, engines, inPlace } from './place.ts';

export interface Told {
  engine: Engine;
  typed: string;
  /** Whether it was found; `kept` whether it should have been so. */
  found: boolean;
  kept: boolean;
  /** Which part of the entry has it, and how that is shown. */
  place: string;
  snippet: string;
}

const ORIGIN = 'https://wethi.example';

/** Asks every question of the story on every engine that is there. */
export async function tellStory(): Promise<Told[]> {
  const told: Told[] = [];
  for (const engine of engines()) {
    await inPlace(engine, async (path) => {
      const db = openDatabase({ path });
      await migrate(db, { path });
      await bringSeed(db, path);
      for (const { typed, found } of STORY) told.push({ engine, typed, ...(await asked(db, { typed, found })) });
      await db.destroy();
    });
  }
  return told;
}

/** The table, in Markdown. */
export function tableOf(told: Told[]): string[] {
  const rows = told.map(({ engine, typed, found, kept, place, snippet }) =>
    [engine, typed, `${found ? 'found' : 'not found'}${kept ? '' : ' (WRONG)'}`, place, snippet].join(' | '),
  );
  return ['engine | question | | where | as it is shown', '--- | --- | --- | --- | ---', ...rows].map(
    (row) => `| ${row} |`,
  );
}

async function bringSeed(db: Db, path: string): Promise<void> {
  const clock = standingClock('2026-11-23T03:00:00Z');
  await setOrganisation(db, { ...office.organisation, origin: ORIGIN, clock });
  const author = await addPerson(db, { ...office.person, role: 'administrator', clock });
  await addBlog(db, { ...office.blog, author: author.username, clock });
  const blog = await blogByHandle(db, { handle: office.blog.handle });
  if (blog === null) throw new Error('the blog was not added');
  await withSeed({ db, path, folder: '', clock, author, blog, close: () => db.destroy() }, ORIGIN);
}

async function asked(
  db: Db,
  { typed, found }: { typed: string; found: boolean },
): Promise<Pick<Told, 'found' | 'kept' | 'place' | 'snippet'>> {
  const question = readQuestion(typed);
  if (question === null) throw new Error(`${typed} asks nothing`);
  const { finds } = await findEntries(db, { question, after: null, limit: 20 });
  const [find] = finds;
  if (find === undefined) return { found: false, kept: !found, place: '', snippet: '' };
  const { entry, passage } = find;
  const place = passage === null ? 'title' : 'text';
  const snippet =
    passage === null ? entry.title : passage.map(({ text, found }) => (found ? `**${text}**` : text)).join('');
  return { found: true, kept: found && finds.length === 1, place, snippet };
}

/** Whether the whole story holds. */
export function holds(told: Told[]): boolean {
  return told.length > 0 && told.every(({ kept }) => kept);
}
