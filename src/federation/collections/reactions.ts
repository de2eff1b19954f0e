// How many liked an entry or passed it on, or a comment: a number for everybody, and no list of who they are.
import { boostCount } from '../../domain/boosts.ts';
import { entryById } from '../../domain/entries/find.ts';
import { likeCount } from '../../domain/likes.ts';
import { path } from '../../urls.ts';
import { at, type Here } from '../here.ts';
import { AS } from './addresses.ts';
import { ownComment } from './threads.ts';

/** The numbers of an entry, for all its documents. */
export async function reactionsOf(here: Here, entry: string): Promise<{ likes: number; shares: number }> {
  return {
    likes: await likeCount(here.db, { entry }),
    shares: await boostCount(here.db, { object: path.article(entry) }),
  };
}

/** The `likes` of an entry; null when it is not published. */
export async function entryLikes(here: Here, { id }: { id: string }): Promise<object | null> {
  if (!(await isPublished(here, id))) return null;
  return numbered(here, { place: path.articleLikes(id), totalItems: (await reactionsOf(here, id)).likes });
}

/** The `shares` of an entry; null when it is not published. */
export async function entryShares(here: Here, { id }: { id: string }): Promise<object | null> {
  if (!(await isPublished(here, id))) return null;
  return numbered(here, { place: path.articleShares(id), totalItems: (await reactionsOf(here, id)).shares });
}

/** The `shares` of a comment of this node's own. Likes are counted of entries only. */
export async function commentShares(here: Here, { id }: { id: string }): Promise<object | null> {
  if ((await ownComment(here, id)) === null) return null;
  const totalItems = await boostCount(here.db, { object: path.note(id) });
  return numbered(here, { place: path.noteShares(id), totalItems });
}

async function isPublished(here: Here, entry: string): Promise<boolean> {
  return (await entryById(here.db, { id: entry }))?.state === 'published';
}

function numbered(here: Here, { place, totalItems }: { place: string; totalItems: number }): object {
  return { '@context': AS, id: at(here, place).href, type: 'Collection', totalItems };
}
