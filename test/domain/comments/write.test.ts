// A blog here answers under an entry here.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteComment, reviseComment, writeComment } from '../../../src/domain/comments/write.ts';
import { type Entry, entryOrRefuse } from '../../../src/domain/entries/write.ts';
import { untold } from '../../../src/domain/happenings.ts';
import { tombstone } from '../../../src/domain/tombstones.ts';
import { path } from '../../../src/urls.ts';
import { commented, dump, meet, ORIGIN, openWorld, published, reader, type World } from '../../world.ts';

let world: World;
let entry: Entry;
beforeEach(async () => {
  world = await openWorld({ comments: 'open' });
  entry = await published(world);
});
afterEach(() => world.close());

const write = (source = 'ขอบ**คุณ**', parent: string | null = null) =>
  writeComment(world.db, {
    blog: world.blog.id,
    place: { entry: entry.id, parent },
    source,
    language: 'th',
    origin: ORIGIN,
    clock: world.clock,
  });
const revise = (id: string, source = 'แก้แล้ว') =>
  reviseComment(world.db, { id, source, origin: ORIGIN, clock: world.clock });
const told = async () => (await untold(world.db, { limit: 100 })).slice(1);
const kept = (id: string) => world.db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const version = async () => (await entryOrRefuse(world.db, { id: entry.id })).version;

test('it shows at once, is told, and makes the page new', async () => {
  const before = await version();
  const comment = await write();
  expect(await kept(comment.id)).toMatchObject({
    state: 'shown',
    blog: world.blog.id,
    actor: null,
    uri: null,
    source: 'ขอบ**คุณ**',
    html: Buffer.from('<p>ขอบ<strong>คุณ</strong></p>\n'),
    published: '2026-11-23T03:00:00.000Z',
  });
  expect(await version()).toBe(before + 1);
  expect(await told()).toMatchObject([{ verb: 'comment.written', actor: world.blog.id, object: comment.id }]);
});

test('it may answer somebody', async () => {
  await meet(world, reader);
  const { id } = await commented(world, { actor: reader, entry });
  expect(await write('ยินดีค่ะ', id)).toMatchObject({ parent: id });
});

test('a revision is told with its version, and its time grows by a second at least', async () => {
  const comment = await write();
  await revise(comment.id);
  await revise(comment.id, 'แก้อีก');
  expect(await kept(comment.id)).toMatchObject({
    source: 'แก้อีก',
    html: Buffer.from('<p>แก้อีก</p>\n'),
    revised: '2026-11-23T03:00:02.000Z',
    version: 3,
  });
  expect(await told()).toMatchObject([
    { verb: 'comment.written', revision: 0 },
    { verb: 'comment.revised', object: comment.id, revision: 2 },
    { verb: 'comment.revised', object: comment.id, revision: 3 },
  ]);
});

test('a deletion takes the words, leaves a tombstone and is told', async () => {
  const comment = await write();
  const before = await version();
  await deleteComment(world.db, { id: comment.id, clock: world.clock });
  expect(await kept(comment.id)).toMatchObject({ state: 'deleted', source: null, html: Buffer.alloc(0) });
  expect(await tombstone(world.db, { id: path.note(comment.id) })).toMatchObject({ formerType: 'Note' });
  expect(await version()).toBe(before + 1);
  expect(await told()).toMatchObject([
    { verb: 'comment.written' },
    { verb: 'comment.deleted', actor: world.blog.id, object: comment.id },
  ]);
});

test('what others wrote, what never was, and what was deleted is not ours to change', async () => {
  await meet(world, reader);
  const theirs = await commented(world, { actor: reader, entry });
  const ours = await write();
  await deleteComment(world.db, { id: ours.id, clock: world.clock });
  const before = dump(world);
  for (const id of [theirs.id, ours.id, 'never']) {
    await expect(revise(id)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(deleteComment(world.db, { id, clock: world.clock })).rejects.toMatchObject({ kind: 'not-found' });
  }
  expect(dump(world)).toEqual(before);
});

test('a blog that takes no comments takes none from its own node either, nor does one that was closed', async () => {
  const { db, blog } = world;
  await db.updateTable('blogs').set({ comments: 'closed' }).where('id', '=', blog.id).execute();
  const before = dump(world);
  await expect(write()).rejects.toMatchObject({ kind: 'forbidden' });
  expect(dump(world)).toEqual(before);
  const closed = '2026-11-23T04:00:00.000Z';
  await db.updateTable('blogs').set({ comments: 'open', closed }).where('id', '=', blog.id).execute();
  await expect(write()).rejects.toMatchObject({ kind: 'forbidden' });
});

test('an empty or endless comment is refused at its field, and nothing is kept', async () => {
  const before = dump(world);
  await expect(write(' \n')).rejects.toMatchObject({ kind: 'invalid', field: 'source' });
  await expect(write('ก'.repeat(7_000))).rejects.toMatchObject({ kind: 'too-large', field: 'source' });
  await expect(revise('any', '')).rejects.toMatchObject({ kind: 'invalid' });
  expect(dump(world)).toEqual(before);
});
