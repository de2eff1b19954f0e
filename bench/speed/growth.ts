// Much of everything in a database, written by the engine itself: a hundred thousand acts would take longer than the bench.
import { type RawBuilder, sql } from 'kysely';
import { reindex } from '../../src/domain/search/reindex.ts';
import type { World } from '../../test/world.ts';

export const BLOGS = 50;
const TAGS = 1_000;
/** A tag that five entries carry, however many there are. */
export const RARE = 'หายาก';
export const COMMON = 'คำ7';
/** What an entry of a few paragraphs has as HTML; its Markdown has two thirds of that. */
const BODY = 'วันนี้กลับกองปุ๋ยหมักครั้งที่สอง '.repeat(20);

/** Numbers from 1 to `count`, as a table `n` to select from. */
function numbers(count: number): RawBuilder<unknown> {
  return sql`(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n)`;
}

/** Writes `entries` entries over twenty years in fifty blogs, two tags each, and a comment under every tenth. */
export async function grow({ db, blog }: World, entries: number): Promise<void> {
  // Else the node would take them in for search, for an hour, while it is measured.
  await reindex(db);
  // Nothing here needs to survive anything, and a million entries would be written twice, by way of a log.
  for (const pragma of ['journal_mode = off', 'synchronous = off', 'cache_size = -200000']) {
    await sql.raw(`pragma ${pragma}`).execute(db);
  }
  const source = Buffer.from(BODY.slice(0, (BODY.length * 2) / 3));
  const html = Buffer.from(`<p>${BODY}</p>`);
  const year = sql`(2006 + n.i * 20 / ${sql.lit(entries + 1)})`;
  const published = sql`printf('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', ${year}, 1 + n.i % 12, 1 + n.i % 28, n.i % 24, n.i % 60, n.i % 59, n.i % 1000)`;
  await sql`insert into blogs (id, handle, title, summary, kind, language, licence, comments, sends_highlight, created, version)
    select 'grown' || n.i, 'grown_' || n.i, title, summary, kind, language, licence, comments, sends_highlight, created, version
    from blogs, ${numbers(BLOGS - 1)} n where blogs.id = ${blog.id}`.execute(db);
  const home = sql`case n.i % ${sql.lit(BLOGS)} when 0 then ${blog.id} else 'grown' || (n.i % ${sql.lit(BLOGS)}) end`;
  await sql`insert into entries (id, number, blog, title, highlight, highlight_derived, source, html, language, licence, state,
    silent, pinned, created, published, version)
    select 'grown' || n.i, 1000 + n.i, ${home}, 'กลับกองปุ๋ยหมักครั้งที่ ' || n.i, 'กองร้อนถึงหกสิบสององศา', 0, ${source}, ${html},
    'th', 'cc-by-4.0', 'published', 1, 0, ${published}, ${published}, 1 from ${numbers(entries)} n`.execute(db);
  await sql`insert into tags select 'คำ' || n.i, 'คำ' || n.i from ${numbers(TAGS)} n union all select ${RARE}, ${RARE}`.execute(
    db,
  );
  for (const tag of [sql`'คำ' || (1 + n.i % ${sql.lit(TAGS)})`, sql`'คำ' || (1 + (n.i * 7 + 3) % ${sql.lit(TAGS)})`]) {
    await tagged({ db }, { tag, entries });
  }
  await sql`insert into entry_tags (entry, tag, position, shown, published, number)
    select id, ${RARE}, 2, ${RARE}, published, number from entries where id in ('grown1', 'grown2', 'grown3', 'grown4', 'grown5')`.execute(
    db,
  );
  await sql`insert into comments (id, entry, guest, html, state, imported, received, version)
    select 'grown' || n.i, 'grown' || (n.i * 10), 'ผู้อ่าน', ${Buffer.from('<p>ดีมาก</p>')}, 'shown', 1, '2026-11-23T03:00:00.000Z', 1
    from ${numbers(Math.floor(entries / 10))} n`.execute(db);
  await sql`pragma journal_mode = wal`.execute(db);
}

async function tagged(
  { db }: Pick<World, 'db'>,
  { tag, entries }: { tag: RawBuilder<unknown>; entries: number },
): Promise<void> {
  await sql`insert into entry_tags (entry, tag, position, shown, published, number)
    select 'grown' || n.i, ${tag}, 0, ${tag}, e.published, e.number from ${numbers(entries)} n join entries e on e.id = 'grown' || n.i
    where true on conflict do nothing`.execute(db);
}

/** Has `followers` people on at most `hosts` servers follow the world's blog; nobody listens where their inboxes are. */
export async function followed(
  { db, blog }: World,
  { followers, hosts }: { followers: number; hosts: number },
): Promise<void> {
  const host = sql`'127.9.' || ((n.i % ${sql.lit(hosts)}) / 250) || '.' || (1 + (n.i % ${sql.lit(hosts)}) % 250) || ':9'`;
  await sql`insert into actors (id, handle, host, name, summary, url, inbox, shared_inbox, fetched)
    select 'http://' || ${host} || '/users/' || n.i, 'reader' || n.i, ${host}, 'ผู้อ่าน', '', 'http://' || ${host} || '/@reader' || n.i,
    'http://' || ${host} || '/users/' || n.i || '/inbox', 'http://' || ${host} || '/inbox', '2026-11-23T03:00:00.000Z'
    from ${numbers(followers)} n`.execute(db);
  await sql`insert into followers (followed, actor, activity, since)
    select ${blog.id}, id, id || '/follow', '2026-11-23T03:00:00.000Z' from actors where host like '127.9.%'`.execute(
    db,
  );
}
