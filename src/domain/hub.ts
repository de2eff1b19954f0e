// The WebSub hub that is told of changed feeds, and the pages whose feeds changed since it was told last. The changes are
// noted in the transaction of the change; federation/hub tells them.
import type { Db } from '../storage/database.ts';
import type { FeedChangeRow } from '../storage/tables-of-mail.ts';
import { path } from '../urls.ts';
import { blogById } from './blogs.ts';
import { NO_HUB, setting } from './settings.ts';

export type FeedChange = FeedChangeRow;

/** The hub's address, or null where none is told. */
export async function hubOf(db: Db): Promise<string | null> {
  const hub = await setting(db, { key: 'websub-hub' });
  return hub === null || hub === NO_HUB ? null : new URL(hub).href;
}

/**
 * Notes that the feeds changed in which an entry stands: of the node, its blog, its series and its tags. Call it inside the
 * transaction of the change: after it for where the entry stands now, before it for where it stands no longer.
 */
export async function noteFeedChanges(
  db: Db,
  { entry }: { entry: { id: string; blog: string; series: string | null } },
): Promise<void> {
  if ((await hubOf(db)) === null) return;
  const blog = await blogById(db, { id: entry.blog });
  const tags = await db.selectFrom('entryTags').select('tag').where('entry', '=', entry.id).execute();
  const pages = [
    path.home(),
    ...(blog === null ? [] : [path.blog(blog.handle)]),
    ...(entry.series === null ? [] : [path.series(entry.series)]),
    ...tags.map(({ tag }) => path.tag(tag)),
  ];
  await db
    .insertInto('feedChanges')
    .values(pages.map((page) => ({ page, revision: 1, due: 0, failures: 0, failingSince: null, reason: null })))
    .onConflict((c) =>
      c.column('page').doUpdateSet((e) => ({
        revision: e('feedChanges.revision', '+', 1),
        due: 0,
        failures: 0,
        failingSince: null,
        reason: null,
      })),
    )
    .execute();
}

/** Changes that the hub should hear of at `now` (epoch milliseconds); those that it would not hear come last. */
export async function dueFeedChanges(db: Db, { now, limit }: { now: number; limit: number }): Promise<FeedChange[]> {
  return await db
    .selectFrom('feedChanges')
    .selectAll()
    .where('due', '<=', now)
    .orderBy('failures')
    .orderBy('page')
    .limit(limit)
    .execute();
}

/** The hub heard of a change. One that came meanwhile has another revision and stays. */
export async function markHeard(db: Db, { page, revision }: Pick<FeedChange, 'page' | 'revision'>): Promise<void> {
  await db.deleteFrom('feedChanges').where('page', '=', page).where('revision', '=', revision).execute();
}

/** The hub did not hear of these changes, for `reason`; they are told again at `due`. Times are epoch milliseconds. */
export async function markUnheard(
  db: Db,
  { changes, reason, now, due }: { changes: FeedChange[]; reason: string; now: number; due: number },
): Promise<void> {
  for (const { page, revision } of changes) {
    await db
      .updateTable('feedChanges')
      .set((e) => ({
        failures: e('failures', '+', 1),
        failingSince: e.fn.coalesce('failingSince', e.val(now)),
        reason,
        due,
      }))
      .where('page', '=', page)
      .where('revision', '=', revision)
      .execute();
  }
}

/** Forgets all changes, because there is nobody to hear of them. */
export async function forgetFeedChanges(db: Db): Promise<void> {
  await db.deleteFrom('feedChanges').execute();
}
