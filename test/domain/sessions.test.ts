// Being signed in, and the one-time link.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  closeSession,
  newSetUpSecret,
  openSession,
  renewSession,
  sessionOf,
  setUpSecretOpens,
  useSetUpSecret,
} from '../../src/domain/sessions.ts';
import { dump, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const open = () => openSession(world.db, { person: world.author.id, clock: world.clock });
const session = (token: string) => sessionOf(world.db, { token, clock: world.clock });
const who = async (token: string) => (await session(token))?.person ?? null;

test('a token says who somebody is, and nobody else’s does', async () => {
  const token = await open();
  expect(await who(token)).toEqual(world.author);
  expect(await who('made up')).toBeNull();
  expect(await who('')).toBeNull();
});

test('the database does not hold the token', async () => {
  const token = await open();
  expect(JSON.stringify(dump(world).sessions)).not.toContain(token);
});

test('each signing in has a token of its own, and signing out ends that one', async () => {
  const phone = await open();
  const desk = await open();
  expect(phone).not.toBe(desk);
  await closeSession(world.db, { token: phone });
  expect(await who(phone)).toBeNull();
  expect(await who(desk)).toEqual(world.author);
});

test('a session lasts thirty days, to the moment', async () => {
  const token = await open();
  world.clock.pass({ days: 29, hours: 23, minutes: 59 });
  expect(await who(token)).toEqual(world.author);
  world.clock.pass({ minutes: 1 });
  expect(await who(token)).toBeNull();
});

test('a session in use is lengthened, at most once a day, and one that is over is not brought back', async () => {
  const { db, clock } = world;
  const token = await open();
  clock.pass({ hours: 23, minutes: 59 });
  expect(await session(token)).toEqual({ person: world.author, aged: false });
  clock.pass({ minutes: 1 });
  expect(await session(token)).toEqual({ person: world.author, aged: true });
  await renewSession(db, { token, clock });
  expect(await session(token)).toEqual({ person: world.author, aged: false });
  clock.pass({ days: 29 });
  expect(await who(token)).toEqual(world.author);
  clock.pass({ days: 1 });
  await renewSession(db, { token, clock });
  expect(await who(token)).toBeNull();
});

test('sessions that are over are swept out when somebody signs in', async () => {
  await open();
  world.clock.pass({ days: 31 });
  await open();
  expect(dump(world).sessions).toHaveLength(1);
});

test('a set-up link opens for a day, and only the last one printed', async () => {
  const { db, clock } = world;
  const opens = (secret: string) => setUpSecretOpens(db, { secret, clock });
  const older = await newSetUpSecret(db, { clock });
  const secret = await newSetUpSecret(db, { clock });
  expect([await opens(older), await opens(secret), await opens('')]).toEqual([false, true, false]);
  expect(JSON.stringify(dump(world).invitations)).not.toContain(secret);
  clock.pass({ hours: 23, minutes: 59 });
  expect(await opens(secret)).toBe(true);
  clock.pass({ minutes: 1 });
  expect(await opens(secret)).toBe(false);
  await expect(useSetUpSecret(db, { secret, clock })).rejects.toMatchObject({ kind: 'gone' });
});

test('a set-up link works once, also for two who use it in the same moment', async () => {
  const { db, clock } = world;
  const secret = await newSetUpSecret(db, { clock });
  const used = await Promise.allSettled([1, 2].map(() => useSetUpSecret(db, { secret, clock })));
  expect(used.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await setUpSecretOpens(db, { secret, clock })).toBe(false);
});
