// Practice mode: everything works and nothing leaves (design §4.7).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { askToFollow } from '../../src/domain/following.ts';
import { absolute, path } from '../../src/urls.ts';
import { published } from '../world.ts';
import { activityOf, openActor, openServer, type Server, send } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;

beforeAll(async () => {
  node = await openServed({ mouth: 'closed' });
  server = await openServer();
});
afterAll(async () => {
  await node.close();
  await server.close();
});

test('nothing leaves: no Accept, no Create, no Follow, and no delivery is even planned', async () => {
  const reader = openActor(server, 'reader');
  expect((await send(reader, node.inbox, activityOf(reader, 'Follow', node.blog))).status).toBe(202);
  await node.settled();
  const { db, blog } = node.world;
  const entry = await published(node.world, {}, node.origin);
  await askToFollow(db, { follower: blog.id, actor: reader.actor, clock: systemClock });
  await node.settled();
  expect(await db.selectFrom('followers').select('actor').execute()).toEqual([{ actor: reader.actor }]);
  expect(server.posts).toEqual([]);
  expect(await db.selectFrom('deliveries').select('number').execute()).toEqual([]);
  const happenings = await db.selectFrom('happenings').select(['verb', 'told']).execute();
  expect(happenings.map(({ verb }) => verb)).toEqual(['follow.accepted', 'entry.published', 'follow.asked']);
  expect(happenings.every(({ told }) => told !== null)).toBe(true);
  // Whoever asks is still answered.
  expect((await getJson(absolute(node.origin, path.article(entry.id)))).json.type).toBe('Article');
});
