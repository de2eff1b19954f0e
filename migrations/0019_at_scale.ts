// What a million entries ask for. The day of the last change in each part of the sitemap, each blog and each series, which nobody
// has to look for among all entries; and in PostgreSQL an index over words that gives the newest finds without gathering all.
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { keepWith } from './steps/kept.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await latest(db);
  // The desk shows those that wait, the oldest first; a wave of them was sorted each time.
  await db.schema.createIndex('comments_waiting').on('comments').columns(['state', 'received', 'id']).execute();
  // A blog's page begins with what is pinned, and looked for it among all of the blog's entries.
  const pinned = ['blog', 'pinned', 'state', 'published'] as const;
  await db.schema
    .createIndex('entries_pinned')
    .on('entries')
    .columns([...pinned])
    .execute();
  if (db.getExecutor().adapter instanceof PostgresAdapter) await windows(db);
}

/** Those of a published entry, with its last change; 5,000 numbers are a part, as in domain/reading/sitemap.ts. */
const kindsOf = (row: string) => `(select 'part' as kind, cast((${row}.number - 1) / 5000 as text) as owner
  union all select 'blog', ${row}.blog union all select 'series', ${row}.series where ${row}.series is not null) as k`;
const changeOf = (row: string) => `coalesce(${row}.revised, ${row}.published)`;
const published = (row: string) => `${row}.state = 'published' and ${row}.published is not null`;

async function latest(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('latest')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('entries', 'integer', (c) => c.notNull())
    // Of what was there at any time: what was taken away has changed the list, too.
    .addColumn('changed', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('latest_key', ['kind', 'owner'])
    .execute();
  for (const [kind, owner] of [
    ['part', 'cast((e.number - 1) / 5000 as text)'],
    ['blog', 'e.blog'],
    ['series', 'e.series'],
  ] as const) {
    await sql
      .raw(`insert into latest select '${kind}', ${owner}, count(*), max(${changeOf('e')}) from entries e
        where ${published('e')} and ${owner} is not null group by 2`)
      .execute(db);
  }
  const less = `update latest set entries = entries - 1 where ${published('old')}
    and (kind, owner) in (select k.kind, k.owner from ${kindsOf('old')})`;
  const more = `insert into latest select k.kind, k.owner, 1, ${changeOf('new')} from ${kindsOf('new')} where ${published('new')}
    on conflict (kind, owner) do update set entries = latest.entries + 1,
      changed = case when latest.changed > excluded.changed then latest.changed else excluded.changed end`;
  const columns = ['state', 'blog', 'series', 'published', 'revised'];
  const when = columns.map((column) => `old.${column} is distinct from new.${column}`).join(' or ');
  const name = (change: string) => `latest_entries_${change}`;
  const table = 'entries';
  await keepWith(db, { name: name('insert'), table, change: 'insert', when: published('new'), work: [more] });
  await keepWith(db, { name: name('update'), table, change: 'update', when, work: [less, more] });
  await keepWith(db, { name: name('delete'), table, change: 'delete', when: published('old'), work: [less] });
}

/**
 * GIN gives its finds in no order, so whoever wants the newest twenty had all of them gathered and sorted. Here each word is kept
 * with the half year in which its entry stands (`119:คลอง`; `119=คลอง` where title or tags have it), and the newest half years are
 * asked first. Where in a text a word stands is not kept: it was four fifths of the old vectors, and the few finds of a phrase that
 * somebody sees are quickly looked at; two words that stand together leave a hash of ten bits (`119~803`). Nor is there a second copy of the words, for the index is over what is computed.
 */
export async function windows(db: Kysely<unknown>): Promise<void> {
  await sql`drop table search_words`.execute(db);
  // Texts stand beside the table, not in it: finds are looked up in a fortieth of the pages then. The change of type writes anew.
  await sql`alter table findable alter column body set storage external`.execute(db);
  await sql`alter table findable set (toast_tuple_target = 256)`.execute(db);
  await sql`alter table findable alter column body type text collate "C" using body || ''`.execute(db);
  for (const statement of FUNCTIONS) await sql.raw(statement).execute(db);
  // What waits in a list to be taken in (fastupdate) is gone through at every question.
  await sql`create index search_words on findable using gin (search_keys(place, title, tags, body))
    with (fastupdate = off)`.execute(db);
}

const FUNCTIONS = [
  // A window is 2^16 places, 171 days, or eight times as long for names, which are few. There are 256 at most, so that one wrong date
  // does not make a thousand to be asked.
  `create function search_window(place bigint, bits integer) returns integer language sql immutable parallel safe as
    $$ select (least(greatest(place >> 16, 0), 255) >> (bits - 16))::integer $$`,
  // No key of an index may be longer than a third of a page, so of the longest words it has the beginning. Of two words that stand
  // together it has ten bits, which tell a phrase well enough from its words; with twelve the index was half as large again.
  `create function search_keys(place bigint, title text, tags text, body text) returns tsvector
    language sql immutable parallel safe cost 10000 as $$
    with standing as (select word, lead(word) over (order by n) as next
      from unnest(string_to_array(title || ' | ' || tags || ' | ' || body, ' ')) with ordinality as w(word, n) where word <> '')
    select array_to_tsvector(array(
      select search_window(place, 16) || ':' || left(word, 100) from standing where word <> '|'
      union
      select search_window(place, 16) || '~' || (('x' || left(md5(word || ' ' || next), 4))::bit(16)::integer & 1023)
        from standing where word <> '|' and next <> '|'
      union
      select search_window(place, 19) || '=' || left(word, 100)
        from unnest(string_to_array(title || ' ' || tags, ' ')) word where word <> '')) $$`,
  // Each phrase is one text or several, parted by a bar, of which one will do.
  `create function search_stands(words text, phrases text[]) returns boolean language plpgsql immutable parallel safe as $$
    declare phrase text; cut text; stands boolean;
    begin
      foreach phrase in array phrases loop
        stands := false;
        foreach cut in array string_to_array(phrase, '|') loop
          stands := strpos(words, cut) > 0;
          exit when stands;
        end loop;
        if not stands then return false; end if;
      end loop;
      return true;
    end $$`,
  // From the newest window on, each time twice as many at once. In the question @ stands for the window.
  `create function search_finds(question text, bits integer, named text[], held text[], unnamed text[], unheld text[],
      first bigint, behind bigint, most bigint) returns setof bigint language plpgsql stable set jit = off as $$
    declare
      newest integer; oldest integer; span integer := 1; asked tsquery; given integer;
      find bigint; names text; words text;
      looks boolean := num_nonnulls(named, held, unnamed, unheld) > 0;
    begin
      select search_window(max(f.place), bits), search_window(min(f.place), bits) into newest, oldest
        from findable f where f.place >= first and f.place < behind;
      while newest >= oldest and most > 0 loop
        asked := (select string_agg(replace(question, '@', w::text), ' | ')
          from generate_series(greatest(oldest, newest - span + 1), newest) w);
        if not looks then
          return query with hits as materialized
            (select f.place from findable f where search_keys(f.place, f.title, f.tags, f.body) @@ asked)
            select h.place from hits h where h.place >= first and h.place < behind order by h.place desc limit most;
          get diagnostics given = row_count;
          most := most - given;
        else
          for find in with hits as materialized
            (select f.place from findable f where search_keys(f.place, f.title, f.tags, f.body) @@ asked)
            select h.place from hits h where h.place >= first and h.place < behind order by h.place desc loop
            select ' ' || f.title || ' | ' || f.tags || ' ', f.body into names, words from findable f where f.place = find;
            continue when named is not null and not search_stands(names, named);
            continue when unnamed is not null and search_stands(names, unnamed);
            words := names || '| ' || words || ' ';
            continue when held is not null and not search_stands(words, held);
            continue when unheld is not null and search_stands(words, unheld);
            return next find;
            most := most - 1;
            exit when most = 0;
          end loop;
        end if;
        newest := newest - span;
        span := span * 2;
      end loop;
    end $$`,
];
