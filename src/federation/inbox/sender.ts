// Who sent an activity, remembered. Its signature was verified before; what the activity says of others is not believed.
import { type Activity, isActor, Object as Thing } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { type KnownActor, knownActor, rememberActor } from '../../domain/actors.ts';
import { ACTOR_KEPT_MS } from '../egress/actor-cache.ts';
import type { Here } from '../here.ts';
import { knownActorOf } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { unlessUnreadable } from '../unreadable.ts';

const logger = getLogger(['wethi', 'inbox']);

/** An activity whose id and actor stand on one origin, with its actor, as new as five minutes, in the database. */
export interface Sent {
  id: string;
  actor: KnownActor;
}

/**
 * Checks the activity's names once more behind the gate (GHSA-4qhx: both on one origin) and remembers its actor.
 * @returns null when the activity must be left out; the reason is logged.
 */
export async function senderOf(context: Listening, activity: Activity): Promise<Sent | null> {
  const { id, actorId } = activity;
  if (id === null || actorId === null || id.origin !== actorId.origin) {
    logger.warn('left out: the activity {id} and its actor {actor} are not of one origin', {
      id: id?.href,
      actor: actorId?.href,
    });
    return null;
  }
  const actor = await acquainted(context, { id: actorId, read: () => activity.getActor(loadersOf(context)) });
  return actor === null ? null : { id: id.href, actor };
}

/**
 * An actor as new as five minutes, remembered. `read` asks for its document where ours is older.
 * @returns null when there is none to be had; the reason is logged.
 */
export async function acquainted(
  context: Listening,
  { id, read }: { id: URL; read: () => Promise<Thing | null> },
): Promise<KnownActor | null> {
  const { db, clock } = context.data;
  const met = await metLately(context.data, id.href);
  if (met !== null) return met;
  const actor = await read();
  if (actor === null || !isActor(actor) || actor.id?.href !== id.href) {
    logger.warn('left out: the actor {actor} could not be read', { actor: id.href });
    return null;
  }
  const known = await knownActorOf(actor);
  if (known === null) {
    logger.warn('left out: the actor {actor} has no inbox on its own origin', { actor: id.href });
    return null;
  }
  await rememberActor(db, { actor: known, clock });
  return known;
}

/**
 * An actor whose document was read less than five minutes ago, or null. The way out would give the same one again, so there is
 * nothing new to read in it.
 */
export async function metLately({ db, clock }: Here, id: string): Promise<KnownActor | null> {
  const met = await knownActor(db, { id });
  if (met === null || met.gone !== null) return null;
  const age = clock.now() - Date.parse(met.fetched);
  // A clock may be set back: what lies ahead is not young but unknown.
  return age >= 0 && age < ACTOR_KEPT_MS ? met : null;
}

/** The document at an address, if that is its id; null where it cannot be read. What stands in a letter is never taken for it. */
export async function readAt(context: Listening, id: URL): Promise<Thing | null> {
  return await unlessUnreadable(async () => {
    const { document } = await context.documentLoader(id.href);
    const thing = await Thing.fromJsonLd(document, context);
    return thing.id?.href === id.href ? thing : null;
  });
}

/** How a listener reads what an activity names: through our signed loader, and null instead of an error. */
export function loadersOf(context: Listening) {
  return { documentLoader: context.documentLoader, contextLoader: context.contextLoader, suppressError: true };
}
