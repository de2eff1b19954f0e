// Announce: somebody passes on what is written here. What they pass on of others is read where it was written.
import type { Announce } from '@fedify/vocab';
import { boostable, receiveBoost } from '../../domain/boosts.ts';
import { applyOnce } from '../../domain/received.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

/** Counts a boost of one of our entries or comments, once per actor. */
export async function onAnnounce(context: Listening, announce: Announce): Promise<void> {
  const here = context.data;
  const { objectId } = announce;
  const object = objectId === null ? null : await boostable(here.db, { origin: here.origin, url: objectId.href });
  if (object === null) return;
  const sent = await senderOf(context, announce);
  if (sent === null) return;
  await applyOnce(here.db, { activity: sent.id, actor: sent.actor.id, clock: here.clock }, async (db) => {
    await receiveBoost(db, { id: sent.id, actor: sent.actor.id, object, clock: here.clock });
  });
}
