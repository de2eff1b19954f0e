// Like and EmojiReact: counted once per actor under the entry; a reaction is kept with its emoji.
import type { EmojiReact, Like } from '@fedify/vocab';
import { placeOf } from '../../domain/comments/receive.ts';
import { receiveLike } from '../../domain/likes.ts';
import { readEmoji, receiveReaction } from '../../domain/reactions.ts';
import { applyOnce } from '../../domain/received.ts';
import type { Db } from '../../storage/database.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

/**
 * Counts a like of one of our entries; likes of comments and of others' things are not ours to count. One that says how, as
 * Misskey's all do and Akkoma's may, is a reaction (FEP-c0e0); other words that it may carry are not read.
 */
export async function onLike(context: Listening, like: Like): Promise<void> {
  const emoji = emojiOf(like);
  await counted(context, like, async (db, given) =>
    emoji === null ? await receiveLike(db, given) : await receiveReaction(db, { ...given, emoji }),
  );
}

/** Counts a reaction to one of our entries. One that shows nothing readable is none. */
export async function onEmojiReact(context: Listening, reaction: EmojiReact): Promise<void> {
  const emoji = emojiOf(reaction);
  if (emoji !== null) await counted(context, reaction, (db, given) => receiveReaction(db, { ...given, emoji }));
}

/** What a like or a reaction shows, or null. */
export function emojiOf({ content }: Like | EmojiReact): string | null {
  return content === null ? null : readEmoji(content.toString());
}

async function counted(
  context: Listening,
  activity: Like | EmojiReact,
  keep: (
    db: Db,
    given: { id: string; actor: string; entry: string; clock: Listening['data']['clock'] },
  ) => Promise<void>,
): Promise<void> {
  const { db, origin, clock } = context.data;
  const { objectId } = activity;
  const place = objectId === null ? null : await placeOf(db, { origin, inReplyTo: objectId.href });
  if (place === null || place.parent !== null) return;
  const sent = await senderOf(context, activity);
  if (sent === null) return;
  const { id, actor } = sent;
  await applyOnce(db, { activity: id, actor: actor.id, clock }, async (db) => {
    await keep(db, { id, actor: actor.id, entry: place.entry, clock });
  });
}
