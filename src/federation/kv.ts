// What the federation library remembers between requests: others' keys, ids already seen, which signature a host likes.
// On the node's own database, so that a restart neither forgets a duplicate nor asks every peer for its key again.
import type { KvKey, KvStore, KvStoreListEntry, KvStoreSetOptions } from '@fedify/fedify';
import { sql } from 'kysely';
import type { Clock } from '../domain/clock.ts';
import type { Db } from '../storage/database.ts';

/**
 * How long a value without a lifetime stays, in milliseconds: 90 days from its last `set`. Fedify 2.3 stores remote keys
 * and signature habits without one, so for-ever would let any stranger with many keys grow our disk. Both can be fetched anew.
 */
const KEPT_MS = 90 * 86_400_000;

/** Entries read at once by `list`. */
const PAGE = 200;

/** Opens the key-value store on `db`; see `DatabaseKvStore`. */
export function openKv(db: Db, { clock }: { clock: Clock }): DatabaseKvStore {
  return new DatabaseKvStore(db, clock);
}

/** Fedify's KvStore: `undefined` means absent, `null` is a value. Whoever sets without a TTL is remembered for 90 days. */
export class DatabaseKvStore implements KvStore {
  readonly #db: Db;
  readonly #clock: Clock;

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async get<T = unknown>(key: KvKey): Promise<T | undefined> {
    const row = await this.#db
      .selectFrom('kv')
      .select('value')
      .where('key', '=', JSON.stringify(key))
      .where('expires', '>', this.#clock.now())
      .executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.value) as T);
  }

  async set(key: KvKey, value: unknown, options?: KvStoreSetOptions): Promise<void> {
    if (value === undefined) return await this.delete(key);
    const row = { value: canonical(value), expires: this.#expiry(options) };
    await this.#db
      .insertInto('kv')
      .values({ key: JSON.stringify(key), ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
  }

  async delete(key: KvKey): Promise<void> {
    await this.#db.deleteFrom('kv').where('key', '=', JSON.stringify(key)).execute();
  }

  /** Swaps in one statement, so that of many racing callers exactly one wins. `undefined` means absent on either side. */
  async cas(key: KvKey, expected: unknown, next: unknown, options?: KvStoreSetOptions): Promise<boolean> {
    const now = this.#clock.now();
    const name = JSON.stringify(key);
    if (expected === undefined) {
      if (next === undefined) return (await this.get(key)) === undefined;
      const row = { value: canonical(next), expires: this.#expiry(options) };
      const result = await this.#db
        .insertInto('kv')
        .values({ key: name, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row).where('kv.expires', '<=', now))
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
    }
    if (next === undefined) {
      const result = await this.#db
        .deleteFrom('kv')
        .where('key', '=', name)
        .where('value', '=', canonical(expected))
        .where('expires', '>', now)
        .executeTakeFirst();
      return Number(result.numDeletedRows) > 0;
    }
    const result = await this.#db
      .updateTable('kv')
      .set({ value: canonical(next), expires: this.#expiry(options) })
      .where('key', '=', name)
      .where('value', '=', canonical(expected))
      .where('expires', '>', now)
      .executeTakeFirst();
    return Number(result.numUpdatedRows) > 0;
  }

  /** Every living entry whose key begins with `prefix`, element by element; all of them without one. */
  async *list(prefix?: KvKey): AsyncIterable<KvStoreListEntry> {
    let last = '';
    for (;;) {
      const rows = await this.#page(last, prefix);
      for (const row of rows) yield { key: JSON.parse(row.key) as KvKey, value: JSON.parse(row.value) };
      const end = rows.at(-1);
      if (rows.length < PAGE || end === undefined) return;
      last = end.key;
    }
  }

  #page(last: string, prefix: KvKey | undefined): Promise<{ key: string; value: string }[]> {
    let query = this.#db
      .selectFrom('kv')
      .select(['key', 'value'])
      .where('key', '>', last)
      .where('expires', '>', this.#clock.now());
    if (prefix !== undefined) {
      const whole = JSON.stringify(prefix);
      const beginning = `${whole.slice(0, -1)},`;
      // Not LIKE: a key may hold its wildcards. The database counts characters where JavaScript counts UTF-16 units.
      const length = [...beginning].length;
      query = query.where((where) =>
        where.or([where('key', '=', whole), where(sql`substr(key, 1, ${sql.lit(length)})`, '=', beginning)]),
      );
    }
    return query.orderBy('key').limit(PAGE).execute();
  }

  /** Removes what has expired and returns how many; Fedify never asks for it, so a timer must. */
  async sweep(): Promise<number> {
    const result = await this.#db.deleteFrom('kv').where('expires', '<=', this.#clock.now()).executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  #expiry(options: KvStoreSetOptions | undefined): number {
    const kept = options?.ttl === undefined ? KEPT_MS : Math.ceil(options.ttl.total('millisecond'));
    return this.#clock.now() + kept;
  }
}

/** JSON with sorted members, so that equal values are equal text and `cas` can compare inside one statement. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/**
 * Keeps the library's own memory of activity ids empty. It forgets after a day and looks before it leaps, and it would drop
 * Misskey's second Undo, which bears the id of the first; `domain/received.ts` does this work, in the effect's transaction.
 */
export function withoutIdempotence(kv: DatabaseKvStore): KvStore {
  const isMemory = (key: KvKey) => key.includes('activityIdempotence');
  return {
    get: async <T = unknown>(key: KvKey) => (isMemory(key) ? undefined : await kv.get<T>(key)),
    set: async (key, value, options) => (isMemory(key) ? undefined : await kv.set(key, value, options)),
    delete: (key) => kv.delete(key),
    cas: (key, expected, value, options) => kv.cas(key, expected, value, options),
    list: (prefix) => kv.list(prefix),
  };
}
