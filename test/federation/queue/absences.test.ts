// Whoever left without a word is let go, but not for the bad hours of a server that is there.
import { expect, onTestFinished, test } from 'vitest';
import { rememberActor } from '../../../src/domain/actors.ts';
import { addFollower, followerCount } from '../../../src/domain/followers.ts';
import { noteWriting } from '../../../src/federation/queue/absences.ts';
import { dropDead, pruneDelivered } from '../../../src/federation/queue/dead-letters.ts';
import { wakeHost } from '../../../src/federation/queue/lanes.ts';
import { outcomeOf } from '../../../src/federation/queue/outcomes.ts';
import { runsOn } from '../../databases.ts';
import { planning } from '../../queries.ts';
import { openWorld, reader, stranger } from '../../world.ts';
import { claimOne, mail, settleOne } from './base.ts';

const DAY = 86_400_000;
const SHARED = reader.sharedInbox ?? '';

/** A blog with two followers who share an inbox and one elsewhere; `tell` sends one more activity to an inbox. */
async function openFollowing() {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const { db, clock, blog } = world;
  const second = { ...reader, id: `${reader.id}2`, inbox: `${reader.id}2/inbox` };
  for (const actor of [reader, second, stranger]) {
    await rememberActor(db, { actor, clock });
    await addFollower(db, { followed: blog.id, actor: actor.id, activity: `${actor.id}/follow`, clock });
  }
  const followers = () => followerCount(db, { followed: blog.id });
  let told = 0;
  async function tell(status: number, inbox = SHARED): Promise<string | undefined> {
    await mail(db, { clock, verb: 'Create', about: `${++told}`, inboxes: [inbox] });
    const delivery = await claimOne(db, { clock });
    if (delivery === null) throw new Error('nothing was due');
    const outcome = outcomeOf({ status, retryAfter: null, detail: 'no such inbox', now: clock.now(), attempts: 1 });
    return await settleOne(db, { clock, delivery, outcome });
  }
  return { db, clock, followers, tell };
}

test.each([
  [404, 404],
  [410, 410],
  [404, 410],
])(
  '§15.56 answers %i, %i and so on over a week end the followings of everybody behind that inbox',
  async (first, next) => {
    const { clock, followers, tell } = await openFollowing();
    expect(await tell(first)).toBe('dead');
    clock.pass({ days: 3 });
    await tell(next);
    clock.pass({ milliseconds: 4 * DAY - 1 });
    await tell(first);
    expect(await followers()).toBe(3);
    clock.pass({ milliseconds: 1 });
    await tell(next);
    expect(await followers()).toBe(1);
  },
);

test('§15.56 one actor’s own inbox is believed no sooner', async () => {
  const { clock, followers, tell } = await openFollowing();
  await tell(410, stranger.inbox);
  clock.pass({ days: 3 });
  await tell(410, stranger.inbox);
  expect(await followers()).toBe(3);
  clock.pass({ days: 4 });
  await tell(410, stranger.inbox);
  expect(await followers()).toBe(2);
});

test('two bad hours end nothing, however far apart and however many letters fall into them; a third one does', async () => {
  const { clock, followers, tell } = await openFollowing();
  const seen: number[] = [];
  for (const days of [0, 8, 30]) {
    clock.pass({ days });
    for (let i = 0; i < 3; i++) {
      await tell(404);
      clock.pass({ minutes: 10 });
    }
    seen.push(await followers());
  }
  expect(seen).toEqual([3, 3, 1]);
});

test('other refusals in between do not say that the inbox is gone, nor do letters to somebody else', async () => {
  const { clock, followers, tell } = await openFollowing();
  await tell(410);
  clock.pass({ days: 4 });
  await tell(403);
  await tell(410, 'https://example.social/users/other/inbox');
  clock.pass({ days: 4 });
  await tell(410);
  expect(await followers()).toBe(3);
});

test('mail that is taken in between says that the inbox is there', async () => {
  const { clock, followers, tell } = await openFollowing();
  await tell(410);
  clock.pass({ days: 3 });
  await tell(410);
  clock.pass({ days: 3 });
  expect(await tell(202)).toBe('delivered');
  clock.pass({ days: 2 });
  await tell(410);
  expect(await followers()).toBe(3);
});

test('mail from that host that was verified says so too, also where its lane is well; mail from another does not', async () => {
  const { db, clock, followers, tell } = await openFollowing();
  const notes = async () => (await db.selectFrom('absences').select('inbox').execute()).map(({ inbox }) => inbox);
  await tell(410);
  await tell(410, stranger.inbox);
  clock.pass({ days: 4 });
  await tell(410);
  for (const host of ['social', 'example.social:8443', 'xexample.social', 'example.socia_']) {
    await wakeHost(db, { clock, host });
  }
  expect((await notes()).sort()).toEqual([SHARED, stranger.inbox]);
  await wakeHost(db, { clock, host: 'example.social' });
  expect(await notes()).toEqual([stranger.inbox]);
  clock.pass({ days: 4 });
  await tell(410);
  expect(await followers()).toBe(3);
  // From then on it is counted anew.
  clock.pass({ days: 4 });
  await tell(410);
  clock.pass({ days: 4 });
  await tell(410);
  expect(await followers()).toBe(1);
});

test.runIf(runsOn('sqlite', "plans of absences: SQLite's way of telling them is read"))(
  'whose shared inbox was noted is found by that inbox, never by its host',
  async () => {
    const { db, tell } = await openFollowing();
    await tell(410);
    const { db: watched, plans } = planning(db);
    await noteWriting(watched, { host: reader.host });
    const actors = (await plans()).filter((line) => /^(SCAN|SEARCH) actors\b/.test(line));
    expect(actors).toEqual([expect.stringContaining('INDEX actors_shared_inbox (shared_inbox=?')]);
  },
);

test('throwing away the letters in between changes nothing', async () => {
  const { db, clock, followers, tell } = await openFollowing();
  await tell(410);
  clock.pass({ days: 4 });
  await tell(410);
  await dropDead(db, { which: 'all' });
  clock.pass({ days: 4 });
  await tell(410);
  expect(await followers()).toBe(1);
});

test('one actor’s own inbox is gone for good also where others at that host write to us', async () => {
  const { db, clock, followers, tell } = await openFollowing();
  for (const days of [0, 4, 4]) {
    clock.pass({ days });
    await wakeHost(db, { clock, host: stranger.host });
    await tell(410, stranger.inbox);
  }
  expect(await followers()).toBe(2);
});

test('what an inbox said to which no follower’s mail goes is swept out', async () => {
  const { db, clock, tell } = await openFollowing();
  await tell(410);
  await tell(410, 'https://example.social/users/other/inbox');
  await pruneDelivered(db, { before: clock.now() });
  expect(await db.selectFrom('absences').select('inbox').execute()).toEqual([{ inbox: SHARED }]);
});

test.each([400, 401, 403, 301, 405, 413])(
  'however often somebody answers %i, they keep their followings',
  async (status) => {
    const { clock, followers, tell } = await openFollowing();
    for (let i = 0; i < 4; i++) {
      await tell(status);
      clock.pass({ days: 4 });
    }
    expect(await followers()).toBe(3);
  },
);
