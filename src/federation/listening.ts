// What an activity does here once it is known who sent it: read by the library, once, and handed to the listener of its type.
import { detachSignature } from '@fedify/fedify/sig';
import { Accept, Activity, Create, Delete, Follow, Like, Reject, Undo, Update } from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import type { JsonObject } from './gate/json.ts';
import type { Here } from './here.ts';
import { onAccept, onReject } from './inbox/answer.ts';
import { onCreate } from './inbox/create.ts';
import { onDelete } from './inbox/delete.ts';
import { onFollow } from './inbox/follow.ts';
import { onLike } from './inbox/like.ts';
import { onUndo } from './inbox/undo.ts';
import { onUpdate } from './inbox/update.ts';
import type { Loaders } from './signers.ts';

const logger = getLogger(['wethi', 'inbox']);

/** Activities between their acknowledgement and their listener; what is older is read again from the queue. */
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

  async function parsed({ activity }: Vouched): Promise<Activity> {
    const { documentLoader, contextLoader } = listening;
    return await Activity.fromJsonLd(detachSignature(activity), { documentLoader, contextLoader });
  }

  return {
    /**
     * Reads an activity, which its listener will not have to do again.
     * @returns what is wrong with it, or null.
     */
    async read(vouched: Vouched): Promise<string | null> {
      try {
        const activity = await parsed(vouched);
        // The gate lets no context rename these, so this can only be a fault of ours.
        if (activity.id?.href !== vouched.id || activity.actorId?.href !== vouched.actor) {
          return 'The activity can be read in two ways.';
        }
        for (const oldest of read.keys()) {
          if (read.size < READ_MAX) break;
          read.delete(oldest);
        }
        read.set(keyOf(vouched), activity);
        return null;
      } catch (error) {
        logger.info('{id} cannot be read: {error}', { id: vouched.id, error });
        return 'The activity cannot be read.';
      }
    },

    /** Does what the activity says. Throws what its listener throws, to be tried again. */
    async listen(vouched: Vouched): Promise<void> {
      const activity = read.get(keyOf(vouched)) ?? (await parsed(vouched));
      read.delete(keyOf(vouched));
      if (!(await dispatched(listening, activity))) logger.debug('nobody listens to {id}', { id: vouched.id });
    },
  };
}

/** An id is its actor's own; a neighbour on the same server may use it too. */
function keyOf({ actor, id }: Vouched): string {
  return `${actor} ${id}`;
}

async function dispatched(listening: Listening, activity: Activity): Promise<boolean> {
  if (activity instanceof Create) await onCreate(listening, activity);
  else if (activity instanceof Like) await onLike(listening, activity);
  else if (activity instanceof Update) await onUpdate(listening, activity);
  else if (activity instanceof Delete) await onDelete(listening, activity);
  else if (activity instanceof Follow) await onFollow(listening, activity);
  else if (activity instanceof Undo) await onUndo(listening, activity);
  else if (activity instanceof Accept) await onAccept(listening, activity);
  else if (activity instanceof Reject) await onReject(listening, activity);
  else return false;
  return true;
}
