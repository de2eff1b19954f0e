// Like: counted once per actor under the entry.
import type { Like } from '@fedify/vocab';
import { placeOf } from '../../domain/comments/receive.ts';
import { receiveLike } from '../../domain/likes.ts';
import { applyOnce } from '../../domain/received.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

/** Counts a like of one of our entries; likes of comments and of others' things are not ours to count. */
export async function onLike(context: Listening, like: Like): Promise<void> {
  const here = context.data;
  const place =
    like.objectId === null ? null : await placeOf(here.db, { origin: here.origin, inReplyTo: like.objectId.href });
  if (place === null || place.parent !== null) return;
  const sent = await senderOf(context, like);
  if (sent === null) return;
  await applyOnce(here.db, { activity: sent.id, actor: sent.actor.id, clock: here.clock }, async (db) => {
    await receiveLike(db, { id: sent.id, actor: sent.actor.id, entry: place.entry, clock: here.clock });
  });
}
