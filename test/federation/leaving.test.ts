// How a following ends, other than by an Undo: a block, a Reject in either direction, an account that is gone.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inboxesThatListen } from '../../src/domain/blocks.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { threadOf } from '../../src/domain/comments/thread.ts';
import { reviseEntry } from '../../src/domain/entries/write.ts';
import { dismissFollower } from '../../src/domain/followers.ts';
import { askToFollow, followingOf } from '../../src/domain/following.ts';
import { ANYONE } from '../../src/domain/visibility.ts';
import { absolute, path } from '../../src/urls.ts';
import { gotosocial } from '../attacks/corpus/genuine/shapes/gotosocial.ts';
import { published, words } from '../world.ts';
import { activitiesAt, createOf, type Json, noteOf, PUBLIC } from './scripted.ts';
import { openServed, type Served } from './served.ts';
import { inside, SHAPES, type Shaped, settle, settleOn } from './shaped.ts';

let node: Served;
let people: Shaped[];

beforeAll(async () => {
  node = await openServed();
});
afterAll(() => node.close());
beforeEach(async () => {
  people = await Promise.all(SHAPES.map((shape) => settle(shape, node)));
});
afterEach(async () => {
  for (const { server } of people) await server.close();
});

const followers = async () =>
  (await node.world.db.selectFrom('followers').select('actor').execute()).map(({ actor }) => actor);
const follows = (person: Shaped) => followingOf(node.world.db, { follower: node.world.blog.id, actor: person.actor });

/** They follow the blog and are followed by it. */
async function befriend(person: Shaped): Promise<Json> {
  const follow = person.activity('Follow', node.blog);
  await person.send(follow);
  await askToFollow(node.world.db, { follower: node.world.blog.id, actor: person.actor, clock });
  await node.settled();
  await person.send(person.activity('Accept', inside(activitiesAt(person.server, 'Follow')[0] ?? {})));
  expect((await follows(person))?.state).toBe('accepted');
  person.server.posts.length = 0;
  return follow;
}

async function eachBefriended(work: (person: Shaped, follow: Json) => Promise<void>): Promise<void> {
  for (const person of people) await work(person, await befriend(person));
}

describe('a block', () => {
  test('§15.48 ends the following both ways, without a word', async () => {
    await eachBefriended(async (person) => {
      expect((await person.send(person.activity('Block', node.blog))).status).toBe(202);
      expect([await followers(), await follows(person)], person.name).toEqual([[], null]);
      expect(activitiesAt(person.server)).toEqual([]);
    });
  });

  test('§15.85 keeps everything from whoever blocks, also what they liked or may be answered', async () => {
    const entry = await published(node.world, {}, node.origin);
    for (const person of people) {
      await person.send(person.activity('Like', absolute(node.origin, path.article(entry.id))));
      await person.send(person.activity('Block', node.blog));
      person.server.posts.length = 0;
    }
    const given = { id: entry.id, words: words({ title: 'แก้แล้ว' }), as: 'published' as const };
    await reviseEntry(node.world.db, { ...given, origin: node.origin, clock });
    await askToFollow(node.world.db, { follower: node.world.blog.id, actor: people[0]?.actor ?? '', clock });
    await node.settled();
    expect(people.flatMap(({ server }) => activitiesAt(server))).toEqual([]);
    const inboxes = people.map(({ actor }) => `${actor}/inbox`);
    expect(await inboxesThatListen(node.world.db, { speaker: entry.blog, inboxes })).toEqual([]);
  });

  test.each([
    ['a shared inbox stays', {}, ['Create']],
    ['all of one without a shared inbox goes', { endpoints: {} }, []],
  ])('§15.85 drops what waits for the blocker alone: %s', async (_, changes, left) => {
    const { db, blog } = node.world;
    for (const [at, { server }] of people.entries()) {
      const shape = SHAPES[at] as (typeof SHAPES)[number];
      const [person, beside] = [settleOn(server, shape, node, changes), settleOn(server, shape, node, changes)];
      for (const { send, activity } of [person, beside]) await send(activity('Follow', node.blog));
      server.answer = () => ({ status: 503, headers: { 'retry-after': '3600' } });
      for (const { actor } of [person, beside]) await askToFollow(db, { follower: blog.id, actor, clock });
      await published(node.world, {}, node.origin);
      await node.settled();
      const waiting = async (inboxes: string[]) =>
        await db
          .selectFrom('deliveries')
          .innerJoin('activities', 'activities.id', 'deliveries.activity')
          .select(['activities.verb', 'deliveries.inbox'])
          .where('deliveries.inbox', 'in', inboxes)
          .where('deliveries.state', 'in', ['waiting', 'dead'])
          .orderBy('deliveries.number')
          .execute();
      const theirs = [`${person.actor}/inbox`, `${server.origin}/inbox`];
      const others = [`${beside.actor}/inbox`];
      const before = await waiting(others);
      expect((await waiting(theirs)).map(({ verb }) => verb).toSorted(), person.name).toEqual(['Create', 'Follow']);
      expect((await person.send(person.activity('Block', node.blog))).status).toBe(202);
      expect(
        (await waiting(theirs)).map(({ verb }) => verb),
        person.name,
      ).toEqual(left);
      expect([before.length > 0, await waiting(others)]).toEqual([true, before]);
      await db.deleteFrom('followers').execute();
    }
  });

  test('§15.85 but an inbox that is others’ too, as all of Lemmy’s are, goes on', async () => {
    const [person] = people as [Shaped];
    const inbox = `${person.server.origin}/inbox`;
    const [blocker, other] = [{ inbox }, { inbox }].map((changes) =>
      settleOn(person.server, gotosocial, node, changes),
    ) as [Shaped, Shaped];
    for (const { send, activity } of [blocker, other]) await send(activity('Follow', node.blog));
    await blocker.send(blocker.activity('Block', node.blog));
    person.server.posts.length = 0;
    await published(node.world, {}, node.origin);
    await node.settled();
    expect(activitiesAt(person.server, 'Create')).toHaveLength(1);
    await node.world.db.deleteFrom('followers').execute();
  });

  test.each([
    ['embedded', inside],
    ['by id', ({ id }: Json) => id],
  ])('is lifted by an Undo, %s, and by a new Follow', async (_, undone) => {
    const blockers = async () =>
      (await node.world.db.selectFrom('blocks').select('actor').execute()).map(({ actor }) => actor);
    await node.world.db.deleteFrom('blocks').execute();
    for (const person of people) {
      const block = person.activity('Block', node.blog);
      await person.send(block);
      expect(await blockers()).toEqual([person.actor]);
      await person.send(person.activity('Undo', undone(block)));
      expect(await blockers(), person.name).toEqual([]);
      await person.send(block);
      const again = person.activity('Block', node.blog);
      await person.send(again);
      await person.send(person.activity('Follow', node.blog));
      expect([await blockers(), await followers()]).toEqual([[], [person.actor]]);
      await person.send(person.activity('Block', node.blog));
      await person.send(person.activity('Undo', inside(person.activity('Block', node.blog))));
    }
  });

  test('of somebody else, and another’s Undo, change nothing here', async () => {
    const [first, second] = people as [Shaped, Shaped];
    await first.send(first.activity('Block', second.actor));
    const block = first.activity('Block', node.blog);
    await first.send(block);
    await second.send(second.activity('Undo', inside(block)));
    await second.send(second.activity('Undo', block.id));
    const rows = await node.world.db.selectFrom('blocks').select('activity').where('actor', '=', first.actor).execute();
    expect(rows).toEqual([{ activity: block.id }]);
  });
});

describe('a Reject', () => {
  test('§15.49 goes to a follower who is sent away, around the Follow as it came', async () => {
    await eachBefriended(async (person, follow) => {
      const given = { followed: node.world.blog.id, actor: person.actor, clock };
      await dismissFollower(node.world.db, given);
      await node.settled();
      expect(await followers()).toEqual([]);
      expect(activitiesAt(person.server)).toMatchObject([
        {
          ...{ type: 'Reject', actor: node.blog, to: person.actor },
          object: { id: follow.id, type: 'Follow', actor: person.actor, object: node.blog },
        },
      ]);
      await expect(dismissFollower(node.world.db, given)).rejects.toThrow('wethi follower list');
    });
  });

  test('and whoever was sent away may ask again', async () => {
    const person = people[0] as Shaped;
    await befriend(person);
    await dismissFollower(node.world.db, { followed: node.world.blog.id, actor: person.actor, clock });
    await person.send(person.activity('Follow', node.blog));
    expect(await followers()).toEqual([person.actor]);
    await node.world.db.deleteFrom('followers').execute();
  });

  test('§15.48 of what we asked is kept as the answer, also after an Accept', async () => {
    await eachBefriended(async (person) => {
      const follow = { type: 'Follow', id: `${node.origin}${(await follows(person))?.activity}` };
      const asked = { ...follow, actor: node.blog, object: person.actor };
      expect((await person.send(person.activity('Reject', asked))).status).toBe(202);
      expect((await follows(person))?.state, person.name).toBe('rejected');
    });
    await node.world.db.deleteFrom('followers').execute();
  });
});

describe('an account that is gone', () => {
  test('§15.48 §15.80 takes its words, its likes and both followings with it, and its name', async () => {
    const entry = await published(node.world, {}, node.origin);
    const entryId = absolute(node.origin, path.article(entry.id));
    await eachBefriended(async (person) => {
      const { peer, server } = person;
      const note = noteOf(peer, entryId, { content: '<p>คำของคนที่จากไป</p>' });
      await person.send(createOf(peer, note));
      await person.send(person.activity('Like', entryId));
      await person.send(person.activity('Announce', entryId, { to: [PUBLIC] }));
      const viewed = { entry: entry.id, blog: entry.blog, viewer: ANYONE };
      expect(await threadOf(node.world.db, viewed)).toHaveLength(1);
      server.pages.set(new URL(person.actor).pathname, { status: 410 });
      expect((await person.send(person.activity('Delete', person.actor, { to: [PUBLIC] }))).status).toBe(202);
      expect(await threadOf(node.world.db, viewed)).toEqual([]);
      const { db } = node.world;
      const comment = await db
        .selectFrom('comments')
        .select(['state', 'html'])
        .where('uri', '=', String(note.id))
        .executeTakeFirstOrThrow();
      expect({ ...comment, html: Buffer.from(comment.html).toString() }).toEqual({ state: 'deleted', html: '' });
      const left = await db.selectFrom('actors').select('name').where('id', '=', person.actor).execute();
      expect([left, await followers(), await follows(person)]).toEqual([[{ name: '' }], [], null]);
      for (const room of ['likes', 'boosts', 'reactions', 'blocks'] as const) {
        expect(await db.selectFrom(room).select('actor').where('actor', '=', person.actor).execute(), room).toEqual([]);
      }
    });
  });
});
