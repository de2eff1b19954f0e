// Opaque names and secrets.
import { expect, test } from 'vitest';
import { hashOf, newId, newSecret } from '../../src/domain/ids.ts';

test('ids are short and safe in addresses, all different, and sort in the order in which they were made', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{20}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('secrets are 128 bits, safe in addresses and all different', () => {
  const secrets = Array.from({ length: 1_000 }, newSecret);
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(16);
  expect(new Set(secrets).size).toBe(secrets.length);
});

test('the hash of a secret is SHA-256 in hex and tells nothing of it', () => {
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
