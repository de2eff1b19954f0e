// A node's database with as many entries as are asked for, kept for search as publishing keeps them.
import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { keepFindable } from '../../src/domain/search/keep.ts';
import { keptText } from '../../src/domain/text/excerpt.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import type { EntryRow } from '../../src/storage/tables.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { type Telling, tellings } from '../../test/domain/search/corpus.ts';

const ORIGIN = 'https://wethi.example';
const AT_ONCE = 500;
const FIRST = Date.parse('2006-01-01T00:00:00Z');

export interface Size {
  /** UTF-8 of the entries' plain texts. */
  textBytes: number;
  /** Of the index over words. */
  indexBytes: number;
  /** Of the words beside it, which the index forgets by and which are looked through where it ends. */
  keptBytes: number;
  microsecondsEach: number;
}

/** Makes it and says what it takes. */
export async function build({ path, entries }: { path: string; entries: number }): Promise<{ db: Db; size: Size }> {
  const db = openDatabase({ path });
  await migrate(db, { path });
  await db
    .insertInto('blogs')
    .values({
      ...{
        id: 'blog',
        handle: 'bench',
        title: 'bench',
        summary: '',
        kind: 'team',
        language: 'th',
        licence: 'cc-by-4.0',
      },
      ...{
        comments: 'open',
        sendsHighlight: 1,
        quotes: 'anyone',
        created: new Date(FIRST).toISOString(),
        closed: null,
      },
      ...{ aliases: '[]', movedTo: null, moved: null, version: 1 },
    })
    .execute();
  let [textBytes, keeping, number] = [0, 0, 0];
  const all = tellings({ count: entries });
  while (number < entries) {
    await inTransaction(db, async (db) => {
      for (let n = 0; n < AT_ONCE && number < entries; n++) {
        const { value } = all.next();
        if (value === undefined) throw new Error('the corpus ended early');
        const entry = entryOf(++number, value);
        await db.insertInto('entries').values(entry).execute();
        textBytes += Buffer.byteLength(keptText(renderMarkdown(value.source, { origin: ORIGIN })));
        const start = process.cpuUsage();
        await keepFindable(db, { entry });
        const { user, system } = process.cpuUsage(start);
        keeping += user + system;
      }
    });
  }
  const size = { textBytes, indexBytes: await bytesOf(db, 'search_words%'), keptBytes: await bytesOf(db, 'findable') };
  return { db, size: { ...size, microsecondsEach: keeping / entries } };
}

function entryOf(number: number, { title, source }: Telling): EntryRow {
  return {
    ...{ id: newId(), number, blog: 'blog', author: null, title, highlight: '', highlightDerived: 1 },
    ...{ source: Buffer.from(source), html: Buffer.from(renderMarkdown(source, { origin: ORIGIN })), language: 'th' },
    ...{ licence: 'cc-by-4.0', series: null, part: null, state: 'published', originalSystem: null },
    ...{ originalNumber: null, silent: 1, pinned: 0, created: new Date(FIRST).toISOString() },
    ...{ published: new Date(FIRST + number * 60_000).toISOString(), revised: null, withdrawn: null, version: 1 },
  };
}

async function bytesOf(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select sum(pgsize) as n from dbstat where name like ${name}`.execute(db);
  return rows[0]?.n ?? 0;
}
