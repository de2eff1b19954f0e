// Undo: a like or a following is taken back, by the one who gave it.
import { Follow, Like, type Undo } from '@fedify/vocab';
import { placeOf } from '../../domain/comments/receive.ts';
import { removeFollower } from '../../domain/followers.ts';
import { undoLike } from '../../domain/likes.ts';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { named } from '../../urls.ts';
import type { Here } from '../here.ts';
import type { Listening } from '../listening.ts';
import { loadersOf } from './sender.ts';

/** Takes back a Follow or Like, whether the Undo embeds it or only names its id (federation.md item 48). */
export async function onUndo(context: Listening, undo: Undo): Promise<void> {
  const here = context.data;
  const { id, actorId, objectId } = undo;
  if (id === null || actorId === null || id.origin !== actorId.origin) return;
  const actor = actorId.href;
  // What is only named is not fetched: we know our likes and followers by the ids that they came under.
  const object = await undo.getObject({ ...loadersOf(context), documentLoader: nothingFetched });
  // An embedded activity of somebody else is not this actor's to undo (security.md T17).
  if ((object instanceof Follow || object instanceof Like) && object.actorId !== null && object.actorId.href !== actor)
    return;
  // Not by `applyOnce`: Misskey names every Undo of the same two alike, and undoing twice changes nothing.
  await inTransaction(here.db, async (db) => {
    if (object instanceof Follow) await letGo(here, db, { actor, followed: object.objectId });
    else if (object instanceof Like) await takeBack(here, db, { actor, id: objectId, liked: object.objectId });
    else if (objectId !== null) await byId(db, { actor, id: objectId.href });
  });
}

async function nothingFetched(url: string): Promise<never> {
  throw new Error(`${url} is only named in an Undo`);
}

async function letGo(here: Here, db: Db, { actor, followed }: { actor: string; followed: URL | null }): Promise<void> {
  const local = followed === null ? null : named(here.origin, followed.href);
  if (local?.kind === 'actor') await removeFollower(db, { followed: local.id, actor });
}

async function takeBack(
  here: Here,
  db: Db,
  { actor, id, liked }: { actor: string; id: URL | null; liked: URL | null },
): Promise<void> {
  const place = liked === null ? null : await placeOf(db, { origin: here.origin, inReplyTo: liked.href });
  await undoLike(db, { id: id?.href ?? null, actor, entry: place?.parent === null ? place.entry : null });
}

async function byId(db: Db, { actor, id }: { actor: string; id: string }): Promise<void> {
  await undoLike(db, { id, actor, entry: null });
  await removeFollower(db, { actor, activity: id });
}
