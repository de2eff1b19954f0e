// What an activity does here once it is known who sent it: read by the library, once, and handed to the listener of its type.
import { Accept, Activity, Create, Delete, Follow, Like, Reject, Undo, Update } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { isObject, type JsonObject } from './gate/json.ts';
import type { Here } from './here.ts';
import { onAccept, onReject } from './inbox/answer.ts';
import { onCreate } from './inbox/create.ts';
import { onDelete } from './inbox/delete.ts';
import { onFollow } from './inbox/follow.ts';
import { onLike } from './inbox/like.ts';
import { metLately } from './inbox/sender.ts';
import { onUndo } from './inbox/undo.ts';
import { onUpdate } from './inbox/update.ts';
import type { Loaders } from './signers.ts';

const logger = getLogger(['wethi', 'inbox']);

/** Activities between their acknowledgement and their listener; whatever is older is read again. */
const READ_MAX = 200;

/** What listeners need: the node, and how to ask others. */
export interface Listening extends Loaders {
  data: Here;
}

/** An activity whose actor's signature was verified, as it waits in the queue. */
export interface Vouched {
  kind: 'vouched';
  id: string;
  actor: string;
  activity: JsonObject;
}

/** Whether a message of the queue is one of ours; the library's own are of letters that others passed on. */
export function isVouched(message: unknown): message is Vouched {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'vouched';
}

export type Listeners = ReturnType<typeof openListeners>;

/** Opens the listeners of a node. */
export function openListeners(listening: Listening) {
  const read = new Map<string, Activity>();
  const { data: here } = listening;

  async function parsed({ activity }: Vouched): Promise<Activity> {
    return await Activity.fromJsonLd(withoutVouching(activity), listening);
  }

  function remember(vouched: Vouched, activity: Activity): void {
    for (const oldest of read.keys()) {
      if (read.size < READ_MAX) break;
      read.delete(oldest);
    }
    read.set(keyOf(vouched), activity);
  }

  /** Whether its listener would have to ask another server: for what is only named in it, or for an actor we have not met. */
  async function asksOthers(activity: Activity, { actor, activity: document }: Vouched): Promise<boolean> {
    if ((activity instanceof Create || activity instanceof Update) && !isWhole(document.object)) return true;
    if (activity instanceof Delete || activity instanceof Undo) return false;
    return (await metLately(here, actor)) === null;
  }

  return {
    /**
     * Reads an activity, and does what it says at once where nobody has to be asked for it: its effect is on disk before its
     * sender hears that it was taken. `in-line`: something of this sender waits, so this has to wait too.
     * @returns `done`, `later` when it must wait in the queue, or what is wrong with it.
     */
    async take(vouched: Vouched, turn: 'at-once' | 'in-line'): Promise<'done' | 'later' | { wrong: string }> {
      let activity: Activity;
      try {
        activity = await parsed(vouched);
      } catch (error) {
        logger.info('{id} cannot be read: {error}', { id: vouched.id, error });
        return { wrong: 'The activity cannot be read.' };
      }
      // The gate lets no context rename these, so this can only be a fault of ours.
      if (activity.id?.href !== vouched.id || activity.actorId?.href !== vouched.actor) {
        return { wrong: 'The activity can be read in two ways.' };
      }
      if (turn === 'in-line' || (await asksOthers(activity, vouched))) {
        remember(vouched, activity);
        return 'later';
      }
      let asked = false;
      const documentLoader = async (url: string): Promise<never> => {
        asked = true;
        throw new Error(`${url} would have to be asked for`);
      };
      try {
        await dispatched({ ...listening, documentLoader }, activity);
        // Listeners make do without what they cannot read; in the queue they may ask for it.
        return asked ? 'later' : 'done';
      } catch (error) {
        logger.warn('{id} could not be worked on at once and waits in the queue: {error}', { id: vouched.id, error });
        return 'later';
      }
    },

    /** Does what a queued activity says. Throws what its listener throws, to be tried again. */
    async listen(vouched: Vouched): Promise<void> {
      const activity = read.get(keyOf(vouched)) ?? (await parsed(vouched));
      read.delete(keyOf(vouched));
      await dispatched(listening, activity);
    },
  };
}

/** Whether a text or actor is there with its tags and its picture, and not only by name. */
function isWhole(object: unknown): boolean {
  return isObject(object) && [object.tag ?? [], object.icon ?? []].flat().every(isObject);
}

/** The activity without what vouches for it: that was looked at, and reading it would cost as much as the rest. */
function withoutVouching({ signature: _, proof: __, ...activity }: JsonObject): JsonObject {
  if (!isObject(activity.object)) return activity;
  const { proof: ___, ...object } = activity.object;
  return { ...activity, object };
}

/** An id is its actor's own; a neighbour on the same server may use it too. */
function keyOf({ actor, id }: Vouched): string {
  return `${actor} ${id}`;
}

async function dispatched(listening: Listening, activity: Activity): Promise<void> {
  if (activity instanceof Create) await onCreate(listening, activity);
  else if (activity instanceof Like) await onLike(listening, activity);
  else if (activity instanceof Update) await onUpdate(listening, activity);
  else if (activity instanceof Delete) await onDelete(listening, activity);
  else if (activity instanceof Follow) await onFollow(listening, activity);
  else if (activity instanceof Undo) await onUndo(listening, activity);
  else if (activity instanceof Accept) await onAccept(listening, activity);
  else if (activity instanceof Reject) await onReject(listening, activity);
  else logger.debug('nobody listens to {id}', { id: activity.id?.href });
}
