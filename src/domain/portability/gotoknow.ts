// Brings old GotoKnow entries home: number, dates, licence, series and comments kept; nobody is told (design §4.10).
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import type { Blog } from '../blogs.ts';
import { type Clock, instant } from '../clock.ts';
import { entryByOriginal } from '../entries/find.ts';
import type { Problem, Words } from '../entries/words.ts';
import { type Entry, writeEntry } from '../entries/write.ts';
import { newId } from '../ids.ts';
import { plainToHtml } from '../text/sanitise.ts';
import type { GotoknowEntry } from './gotoknow-text.ts';

export const GOTOKNOW = 'gotoknow';

export type Imported =
  | { ok: true; outcome: 'imported' | 'unchanged'; entry: Entry; comments: number }
  | { ok: false; problems: Problem[] };

/**
 * Imports one entry into a blog, once: a second import of the same number changes nothing, because the entry may have
 * been revised here since. The raw text is kept verbatim beside it.
 */
export async function importGotoknow(
  db: Db,
  {
    read,
    raw,
    blog,
    author,
    origin,
    clock,
  }: {
    read: GotoknowEntry;
    raw: Uint8Array;
    blog: Blog;
    author: string | null;
    origin: string;
    clock: Clock;
  },
): Promise<Imported> {
  return await inTransaction(db, async (db) => {
    const standing = await entryByOriginal(db, { system: GOTOKNOW, number: read.original });
    if (standing !== null) {
      return { ok: true, outcome: 'unchanged', entry: standing, comments: await importedComments(db, standing.id) };
    }
    const written = await writeEntry(db, {
      blog: blog.id,
      author,
      words: wordsOf(read, blog),
      as: 'published',
      original: {
        system: GOTOKNOW,
        number: read.original,
        published: read.published ?? instant(clock),
        revised: read.revised,
      },
      origin,
      clock,
    });
    if (!written.ok) return written;
    await db
      .insertInto('imports')
      .values({ entry: written.entry.id, system: GOTOKNOW, raw, imported: instant(clock) })
      .execute();
    await keepComments(db, { entry: written.entry.id, comments: read.comments, clock });
    return { ok: true, outcome: 'imported', entry: written.entry, comments: read.comments.length };
  });
}

function wordsOf(read: GotoknowEntry, blog: Blog): Words {
  return {
    title: read.title,
    highlight: read.highlight ?? '',
    source: read.source,
    tags: read.tags,
    series: read.series?.title ?? null,
    part: read.series?.part ?? null,
    licence: read.licence,
    language: blog.language,
  };
}

/** Old comments are guests': shown, since they were public already, and never federated. */
async function keepComments(
  db: Db,
  { entry, comments, clock }: { entry: string; comments: GotoknowEntry['comments']; clock: Clock },
): Promise<void> {
  for (const comment of comments) {
    await db
      .insertInto('comments')
      .values({
        id: newId(),
        entry,
        parent: null,
        uri: null,
        url: null,
        blog: null,
        actor: null,
        guest: comment.name ?? '',
        source: comment.text,
        html: Buffer.from(plainToHtml(comment.text)),
        language: null,
        state: 'shown',
        imported: 1,
        published: comment.published,
        revised: null,
        received: instant(clock),
        version: 1,
      })
      .execute();
  }
}

async function importedComments(db: Db, entry: string): Promise<number> {
  const row = await db
    .selectFrom('comments')
    .select((e) => e.fn.countAll().as('n'))
    .where('entry', '=', entry)
    .where('imported', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
