// Block: somebody elsewhere will not hear from a blog here.
import type { Block } from '@fedify/vocab';
import { inboxesThatListen, receiveBlock } from '../../domain/blocks.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { named } from '../../urls.ts';
import { localActor } from '../actors.ts';
import type { Listening } from '../listening.ts';
import { dropMail } from '../queue/told.ts';
import { senderOf } from './sender.ts';

/**
 * Ends the following both ways (federation.md §8), and drops what still waits for the blocker's own inbox. A block of anybody
 * else is none of ours.
 */
export async function onBlock(context: Listening, block: Block): Promise<void> {
  const here = context.data;
  const blocked = block.objectId === null ? null : named(here.origin, block.objectId.href);
  if (blocked?.kind !== 'actor' || (await localActor(here, blocked.id)) === null) return;
  const sent = await senderOf(context, block);
  if (sent === null) return;
  const { id: activity, actor } = sent;
  const { clock } = here;
  await inLockingTransaction(here.db, async (db) => {
    // Not by `applyOnce`: the same Block after an Undo counts again, and blocking twice changes nothing.
    await receiveBlock(db, { blocked: blocked.id, actor: actor.id, activity, clock });
    const own = { speaker: blocked.id, inbox: actor.inbox };
    if ((await inboxesThatListen(db, { ...own, inboxes: [own.inbox] })).length === 0)
      await dropMail(db, { ...own, clock });
  });
}
