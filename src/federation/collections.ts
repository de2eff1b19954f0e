// Our collections. Those that the library pages are registered with it; replies, likes, shares and featured are written here,
// because their items must be addresses: Mastodon skips embedded Articles in `featured` (federation.md §5).
import type { Federatable } from '@fedify/fedify';
import { Create } from '@fedify/vocab';
import { boostCount } from '../domain/boosts.ts';
import { addressedComments, addressedCount } from '../domain/comments/find.ts';
import { entryById } from '../domain/entries/find.ts';
import { followerCount, followersPage } from '../domain/followers.ts';
import { followingCount, followingPage } from '../domain/following.ts';
import { likeCount } from '../domain/likes.ts';
import { entriesPage, entryCount, pinnedEntries } from '../domain/reading/lists.ts';
import { path } from '../urls.ts';
import { localActor } from './actors.ts';
import { articleOf } from './articles.ts';
import { at, type Here } from './here.ts';

const PAGE = 50;
/** Embedded entries make a page heavy: this many stay below Mastodon's 1 MiB with long Thai texts. */
const OUTBOX_PAGE = 10;
/** A cursor before everything: the library wants some text for the first page. */
const START = '-';

/** Nobody's collections have no first page; the dispatcher, asked for everything then, says that there is nobody. */
async function firstCursor(context: { data: Here }, identifier: string): Promise<string | null> {
  return (await localActor(context.data, identifier)) === null ? null : START;
}

/** Registers outbox, followers and following. */
export function registerCollections(federation: Federatable<Here>): void {
  federation
    .setOutboxDispatcher('/ap/actors/{identifier}/outbox', async (context, identifier, cursor) => {
      const here = context.data;
      if (cursor === null || (await localActor(here, identifier)) === null) return null;
      const page = await entriesPage(here.db, {
        blog: identifier,
        after: cursor === START ? null : cursor,
        limit: OUTBOX_PAGE,
      });
      const items = await Promise.all(page.items.map((item) => createOf(here, item.id)));
      return { items: items.filter((item) => item !== null), nextCursor: page.next };
    })
    .setCounter(async (context, identifier) => await entryCount(context.data.db, { blog: identifier }))
    .setFirstCursor(firstCursor);
  federation
    .setFollowersDispatcher('/ap/actors/{identifier}/followers', async (context, identifier, cursor) => {
      if (cursor === null || (await localActor(context.data, identifier)) === null) return null;
      const after = cursor === START ? '' : cursor;
      const ids = await followersPage(context.data.db, { followed: identifier, after, limit: PAGE });
      const items = ids.map((id) => ({ id: new URL(id), inboxId: null }));
      return { items, nextCursor: ids.length === PAGE ? (ids.at(-1) ?? null) : null };
    })
    .setCounter(async (context, identifier) => await followerCount(context.data.db, { followed: identifier }))
    .setFirstCursor(firstCursor);
  federation
    .setFollowingDispatcher('/ap/actors/{identifier}/following', async (context, identifier, cursor) => {
      if (cursor === null || (await localActor(context.data, identifier)) === null) return null;
      const after = cursor === START ? '' : cursor;
      const ids = await followingPage(context.data.db, { follower: identifier, after, limit: PAGE });
      return { items: ids.map((id) => new URL(id)), nextCursor: ids.length === PAGE ? (ids.at(-1) ?? null) : null };
    })
    .setCounter(async (context, identifier) => await followingCount(context.data.db, { follower: identifier }))
    .setFirstCursor(firstCursor);
}

/** The Create that told of an entry, or would have: old entries stand in the outbox too, silently (design §4.10). */
export async function createOf(here: Here, id: string): Promise<Create | null> {
  const entry = await entryById(here.db, { id });
  if (entry === null || entry.state !== 'published') return null;
  const object = await articleOf(here, entry, 'once');
  return new Create({
    id: at(here, path.activity(`create-${entry.id}-0`)),
    actor: at(here, path.actor(entry.blog)),
    object,
    published: object.published,
    tos: object.toIds,
    ccs: object.ccIds,
  });
}

/** A collection of ours as JSON, or null when the path is none, `missing` when what it belongs to is not there. */
export async function collectionAt(here: Here, url: URL): Promise<object | 'missing' | null> {
  const featured = url.pathname.match(/^\/ap\/actors\/([a-z0-9]+)\/featured$/);
  if (featured?.[1] !== undefined) return await featuredOf(here, featured[1]);
  const match = url.pathname.match(/^\/ap\/entries\/([a-z0-9]+)\/(replies|likes|shares)$/);
  if (match === null) return null;
  const entry = await entryById(here.db, { id: match[1] ?? '' });
  if (entry === null || entry.state !== 'published') return 'missing';
  if (match[2] === 'replies') return await repliesOf(here, entry.id, url.searchParams.get('after'));
  const totalItems =
    match[2] === 'likes'
      ? await likeCount(here.db, { entry: entry.id })
      : await boostCount(here.db, { object: path.article(entry.id) });
  return { '@context': AS, id: at(here, url.pathname).href, type: 'Collection', totalItems };
}

const AS = 'https://www.w3.org/ns/activitystreams';

async function featuredOf(here: Here, actor: string): Promise<object | 'missing'> {
  if ((await localActor(here, actor)) === null) return 'missing';
  const pinned = await pinnedEntries(here.db, { blog: actor });
  return {
    '@context': AS,
    id: at(here, path.featured(actor)).href,
    type: 'OrderedCollection',
    totalItems: pinned.length,
    orderedItems: pinned.map((entry) => at(here, path.article(entry.id)).href),
  };
}

/** Shown comments as addresses, oldest first (federation.md item 66). */
async function repliesOf(here: Here, entry: string, after: string | null): Promise<object> {
  const id = at(here, path.articleReplies(entry)).href;
  const rows = await addressedComments(here.db, { entry, after: after ?? '', limit: PAGE + 1 });
  const items = rows.slice(0, PAGE).map((row) => row.uri ?? at(here, path.note(row.id)).href);
  const next = rows.length > PAGE ? { next: `${id}?after=${rows[PAGE - 1]?.id}` } : {};
  const page = { id: `${id}?after=${after ?? ''}`, type: 'CollectionPage', partOf: id, items, ...next };
  if (after !== null) return { '@context': AS, ...page };
  return { '@context': AS, id, type: 'Collection', totalItems: await addressedCount(here.db, { entry }), first: page };
}
