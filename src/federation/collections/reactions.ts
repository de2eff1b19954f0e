// How many liked an entry or passed it on: a number for everybody, and no list of who they are.
import { boostCount } from '../../domain/boosts.ts';
import { entryById } from '../../domain/entries/find.ts';
import { likeCount } from '../../domain/likes.ts';
import { path } from '../../urls.ts';
import { at, type Here } from '../here.ts';
import { AS } from './addresses.ts';

/** The numbers of an entry, for all its documents. */
export async function reactionsOf(here: Here, entry: string): Promise<{ likes: number; shares: number }> {
  return {
    likes: await likeCount(here.db, { entry }),
    shares: await boostCount(here.db, { object: path.article(entry) }),
  };
}

/** The `likes` of an entry; null when it is not published. */
export async function entryLikes(here: Here, { id }: { id: string }): Promise<object | null> {
  return await counted(here, { entry: id, place: path.articleLikes(id), what: 'likes' });
}

/** The `shares` of an entry; null when it is not published. */
export async function entryShares(here: Here, { id }: { id: string }): Promise<object | null> {
  return await counted(here, { entry: id, place: path.articleShares(id), what: 'shares' });
}

async function counted(
  here: Here,
  { entry, place, what }: { entry: string; place: string; what: 'likes' | 'shares' },
): Promise<object | null> {
  if ((await entryById(here.db, { id: entry }))?.state !== 'published') return null;
  const { [what]: totalItems } = await reactionsOf(here, entry);
  return { '@context': AS, id: at(here, place).href, type: 'Collection', totalItems };
}
