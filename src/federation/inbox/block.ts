// Block: somebody elsewhere will not hear from a blog here.
import type { Block } from '@fedify/vocab';
import { receiveBlock } from '../../domain/blocks.ts';
import { named } from '../../urls.ts';
import { localActor } from '../actors.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

/** Ends the following both ways (federation.md §8). A block of anybody else is none of ours. */
export async function onBlock(context: Listening, block: Block): Promise<void> {
  const here = context.data;
  const blocked = block.objectId === null ? null : named(here.origin, block.objectId.href);
  if (blocked?.kind !== 'actor' || (await localActor(here, blocked.id)) === null) return;
  const sent = await senderOf(context, block);
  if (sent === null) return;
  // Not by `applyOnce`: the same Block after an Undo counts again, and blocking twice changes nothing.
  await receiveBlock(here.db, { blocked: blocked.id, actor: sent.actor.id, activity: sent.id, clock: here.clock });
}
