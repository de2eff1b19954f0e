// Who is left out of what is sent, and at what cost: whoever blocks is a stranger, and so is whoever shares a host with them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inboxesThatListen, receiveBlock } from '../../src/domain/blocks.ts';
import { runsOn } from '../databases.ts';
import { planning } from '../queries.ts';
import { meet, openWorld, reader, stranger, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  for (const actor of [reader, stranger]) {
    await meet(world, actor);
    const { db, blog, clock } = world;
    await receiveBlock(db, { blocked: blog.id, actor: actor.id, activity: `${actor.id}/block`, clock });
  }
});
afterEach(() => world.close());

test('an inbox that another has too goes on, be it as their own or as the shared one, but not one claimed from elsewhere', async () => {
  const { db, blog } = world;
  const listening = () =>
    inboxesThatListen(db, { speaker: blog.id, inboxes: [reader.inbox, 'https://third.example/inbox', stranger.inbox] });
  await meet(world, { ...stranger, id: 'https://third.example/users/x', host: 'third.example' });
  expect(await listening()).toEqual(['https://third.example/inbox']);
  await meet(world, { ...reader, id: `${reader.id}2` });
  expect(await listening()).toEqual([reader.inbox, 'https://third.example/inbox']);
  await meet(world, {
    ...stranger,
    id: `${stranger.id}2`,
    inbox: `${stranger.id}2/inbox`,
    sharedInbox: stranger.inbox,
  });
  expect(await listening()).toEqual([reader.inbox, 'https://third.example/inbox', stranger.inbox]);
});

test('more inboxes than one question may name are asked for all the same', async () => {
  const { db, blog } = world;
  const many = Array.from({ length: 1_200 }, (_, n) => `https://server${n}.example/inbox`);
  const inboxes = [reader.inbox, ...many, stranger.inbox];
  expect(await inboxesThatListen(db, { speaker: blog.id, inboxes })).toEqual(many);
});

test.runIf(runsOn('sqlite', "plans of blocks: SQLite's way of telling them is read"))(
  'every actor is found by an id or an inbox, never by a host',
  async () => {
    const { db, plans } = planning(world.db);
    await inboxesThatListen(db, { speaker: world.blog.id, inboxes: [reader.inbox, stranger.inbox] });
    const actors = (await plans()).filter((line) => /^(SCAN|SEARCH) (blocker|other)\b/.test(line));
    expect(actors).toHaveLength(3);
    expect(actors.filter((line) => !/INDEX actors_(shared_)?inbox \((shared_)?inbox=\?/.test(line))).toEqual([]);
  },
);
