// Update: an author revises a comment or a post, or an actor their profile.
import type { Update } from '@fedify/vocab';
import { rememberActor } from '../../domain/actors.ts';
import { textStandsHere } from '../../domain/comments/find.ts';
import { reviseReceived } from '../../domain/comments/receive.ts';
import { revisePost } from '../../domain/posts.ts';
import { applyOnce } from '../../domain/received.ts';
import { asActor, commentOf, isPublic, knownActorOf, postOf, revisedOf, tagNamesOf } from '../incoming.ts';
import type { Listening } from '../listening.ts';
import { toldBy } from './create.ts';
import { loadersOf, senderOf } from './sender.ts';

/** Applies an author's own edit to what we keep of it. */
export async function onUpdate(context: Listening, update: Update): Promise<void> {
  const here = context.data;
  if (update.objectId !== null && update.objectId.href === update.actorId?.href)
    return await renewActor(context, update);
  const told = await toldBy(context, update);
  if (told === null || told.id === null || !isPublic(told)) return;
  const uri = told.id.href;
  // Most Updates are of texts that never stood here; they leave no trace.
  if (!(await textStandsHere(here.db, { uri }))) return;
  const sent = await senderOf(context, update);
  if (sent === null) return;
  const tags = await tagNamesOf(told);
  await applyOnce(here.db, { activity: sent.id, actor: sent.actor.id, clock: here.clock }, async (db) => {
    const comment = commentOf(here, told, { actor: sent.actor.id });
    if (comment !== null)
      await reviseReceived(db, { uri, actor: sent.actor.id, html: comment.html, revised: revisedOf(here, told) });
    const post = postOf(here, told, { actor: sent.actor.id, tags });
    if (post !== null) await revisePost(db, { post, clock: here.clock });
  });
}

/** A profile changed: what is remembered of the old one is forgotten first, so that a new key is seen at once (T25). */
async function renewActor(context: Listening, update: Update): Promise<void> {
  const here = context.data;
  if (update.actorId === null) return;
  here.forget(update.actorId.href);
  const actor = asActor(await update.getObject(loadersOf(context)));
  const known = actor === null || actor.id?.href !== update.actorId.href ? null : await knownActorOf(actor);
  if (known !== null) await rememberActor(here.db, { actor: known, clock: here.clock });
}
