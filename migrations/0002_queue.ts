// What the network work needs: remembered keys, inbound work that was acknowledged, outgoing activities and their lanes.
import type { Kysely } from 'kysely';

export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await addMemory(schema);
  await addIncoming(schema);
  await addOutgoing(schema);
}

type Schema = Kysely<unknown>['schema'];

async function addMemory(schema: Schema): Promise<void> {
  await schema
    .createTable('kv')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('expires', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('kv_expires').on('kv').column('expires').execute();
}

async function addIncoming(schema: Schema): Promise<void> {
  await schema
    .createTable('messages')
    .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('lane', 'text')
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('first', 'integer', (c) => c.notNull())
    .addColumn('payload', 'blob', (c) => c.notNull())
    .addColumn('due', 'bigint', (c) => c.notNull())
    .addColumn('leased_until', 'bigint')
    .addColumn('lease', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('dead', 'text')
    .addColumn('created', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('messages_due').on('messages').columns(['dead', 'due', 'number']).execute();
  await schema.createIndex('messages_lane').on('messages').columns(['lane', 'dead', 'number']).execute();
  await schema.createIndex('messages_sender').on('messages').columns(['sender', 'dead', 'number']).execute();
  await schema
    .createIndex('messages_first')
    .on('messages')
    .columns(['sender', 'first', 'dead', 'due', 'number'])
    .execute();
  await schema.createIndex('messages_taken').on('messages').columns(['sender', 'leased_until']).execute();
  await schema
    .createTable('senders')
    .addColumn('host', 'text', (c) => c.primaryKey().notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('senders_since').unique().on('senders').columns(['since', 'host']).execute();
}

async function addOutgoing(schema: Schema): Promise<void> {
  await schema
    .createTable('activities')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('verb', 'text', (c) => c.notNull())
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('shown', 'integer', (c) => c.notNull())
    .addColumn('body', 'blob', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('activities_object').on('activities').column('object').execute();
  await schema
    .createTable('deliveries')
    .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('activity', 'text', (c) => c.notNull().references('activities.id'))
    .addColumn('inbox', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('declined', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('due', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('changed', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('deliveries_once', ['activity', 'inbox'])
    .execute();
  await schema.createIndex('deliveries_lane').on('deliveries').columns(['state', 'host', 'due', 'number']).execute();
  await schema.createIndex('deliveries_changed').on('deliveries').columns(['state', 'changed']).execute();
  await schema
    .createTable('lanes')
    .addColumn('host', 'text', (c) => c.primaryKey())
    .addColumn('due', 'bigint')
    .addColumn('lease', 'text')
    .addColumn('leased_until', 'bigint')
    .addColumn('taken', 'bigint')
    .addColumn('failing_since', 'bigint')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('suspended', 'bigint')
    .addColumn('reason', 'text')
    .execute();
  await schema.createIndex('lanes_due').on('lanes').columns(['due', 'host']).execute();
  await schema.createIndex('lanes_well').on('lanes').columns(['failing_since', 'due', 'host']).execute();
  await schema
    .createTable('absences')
    .addColumn('inbox', 'text', (c) => c.primaryKey())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('again', 'bigint')
    .execute();
  await schema.createIndex('absences_host').on('absences').column('host').execute();
}
