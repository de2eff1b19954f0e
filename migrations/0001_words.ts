// The community's words: who we are, what is written, who answers, what must be told.
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('organisations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('handle', 'text', (c) => c.notNull().unique())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('area', 'text')
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await people(db);
  await blogs(db);
  await entries(db);
  await voices(db);
  await postsFromAfar(db);
  await telling(db);
}

async function people({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('people')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('username', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password', 'text')
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('person', 'text', (c) => c.notNull().references('people.id').onDelete('cascade'))
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('expires', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('sessions_person').on('sessions').column('person').execute();
  await schema
    .createTable('invitations')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('expires', 'text', (c) => c.notNull())
    .addColumn('used', 'text')
    .execute();
}

async function blogs({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('blogs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull().unique())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('licence', 'text', (c) => c.notNull())
    .addColumn('comments', 'text', (c) => c.notNull())
    .addColumn('sends_highlight', 'integer', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('closed', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createTable('authors')
    .addColumn('blog', 'text', (c) => c.notNull().references('blogs.id'))
    .addColumn('person', 'text', (c) => c.notNull().references('people.id'))
    .addPrimaryKeyConstraint('authors_key', ['blog', 'person'])
    .execute();
  await schema.createIndex('authors_person').on('authors').column('person').execute();
  await schema
    .createTable('keys')
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('private_jwk', 'text', (c) => c.notNull())
    .addColumn('public_jwk', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('keys_key', ['owner', 'kind'])
    .execute();
}

async function entries({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('series')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('blog', 'text', (c) => c.notNull().references('blogs.id'))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('title_key', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addUniqueConstraint('series_title', ['blog', 'title_key'])
    .execute();
  await schema
    .createTable('entries')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'integer', (c) => c.notNull().unique())
    .addColumn('blog', 'text', (c) => c.notNull().references('blogs.id'))
    .addColumn('author', 'text', (c) => c.references('people.id'))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('highlight', 'text', (c) => c.notNull())
    .addColumn('highlight_derived', 'integer', (c) => c.notNull())
    .addColumn('source', 'blob', (c) => c.notNull())
    .addColumn('html', 'blob', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('licence', 'text', (c) => c.notNull())
    .addColumn('series', 'text', (c) => c.references('series.id'))
    .addColumn('part', 'integer')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('original_system', 'text')
    .addColumn('original_number', 'text')
    .addColumn('silent', 'integer', (c) => c.notNull())
    .addColumn('pinned', 'integer', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addColumn('published', 'text')
    .addColumn('revised', 'text')
    .addColumn('withdrawn', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addUniqueConstraint('entries_original', ['original_system', 'original_number'])
    .execute();
  await schema.createIndex('entries_newest').on('entries').columns(['state', 'published', 'number']).execute();
  await schema.createIndex('entries_blog').on('entries').columns(['blog', 'state', 'published', 'number']).execute();
  await schema.createIndex('entries_series').on('entries').columns(['series', 'part']).execute();
  await schema
    .createTable('imports')
    .addColumn('entry', 'text', (c) => c.primaryKey().references('entries.id'))
    .addColumn('system', 'text', (c) => c.notNull())
    .addColumn('raw', 'blob', (c) => c.notNull())
    .addColumn('imported', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('tags')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('shown', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('entry_tags')
    .addColumn('entry', 'text', (c) => c.notNull().references('entries.id'))
    .addColumn('tag', 'text', (c) => c.notNull().references('tags.key'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('shown', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('entry_tags_key', ['entry', 'tag'])
    .execute();
  await schema.createIndex('entry_tags_tag').on('entry_tags').columns(['tag', 'entry']).execute();
}

async function voices({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('actors')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull())
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('summary', 'text', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('icon', 'text')
    .addColumn('inbox', 'text', (c) => c.notNull())
    .addColumn('shared_inbox', 'text')
    .addColumn('followers', 'text')
    .addColumn('fetched', 'text', (c) => c.notNull())
    .addColumn('gone', 'text')
    .execute();
  await schema.createIndex('actors_host').on('actors').columns(['host', 'handle']).execute();
  await schema
    .createTable('comments')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('entry', 'text', (c) => c.notNull().references('entries.id'))
    .addColumn('parent', 'text', (c) => c.references('comments.id'))
    .addColumn('uri', 'text', (c) => c.unique())
    .addColumn('url', 'text')
    .addColumn('blog', 'text', (c) => c.references('blogs.id'))
    .addColumn('actor', 'text', (c) => c.references('actors.id'))
    .addColumn('guest', 'text')
    .addColumn('source', 'text')
    .addColumn('html', 'blob', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('imported', 'integer', (c) => c.notNull())
    .addColumn('published', 'text')
    .addColumn('revised', 'text')
    .addColumn('received', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('comments_entry').on('comments').columns(['entry', 'state', 'received']).execute();
  await schema.createIndex('comments_parent').on('comments').column('parent').execute();
  await schema.createIndex('comments_actor').on('comments').columns(['actor', 'state']).execute();
  await schema.createIndex('comments_state').on('comments').columns(['state', 'received']).execute();
}

async function postsFromAfar({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('posts')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('title', 'text')
    .addColumn('summary', 'text')
    .addColumn('html', 'blob', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('in_reply_to', 'text')
    .addColumn('published', 'text', (c) => c.notNull())
    .addColumn('revised', 'text')
    .addColumn('received', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('posts_actor').on('posts').columns(['actor', 'published']).execute();
  await schema.createIndex('posts_newest').on('posts').columns(['published', 'id']).execute();
  await schema
    .createTable('post_tags')
    .addColumn('post', 'text', (c) => c.notNull().references('posts.id').onDelete('cascade'))
    .addColumn('tag', 'text', (c) => c.notNull().references('tags.key'))
    .addColumn('shown', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('post_tags_key', ['post', 'tag'])
    .execute();
  await schema.createIndex('post_tags_tag').on('post_tags').columns(['tag', 'post']).execute();
  await schema
    .createTable('replies')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('blog', 'text', (c) => c.notNull().references('blogs.id'))
    .addColumn('in_reply_to', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('html', 'blob', (c) => c.notNull())
    .addColumn('language', 'text')
    .addColumn('deleted', 'text')
    .addColumn('published', 'text', (c) => c.notNull())
    .addColumn('revised', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await schema.createIndex('replies_actor').on('replies').column('actor').execute();
  await schema.createIndex('replies_of').on('replies').column('in_reply_to').execute();
}

async function telling({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('followers')
    .addColumn('followed', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('activity', 'text', (c) => c.notNull())
    .addColumn('since', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('followers_key', ['followed', 'actor'])
    .execute();
  await schema.createIndex('followers_actor').on('followers').column('actor').execute();
  await schema
    .createTable('following')
    .addColumn('follower', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull().references('actors.id'))
    .addColumn('activity', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('since', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('following_key', ['follower', 'actor'])
    .execute();
  await schema.createIndex('following_actor').on('following').columns(['actor', 'state']).execute();
  await schema
    .createTable('likes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('actor', 'text', (c) => c.references('actors.id'))
    .addColumn('blog', 'text', (c) => c.references('blogs.id'))
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('created', 'text', (c) => c.notNull())
    .addUniqueConstraint('likes_actor', ['object', 'actor'])
    .addUniqueConstraint('likes_blog', ['object', 'blog'])
    .execute();
  await schema.createIndex('likes_by_actor').on('likes').column('actor').execute();
  await schema
    .createTable('tombstones')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('former_type', 'text', (c) => c.notNull())
    .addColumn('deleted', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('tombstones_key', ['id', 'actor'])
    .execute();
  await schema
    .createTable('happenings')
    .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('verb', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('object', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('happened', 'text', (c) => c.notNull())
    .addColumn('told', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('untellable', 'text')
    .execute();
  await schema.createIndex('happenings_untold').on('happenings').columns(['told', 'number']).execute();
  await schema
    .createTable('received')
    .addColumn('activity', 'text', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('received', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('received_key', ['activity', 'actor'])
    .execute();
  await schema.createIndex('received_age').on('received').column('received').execute();
}
