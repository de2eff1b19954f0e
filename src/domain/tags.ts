// Tags: shown as they were written, told apart by the fold key, so that น้ำ in its three encodings is one tag.
import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { EntryRow } from '../storage/tables.ts';
import { tagKey, wireTag } from './text/hashtags.ts';

/** Mastodon and Misskey read no more (federation.md item 44). */
export const TAGS_MAX = 32;

/**
 * Replaces the tags of an entry, with its number and the date that it was published, null for a draft. Names that fold to the same
 * key count once; the first spelling stays. A tag that stays as it is is not written again: all who write under it count in one
 * row, and would wait for each other.
 */
export async function setEntryTags(
  db: Db,
  { entry, tags }: { entry: Pick<EntryRow, 'id' | 'number' | 'published'>; tags: string[] },
): Promise<void> {
  const { id, number, published } = entry;
  const standing = await db.selectFrom('entryTags').selectAll().where('entry', '=', id).execute();
  const rows = folded(tags).map(({ key, shown }, position) => ({
    entry: id,
    tag: key,
    shown,
    position,
    published,
    number,
  }));
  const left = standing.map(({ tag }) => tag).filter((tag) => !rows.some((row) => row.tag === tag));
  if (left.length > 0) await db.deleteFrom('entryTags').where('entry', '=', id).where('tag', 'in', left).execute();
  for (const row of rows) {
    const { tag, ...changes } = row;
    const before = standing.find((one) => one.tag === tag);
    if (before === undefined) {
      await keepTag(db, { key: tag, shown: row.shown });
      await db.insertInto('entryTags').values(row).execute();
    } else if (!isDeepStrictEqual(before, row)) {
      await db.updateTable('entryTags').set(changes).where('entry', '=', id).where('tag', '=', tag).execute();
    }
  }
}

/** Replaces the tags of a post from afar. */
export async function setPostTags(db: Db, { post, tags }: { post: string; tags: string[] }): Promise<void> {
  await db.deleteFrom('postTags').where('post', '=', post).execute();
  for (const { key, shown } of folded(tags)) {
    await keepTag(db, { key, shown });
    await db.insertInto('postTags').values({ post, tag: key, shown }).execute();
  }
}

/** An entry's tags as they are shown, in the writer's order. */
export async function tagsOf(db: Db, { entry }: { entry: string }): Promise<string[]> {
  return (await tagRows(db, { entry })).map((row) => row.shown);
}

const tagRows = prepared((db, { entry }: { entry: string }) =>
  db.selectFrom('entryTags').select('shown').where('entry', '=', entry).orderBy('position'),
);

/** The tags of each of these entries, as `tagsOf` gives them, by one question. Entries without tags are missing. */
export async function tagsOfEach(db: Db, { entries }: { entries: string[] }): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('entryTags')
    .select(['entry', 'shown'])
    .where('entry', 'in', entries)
    .orderBy('position')
    .execute();
  const tags = new Map<string, string[]>();
  for (const { entry, shown } of rows) tags.set(entry, [...(tags.get(entry) ?? []), shown]);
  return tags;
}

/** Whether a published entry has the tag with this key. */
export async function isTagUsed(db: Db, { tag }: { tag: string }): Promise<boolean> {
  const row = await db
    .selectFrom('entryTags')
    .select('entry')
    .where('tag', '=', tag)
    .where('published', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function folded(tags: string[]): { key: string; shown: string }[] {
  const kept = new Map<string, string>();
  for (const tag of tags) {
    const shown = wireTag(tag);
    if (shown === null) continue;
    const key = tagKey(shown);
    if (!kept.has(key) && kept.size < TAGS_MAX) kept.set(key, shown);
  }
  return [...kept].map(([key, shown]) => ({ key, shown }));
}

async function keepTag(db: Db, tag: { key: string; shown: string }): Promise<void> {
  await db
    .insertInto('tags')
    .values(tag)
    .onConflict((c) => c.column('key').doNothing())
    .execute();
}
