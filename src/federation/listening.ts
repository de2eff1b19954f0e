// What an activity does here once it is known who sent it: read by the library, once, and handed to the listener of its type.
import {
  Accept,
  Activity,
  Announce,
  Block,
  Create,
  Delete,
  EmojiReact,
  Flag,
  Follow,
  Like,
  Move,
  QuoteRequest,
  Reject,
  Undo,
  Update,
} from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { isObject, type JsonObject } from './gate/json.ts';
import type { Here } from './here.ts';
import { onAnnounce } from './inbox/announce.ts';
import { onAccept, onReject } from './inbox/answer.ts';
import { onBlock } from './inbox/block.ts';
import { onCreate } from './inbox/create.ts';
import { onDelete } from './inbox/delete.ts';
import { onFlag } from './inbox/flag.ts';
import { onFollow } from './inbox/follow.ts';
import { onEmojiReact, onLike } from './inbox/like.ts';
import { onMove } from './inbox/move.ts';
import { onQuoteRequest } from './inbox/quote-request.ts';
import { metLately } from './inbox/sender.ts';
import { onUndo } from './inbox/undo.ts';
import { onUpdate } from './inbox/update.ts';
import type { InboundQueue } from './queue/messages.ts';
import type { Loaders } from './signers.ts';
import { NotAskedYet } from './unreadable.ts';

const logger = getLogger(['wethi', 'inbox']);

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

/** What they are about is only compared with what is ours, never read. */
const OF_WHAT_IS_NAMED = new Set(['Follow', 'Like', 'EmojiReact', 'Announce', 'Block', 'Flag']);

export type Listeners = ReturnType<typeof openListeners>;

/**
 * Opens the listeners of a node. `inbox` is the queue in which letters wait. Listeners ask others first and write last, so one
 * that could not ask has written nothing.
 */
export function openListeners(listening: Listening, { inbox }: { inbox: InboundQueue }) {
  const inTurn = openTurns();

  /** Whether its listener would ask another server: for what is only named in it, or for an actor we have not met. */
  async function asksOthers({ activity: { type, object }, actor }: Vouched): Promise<boolean> {
    if (type === 'Delete' || type === 'Undo') return false;
    if (!OF_WHAT_IS_NAMED.has(String(type)) && !isObject(object)) return true;
    return (await metLately(listening.data, actor)) === null;
  }

  /** Does what an activity says without asking anybody. Whoever has to be asked after all is noticed, and nothing is written. */
  async function attempt(activity: Activity): Promise<'done' | 'later'> {
    let asked = false;
    const documentLoader = async (url: string): Promise<never> => {
      asked = true;
      throw new NotAskedYet(url);
    };
    try {
      await dispatched({ ...listening, documentLoader }, activity);
      return asked ? 'later' : 'done';
    } catch (error) {
      if (error instanceof NotAskedYet) return 'later';
      logger.warn('{id} could not be worked on at once and waits in the queue: {error}', {
        id: activity.id?.href,
        error,
      });
      return 'later';
    }
  }

  return {
    /**
     * Takes a letter: its effect, or its place in the queue, is on disk when this returns. It has its effect at once where
     * nobody has to be asked for it and nothing of its sender waits: a letter must not overtake earlier ones.
     * @returns what is wrong with it, or null.
     */
    async take(vouched: Vouched): Promise<string | null> {
      let activity: Activity;
      try {
        activity = await Activity.fromJsonLd(readable(vouched.activity), listening);
      } catch (error) {
        logger.info('{id} cannot be read: {error}', { id: vouched.id, error });
        return 'The activity cannot be read.';
      }
      // The gate lets no context rename these, so this can only be a fault of ours.
      if (activity.id?.href !== vouched.id || activity.actorId?.href !== vouched.actor) {
        return 'The activity can be read in two ways.';
      }
      await inTurn(vouched.actor, async () => {
        const waits = (await inbox.hasWaiting(vouched.actor)) || (await asksOthers(vouched));
        if (waits || (await attempt(activity)) === 'later') await inbox.enqueue(vouched);
      });
      return null;
    },

    /** Does what a queued activity says. Throws what its listener throws, to be tried again. */
    async listen({ activity }: Vouched): Promise<void> {
      await dispatched(listening, await Activity.fromJsonLd(readable(activity), listening));
    },
  };
}

/** Has the work of one name done one after the other, in the order of asking. */
function openTurns() {
  const last = new Map<string, Promise<void>>();
  return async (name: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(name);
    const mine = before === undefined ? work() : before.then(work, work);
    last.set(name, mine);
    try {
      await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

/** The activity as the library reads it, and the one that it takes back. */
function readable(document: JsonObject): JsonObject {
  const activity = withReaction(withoutVouching(document));
  const { type, object } = activity;
  return type === 'Undo' && isObject(object) ? { ...activity, object: withReaction(object) } : activity;
}

/** The library does not know Misskey's word for what a Like says, where `content` lacks it. */
function withReaction(activity: JsonObject): JsonObject {
  const { content, _misskey_reaction: reaction } = activity;
  return activity.type === 'Like' && content === undefined && typeof reaction === 'string'
    ? { ...activity, content: reaction }
    : activity;
}

/** The activity without what vouches for it: that was looked at, and reading it would cost as much as the rest. */
function withoutVouching({ signature: _, proof: __, ...activity }: JsonObject): JsonObject {
  if (!isObject(activity.object)) return activity;
  const { proof: ___, ...object } = activity.object;
  return { ...activity, object };
}

async function dispatched(listening: Listening, activity: Activity): Promise<void> {
  if (activity instanceof Create) await onCreate(listening, activity);
  else if (activity instanceof Like) await onLike(listening, activity);
  else if (activity instanceof Announce) await onAnnounce(listening, activity);
  else if (activity instanceof EmojiReact) await onEmojiReact(listening, activity);
  else if (activity instanceof Update) await onUpdate(listening, activity);
  else if (activity instanceof Delete) await onDelete(listening, activity);
  else if (activity instanceof Follow) await onFollow(listening, activity);
  else if (activity instanceof Undo) await onUndo(listening, activity);
  else if (activity instanceof Block) await onBlock(listening, activity);
  else if (activity instanceof Move) await onMove(listening, activity);
  else if (activity instanceof Flag) await onFlag(listening, activity);
  else if (activity instanceof QuoteRequest) await onQuoteRequest(listening, activity);
  else if (activity instanceof Accept) await onAccept(listening, activity);
  else if (activity instanceof Reject) await onReject(listening, activity);
  else logger.debug('nobody listens to {id}', { id: activity.id?.href });
}
