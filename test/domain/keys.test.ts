// The keys that a local actor signs with.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepKeys, keptKeysOf, keysOf, newKeys } from '../../src/domain/keys.ts';
import { inTransaction } from '../../src/storage/transaction.ts';
import { listening, meddle } from '../databases.ts';
import { openWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test('a blog has RSA-2048 first and Ed25519 second, and each signs what its public half verifies', async () => {
  const keys = await keysOf(world.db, { owner: world.blog.id });
  expect(keys.map(({ kind }) => kind)).toEqual(['rsa', 'ed25519']);
  const algorithms = [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, { name: 'Ed25519' }];
  const words = Buffer.from('เวที');
  for (const [i, { privateJwk, publicJwk }] of keys.entries()) {
    const algorithm = algorithms[i] ?? { name: '' };
    const secret = await crypto.subtle.importKey('jwk', JSON.parse(privateJwk), algorithm, false, ['sign']);
    const open = await crypto.subtle.importKey('jwk', JSON.parse(publicJwk), algorithm, false, ['verify']);
    const signature = await crypto.subtle.sign(algorithm, secret, words);
    expect(await crypto.subtle.verify(algorithm, open, signature, words)).toBe(true);
  }
});

test('the RSA modulus is 2048 bits, and no public half carries a secret', async () => {
  const [rsa, ed25519] = await newKeys();
  const open = JSON.parse(rsa?.publicJwk ?? '{}');
  expect(Buffer.from(open.n, 'base64url')).toHaveLength(256);
  expect(open).not.toHaveProperty('d');
  expect(JSON.parse(ed25519?.publicJwk ?? '{}')).not.toHaveProperty('d');
});

test('nobody shares a key, and an unknown actor has none', async () => {
  const { db, blog } = world;
  const all = [
    ...(await keysOf(db, { owner: blog.id })),
    ...(await keysOf(db, { owner: 'organisation' })),
    ...(await keysOf(db, { owner: 'instance' })),
  ];
  expect(all).toHaveLength(6);
  expect(new Set(all.map(({ publicJwk }) => publicJwk)).size).toBe(6);
  expect(await keysOf(db, { owner: 'nobody' })).toEqual([]);
});

test('keys are not silently replaced', async () => {
  const { db, blog, clock } = world;
  const before = await keysOf(db, { owner: blog.id });
  await expect(keepKeys(db, { owner: blog.id, keys: await newKeys(), clock })).rejects.toThrow(/unique/i);
  expect(await keysOf(db, { owner: blog.id })).toEqual(before);
});

describe('keys in memory', () => {
  const kindsOf = async () => (await keptKeysOf(world.db, { owner: world.blog.id })).map(({ kind }) => kind);
  const shrink = () => meddle(world, `delete from keys where owner = '${world.blog.id}' and kind = 'rsa'`);

  test('are those of the database, and seen to change by another process', async () => {
    await listening(world.db);
    const kept = await keptKeysOf(world.db, { owner: world.blog.id });
    expect(kept).toMatchObject(await keysOf(world.db, { owner: world.blog.id }));
    expect(await keptKeysOf(world.db, { owner: world.blog.id })).toBe(kept);
    await shrink();
    expect(await kindsOf()).toEqual(['ed25519']);
    expect(await keptKeysOf(world.db, { owner: 'nobody' })).toEqual([]);
  });

  test('read while a change is taken back do not pass for those of the next change', async () => {
    let reading: Promise<string[]> | undefined;
    const takenBack = inTransaction(world.db, async (db) => {
      await db.updateTable('blogs').set({ title: 'ชื่อที่ไม่ได้ใช้' }).where('id', '=', world.blog.id).execute();
      // It waits for the end of this, and has asked for the number already.
      reading = kindsOf();
      throw new Error('taken back');
    });
    await expect(takenBack).rejects.toThrow('taken back');
    expect(await reading).toEqual(['rsa', 'ed25519']);
    await shrink();
    expect(await kindsOf()).toEqual(['ed25519']);
  });
});
