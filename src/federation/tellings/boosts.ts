// What somebody here boosts, as an `Announce` to their followers and to the author.
import { Announce } from '@fedify/vocab';
import { type OwnBoost, ownBoost } from '../../domain/boosts.ts';
import { entryById } from '../../domain/entries/find.ts';
import { followerInboxes, inboxOf } from '../../domain/followers.ts';
import type { Happening } from '../../domain/happenings.ts';
import { postById } from '../../domain/posts.ts';
import { named, path } from '../../urls.ts';
import { at, type Here, PUBLIC } from '../here.ts';
import { wireInstant } from '../instants.ts';
import { inboxesSent } from '../queue/told.ts';
import { type Telling, undone } from './telling.ts';

/** The Announce, or its Undo; null for one that was taken back before it was told. */
export async function boostTold(here: Here, happening: Happening): Promise<Telling | null> {
  const { activity: id, to } = happening.facts;
  if (id === undefined) return null;
  const inbox = to === undefined ? null : await inboxOf(here.db, { actor: to });
  const followers = await followerInboxes(here.db, { followed: happening.actor });
  const inboxes = [...new Set([...followers, ...(inbox === null ? [] : [inbox])])];
  if (happening.verb === 'unboosted') {
    // Whoever left meanwhile may still show it.
    const sent = await inboxesSent(here.db, { activity: at(here, id).href });
    const gone = { id, booster: happening.actor, object: happening.object, created: happening.happened };
    return undone(here, happening, {
      undone: await announceOf(here, gone, to),
      undoneId: at(here, id),
      inboxes: [...new Set([...inboxes, ...sent])],
    });
  }
  const boost = await ownBoost(here.db, { id });
  if (boost === null) return null;
  return {
    id: at(here, id).href,
    verb: 'Announce',
    object: at(here, boost.object).href,
    shown: 1,
    inboxes,
    activity: () => announceOf(here, boost, to),
  };
}

/** The Announce of a boost; `to` is the author of what it passes on, looked up where nobody says. */
export async function announceOf(here: Here, boost: OwnBoost, to?: string): Promise<Announce> {
  const object = at(here, boost.object);
  const author = to === undefined ? await authorOf(here, object) : new URL(to);
  return new Announce({
    id: at(here, boost.id),
    actor: at(here, path.actor(boost.booster)),
    object,
    published: wireInstant(boost.created),
    tos: [PUBLIC],
    ccs: [at(here, path.followers(boost.booster)), ...(author === null ? [] : [author])],
  });
}

/** The blog whose entry it is, or the author of a post that is kept here. */
async function authorOf(here: Here, object: URL): Promise<URL | null> {
  const ours = named(here.origin, object.href);
  if (ours?.kind === 'article') {
    const entry = await entryById(here.db, { id: ours.id });
    return entry === null ? null : at(here, path.actor(entry.blog));
  }
  const post = await postById(here.db, { id: object.href });
  return post === null ? null : new URL(post.actor);
}
