// What this node boosts: each new entry by the organisation, so that one follow brings all its blogs, and posts by a blog.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { boost, boostCount, unboost } from '../../src/domain/boosts.ts';
import { systemClock as clock } from '../../src/domain/clock.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { ORGANISATION } from '../../src/domain/organisations.ts';
import { setSetting } from '../../src/domain/settings.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, withSeed } from '../world.ts';
import { activitiesAt, type Json, PUBLIC } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';
import { SHAPES, type Shaped, settle } from './shaped.ts';

let node: Served;
let people: Shaped[];
let organisation: string;

beforeAll(async () => {
  node = await openServed();
  organisation = absolute(node.origin, path.actor(ORGANISATION));
  people = await Promise.all(SHAPES.map((shape) => settle(shape, node)));
  for (const person of people) await person.send(person.activity('Follow', organisation));
});
afterAll(async () => {
  await node.close();
  for (const { server } of people) await server.close();
});
beforeEach(() => {
  for (const { server } of people) server.posts.length = 0;
});

const heard = (type: string) => people.map(({ server }) => activitiesAt(server, type));
const followersOf = (actor: string) => `${actor}/followers`;

test('whoever follows the organisation hears each new entry by its boost, and its end by an Undo and a Delete', async () => {
  const entry = await published(node.world, {}, node.origin);
  await node.settled();
  const object = absolute(node.origin, path.article(entry.id));
  const announce = { actor: organisation, object, to: PUBLIC, cc: [followersOf(organisation), node.blog] };
  expect(heard('Announce')).toMatchObject(people.map(() => [announce]));
  const id = String(heard('Announce')[0]?.[0]?.id);
  expect(await getJson(id)).toMatchObject({ status: 200, json: { type: 'Announce', object } });
  expect(heard('Create').flat()).toEqual([]);

  await withdrawEntry(node.world.db, { id: entry.id, clock });
  await node.settled();
  const undo = { actor: organisation, to: PUBLIC, object: { id, type: 'Announce', object } };
  expect(heard('Undo')).toMatchObject(people.map(() => [undo]));
  expect(heard('Delete')).toMatchObject(people.map(() => [{ actor: node.blog, object: { id: object } }]));
  expect((await getJson(id)).status).toBe(404);
});

test('the organisation’s own boosts do not count as applause', async () => {
  const entry = await published(node.world, {}, node.origin);
  expect(await boostCount(node.world.db, { object: path.article(entry.id) })).toBe(0);
  await node.settled();
});

test('an entry that was brought here silently is never boosted', async () => {
  await withSeed(node.world, node.origin);
  await node.settled();
  expect(people.flatMap(({ server }) => activitiesAt(server))).toEqual([]);
});

test('nothing is boosted while the setting says so', async () => {
  await setSetting(node.world.db, { key: 'boosts', value: 'off' });
  await published(node.world, {}, node.origin);
  await node.settled();
  expect(heard('Announce').flat()).toEqual([]);
  await setSetting(node.world.db, { key: 'boosts', value: 'on' });
  await expect(setSetting(node.world.db, { key: 'boosts', value: 'ja' })).rejects.toThrow('on, off');
});

test('a blog boosts a post from elsewhere to its author and its own followers, once, and takes it back', async () => {
  const { db, blog } = node.world;
  const [author, follower, bystander] = people as [Shaped, Shaped, Shaped];
  await follower.send(follower.activity('Follow', node.blog));
  const object = `${author.actor}/notes/1`;
  const given = { booster: blog.id, object, to: author.actor, clock };
  const { id } = await boost(db, given);
  expect((await boost(db, given)).id).toBe(id);
  await node.settled();
  const announce = { actor: node.blog, object, to: PUBLIC, cc: [followersOf(node.blog), author.actor] };
  for (const { server } of [author, follower]) expect(activitiesAt(server, 'Announce')).toMatchObject([announce]);
  expect(author.server.posts[0]?.path).toBe(`${new URL(author.actor).pathname}/inbox`);
  await unboost(db, given);
  await node.settled();
  const undo: Json = { actor: node.blog, object: { id: absolute(node.origin, id), type: 'Announce', object } };
  for (const { server } of [author, follower]) expect(activitiesAt(server, 'Undo')).toMatchObject([undo]);
  expect(activitiesAt(bystander.server)).toEqual([]);
});

test('a boost that was taken back before it was told is not told', async () => {
  const { db, blog } = node.world;
  const author = people[0] as Shaped;
  const given = { booster: blog.id, object: `${author.actor}/notes/2`, to: author.actor, clock };
  await db.transaction().execute(async (db) => {
    await boost(db, given);
    await unboost(db, given);
  });
  await node.settled();
  expect(activitiesAt(author.server, 'Announce')).toEqual([]);
});
