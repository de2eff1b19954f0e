// What each happening becomes on the wire: an activity with a stable id, and the inboxes that hear of it.
import {
  Accept,
  Article,
  Create,
  Delete,
  Follow,
  Like,
  Note,
  Reject,
  type Object as Thing,
  Tombstone,
  Update,
} from '@fedify/vocab';
import { commentById } from '../domain/comments/find.ts';
import { entryById } from '../domain/entries/find.ts';
import { followerInboxes, inboxOf } from '../domain/followers.ts';
import { followingOf } from '../domain/following.ts';
import type { Happening } from '../domain/happenings.ts';
import { hashOf } from '../domain/ids.ts';
import { likeStands } from '../domain/likes.ts';
import { replyById } from '../domain/replies.ts';
import { path } from '../urls.ts';
import { actorUpdate } from './actor-documents.ts';
import { actorOf, localActor } from './actors.ts';
import { articleOf, type Fullness } from './articles.ts';
import { publishingInboxes, replyInboxes, threadInboxes, withdrawalInboxes } from './audience.ts';
import { at, type Here, PUBLIC } from './here.ts';
import { wireInstant } from './instants.ts';
import { noteOfComment, noteOfReply } from './notes.ts';
import { inboxesTold } from './queue/told.ts';
import { entryRelayed, relayTold } from './relays.ts';
import { boostTold } from './tellings/boosts.ts';
import { moveTold } from './tellings/moves.ts';
import { quoteAnswered, quoteRevoked } from './tellings/quotes.ts';
import { activityId, type Telling, undone } from './tellings/telling.ts';

/** What a happening tells; null when there is nothing left to tell, because what it is about has gone meanwhile. */
export async function tellingOf(here: Here, happening: Happening): Promise<Telling | null> {
  switch (happening.verb) {
    case 'entry.published':
    case 'entry.revised':
      return await entryTold(here, happening);
    case 'entry.withdrawn':
      return await entryWithdrawn(here, happening);
    case 'comment.written':
    case 'comment.revised':
    case 'comment.deleted':
      return await commentTold(here, happening);
    case 'reply.written':
    case 'reply.deleted':
      return await replyTold(here, happening);
    case 'follow.asked':
    case 'follow.undone':
      return await followTold(here, happening);
    case 'follow.accepted':
    case 'follow.rejected':
      return await followAnswered(here, happening);
    case 'liked':
    case 'unliked':
      return await likeTold(here, happening);
    case 'boosted':
    case 'unboosted':
      return await boostTold(here, happening);
    case 'moved':
      return await moveTold(here, happening);
    case 'quote.accepted':
    case 'quote.rejected':
      return await quoteAnswered(here, happening);
    case 'quote.revoked':
      return await quoteRevoked(here, happening);
    case 'actor.revised':
      return await actorRevised(here, happening);
    case 'entry.relayed':
      return await entryRelayed(here, happening);
    case 'relay.asked':
    case 'relay.left':
      return await relayTold(here, happening);
  }
}

async function entryTold(here: Here, happening: Happening): Promise<Telling | null> {
  const entry = await entryById(here.db, { id: happening.object });
  if (entry === null || entry.state !== 'published') return null;
  const first = happening.verb === 'entry.published';
  const id = activityId(here, happening, first ? 'create' : 'update');
  const actor = at(here, path.actor(entry.blog));
  return {
    id: id.href,
    verb: first ? 'Create' : 'Update',
    object: at(here, path.article(entry.id)).href,
    shown: 1,
    inboxes: await publishingInboxes(here, entry),
    async activity(fullness) {
      const object = await articleOf(here, entry, fullness);
      const properties = { id, actor, object, tos: object.toIds, ccs: object.ccIds };
      return first
        ? new Create({ ...properties, published: object.published })
        : new Update({ ...properties, updated: object.updated });
    },
  };
}

async function entryWithdrawn(here: Here, happening: Happening): Promise<Telling | null> {
  const entry = await entryById(here.db, { id: happening.object });
  if (entry === null) return null;
  return deletion(here, happening, {
    object: at(here, path.article(entry.id)),
    formerType: 'Article',
    inboxes: await withdrawalInboxes(here, entry),
  });
}

function deletion(
  here: Here,
  happening: Happening,
  { object, formerType, inboxes }: { object: URL; formerType: 'Article' | 'Note'; inboxes: string[] },
): Telling {
  const id = activityId(here, happening, 'delete');
  return {
    id: id.href,
    verb: 'Delete',
    object: object.href,
    shown: 1,
    inboxes,
    activity: async () =>
      new Delete({
        id,
        actor: at(here, path.actor(happening.actor)),
        object: new Tombstone({
          id: object,
          deleted: wireInstant(happening.happened),
          formerType: formerType === 'Article' ? Article : Note,
        }),
        tos: [PUBLIC],
        ccs: [at(here, path.followers(happening.actor))],
      }),
  };
}

async function commentTold(here: Here, happening: Happening): Promise<Telling | null> {
  const comment = await commentById(here.db, { id: happening.object });
  if (comment === null) return null;
  const inboxes = await threadInboxes(here, { comment, speaker: happening.actor });
  if (happening.verb === 'comment.deleted') {
    return await noteDeleted(here, happening, { id: comment.id, inboxes });
  }
  if (comment.state !== 'shown') return null;
  return noteTold(here, happening, {
    object: at(here, path.note(comment.id)),
    inboxes,
    note: (fullness) => noteOfComment(here, comment, fullness),
  });
}

async function noteDeleted(
  here: Here,
  happening: Happening,
  { id, inboxes }: { id: string; inboxes: string[] },
): Promise<Telling> {
  const object = at(here, path.note(id));
  const told = await inboxesTold(here.db, { object: object.href });
  return deletion(here, happening, { object, formerType: 'Note', inboxes: [...new Set([...inboxes, ...told])] });
}

async function replyTold(here: Here, happening: Happening): Promise<Telling | null> {
  const reply = await replyById(here.db, { id: happening.object });
  if (reply === null) return null;
  const inboxes = await replyInboxes(here, reply);
  if (happening.verb === 'reply.deleted') {
    return await noteDeleted(here, happening, { id: reply.id, inboxes });
  }
  if (reply.deleted !== null) return null;
  return noteTold(here, happening, {
    object: at(here, path.note(reply.id)),
    inboxes,
    note: (fullness) => noteOfReply(here, reply, fullness),
  });
}

function noteTold(
  here: Here,
  happening: Happening,
  { object, inboxes, note }: { object: URL; inboxes: string[]; note: (fullness: Fullness) => Promise<Note> },
): Telling {
  const first = happening.verb.endsWith('.written');
  const id = activityId(here, happening, first ? 'create' : 'update');
  return {
    id: id.href,
    verb: first ? 'Create' : 'Update',
    object: object.href,
    shown: 1,
    inboxes,
    async activity(fullness) {
      const told = await note(fullness);
      const actor = at(here, path.actor(happening.actor));
      const properties = { id, actor, object: told, tos: told.toIds, ccs: told.ccIds };
      return first ? new Create(properties) : new Update(properties);
    },
  };
}

async function followTold(here: Here, happening: Happening): Promise<Telling | null> {
  const inbox = await inboxOf(here.db, { actor: happening.object });
  const asked = happening.facts.activity;
  if (inbox === null || asked === undefined) return null;
  const actor = at(here, path.actor(happening.actor));
  const follow = new Follow({
    id: at(here, asked),
    actor,
    object: new URL(happening.object),
    tos: [new URL(happening.object)],
  });
  if (happening.verb === 'follow.asked') {
    const standing = await followingOf(here.db, { follower: happening.actor, actor: happening.object });
    if (standing?.activity !== asked) return null;
    return {
      id: at(here, asked).href,
      verb: 'Follow',
      object: happening.object,
      shown: 0,
      inboxes: [inbox],
      activity: async () => follow,
    };
  }
  return undone(here, happening, { undone: follow, undoneId: at(here, asked), inboxes: [inbox] });
}

async function likeTold(here: Here, happening: Happening): Promise<Telling | null> {
  const { activity, to } = happening.facts;
  const inbox = to === undefined ? null : await inboxOf(here.db, { actor: to });
  if (activity === undefined || to === undefined || inbox === null) return null;
  const like = new Like({
    id: at(here, activity),
    actor: at(here, path.actor(happening.actor)),
    object: new URL(happening.object),
    tos: [new URL(to)],
  });
  if (happening.verb === 'liked') {
    if (!(await likeStands(here.db, { id: activity }))) return null;
    return {
      id: at(here, activity).href,
      verb: 'Like',
      object: happening.object,
      shown: 0,
      inboxes: [inbox],
      activity: async () => like,
    };
  }
  return undone(here, happening, { undone: like, undoneId: at(here, activity), inboxes: [inbox] });
}

/** The answer embeds the Follow as it came: Mastodon finds it by id or by the embedded actor (federation.md §8). */
async function followAnswered(here: Here, happening: Happening): Promise<Telling | null> {
  const { follower, since = '' } = happening.facts;
  const inbox = follower === undefined ? null : await inboxOf(here.db, { actor: follower });
  if (follower === undefined || inbox === null) return null;
  const actor = at(here, path.actor(happening.actor));
  const verb = happening.verb === 'follow.accepted' ? 'Accept' : 'Reject';
  const hash = hashOf(`${happening.object} ${since}`).slice(0, 32);
  const id = at(here, path.activity(`${verb.toLowerCase()}-${hash}`));
  const follow = new Follow({ id: new URL(happening.object), actor: new URL(follower), object: actor });
  return {
    id: id.href,
    verb,
    object: happening.object,
    shown: 0,
    inboxes: [inbox],
    activity: async () =>
      new (verb === 'Accept' ? Accept : Reject)({ id, actor, object: follow, tos: [new URL(follower)] }),
  };
}

async function actorRevised(here: Here, happening: Happening): Promise<Telling | null> {
  const local = await localActor(here, happening.actor);
  if (local === null) return null;
  const id = activityId(here, happening, 'update');
  const actor = at(here, path.actor(local.id));
  return {
    id: id.href,
    verb: 'Update',
    object: actor.href,
    shown: 1,
    inboxes: await followerInboxes(here.db, { followed: local.id }),
    async activity() {
      const object: Thing = await actorOf(here, local);
      const ccs = [at(here, path.followers(local.id))];
      return actorUpdate(here, { local, id, actor, object, tos: [PUBLIC], ccs });
    },
  };
}
