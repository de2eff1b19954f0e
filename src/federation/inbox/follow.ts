// Follow: taken at once, answered with an Accept that embeds it (federation.md §8).
import type { Follow } from '@fedify/vocab';
import { addFollower } from '../../domain/followers.ts';
import { INSTANCE } from '../../domain/organisations.ts';
import { isRelay } from '../../domain/relays.ts';
import { named } from '../../urls.ts';
import { localActor } from '../actors.ts';
import type { Listening } from '../listening.ts';
import { senderOf } from './sender.ts';

/** Takes a follower of a blog or of the organisation. A Follow of anything else is nobody's, but a relay's of the instance. */
export async function onFollow(context: Listening, follow: Follow): Promise<void> {
  const here = context.data;
  const followed = follow.objectId === null ? null : named(here.origin, follow.objectId.href);
  if (followed?.kind !== 'actor') return;
  // A LitePub relay follows back whom it serves, to hear of what is published; nobody else has business with the instance.
  if (followed.id === INSTANCE && !(await isRelay(here.db, { actor: follow.actorId?.href ?? '' }))) return;
  const local = await localActor(here, followed.id);
  if (local === null || (local.kind === 'blog' && local.blog.closed !== null)) return;
  const sent = await senderOf(context, follow);
  if (sent === null) return;
  // Not by `applyOnce`: the same Follow after an Undo counts again, and taking a follower twice changes nothing.
  await addFollower(here.db, { followed: local.id, actor: sent.actor.id, activity: sent.id, clock: here.clock });
  // Whoever follows waits for the Accept.
  here.wake();
}
