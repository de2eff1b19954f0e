// The first run: all of it, or nothing.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blogByHandle } from '../../src/domain/blogs.ts';
import { organisation } from '../../src/domain/organisations.ts';
import { addPerson, checkPassword } from '../../src/domain/people.ts';
import { newSetUpSecret, setUpSecretOpens } from '../../src/domain/sessions.ts';
import { type FirstRun, setUpNode } from '../../src/domain/set-up.ts';
import { fixedOrigin } from '../../src/domain/settings.ts';
import { dump, emptyWorld, ORIGIN, office } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
let secret: string;
beforeEach(async () => {
  world = await emptyWorld();
  secret = await newSetUpSecret(world.db, { clock: world.clock });
});
afterEach(() => world.close());

const { username, password } = office.person;
const form: FirstRun = {
  organisation: { ...office.organisation, summary: 'ดูแลเก้าหมู่บ้าน' },
  administrator: office.person,
  blog: office.blog,
};
const setUp = (given: Partial<FirstRun> = {}, key = secret) =>
  setUpNode(world.db, { secret: key, firstRun: { ...form, ...given }, origin: ORIGIN, clock: world.clock });

test('one form makes the organisation, its administrator and the first blog, and fixes the origin', async () => {
  const { db } = world;
  const person = await setUp();
  expect(person).toMatchObject({ username, role: 'administrator' });
  expect(await organisation(db)).toMatchObject({ ...office.organisation, summary: 'ดูแลเก้าหมู่บ้าน' });
  expect(await blogByHandle(db, { handle: office.blog.handle })).toMatchObject({
    title: office.blog.title,
    comments: 'hold-first',
  });
  expect(await fixedOrigin(db)).toBe(ORIGIN);
  expect(await checkPassword(db, { username, password })).toEqual({ ok: true, person });
});

test.each<[string, Partial<FirstRun>, string, string]>([
  ['a bad handle of the organisation', { organisation: { ...form.organisation, handle: 'อบต' } }, 'invalid', 'handle'],
  ['no name', { organisation: { ...form.organisation, name: ' ' } }, 'invalid', 'name'],
  ['a bad username', { administrator: { ...office.person, username: 'A' } }, 'invalid', 'username'],
  ['a short password', { administrator: { ...office.person, password: 'short' } }, 'invalid', 'password'],
  ['a blog without a title', { blog: { ...office.blog, title: '' } }, 'invalid', 'title'],
  ['one handle for both', { blog: { ...office.blog, handle: office.organisation.handle } }, 'conflict', 'handle'],
])('%s leaves nothing behind, and the link still opens', async (_, given, kind, field) => {
  const before = dump(world);
  await expect(setUp(given)).rejects.toMatchObject({ kind, field });
  expect(dump(world)).toEqual(before);
  expect(await setUpSecretOpens(world.db, { secret, clock: world.clock })).toBe(true);
  expect(await setUp()).toMatchObject({ username });
});

test('two forms sent at once make one node', async () => {
  const other = { ...office.person, username: 'another' };
  const sent = await Promise.allSettled([setUp(), setUp({ administrator: other })]);
  expect(sent.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(sent.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { kind: 'gone' } });
  expect([dump(world).people, dump(world).blogs].map((rows) => rows?.length)).toEqual([1, 1]);
});

test('an invented or used link does nothing', async () => {
  await expect(setUp({}, 'invented')).rejects.toMatchObject({ kind: 'gone' });
  await setUp();
  const before = dump(world);
  await expect(setUp({ administrator: { ...office.person, username: 'another' } })).rejects.toMatchObject({
    kind: 'gone',
  });
  expect(dump(world)).toEqual(before);
});

test('a link that was printed before somebody was added at the command line does nothing any more', async () => {
  const { db, clock } = world;
  await addPerson(db, { ...office.person, role: 'administrator', clock });
  const before = dump(world);
  await expect(setUp({ administrator: { ...office.person, username: 'another' } })).rejects.toMatchObject({
    kind: 'gone',
  });
  expect(dump(world)).toEqual(before);
});
