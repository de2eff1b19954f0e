// The keys that a local actor signs with.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepKeys, keysOf, newKeys } from '../../src/domain/keys.ts';
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
  await expect(keepKeys(db, { owner: blog.id, keys: await newKeys(), clock })).rejects.toThrow(/UNIQUE/);
  expect(await keysOf(db, { owner: blog.id })).toEqual(before);
});
