// Deciding about a comment, by those who may.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commentOrRefuse, decideComment } from '../../../src/domain/comments/moderate.ts';
import { deleteReceived } from '../../../src/domain/comments/receive.ts';
import { type Entry, entryOrRefuse } from '../../../src/domain/entries/write.ts';
import { ANYONE, type Viewer } from '../../../src/domain/visibility.ts';
import { arriving, commented, dump, meet, openWorld, published, reader, type World } from '../../world.ts';

let world: World;
let entry: Entry;
let id: string;
beforeEach(async () => {
  world = await openWorld();
  entry = await published(world);
  await meet(world, reader);
  id = (await commented(world, { actor: reader, entry })).id;
});
afterEach(() => world.close());

const decide = (decision: 'show' | 'hide', viewer: Viewer | 'operator') =>
  decideComment(world.db, { id, decision, viewer });
const state = async () => (await commentOrRefuse(world.db, { id })).state;
const person = (role: 'administrator' | 'moderator' | 'author', blogs: string[] = []): Viewer => ({
  kind: 'person',
  id: 'somebody',
  role,
  blogs,
});

test('a decision can be taken back, and each makes the page new', async () => {
  const { version } = await entryOrRefuse(world.db, { id: entry.id });
  await decide('show', 'operator');
  expect(await state()).toBe('shown');
  await decide('hide', 'operator');
  expect(await state()).toBe('hidden');
  await decide('show', 'operator');
  expect(await state()).toBe('shown');
  expect(await entryOrRefuse(world.db, { id: entry.id })).toMatchObject({ version: version + 3 });
});

test('the same decision twice changes nothing', async () => {
  await decide('show', 'operator');
  const before = dump(world);
  await decide('show', 'operator');
  expect(dump(world)).toEqual(before);
});

test.each([
  ['an administrator', person('administrator')],
  ['a moderator', person('moderator')],
])('%s decides anywhere', async (_, viewer) => {
  await decide('show', viewer);
  expect(await state()).toBe('shown');
});

test('an author decides in their own blog', async () => {
  await decide('show', person('author', [world.blog.id]));
  expect(await state()).toBe('shown');
});

test.each([
  ['an author of another blog', person('author', ['another'])],
  ['anyone', ANYONE],
])('%s decides nothing', async (_, viewer) => {
  const before = dump(world);
  await expect(decide('show', viewer)).rejects.toMatchObject({ kind: 'forbidden' });
  expect(dump(world)).toEqual(before);
});

test('what its author deleted cannot be shown again', async () => {
  await deleteReceived(world.db, { uri: arriving(reader).uri, actor: reader.id, clock: world.clock });
  await expect(decide('show', 'operator')).rejects.toMatchObject({ kind: 'gone' });
});

test('a comment that never was is not found', async () => {
  const never = decideComment(world.db, { id: 'never', decision: 'show', viewer: 'operator' });
  await expect(never).rejects.toMatchObject({ kind: 'not-found' });
});
