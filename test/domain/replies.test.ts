// What our blogs answer under other servers' posts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untold } from '../../src/domain/happenings.ts';
import { deleteReply, replyById, writeReply } from '../../src/domain/replies.ts';
import { tombstone } from '../../src/domain/tombstones.ts';
import { path } from '../../src/urls.ts';
import { dump, meet, ORIGIN, openWorld, reader, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
});
afterEach(() => world.close());

const write = (source = 'ขอบ**คุณ**') =>
  writeReply(world.db, {
    blog: world.blog.id,
    inReplyTo: 'https://example.social/posts/1',
    actor: reader.id,
    source,
    language: 'th',
    origin: ORIGIN,
    clock: world.clock,
  });

test('it is kept and told', async () => {
  const reply = await write();
  expect(await replyById(world.db, { id: reply.id })).toMatchObject({
    inReplyTo: 'https://example.social/posts/1',
    actor: reader.id,
    source: 'ขอบ**คุณ**',
    html: Buffer.from('<p>ขอบ<strong>คุณ</strong></p>\n'),
    deleted: null,
  });
  expect(await untold(world.db, { limit: 10 })).toMatchObject([
    { verb: 'reply.written', actor: world.blog.id, object: reply.id },
  ]);
});

test('a deletion takes the words, leaves a tombstone and is told, once', async () => {
  const { db, clock } = world;
  const { id } = await write();
  await deleteReply(db, { id, clock });
  expect(await replyById(db, { id })).toMatchObject({ source: '', html: Buffer.alloc(0), deleted: expect.any(String) });
  expect(await tombstone(db, { id: path.note(id) })).toMatchObject({ actor: world.blog.id, formerType: 'Note' });
  await expect(deleteReply(db, { id, clock })).rejects.toMatchObject({ kind: 'not-found' });
  await expect(deleteReply(db, { id: 'never', clock })).rejects.toMatchObject({ kind: 'not-found' });
  expect((await untold(db, { limit: 10 })).map(({ verb }) => verb)).toEqual(['reply.written', 'reply.deleted']);
});

test('an empty one is refused, and nothing is kept', async () => {
  const before = dump(world);
  await expect(write('  ')).rejects.toMatchObject({ kind: 'invalid', field: 'source' });
  expect(dump(world)).toEqual(before);
});
