// A node's database with as many entries as are asked for, kept for search as publishing keeps them.
import { type RawBuilder, sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { keepFindable } from '../../src/domain/search/keep.ts';
import { keptText } from '../../src/domain/text/excerpt.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { type Db, openDatabase } from '../../src/storage/database.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { isPostgres } from '../../src/storage/postgres.ts';
import type { EntryRow } from '../../src/storage/tables.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { type Telling, tellings } from '../../test/domain/search/corpus.ts';

const ORIGIN = 'https://wethi.example';
const AT_ONCE = 500;
/** The first and the last are told twenty years apart, the others evenly between. */
const FIRST = Date.parse('2006-01-01T00:00:00Z');
const SPAN_MS = 20 * 365.25 * 24 * 3_600_000;

export interface Size {
  /** UTF-8 of the entries' plain texts. */
  textBytes: number;
  /** Of the index over words. */
  indexBytes: number;
  /** Of the words beside it, which the index forgets by and which are looked through where it ends. */
  keptBytes: number;
  microsecondsEach: number;
}

/** Makes it where `path` says, a file or the address of a server's empty database, and says what it takes. */
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
        const published = new Date(FIRST + (number / entries) * SPAN_MS).toISOString();
        const entry = entryOf({ number: ++number, published, telling: value });
        await db.insertInto('entries').values(entry).execute();
        textBytes += Buffer.byteLength(keptText(renderMarkdown(value.source, { origin: ORIGIN })));
        const start = process.cpuUsage();
        await keepFindable(db, { entry });
        const { user, system } = process.cpuUsage(start);
        keeping += user + system;
      }
    });
  }
  return { db, size: { textBytes, ...(await bytesOf(db)), microsecondsEach: keeping / entries } };
}

function entryOf({ number, published, telling }: { number: number; published: string; telling: Telling }): EntryRow {
  const { title, source } = telling;
  return {
    ...{ id: newId(), number, blog: 'blog', author: null, title, highlight: '', highlightDerived: 1 },
    ...{ source: Buffer.from(source), html: Buffer.from(renderMarkdown(source, { origin: ORIGIN })), language: 'th' },
    ...{ licence: 'cc-by-4.0', series: null, part: null, state: 'published', originalSystem: null },
    ...{ originalNumber: null, silent: 1, pinned: 0, created: new Date(FIRST).toISOString() },
    ...{ published, revised: null, withdrawn: null, version: 1 },
  };
}

async function bytesOf(db: Db): Promise<Pick<Size, 'indexBytes' | 'keptBytes'>> {
  const pages = (name: string) => sql<{ n: number }>`select sum(pgsize) as n from dbstat where name like ${name}`;
  const relation = (name: string) => sql<{ n: number }>`select pg_total_relation_size(${name}) as n`;
  const bytes = async (asked: RawBuilder<{ n: number }>) => Number((await asked.execute(db)).rows[0]?.n);
  if (isPostgres(db)) {
    await sql`vacuum analyze`.execute(db);
    return { indexBytes: await bytes(relation('search_words')), keptBytes: await bytes(relation('findable')) };
  }
  return { indexBytes: await bytes(pages('search_words%')), keptBytes: await bytes(pages('findable')) };
}
