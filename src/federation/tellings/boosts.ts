// What somebody here boosts, as an `Announce` to their followers and to the author.
import { Announce } from '@fedify/vocab';
import { boostStands } from '../../domain/boosts.ts';
import { entryById } from '../../domain/entries/find.ts';
import { followerInboxes, inboxOf } from '../../domain/followers.ts';
import type { Happening } from '../../domain/happenings.ts';
import { named, path } from '../../urls.ts';
import { at, type Here, PUBLIC } from '../here.ts';
import { wireInstant } from '../instants.ts';
import { inboxesSent } from '../queue/told.ts';
import { type Telling, undone } from './telling.ts';

/** The Announce, or its Undo; null for one that was taken back before it was told. */
export async function boostTold(here: Here, happening: Happening): Promise<Telling | null> {
  const { activity: id, to } = happening.facts;
  if (id === undefined) return null;
  const object = at(here, happening.object);
  const author = to === undefined ? await authorHere(here, object) : new URL(to);
  const inbox = to === undefined ? null : await inboxOf(here.db, { actor: to });
  const followers = await followerInboxes(here.db, { followed: happening.actor });
  const inboxes = [...new Set([...followers, ...(inbox === null ? [] : [inbox])])];
  const announce = new Announce({
    id: at(here, id),
    actor: at(here, path.actor(happening.actor)),
    object,
    published: wireInstant(happening.happened),
    tos: [PUBLIC],
    ccs: [at(here, path.followers(happening.actor)), ...(author === null ? [] : [author])],
  });
  if (happening.verb === 'unboosted') {
    // Whoever left meanwhile may still show it.
    const sent = await inboxesSent(here.db, { activity: at(here, id).href });
    return undone(here, happening, {
      undone: announce,
      undoneId: at(here, id),
      inboxes: [...new Set([...inboxes, ...sent])],
    });
  }
  if (!(await boostStands(here.db, { id }))) return null;
  return {
    id: at(here, id).href,
    verb: 'Announce',
    object: object.href,
    shown: 1,
    inboxes,
    activity: async () => announce,
  };
}

/** The blog whose entry it is. */
async function authorHere(here: Here, object: URL): Promise<URL | null> {
  const ours = named(here.origin, object.href);
  const entry = ours?.kind === 'article' ? await entryById(here.db, { id: ours.id }) : null;
  return entry === null ? null : at(here, path.actor(entry.blog));
}
