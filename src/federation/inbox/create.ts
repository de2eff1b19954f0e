// Create: a reply becomes a comment under our entry; a followed author's text becomes a post to read.
import type { Create } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { receiveTalk } from '../../domain/comments/receive.ts';
import { isFollowed } from '../../domain/following.ts';
import { receivePost } from '../../domain/posts.ts';
import { applyOnce } from '../../domain/received.ts';
import { attributionOf, commentOf, isPublic, isTold, postOf, type Told, tagNamesOf } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { standingOf } from './parents.ts';
import { loadersOf, senderOf } from './sender.ts';

const logger = getLogger(['wethi', 'inbox']);

/**
 * Keeps what somebody wrote, if it stands in our threads or its author is followed here. What is not addressed to
 * everybody is never shown, so it is not kept (federation.md item 70).
 */
export async function onCreate(context: Listening, create: Create): Promise<void> {
  const here = context.data;
  const told = await toldBy(context, create);
  if (told === null) return;
  if (!isPublic(told)) {
    logger.info('left out: {id} is not addressed to everybody', { id: told.id?.href });
    return;
  }
  const standing = await standingOf(context, told);
  const author = create.actorId?.href ?? '';
  if (standing === null && !(await isFollowed(here.db, { actor: author }))) return;
  const sent = await senderOf(context, create);
  if (sent === null) return;
  const tags = await tagNamesOf(told);
  await applyOnce(here.db, { activity: sent.id, actor: sent.actor.id, clock: here.clock }, async (db) => {
    const comment = standing === null ? null : commentOf(here, told, { actor: sent.actor.id });
    if (standing !== null && comment !== null) {
      const { place, missing } = standing;
      const receipt = await receiveTalk(db, { comments: [...missing, comment], place, clock: here.clock });
      logger.info('comment {id} on {entry}: {receipt}', { id: comment.uri, entry: place.entry, receipt });
      return;
    }
    const post = postOf(here, told, { actor: sent.actor.id, tags });
    if (standing === null && post !== null) await receivePost(db, { post, clock: here.clock });
  });
}

/**
 * The text of a Create or Update, if it is its actor's own: id on the actor's origin, attributed to the actor
 * (CVE-2024-37903 and its kin, security.md T16).
 */
export async function toldBy(
  context: Listening,
  activity: { actorId: URL | null; getObject: Create['getObject'] },
): Promise<Told | null> {
  const object = await activity.getObject(loadersOf(context));
  if (!isTold(object) || object.id === null || activity.actorId === null) return null;
  if (object.id.origin !== activity.actorId.origin || attributionOf(object)?.href !== activity.actorId.href) {
    logger.warn("left out: {id} is not {actor}'s own", { id: object.id.href, actor: activity.actorId.href });
    return null;
  }
  return object;
}
