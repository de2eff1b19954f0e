// Who sent an activity, remembered. The library verified the signature; what the activity says of others is not believed.
import type { InboxContext } from '@fedify/fedify';
import { type Activity, isActor } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { type KnownActor, rememberActor } from '../../domain/actors.ts';
import type { Here } from '../here.ts';
import { knownActorOf } from '../incoming.ts';

const logger = getLogger(['wethi', 'inbox']);

/** An activity whose id and actor stand on one origin, with its actor renewed in the database. */
export interface Sent {
  id: string;
  actor: KnownActor;
}

/**
 * Checks the activity's names once more behind the gate (GHSA-4qhx: both on one origin) and remembers its actor.
 * @returns null when the activity must be left out; the reason is logged.
 */
export async function senderOf(context: InboxContext<Here>, activity: Activity): Promise<Sent | null> {
  const { id, actorId } = activity;
  if (id === null || actorId === null || id.origin !== actorId.origin) {
    logger.warn('left out: the activity {id} and its actor {actor} are not of one origin', {
      id: id?.href,
      actor: actorId?.href,
    });
    return null;
  }
  const actor = await activity.getActor(loadersOf(context));
  if (actor === null || !isActor(actor) || actor.id?.href !== actorId.href) {
    logger.warn('left out: the actor {actor} of {id} could not be read', { id: id.href, actor: actorId.href });
    return null;
  }
  const known = await knownActorOf(actor);
  if (known === null) {
    logger.warn('left out: the actor {actor} has no inbox on its own origin', { actor: actorId.href });
    return null;
  }
  await rememberActor(context.data.db, { actor: known, clock: context.data.clock });
  return { id: id.href, actor: known };
}

/** How a listener reads what an activity names: through our signed loader, and null instead of an error. */
export function loadersOf(context: InboxContext<Here>) {
  return { documentLoader: context.documentLoader, contextLoader: context.contextLoader, suppressError: true };
}
