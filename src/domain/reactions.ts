// Likes that say how, by an emoji (FEP-c0e0): each is kept with its emoji, and together they count as one like of their actor.
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { bumpEntry } from './comments/thread.ts';

/** Longest emoji kept, in UTF-16 units; a family of four is eleven, a flag of a region fourteen. */
const EMOJI_MAX = 40;

/** Of a custom emoji only its name: the picture is on somebody else's server, which some name behind an `@`. */
const SHORTCODE = /^:([\w.+-]{1,100})(?:@[\w.:-]{1,253})?:$/;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The emoji of a reaction: one grapheme or `:shortcode:` (FEP-c0e0), or null where the text is neither. */
export function readEmoji(text: string): string | null {
  const trimmed = text.trim();
  const name = trimmed.match(SHORTCODE)?.[1];
  if (name !== undefined) return `:${name}:`;
  if (trimmed.length > EMOJI_MAX || !PICTURE.test(trimmed)) return null;
  return [...graphemes.segment(trimmed)].length === 1 ? trimmed : null;
}

/** Keeps an actor's reaction to an entry of ours; the same emoji again changes nothing. */
export async function receiveReaction(
  db: Db,
  { id, actor, entry, emoji, clock }: { id: string; actor: string; entry: string; emoji: string; clock: Clock },
): Promise<void> {
  await inTransaction(db, async (db) => {
    const kept = await db
      .insertInto('reactions')
      .values({ id, actor, object: path.article(entry), emoji, created: instant(clock) })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    if (Number(kept.numInsertedOrUpdatedRows ?? 0n) > 0) await bumpEntry(db, { id: entry });
  });
}

/** Takes an actor's reaction back: the one with this id, or with this emoji where the Undo carried another id. */
export async function undoReaction(
  db: Db,
  { id, actor, entry, emoji }: { id: string | null; actor: string; entry: string | null; emoji: string | null },
): Promise<void> {
  await inTransaction(db, async (db) => {
    let query = db.deleteFrom('reactions').where('actor', '=', actor);
    if (entry !== null && emoji !== null)
      query = query.where('object', '=', path.article(entry)).where('emoji', '=', emoji);
    else if (id !== null) query = query.where('id', '=', id);
    else return;
    await bumpAll(db, await query.returning('object').execute());
  });
}

/** Takes back every reaction of an actor who is gone. */
export async function forgetReactions(db: Db, { actor }: { actor: string }): Promise<void> {
  await inTransaction(db, async (db) => {
    await bumpAll(db, await db.deleteFrom('reactions').where('actor', '=', actor).returning('object').execute());
  });
}

async function bumpAll(db: Db, gone: { object: string }[]): Promise<void> {
  for (const { object } of gone) await bumpEntry(db, { id: object.slice(path.article('').length) });
}
