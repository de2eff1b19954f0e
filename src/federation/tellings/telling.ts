// An activity on its way to the queue, and what all kinds of it share.
import { type Activity, type Announce, type Follow, type Like, Undo } from '@fedify/vocab';
import type { Happening } from '../../domain/happenings.ts';
import { path } from '../../urls.ts';
import type { Fullness } from '../articles.ts';
import { at, type Here } from '../here.ts';

/** An activity ready to be sealed. `object` is the ActivityPub id of what it is about; mail of one object keeps its order. */
export interface Telling {
  activity(fullness: Fullness): Promise<Activity>;
  id: string;
  verb: 'Create' | 'Update' | 'Delete' | 'Follow' | 'Accept' | 'Reject' | 'Like' | 'Announce' | 'Move' | 'Undo';
  object: string;
  /** Whether everybody may read it at its own address. */
  shown: 0 | 1;
  inboxes: string[];
  /** The id of our own activity that this one undoes. */
  takesBack?: string;
}

/** Stable ids, derived from object, verb and revision (design §4.7), so that a telling done twice is one activity. */
export function activityId(here: Here, happening: Happening, verb: string): URL {
  return at(here, path.activity(`${verb}-${happening.object}-${happening.revision}`));
}

/** Takes an activity of ours back, addressed as it was. */
export function undone(
  here: Here,
  happening: Happening,
  { undone, undoneId, inboxes }: { undone: Follow | Like | Announce; undoneId: URL; inboxes: string[] },
): Telling {
  const id = at(here, path.activity(`undo-${undoneId.pathname.split('/').at(-1)}`));
  const actor = at(here, path.actor(happening.actor));
  return {
    id: id.href,
    takesBack: undoneId.href,
    verb: 'Undo',
    object: undone.objectId?.href ?? '',
    shown: 0,
    inboxes,
    activity: async () => new Undo({ id, actor, object: undone, tos: undone.toIds, ccs: undone.ccIds }),
  };
}
