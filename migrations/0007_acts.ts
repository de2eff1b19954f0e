// What others do with what is written here beyond answering and liking it, and whom they will not hear.
import { type Kysely, sql } from 'kysely';

/** Tables of this step whose rows reach a page or a document for everybody (see 0004_shown.ts). */
const SHOWN = ['boosts', 'reactions'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await boosts(db);
  await reactions(db);
  await blocks(db);
  for (const table of SHOWN) {
    for (const change of ['insert', 'update', 'delete']) await counted(db, { table, change });
  }
}

async function boosts({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('boosts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.references('actors.id'))
    .addColumn('booster', 'text')
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addUniqueConstraint('boosts_actor', ['object', 'actor'])
    .addUniqueConstraint('boosts_booster', ['object', 'booster'])
    .execute();
  await schema.createIndex('boosts_by_actor').on('boosts').column('actor').execute();
}

async function reactions({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('reactions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('emoji', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
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

async function counted(db: Kysely<unknown>, { table, change }: { table: string; change: string }): Promise<void> {
  const name = sql.ref(`shown_${table}_${change}`);
  await sql`create trigger ${name} after ${sql.raw(change)} on ${sql.table(table)}
    begin update shown set version = version + 1; end`.execute(db);
}
