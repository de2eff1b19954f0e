// Move: somebody elsewhere goes on under another account.
import type { Move } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { knownActor, rememberActor } from '../../domain/actors.ts';
import { goAlong, movedLately } from '../../domain/moves.ts';
import { applyOnce } from '../../domain/received.ts';
import { aliasesOf, asActor, knownActorOf } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { mayPass } from '../unreadable.ts';
import { readAt } from './sender.ts';

const logger = getLogger(['wethi', 'inbox']);

/**
 * Goes along with whom we know, if both accounts say so, each in its own document, read anew (federation.md item 88): the old
 * one where it moved to, the new one that it is the old one too. Whoever has the old key alone cannot take readers along.
 * Throws when one of them cannot be read just now, so that the queue has it tried again: a Move is said once.
 */
export async function onMove(context: Listening, move: Move): Promise<void> {
  const { db, clock, origin, forget } = context.data;
  const { id, actorId, objectId, targetId } = move;
  if (id === null || actorId === null || targetId === null || id.origin !== actorId.origin) return;
  if (objectId?.href !== actorId.href || targetId.href === actorId.href) return;
  const known = await knownActor(db, { id: actorId.href });
  // Whoever moves to a blog here brings their followers by a Follow of each.
  if (known === null || movedLately(known.moved, clock) || targetId.origin === origin) return;
  for (const account of [actorId, targetId]) forget(account.href);
  const { noticed, missed } = noticing(context);
  // Never as the letter brings them along: whoever signed it wrote that too.
  const old = asActor(await readAt(noticed, actorId));
  const fresh = asActor(await readAt(noticed, targetId));
  const [silence] = missed;
  if (silence !== undefined) throw silence;
  const agreed = old?.successorId?.href === targetId.href && fresh !== null && aliasesOf(fresh).includes(actorId.href);
  const next = agreed ? await knownActorOf(fresh) : null;
  if (next === null) {
    logger.warn('left out: {actor} and {target} do not both say that one moved to the other', {
      actor: actorId.href,
      target: targetId.href,
    });
    return;
  }
  await applyOnce(db, { activity: id.href, actor: actorId.href, clock }, async (db) => {
    await rememberActor(db, { actor: next, clock });
    await goAlong(db, { from: actorId.href, to: next.id, clock });
  });
}

/** The same context, whose loader notes what could not be read for a reason that may pass. */
function noticing(context: Listening) {
  const missed: unknown[] = [];
  const documentLoader: Listening['documentLoader'] = async (url, options) => {
    try {
      return await context.documentLoader(url, options);
    } catch (error) {
      if (mayPass(error)) missed.push(error);
      throw error;
    }
  };
  return { noticed: { ...context, documentLoader }, missed };
}
