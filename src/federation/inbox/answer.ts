// Accept and Reject: the answers to what we asked.
import { type Accept, Follow, type Reject } from '@fedify/vocab';
import { noteFollowAnswer } from '../../domain/following.ts';
import { applyOnce } from '../../domain/received.ts';
import { noteRelayAnswer } from '../../domain/relays.ts';
import { named } from '../../urls.ts';
import type { Listening } from '../listening.ts';
import { loadersOf, senderOf } from './sender.ts';

/** Notes that our Follow was accepted; Mastodon embeds it, others name it by id. */
export async function onAccept(context: Listening, accept: Accept): Promise<void> {
  await noteAnswer(context, accept, 'accepted');
}

/** Notes that our Follow was refused; after an Accept it takes that back (federation.md §8). They may go on following us. */
export async function onReject(context: Listening, reject: Reject): Promise<void> {
  await noteAnswer(context, reject, 'rejected');
}

async function noteAnswer(
  context: Listening,
  activity: Accept | Reject,
  answer: 'accepted' | 'rejected',
): Promise<void> {
  const here = context.data;
  const asked = await askedOf(context, activity);
  if (asked === null) return;
  const sent = await senderOf(context, activity);
  if (sent === null) return;
  await applyOnce(here.db, { activity: sent.id, actor: sent.actor.id, clock: here.clock }, async (db) => {
    const answered = { actor: sent.actor.id, ...asked, answer };
    if (!(await noteFollowAnswer(db, answered))) await noteRelayAnswer(db, answered);
  });
}

/** Which Follow is meant: by our activity's path, or by who followed. Nothing of ours is fetched from ourselves. */
async function askedOf(
  context: Listening,
  activity: Accept | Reject,
): Promise<{ activity: string | null; follower: string | null } | null> {
  const { origin } = context.data;
  const id = activity.objectId;
  const path = id !== null && id.origin === origin && id.pathname.startsWith('/ap/activities/') ? id.pathname : null;
  if (path !== null) return { activity: path, follower: null };
  const object = await activity.getObject(loadersOf(context));
  if (!(object instanceof Follow) || object.actorId === null) return null;
  const follower = named(origin, object.actorId.href);
  return follower?.kind === 'actor' ? { activity: null, follower: follower.id } : null;
}
