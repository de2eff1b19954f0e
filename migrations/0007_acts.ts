// What others do with what is written here beyond answering and liking it, whom they will not hear,
// who moved where, what was reported, and who may quote.
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { countShown } from './steps/counted.ts';

/** Tables of this step whose rows reach a page or a document for everybody (see 0004_shown.ts). */
const SHOWN = ['boosts', 'reactions', 'quotes'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await boosts(db);
  await reactions(db);
  await blocks(db);
  await moves(db);
  await reports(db);
  await quotes(db);
  for (const table of SHOWN) {
    for (const change of ['insert', 'update', 'delete'] as const) await countShown(db, { table, change });
  }
}

async function boosts({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('boosts')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.references('actors.id'))
    .addColumn('booster', 'text')
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    // An id belongs to whoever sent it: a neighbour on the same server may have used it first.
    .addUniqueConstraint('boosts_id', ['id', 'actor'])
    .addUniqueConstraint('boosts_actor', ['object', 'actor'])
    .addUniqueConstraint('boosts_booster', ['object', 'booster'])
    .execute();
  await schema.createIndex('boosts_by_actor').on('boosts').column('actor').execute();
  await schema.createIndex('boosts_by_booster').on('boosts').columns(['booster', 'created']).execute();
}

async function reactions({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('reactions')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('emoji', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('reactions_key', ['id', 'actor'])
    .addUniqueConstraint('reactions_once', ['object', 'actor', 'emoji'])
    .execute();
  await schema.createIndex('reactions_by_actor').on('reactions').column('actor').execute();
}

async function blocks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('blocks')
    .addColumn('blocked', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('activity', 'text', (c) => c.notNull())
    .addColumn('since', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('blocks_key', ['blocked', 'actor'])
    .execute();
  await schema.createIndex('blocks_by_actor').on('blocks').column('actor').execute();
}

async function moves(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('blogs')
    .addColumn('aliases', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute();
  await schema.alterTable('blogs').addColumn('moved_to', 'text').execute();
  await schema.alterTable('blogs').addColumn('moved', 'text').execute();
  await schema.alterTable('actors').addColumn('moved_to', 'text').execute();
  await schema.alterTable('actors').addColumn('moved', 'text').execute();
  await schema.createIndex('actors_moved_to').on('actors').column('moved_to').execute();
  // What is said by one who moved is shown as said by who they are now.
  const on = db.getExecutor().adapter instanceof PostgresAdapter ? sql`on actors` : sql``;
  await sql`drop trigger shown_actors_update ${on}`.execute(db);
  const changed = ['handle', 'host', 'name', 'summary', 'url', 'icon', 'gone', 'moved_to'];
  await countShown(db, { table: 'actors', change: 'update', changed });
}

async function reports({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('reports')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('activity', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('content', 'text', (c) => c.notNull())
    .addColumn('received', 'text', (c) => c.notNull())
    .addColumn('seen', 'text')
    .addColumn('seen_by', 'text', (c) => c.references('people.id'))
    .addUniqueConstraint('reports_once', ['activity', 'actor'])
    .execute();
  await schema.createIndex('reports_by_actor').on('reports').column('actor').execute();
  await schema.createIndex('reports_unseen').on('reports').columns(['seen', 'received']).execute();
  await schema
    .createTable('report_subjects')
    .addColumn('report', 'text', (c) => c.notNull().references('reports.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('report_subjects_key', ['report', 'kind', 'subject'])
    .execute();
}

async function quotes({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('blogs')
    .addColumn('quotes', 'text', (c) => c.notNull().defaultTo('anyone'))
    .execute();
  await schema
    .createTable('quotes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('entry', 'text', (c) => c.notNull().references('entries.id'))
    .addColumn('post', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('revoked', 'text')
    .addUniqueConstraint('quotes_once', ['entry', 'post'])
    .execute();
  await schema.createIndex('quotes_by_actor').on('quotes').column('actor').execute();
}
