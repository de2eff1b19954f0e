// Delete: an author takes words back, or is gone altogether.
import type { Delete } from '@fedify/vocab';
import { knowsActor } from '../../domain/actors.ts';
import { deleteReceived } from '../../domain/comments/receive.ts';
import { bidFarewell } from '../../domain/farewell.ts';
import { deletePost } from '../../domain/posts.ts';
import { forgetQuotes } from '../../domain/quotes.ts';
import { applyOnce } from '../../domain/received.ts';
import type { Listening } from '../listening.ts';

/**
 * Deletes what is the actor's own. The id is remembered even when we have nothing of it yet, so that a Create that comes
 * later stays buried. The actor's document is not read: after a farewell it is gone.
 */
export async function onDelete(context: Listening, deletion: Delete): Promise<void> {
  const here = context.data;
  const { id, actorId, objectId } = deletion;
  if (id === null || actorId === null || objectId === null) return;
  // Only words on the actor's own origin are theirs to delete; the domain compares the very author.
  if (id.origin !== actorId.origin || objectId.origin !== actorId.origin) return;
  const actor = actorId.href;
  // Whoever is known here leaves by their own word only; a neighbour's leaves no trace (security.md T17).
  if (objectId.href !== actor && (await knowsActor(here.db, { id: objectId.href }))) return;
  await applyOnce(here.db, { activity: id.href, actor, clock: here.clock }, async (db) => {
    if (objectId.href === actor) {
      here.forget(actor);
      return await bidFarewell(db, { actor, clock: here.clock });
    }
    await forgetQuotes(db, { actor, post: objectId.href });
    if (!(await deletePost(db, { id: objectId.href, actor, clock: here.clock }))) {
      await deleteReceived(db, { uri: objectId.href, actor, clock: here.clock });
    }
  });
}
