// What takes longer to count or to look for the more there is: how many entries, comments, followers and boosts everybody has, how
// many entries each month and each tag, and where a follower's mail goes. The database keeps them in the transaction of what they
// count. They do not count as shown themselves: whatever changes them does.
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { type Keeping, type KeepingAll, keepAllWith, keepWith } from './steps/kept.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  const onServer = db.getExecutor().adapter instanceof PostgresAdapter;
  const month = onServer ? monthOnServer : monthInFile;
  // Whoever writes on a server adds to a part that is mostly their connection's own, so that they need not wait for each other, or
  // try again, because they comment in one blog or follow one. A file has one writer.
  const part = onServer ? 'pg_backend_pid() % 16' : '0';
  await addTables(db);
  for (const statement of whatIsThere(month)) await sql.raw(statement).execute(db);
  for (const one of [...entriesKept({ month, part }), ...commentsKept(part), ...tagsKept(), ...boostsKept(part)]) {
    await keepWith(db, { name: `kept_${one.table}_${one.change}`, ...one });
  }
  for (const one of addressesKept()) await keepWith(db, { name: `inbox_${one.table}_${one.change}`, ...one });
  for (const one of followersKept(part)) await keepAllWith(db, { name: `kept_${one.table}_${one.change}`, ...one });
}

/** The month of an instant in Thailand, such as `2026-11`. */
type Month = (instant: string) => string;
const monthInFile: Month = (instant) => `strftime('%Y-%m', ${instant}, '+7 hours')`;
const monthOnServer: Month = (instant) =>
  `to_char((${instant}::timestamptz + interval '7 hours') at time zone 'UTC', 'YYYY-MM')`;

async function addTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('figures')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('part', 'integer', (c) => c.notNull())
    .addColumn('entries', 'integer', (c) => c.notNull())
    .addColumn('comments', 'integer', (c) => c.notNull())
    .addColumn('followers', 'integer', (c) => c.notNull())
    .addColumn('boosts', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('figures_key', ['owner', 'part'])
    .execute();
  // The whole node's rows have no owner: publishing takes the next number of the node, so it waits for its like anyway.
  await schema
    .createTable('months')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('month', 'text', (c) => c.notNull())
    .addColumn('entries', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('months_key', ['owner', 'month'])
    .execute();
  await schema
    .createTable('tag_figures')
    .addColumn('tag', 'text', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('entries', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('tag_figures_key', ['tag', 'owner'])
    .execute();
  await schema.createIndex('tag_figures_most').on('tag_figures').columns(['owner', 'entries desc', 'tag']).execute();
  await schema.alterTable('followers').addColumn('inbox', 'text').execute();
  await schema.createIndex('followers_inboxes').on('followers').columns(['followed', 'inbox']).execute();
  await schema.createIndex('followers_inbox').on('followers').column('inbox').execute();
  await schema.createIndex('actors_inbox').on('actors').columns(['inbox', 'host']).execute();
  await schema.createIndex('actors_shared_inbox').on('actors').columns(['shared_inbox', 'host']).execute();
}

const published = (row: string) => `${row}.state = 'published' and ${row}.published is not null`;

function whatIsThere(month: Month): string[] {
  return [
    `insert into figures select b.id, 0,
       (select count(*) from entries e where e.blog = b.id and ${published('e')}),
       (select count(*) from comments c join entries e on e.id = c.entry
         where e.blog = b.id and ${published('e')} and c.state = 'shown'),
       (select count(*) from followers f where f.followed = b.id),
       (select count(*) from boosts o where o.booster = b.id) from blogs b`,
    `insert into figures select followed, 0, 0, 0, count(*), 0 from followers
       where followed not in (select id from blogs) group by followed`,
    `insert into figures select booster, 0, 0, 0, 0, count(*) from boosts
       where booster not in (select id from blogs) group by booster
       on conflict (owner, part) do update set boosts = excluded.boosts`,
    ...["''", 'e.blog'].map(
      (owner) => `insert into months select ${owner}, ${month('e.published')}, count(*) from entries e
       where ${published('e')} group by 1, 2`,
    ),
    ...["''", 'e.blog'].map(
      (
        owner,
      ) => `insert into tag_figures select t.tag, ${owner}, count(*) from entry_tags t join entries e on e.id = t.entry
       where t.published is not null group by 1, 2`,
    ),
    `update followers set inbox = (${mailOf('followers.actor')})`,
  ];
}

/** Adds what `select` gives, less or more, to figures: owner, part, entries, comments, followers, boosts. */
const added = (select: string) => `insert into figures ${select} on conflict (owner, part) do update set
  entries = figures.entries + excluded.entries, comments = figures.comments + excluded.comments,
  followers = figures.followers + excluded.followers, boosts = figures.boosts + excluded.boosts`;

function entriesKept({ month, part }: { month: Month; part: string }): Keeping[] {
  const shown = (entry: string) =>
    `(select count(*) from comments c where c.entry = ${entry}.id and c.state = 'shown')`;
  const less = [
    added(`select old.blog, ${part}, -1, -${shown('old')}, 0, 0 where ${published('old')}`),
    `update months set entries = entries - 1
       where owner in ('', old.blog) and month = ${month('old.published')} and ${published('old')}`,
  ];
  const more = [
    added(`select new.blog, ${part}, 1, ${shown('new')}, 0, 0 where ${published('new')}`),
    `insert into months select o.owner, ${month('new.published')}, 1
       from (select '' as owner union all select new.blog) as o where ${published('new')}
       on conflict (owner, month) do update set entries = months.entries + 1`,
  ];
  // Its tags stay as they are when it goes to another blog, so they do not count themselves there.
  const tags = 'from entry_tags t where t.entry = new.id and t.published is not null and old.blog <> new.blog';
  const moved = [
    `update tag_figures set entries = entries - 1 where owner = old.blog and tag in (select t.tag ${tags})`,
    `insert into tag_figures select t.tag, new.blog, 1 ${tags}
       on conflict (tag, owner) do update set entries = tag_figures.entries + 1`,
  ];
  const differs = ['state', 'blog', 'published'].map((column) => `old.${column} is distinct from new.${column}`);
  return [
    { table: 'entries', change: 'insert', when: `new.state = 'published'`, work: more },
    { table: 'entries', change: 'update', when: differs.join(' or '), work: [...less, ...more, ...moved] },
    { table: 'entries', change: 'delete', when: `old.state = 'published'`, work: less },
  ];
}

/** Of published entries only. */
function commentsKept(part: string): Keeping[] {
  const count = (number: 1 | -1, row: 'old' | 'new') =>
    added(`select e.blog, ${part}, 0, ${number}, 0, 0 from entries e
      where e.id = ${row}.entry and ${published('e')} and ${row}.state = 'shown'`);
  return [
    { table: 'comments', change: 'insert', when: `new.state = 'shown'`, work: [count(1, 'new')] },
    {
      table: 'comments',
      change: 'update',
      when: 'old.state is distinct from new.state or old.entry is distinct from new.entry',
      work: [count(-1, 'old'), count(1, 'new')],
    },
    { table: 'comments', change: 'delete', when: `old.state = 'shown'`, work: [count(-1, 'old')] },
  ];
}

function tagsKept(): Keeping[] {
  const blog = (row: 'old' | 'new') => `(select e.blog from entries e where e.id = ${row}.entry)`;
  const less = `update tag_figures set entries = entries - 1
    where tag = old.tag and owner in ('', ${blog('old')}) and old.published is not null`;
  const more = `insert into tag_figures select new.tag, o.owner, 1
    from (select '' as owner union all select ${blog('new')}) as o where new.published is not null
    on conflict (tag, owner) do update set entries = tag_figures.entries + 1`;
  return [
    { table: 'entry_tags', change: 'insert', when: 'new.published is not null', work: [more] },
    {
      table: 'entry_tags',
      change: 'update',
      when: 'old.published is distinct from new.published or old.tag is distinct from new.tag',
      work: [less, more],
    },
    { table: 'entry_tags', change: 'delete', when: 'old.published is not null', work: [less] },
  ];
}

/** Where an actor's mail goes: one address for a server that shares one, none for who is gone. */
const mailOf = (actor: string) =>
  `select coalesce(a.shared_inbox, a.inbox) from actors a where a.id = ${actor} and a.gone is null`;

/** Many go at once when their server does. */
function followersKept(part: string): KeepingAll[] {
  const count = (number: string) => (rows: string) => [
    added(`select followed, ${part}, 0, 0, ${number}, 0 from ${rows} as r group by followed`),
  ];
  const columns = ['followed'];
  return [
    { table: 'followers', change: 'insert', columns, work: count('count(*)') },
    { table: 'followers', change: 'delete', columns, work: count('-count(*)') },
  ];
}

function addressesKept(): Keeping[] {
  const changed = ['inbox', 'shared_inbox', 'gone'].map((c) => `old.${c} is distinct from new.${c}`).join(' or ');
  return [
    {
      table: 'followers',
      change: 'insert',
      work: [
        `update followers set inbox = (${mailOf('new.actor')}) where followed = new.followed and actor = new.actor`,
      ],
    },
    {
      table: 'actors',
      change: 'update',
      when: changed,
      work: [`update followers set inbox = (${mailOf('new.id')}) where actor = new.id`],
    },
  ];
}

/** Those of somebody here; others' are counted where they are shown. */
function boostsKept(part: string): Keeping[] {
  return [
    {
      table: 'boosts',
      change: 'insert',
      when: 'new.booster is not null',
      work: [added(`select new.booster, ${part}, 0, 0, 0, 1 where true`)],
    },
    {
      table: 'boosts',
      change: 'delete',
      when: 'old.booster is not null',
      work: [added(`select old.booster, ${part}, 0, 0, 0, -1 where true`)],
    },
  ];
}
