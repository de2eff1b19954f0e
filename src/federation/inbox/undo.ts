// Undo: a like, a boost, a following or a block is taken back, by the one who gave it.
import { Announce, Block, EmojiReact, Follow, Like, type Undo } from '@fedify/vocab';
import { liftBlock } from '../../domain/blocks.ts';
import { boostable, undoBoost } from '../../domain/boosts.ts';
import { placeOf } from '../../domain/comments/receive.ts';
import { removeFollower } from '../../domain/followers.ts';
import { undoLike } from '../../domain/likes.ts';
import { undoReaction } from '../../domain/reactions.ts';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import { named } from '../../urls.ts';
import type { Here } from '../here.ts';
import type { Listening } from '../listening.ts';
import { emojiOf } from './like.ts';
import { loadersOf } from './sender.ts';

type TakenBack = Follow | Like | EmojiReact | Announce | Block;

/** Takes back what was given, whether the Undo embeds it or only names its id (federation.md items 48, 72). */
export async function onUndo(context: Listening, undo: Undo): Promise<void> {
  const here = context.data;
  const { id, actorId, objectId } = undo;
  if (id === null || actorId === null || id.origin !== actorId.origin) return;
  const actor = actorId.href;
  // What is only named is not fetched: we know our likes and followers by the ids that they came under.
  const object = await undo.getObject({ ...loadersOf(context), documentLoader: nothingFetched });
  // An embedded activity of somebody else is not this actor's to undo (security.md T17).
  if (isTakenBack(object) && object.actorId !== null && object.actorId.href !== actor) return;
  // Not by `applyOnce`: Misskey names every Undo of the same two alike, and undoing twice changes nothing.
  await inTransaction(here.db, async (db) => {
    if (isTakenBack(object)) await takeBack(here, db, { actor, activity: object });
    else if (objectId !== null) await byId(db, { actor, id: objectId.href });
  });
}

async function nothingFetched(url: string): Promise<never> {
  throw new Error(`${url} is only named in an Undo`);
}

function isTakenBack(object: unknown): object is TakenBack {
  return [Follow, Like, EmojiReact, Announce, Block].some((type) => object instanceof type);
}

async function takeBack(
  here: Here,
  db: Db,
  { actor, activity }: { actor: string; activity: TakenBack },
): Promise<void> {
  const url = activity.objectId?.href ?? null;
  const id = activity.id?.href ?? null;
  if (activity instanceof Follow || activity instanceof Block) {
    const local = url === null ? null : named(here.origin, url);
    if (local?.kind !== 'actor') return;
    if (activity instanceof Follow) await removeFollower(db, { followed: local.id, actor });
    else await liftBlock(db, { blocked: local.id, actor });
  } else if (activity instanceof Announce) {
    const object = url === null ? null : await boostable(db, { origin: here.origin, url });
    await undoBoost(db, { id, actor, object });
  } else {
    const entry = url === null ? null : await entryAt(here, db, url);
    const emoji = emojiOf(activity);
    if (emoji === null) await undoLike(db, { id, actor, entry });
    else await undoReaction(db, { id, actor, entry, emoji });
  }
}

async function entryAt(here: Here, db: Db, url: string): Promise<string | null> {
  const place = await placeOf(db, { origin: here.origin, inReplyTo: url });
  return place?.parent === null ? place.entry : null;
}

async function byId(db: Db, { actor, id }: { actor: string; id: string }): Promise<void> {
  await undoLike(db, { id, actor, entry: null });
  await undoReaction(db, { id, actor, entry: null, emoji: null });
  await undoBoost(db, { id, actor, object: null });
  await removeFollower(db, { actor, activity: id });
  await liftBlock(db, { actor, activity: id });
}
