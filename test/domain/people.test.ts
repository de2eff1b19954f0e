// Who may sign in.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addPerson,
  anybody,
  checkPassword,
  disablePerson,
  enablePerson,
  personNamed,
  type Role,
  setPassword,
} from '../../src/domain/people.ts';
import { openSession, sessionOf } from '../../src/domain/sessions.ts';
import { dump, emptyWorld, office, openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const { username, password } = office.person;
const add = (given: { username?: string; name?: string; role?: Role; password?: string }) =>
  addPerson(world.db, {
    username: 'likhit',
    name: 'คุณลิขิต',
    role: 'author',
    password: 'จดไว้ในเวทีทุกวัน',
    clock: world.clock,
    ...given,
  });
const check = (username: string, password: string) => checkPassword(world.db, { username, password });

test('the right password lets in, however its Thai was typed', async () => {
  expect(await check(username, password)).toEqual({ ok: true, person: world.author });
  await add({ password: 'ปลาทูแม่กลอง café' });
  expect(await check('likhit', 'ปลาทูแม่กลอง cafe\u0301')).toMatchObject({ ok: true });
});

test('a wrong password, an unknown name and a disabled person get the same answer', async () => {
  await add({});
  await disablePerson(world.db, { username: 'likhit' });
  const answers = [
    await check(username, `${password}!`),
    await check(username, ''),
    await check('nobody', password),
    await check('likhit', 'จดไว้ในเวทีทุกวัน'),
  ];
  expect(answers).toEqual(Array.from({ length: 4 }, () => ({ ok: false })));
});

test('nothing that is handed out carries the password, and the database holds only its hash', async () => {
  const person = await add({});
  expect(person).not.toHaveProperty('password');
  expect(await personNamed(world.db, { username: 'likhit' })).toEqual(person);
  expect(await check('likhit', 'จดไว้ในเวทีทุกวัน')).toEqual({ ok: true, person });
  const kept = JSON.stringify(dump(world).people);
  expect(kept).not.toContain('จดไว้ในเวทีทุกวัน');
  expect(kept).toContain('scrypt$');
});

test('two people with one password have different hashes', async () => {
  await add({});
  await add({ username: 'kit' });
  const rows = (dump(world).people ?? []) as { password: string }[];
  expect(new Set(rows.map((row) => row.password)).size).toBe(3);
});

test.each(['', 'a', 'Amnuay', 'คุณอำนวย', 'a b', 'a@b', 'x'.repeat(41)])('%j is no username', async (username) => {
  await expect(add({ username })).rejects.toMatchObject({ kind: 'invalid', field: 'username' });
});

test.each([
  ['nine characters', 'ก'.repeat(9)],
  ['257 characters', 'ก'.repeat(257)],
])('%s are no password', async (_, password) => {
  await expect(add({ password })).rejects.toMatchObject({ kind: 'invalid', field: 'password' });
  await expect(setPassword(world.db, { username, password })).rejects.toMatchObject({ kind: 'invalid' });
});

test.each([
  ['ten characters', 'ก'.repeat(10)],
  ['256 characters', 'ก'.repeat(256)],
  ['256 characters outside the first plane', '🌾'.repeat(256)],
])('%s are a password that lets in', async (_, password) => {
  await add({ password });
  expect(await check('likhit', password)).toMatchObject({ ok: true });
});

test('a taken username is a conflict; an empty name is the username', async () => {
  await expect(add({ username })).rejects.toMatchObject({ kind: 'conflict', field: 'username' });
  expect(await add({ name: '  ' })).toMatchObject({ name: 'likhit', role: 'author', disabled: 0 });
});

test('a new password ends every session and replaces the old one', async () => {
  const { db, clock, author } = world;
  const token = await openSession(db, { person: author.id, clock });
  await setPassword(db, { username, password: 'กลับกองปุ๋ยทุกเก้าวัน' });
  expect(await sessionOf(db, { token, clock })).toBeNull();
  expect(await check(username, password)).toEqual({ ok: false });
  expect(await check(username, 'กลับกองปุ๋ยทุกเก้าวัน')).toMatchObject({ ok: true });
});

test('a disabled person is out at once', async () => {
  const { db, clock, author } = world;
  const token = await openSession(db, { person: author.id, clock });
  await addPerson(db, { username: 'deputy', name: '', role: 'administrator', password: 'ผู้ดูแลอีกคนหนึ่ง', clock });
  await disablePerson(db, { username });
  expect(await sessionOf(db, { token, clock })).toBeNull();
  expect(dump(world).sessions).toEqual([]);
  const planted = await openSession(db, { person: author.id, clock });
  expect(await sessionOf(db, { token: planted, clock })).toBeNull();
});

test('who never was is not found, with the next step', async () => {
  const { db } = world;
  const unknown = { kind: 'not-found', telling: { en: expect.stringContaining('wethi person add') } };
  await expect(disablePerson(db, { username: 'nobody' })).rejects.toMatchObject(unknown);
  await expect(setPassword(db, { username: 'nobody', password })).rejects.toMatchObject(unknown);
  expect(await personNamed(db, { username: 'nobody' })).toBeNull();
});

test('set-up is done when anybody can sign in', async () => {
  expect(await anybody(world.db)).toBe(true);
  const empty = await emptyWorld();
  expect(await anybody(empty.db)).toBe(false);
  await empty.close();
});

test('a crowd at the door waits; the rest of it is asked to come back, and nobody is let in by mistake', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => check(username, `wrong password ${n}`)));
  const refused = tries.filter((tried) => tried.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'busy' });
  for (const tried of tries) if (tried.status === 'fulfilled') expect(tried.value).toEqual({ ok: false });
  expect(await check(username, password)).toMatchObject({ ok: true });
});

test('the only administrator cannot be shut out, and who was shut out can be let in again', async () => {
  const { db, author, clock } = world;
  await expect(disablePerson(db, { username: author.username })).rejects.toMatchObject({ kind: 'conflict' });
  await addPerson(db, { username: 'second', name: '', role: 'administrator', password: 'วลีที่จำได้ง่ายมาก', clock });
  await disablePerson(db, { username: author.username });
  expect((await personNamed(db, { username: author.username }))?.disabled).toBe(1);
  await enablePerson(db, { username: author.username });
  expect((await personNamed(db, { username: author.username }))?.disabled).toBe(0);
});
