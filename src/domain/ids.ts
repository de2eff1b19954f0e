// Opaque names: short, ASCII, sortable by the time they were made, never reused, and secrets that only their holder knows.
import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

let last = 0n;

/** A new id of 20 lower-case letters and digits: 48 bits of time, then 52 of chance, and always after the one before. */
export function newId(): string {
  const fresh = (BigInt(Date.now()) << 52n) | (randomBytes(8).readBigUInt64BE() >> 12n);
  // Two of one millisecond, such as an import's comments, keep their order too.
  last = fresh > last ? fresh : last + 1n;
  let bits = last;
  let id = '';
  for (let i = 0; i < 20; i++) {
    id = ALPHABET[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id;
}

/** A new secret of 128 bits for a link or a cookie. Keep only its hash. */
export function newSecret(): string {
  return randomBytes(16).toString('base64url');
}

/** SHA-256 of a secret, hex: what the database holds instead of it. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
