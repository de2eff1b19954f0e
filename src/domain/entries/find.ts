// Finding one entry: by its number, its id, or the number it had elsewhere.
import type { Db } from '../../storage/database.ts';
import { prepared } from '../../storage/prepared.ts';
import { Refusal } from '../refusal.ts';
import type { Entry } from './write.ts';

/** An entry by id, in whatever state, or null. */
export async function entryById(db: Db, { id }: { id: string }): Promise<Entry | null> {
  return (await db.selectFrom('entries').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** An entry by its number on this node, in whatever state, or null. */
export async function entryByNumber(db: Db, { number }: { number: number }): Promise<Entry | null> {
  return (await entriesNumbered(db, { number }))[0] ?? null;
}

const entriesNumbered = prepared((db, { number }: { number: number }) =>
  db.selectFrom('entries').selectAll().where('number', '=', number),
);

/** An entry by number. @throws Refusal `not-found` that names the next step. */
export async function numberedOrRefuse(db: Db, { number }: { number: number }): Promise<Entry> {
  const entry = await entryByNumber(db, { number });
  if (entry !== null) return entry;
  throw new Refusal('not-found', {
    th: `ไม่มีบันทึกหมายเลข ${number} ดูรายการด้วย wethi entry list`,
    en: `there is no entry number ${number}; see wethi entry list`,
  });
}

/** An imported entry by where it came from, or null. */
export async function entryByOriginal(
  db: Db,
  { system, number }: { system: string; number: string },
): Promise<Entry | null> {
  const row = await db
    .selectFrom('entries')
    .selectAll()
    .where('originalSystem', '=', system)
    .where('originalNumber', '=', number)
    .executeTakeFirst();
  return row ?? null;
}
