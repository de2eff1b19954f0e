// A series as readers walk through it: all of its parts in one order, and where one entry stands among them.
import type { Db } from '../../storage/database.ts';
import { prepared } from '../../storage/prepared.ts';
import { type EntryItem, entryItems, itemOf } from './lists.ts';

/** A neighbour in a series. */
export interface SeriesStep {
  number: number;
  /** Null for an entry that carries no part number. */
  part: number | null;
  title: string;
}

/** Where an entry stands in its series. */
export interface SeriesPlace {
  id: string;
  title: string;
  /** The highest part number of all that is published, the entry's own among them; null while nobody numbered anything. */
  last: number | null;
  previous: SeriesStep | null;
  next: SeriesStep | null;
}

/** Nobody tells in more parts; beyond them a series would be read by cursor. */
const PARTS_MAX = 1_000;

/** The published parts of a series: by number, those without one last, equal ones as they were written. */
export async function seriesParts(db: Db, { series }: { series: string }): Promise<EntryItem[]> {
  const rows = await entryItems(db)
    .where('entries.series', '=', series)
    .where('entries.state', '=', 'published')
    .orderBy((e) => e('entries.part', 'is', null))
    .orderBy('entries.part')
    .orderBy('entries.published')
    .orderBy('entries.number')
    .limit(PARTS_MAX)
    .execute();
  return rows.map(itemOf);
}

/**
 * The entry's place among the published parts, in the order of `seriesParts`; a draft is placed where it would stand. Null for
 * an entry outside of any series.
 */
export async function seriesPlace(
  db: Db,
  { entry }: { entry: { id: string; series: string | null } },
): Promise<SeriesPlace | null> {
  if (entry.series === null) return null;
  const [series] = await seriesWithId(db, { id: entry.series });
  if (series === undefined) throw new Error(`there is no series ${entry.series}`);
  const parts = await partsAround(db, { series: series.id, entry: entry.id });
  const at = parts.findIndex(({ id }) => id === entry.id);
  const step = (row: (typeof parts)[number] | undefined): SeriesStep | null =>
    row === undefined ? null : { number: row.number, part: row.part, title: row.title };
  return {
    id: series.id,
    title: series.title,
    last: parts.reduce<number | null>((last, { part }) => (part === null ? last : Math.max(last ?? 0, part)), null),
    // Beyond the limit there is no place, and no neighbour.
    previous: at === -1 ? null : step(parts[at - 1]),
    next: at === -1 ? null : step(parts[at + 1]),
  };
}

const seriesWithId = prepared((db, { id }: { id: string }) =>
  db.selectFrom('series').select(['id', 'title']).where('id', '=', id),
);

const partsAround = prepared((db, { series, entry }: { series: string; entry: string }) =>
  db
    .selectFrom('entries')
    .select(['id', 'number', 'part', 'title'])
    .where('series', '=', series)
    .where((e) => e.or([e('state', '=', 'published'), e('id', '=', entry)]))
    .orderBy((e) => e('part', 'is', null))
    .orderBy('part')
    .orderBy('published')
    .orderBy('number')
    .limit(PARTS_MAX),
);
