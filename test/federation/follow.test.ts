// Following in both directions, between this node and a scripted peer: who asks, who answers, who lets go.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownActor, rememberActor } from '../../src/domain/actors.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { askToFollow, followingOf, unfollow } from '../../src/domain/following.ts';
import type { Peer } from './peer.ts';
import { activitiesAt, activityOf, type Json, openActor, openServer, type Server, send } from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let reader: Peer;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  reader = openActor(server, 'reader');
});
afterAll(async () => {
  await node.close();
  await server.close();
});
beforeEach(() => {
  server.posts.length = 0;
});

async function followers(): Promise<{ actor: string; activity: string }[]> {
  return await node.world.db.selectFrom('followers').select(['actor', 'activity']).execute();
}

/** Sends it to the shared inbox and waits until it is worked off. */
async function received(activity: Json, peer = reader): Promise<number> {
  const { status } = await send(peer, node.inbox, activity);
  await node.settled();
  return status;
}

describe('a peer follows', () => {
  test('§15.46 and hears an Accept that embeds its Follow, signed, without anybody’s help and before long', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    expect((await send(reader, node.inbox, follow)).status).toBe(202);
    // Not `settled`, which would wake the workers: the Follow alone has to.
    await expect.poll(() => activitiesAt(server, 'Accept').length, { timeout: 10_000 }).toBe(1);
    await node.settled();
    expect(await followers()).toEqual([{ actor: reader.actor, activity: follow.id }]);
    expect(await knownActor(node.world.db, { id: reader.actor })).toMatchObject({
      inbox: `${reader.actor}/inbox`,
      sharedInbox: `${server.origin}/inbox`,
    });
    const [accept] = activitiesAt(server, 'Accept');
    expect(accept).toMatchObject({
      actor: node.blog,
      to: reader.actor,
      object: { id: follow.id, type: 'Follow', actor: reader.actor, object: node.blog },
    });
    expect(server.posts[0]?.path).toBe('/users/reader/inbox');
    expect(server.posts[0]?.headers.signature).toContain(`keyId="${node.blog}#main-key"`);
  });

  test('§15.47 again with a new id, and is accepted anew', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    await received(follow);
    expect(await followers()).toEqual([{ actor: reader.actor, activity: follow.id }]);
    expect(activitiesAt(server, 'Accept').map(({ object }) => (object as Json).id)).toEqual([follow.id]);
  });

  test('§15.47 again with the same id, and nothing happens twice', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    await received(follow);
    expect(await received(follow)).toBe(202);
    expect(activitiesAt(server, 'Accept')).toHaveLength(1);
  });

  test('§15.48 and lets go with an Undo that embeds the Follow', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    await received(follow);
    await received(activityOf(reader, 'Undo', follow));
    expect(await followers()).toEqual([]);
  });

  test('§15.48 and lets go with an Undo that only names the Follow', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    await received(follow);
    await received(activityOf(reader, 'Undo', follow.id));
    expect(await followers()).toEqual([]);
  });

  test('§15.63 at the blog’s own inbox just as well', async () => {
    const follow = activityOf(reader, 'Follow', node.blog);
    expect((await send(reader, `${node.blog}/inbox`, follow)).status).toBe(202);
    await node.settled();
    expect(await followers()).toHaveLength(1);
    await received(activityOf(reader, 'Undo', follow));
  });

  test('§15.80 and is forgotten with all else when it deletes itself', async () => {
    const leaver = openActor(server, 'leaver');
    await received(activityOf(leaver, 'Follow', node.blog), leaver);
    expect(await followers()).toHaveLength(1);
    server.pages.set('/users/leaver', { status: 410 });
    expect(await received(activityOf(leaver, 'Delete', leaver.actor), leaver)).toBe(202);
    expect(await followers()).toEqual([]);
  });

  test('§15.50 under somebody else’s name, and is refused', async () => {
    const other = openActor(server, 'other');
    const follow = activityOf(other, 'Follow', node.blog);
    expect(await received(follow, { ...reader, actor: other.actor })).toBe(401);
    expect(await followers()).toEqual([]);
    expect(server.posts).toEqual([]);
    expect(await received(follow, other)).toBe(202);
    expect((await followers()).map(({ actor }) => actor)).toEqual([other.actor]);
    await received(activityOf(other, 'Undo', follow), other);
  });

  test('§15.50 what cannot be followed, and is told nothing', async () => {
    for (const object of [`${node.origin}/ap/actors/instance`, `${node.origin}/ap/actors/nobody`, reader.actor]) {
      expect(await received(activityOf(reader, 'Follow', object)), object).toBe(202);
    }
    expect(await followers()).toEqual([]);
    expect(server.posts).toEqual([]);
  });

  test('from a server that answers nobody without a signature, as GoToSocial does', async () => {
    const strict = await openServer();
    strict.gate = 'signed';
    const member = openActor(strict, 'member');
    expect(await received(activityOf(member, 'Follow', node.blog), member)).toBe(202);
    expect((await followers()).map(({ actor }) => actor)).toEqual([member.actor]);
    const served = strict.gets.filter(({ headers }) => headers.signature !== undefined);
    expect(served.length).toBeGreaterThan(0);
    await strict.close();
  });
});

describe('a blog here follows', () => {
  let author: Peer;
  const asked = async () => await followingOf(node.world.db, { follower: node.world.blog.id, actor: author.actor });

  beforeEach(async () => {
    const { db, blog } = node.world;
    author = openActor(server, `author${performance.now().toFixed(0)}`);
    const host = server.host;
    const handle = author.actor.split('/').at(-1) ?? '';
    const known = { id: author.actor, handle, host, name: handle, summary: '', url: author.actor, icon: null };
    const inboxes = { inbox: `${author.actor}/inbox`, sharedInbox: null, followers: null };
    await rememberActor(db, { actor: { ...known, ...inboxes }, clock: systemClock });
    await askToFollow(db, { follower: blog.id, actor: author.actor, clock: systemClock });
    await node.settled();
  });

  const followSent = () => activitiesAt(server, 'Follow')[0] as Json;

  test('by a Follow to their inbox', async () => {
    expect(followSent()).toMatchObject({ actor: node.blog, object: author.actor, to: author.actor });
    expect(server.posts[0]?.path).toBe(new URL(`${author.actor}/inbox`).pathname);
    expect((await asked())?.state).toBe('requested');
  });

  test.each([
    ['Accept', 'accepted'],
    ['Reject', 'rejected'],
  ])('and a %s that embeds the Follow counts: %s', async (type, state) => {
    await received(activityOf(author, type, followSent()), author);
    expect((await asked())?.state).toBe(state);
  });

  test.each([
    ['Accept', 'accepted'],
    ['Reject', 'rejected'],
  ])('and an %s that only names the Follow counts: %s', async (type, state) => {
    await received(activityOf(author, type, followSent().id), author);
    expect((await asked())?.state).toBe(state);
  });

  test('and an Accept that says only who followed whom counts', async () => {
    const { actor, object } = followSent();
    const follow = { id: `${author.actor}#follows/1`, type: 'Follow', actor, object };
    await received(activityOf(author, 'Accept', follow), author);
    expect((await asked())?.state).toBe('accepted');
  });

  test('and somebody else’s Accept does not count', async () => {
    await received(activityOf(reader, 'Accept', followSent()));
    expect((await asked())?.state).toBe('requested');
  });

  test('and a Reject takes back an Accept, and nothing else: they may go on following us', async () => {
    await received(activityOf(author, 'Follow', node.blog), author);
    await received(activityOf(author, 'Accept', followSent()), author);
    const { actor, object } = followSent();
    const follow = { id: `${author.actor}#follows/1`, type: 'Follow', actor, object };
    await received(activityOf(author, 'Reject', follow), author);
    expect((await asked())?.state).toBe('rejected');
    expect((await followers()).map((row) => row.actor)).toContain(author.actor);
  });

  test('and stops with an Undo of that very Follow', async () => {
    await unfollow(node.world.db, { follower: node.world.blog.id, actor: author.actor, clock: systemClock });
    await node.settled();
    expect(activitiesAt(server, 'Undo')[0]).toMatchObject({
      actor: node.blog,
      object: { id: followSent().id, type: 'Follow', object: author.actor },
    });
    expect(await asked()).toBeNull();
  });
});
