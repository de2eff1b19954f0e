// A blog's move, as a `Move` to its followers: each of their servers has them follow the other account.
import { Move } from '@fedify/vocab';
import { followerInboxes } from '../../domain/followers.ts';
import type { Happening } from '../../domain/happenings.ts';
import { path } from '../../urls.ts';
import { at, type Here } from '../here.ts';
import { activityId, type Telling } from './telling.ts';

/** The Move; the actor's document says the same by then (federation.md §8). */
export async function moveTold(here: Here, happening: Happening): Promise<Telling | null> {
  const { to } = happening.facts;
  if (to === undefined) return null;
  const id = activityId(here, happening, 'move');
  const actor = at(here, path.actor(happening.actor));
  return {
    id: id.href,
    verb: 'Move',
    object: actor.href,
    shown: 0,
    inboxes: await followerInboxes(here.db, { followed: happening.actor }),
    activity: async () =>
      new Move({ id, actor, object: actor, target: new URL(to), tos: [at(here, path.followers(happening.actor))] }),
  };
}
