// The keys that a local actor signs with. Made when the actor is made, never on a request: making them takes 50 ms.
import { type Db, shownVersion } from '../storage/database.ts';
import type { KeyRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';

/** A freshly made pair as JWK text. Secret. */
export interface NewKey {
  kind: KeyRow['kind'];
  privateJwk: string;
  publicJwk: string;
}

/**
 * Makes RSA-2048 (for HTTP and LD signatures; 2048 as Mastodon and GoToSocial use, four times cheaper to sign with than
 * the library's 4096) and Ed25519 (for FEP-8b32 proofs). Do this before the transaction that keeps them.
 */
export async function newKeys(): Promise<NewKey[]> {
  const rsa = await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  );
  const ed25519 = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  return [await exported('rsa', rsa), await exported('ed25519', ed25519)];
}

async function exported(kind: NewKey['kind'], pair: CryptoKeyPair): Promise<NewKey> {
  return {
    kind,
    privateJwk: JSON.stringify(await crypto.subtle.exportKey('jwk', pair.privateKey)),
    publicJwk: JSON.stringify(await crypto.subtle.exportKey('jwk', pair.publicKey)),
  };
}

/** Keeps keys for a local actor: a blog's id, `organisation` or `instance`. */
export async function keepKeys(
  db: Db,
  { owner, keys, clock }: { owner: string; keys: NewKey[]; clock: Clock },
): Promise<void> {
  await db
    .insertInto('keys')
    .values(keys.map((key) => ({ owner, ...key, created: instant(clock) })))
    .execute();
}

/** Puts new keys in the place of a local actor's old ones. Whoever calls it tells others. */
export async function replaceKeys(
  db: Db,
  { owner, keys, clock }: { owner: string; keys: NewKey[]; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    await db.deleteFrom('keys').where('owner', '=', owner).execute();
    await keepKeys(db, { owner, keys, clock });
  });
}

/** The keys of a local actor, RSA first; empty for an unknown one. */
export async function keysOf(db: Db, { owner }: { owner: string }): Promise<KeyRow[]> {
  return await db.selectFrom('keys').selectAll().where('owner', '=', owner).orderBy('kind', 'desc').execute();
}

/** A key with the number of what was shown when it was read. */
type CountedKey = KeyRow & { version: number };

const rings = new WeakMap<Db, Map<string, CountedKey[]>>();

/**
 * As `keysOf` on the node's own handle, from memory as long as nothing that others may see has changed. The number is asked on
 * a connection where no transaction is open, and before the rows: one that is open may be taken back, and the next one would
 * bring the same number with other keys.
 */
export async function keptKeysOf(db: Db, { owner }: { owner: string }): Promise<KeyRow[]> {
  const ring = rings.get(db) ?? new Map<string, CountedKey[]>();
  rings.set(db, ring);
  const kept = ring.get(owner);
  if (kept?.[0]?.version === shownVersion(db)) return kept;
  const read = await db.connection().execute(async (connection) => {
    const version = shownVersion(db);
    return (await keysOf(connection, { owner })).map((key) => ({ ...key, version }));
  });
  // Strangers may ask for any name, so only those who have keys have a place.
  if (read.length > 0) ring.set(owner, read);
  return read;
}
