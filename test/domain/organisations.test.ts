// The organisation that owns the node.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { untold } from '../../src/domain/happenings.ts';
import { keysOf } from '../../src/domain/keys.ts';
import {
  checkHandleFree,
  INSTANCE,
  ORGANISATION,
  organisation,
  setOrganisation,
} from '../../src/domain/organisations.ts';
import { checkOrigin, fixedOrigin } from '../../src/domain/settings.ts';
import { dump, emptyWorld, ORIGIN, office, openWorld } from '../world.ts';

let world: Awaited<ReturnType<typeof emptyWorld>>;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

type Given = Partial<Omit<Parameters<typeof setOrganisation>[1], 'clock'>>;
const set = (given: Given = {}) =>
  setOrganisation(world.db, { ...office.organisation, origin: ORIGIN, clock: world.clock, ...given });

test('before set-up there is none', async () => {
  const empty = await emptyWorld();
  expect(await organisation(empty.db)).toBeNull();
  expect(await fixedOrigin(empty.db)).toBeNull();
  await empty.close();
});

test('it is made once, with keys for itself and for the instance', async () => {
  expect(await organisation(world.db)).toMatchObject({
    id: ORGANISATION,
    ...office.organisation,
    language: 'th',
    version: 1,
  });
  for (const owner of [ORGANISATION, INSTANCE]) {
    expect((await keysOf(world.db, { owner })).map(({ kind }) => kind)).toEqual(['rsa', 'ed25519']);
  }
  expect(await untold(world.db, { limit: 10 })).toEqual([]);
});

test('it may be renamed, which is told; keys, and what was not named, stay', async () => {
  await set({ summary: 'ดูแลเก้าหมู่บ้าน' });
  const { keys } = dump(world);
  await set({ name: ' อบต.บางจาก ', area: null, language: 'en' });
  expect(await organisation(world.db)).toMatchObject({
    name: 'อบต.บางจาก',
    area: null,
    summary: 'ดูแลเก้าหมู่บ้าน',
    language: 'en',
    version: 3,
  });
  await set();
  expect(await organisation(world.db)).toMatchObject({ language: 'en' });
  expect(dump(world).keys).toEqual(keys);
  expect((await untold(world.db, { limit: 10 })).map(({ verb, revision }) => [verb, revision])).toEqual([
    ['actor.revised', 2],
    ['actor.revised', 3],
    ['actor.revised', 4],
  ]);
});

test.each<[string, Given, object]>([
  ['another handle', { handle: 'another' }, { kind: 'conflict', field: 'handle' }],
  ['a handle that no server could say', { handle: 'อบต' }, { kind: 'invalid', field: 'handle' }],
  ['no name', { name: ' ' }, { kind: 'invalid', field: 'name' }],
  ['another origin', { origin: 'https://moved.example' }, { kind: 'conflict' }],
])('%s is refused and changes nothing', async (_, given, refusal) => {
  const before = dump(world);
  await expect(set(given)).rejects.toMatchObject(refusal);
  expect(dump(world)).toEqual(before);
});

test('the origin is fixed by the first set-up, and the refusal names both ways out', async () => {
  await expect(checkOrigin(world.db, { origin: ORIGIN })).resolves.toBeUndefined();
  await expect(checkOrigin(world.db, { origin: 'http://localhost:8000' })).rejects.toMatchObject({
    kind: 'conflict',
    telling: {
      th: expect.stringContaining(`WETHI_ORIGIN=${ORIGIN}`),
      en: expect.stringMatching(/WETHI_ORIGIN=https:\/\/wethi\.example.*WETHI_DATA/),
    },
  });
});

test('before set-up any origin will do', async () => {
  const empty = await emptyWorld();
  await expect(checkOrigin(empty.db, { origin: 'https://any.example' })).resolves.toBeUndefined();
  await empty.close();
});

test('the handles of the organisation and of blogs are one set', async () => {
  const conflict = { kind: 'conflict', field: 'handle' };
  await expect(checkHandleFree(world.db, { handle: office.organisation.handle })).rejects.toMatchObject(conflict);
  await expect(checkHandleFree(world.db, { handle: office.blog.handle })).rejects.toMatchObject(conflict);
  await expect(checkHandleFree(world.db, { handle: 'free' })).resolves.toBeUndefined();
});
