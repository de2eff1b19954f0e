// What a local actor told everybody, newest first: entries that it published and what it passed on of others, by one key.
import type { Db } from '../../storage/database.ts';
import type { Instant } from '../../storage/tables.ts';
import type { OwnBoost } from '../boosts.ts';
import type { Cursor } from './lists.ts';

/** Something told; `id` is an entry's, or the path of a boost. */
export type Told =
  | { kind: 'entry'; id: string; told: Instant }
  | { kind: 'boost'; id: string; told: Instant; boost: OwnBoost };

/** A page of what `actor` (a blog's id or `organisation`) told. */
export async function outboxPage(
  db: Db,
  { actor, after, limit }: { actor: string; after: Cursor | null; limit: number },
): Promise<{ items: Told[]; next: Cursor | null }> {
  const key = readCursor(after);
  const asked = { actor, key, limit: limit + 1 };
  const both = [...(await entriesOf(db, asked)), ...(await boostsOf(db, asked))];
  const sorted = both.toSorted((one, other) => (cursorOf(one) < cursorOf(other) ? 1 : -1));
  const items = sorted.slice(0, limit);
  const last = items.at(-1);
  return { items, next: sorted.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** How many things `actor` told. */
export async function outboxCount(db: Db, { actor }: { actor: string }): Promise<number> {
  const row = await db
    .selectFrom('figures')
    .select((e) => [e.fn.sum('entries').as('entries'), e.fn.sum('boosts').as('boosts')])
    .where('owner', '=', actor)
    .executeTakeFirstOrThrow();
  return Number(row.entries ?? 0) + Number(row.boosts ?? 0);
}

interface Asked {
  actor: string;
  /** Where the page before ended. */
  key: { told: Instant; id: string } | null;
  limit: number;
}

async function entriesOf(db: Db, { actor, key, limit }: Asked): Promise<Told[]> {
  let query = db
    .selectFrom('entries')
    .select(['id', 'published as told'])
    .where('blog', '=', actor)
    .where('state', '=', 'published')
    .$narrowType<{ told: Instant }>();
  if (key !== null) {
    query = query.where((e) =>
      e.or([e('published', '<', key.told), e.and([e('published', '=', key.told), e('id', '<', key.id)])]),
    );
  }
  const rows = await query.orderBy('published', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ kind: 'entry', ...row }));
}

async function boostsOf(db: Db, { actor, key, limit }: Asked): Promise<Told[]> {
  let query = db.selectFrom('boosts').select(['id', 'object', 'created']).where('booster', '=', actor);
  if (key !== null) {
    query = query.where((e) =>
      e.or([e('created', '<', key.told), e.and([e('created', '=', key.told), e('id', '<', key.id)])]),
    );
  }
  const rows = await query.orderBy('created', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ kind: 'boost', id: row.id, told: row.created, boost: { ...row, booster: actor } }));
}

/** Compares as the keys do in the database: instants are equally long. */
function cursorOf({ told, id }: Told): Cursor {
  return `${told}_${id}`;
}

/** Reads a cursor back; nonsense counts as none, because cursors stand in addresses that people cut. */
function readCursor(cursor: Cursor | null): Asked['key'] {
  const match = cursor?.match(/^(\d{4}-\d\d-\d\dT[\d:.]+Z)_([a-z0-9/-]{1,120})$/);
  return match ? { told: match[1] ?? '', id: match[2] ?? '' } : null;
}
