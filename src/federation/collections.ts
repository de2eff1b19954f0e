// Our collections. Those that the library pages are registered with it; the others are written in this room, because their
// items must be addresses: Mastodon skips embedded Articles in `featured` (federation.md §5).
import type { Federatable } from '@fedify/fedify';
import { Create } from '@fedify/vocab';
import { entryById } from '../domain/entries/find.ts';
import { followerCount, followersPage } from '../domain/followers.ts';
import { followingCount, followingPage } from '../domain/following.ts';
import { outboxCount, outboxPage } from '../domain/reading/outbox.ts';
import { path } from '../urls.ts';
import { localActor } from './actors.ts';
import { articleOf, fullnessWithin } from './articles.ts';
import { featured, featuredTags, seriesEntries, tagEntries } from './collections/lists.ts';
import { commentShares, entryLikes, entryShares } from './collections/reactions.ts';
import { commentReplies, entryContext, entryReplies } from './collections/threads.ts';
import { at, type Here } from './here.ts';
import { announceOf } from './tellings/boosts.ts';

const PAGE = 50;
/** Embedded entries make a page heavy: so many, each with so much text and all else that it says, stay below Mastodon's 1 MiB. */
const OUTBOX_PAGE = 10;
const OUTBOX_TEXT_MAX = 70_000;
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
      const page = await outboxPage(here.db, {
        actor: identifier,
        after: cursor === START ? null : cursor,
        limit: OUTBOX_PAGE,
      });
      const items = await Promise.all(
        page.items.map((item) =>
          item.kind === 'entry' ? createOf(here, item.id, { bytes: OUTBOX_TEXT_MAX }) : announceOf(here, item.boost),
        ),
      );
      return { items: items.filter((item) => item !== null), nextCursor: page.next };
    })
    .setCounter(async (context, identifier) => await outboxCount(context.data.db, { actor: identifier }))
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

/**
 * The Create that told of an entry, or would have: old entries stand in the outbox too, silently (design §4.10). A text with more
 * `bytes` than these is an excerpt in it; the entry's own id has it whole.
 */
export async function createOf(here: Here, id: string, { bytes }: { bytes: number }): Promise<Create | null> {
  const entry = await entryById(here.db, { id });
  if (entry === null || entry.state !== 'published') return null;
  const object = await articleOf(here, entry, fullnessWithin(entry, { bytes }) === 'excerpt' ? 'excerpt' : 'once');
  return new Create({
    id: at(here, path.activity(`create-${entry.id}-0`)),
    actor: at(here, path.actor(entry.blog)),
    object,
    published: object.published,
    tos: object.toIds,
    ccs: object.ccIds,
  });
}

/**
 * A collection of ours as JSON, or null when the address names none, `missing` when what it belongs to is not there. Those
 * of tags and series stand at their pages' own addresses.
 */
export async function collectionAt(here: Here, { pathname, searchParams }: URL): Promise<object | 'missing' | null> {
  const after = searchParams.get('after');
  for (const [shape, collection] of OWN) {
    const match = pathname.match(shape);
    if (match !== null) return (await collection(here, { id: match[1] ?? '', after })) ?? 'missing';
  }
  return null;
}

type Own = (here: Here, asked: { id: string; after: string | null }) => Promise<object | null>;

const OWN: [RegExp, Own][] = [
  [/^\/ap\/actors\/([a-z0-9]+)\/featured$/, featured],
  [/^\/ap\/actors\/([a-z0-9]+)\/featured-tags$/, featuredTags],
  [/^\/ap\/entries\/([a-z0-9]+)\/replies$/, entryReplies],
  [/^\/ap\/entries\/([a-z0-9]+)\/context$/, entryContext],
  [/^\/ap\/entries\/([a-z0-9]+)\/likes$/, entryLikes],
  [/^\/ap\/entries\/([a-z0-9]+)\/shares$/, entryShares],
  [/^\/ap\/comments\/([a-z0-9]+)\/replies$/, commentReplies],
  [/^\/ap\/comments\/([a-z0-9]+)\/shares$/, commentShares],
  [/^\/series\/([a-z0-9]+)$/, seriesEntries],
  [/^\/t\/([^/]+)$/, tagEntries],
];
