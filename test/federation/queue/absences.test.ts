// Whoever left without a word is let go, but not for one bad hour of their server.
import { expect, onTestFinished, test } from 'vitest';
import { rememberActor } from '../../../src/domain/actors.ts';
import { addFollower, followerCount } from '../../../src/domain/followers.ts';
import { outcomeOf } from '../../../src/federation/queue/outcomes.ts';
import { openWorld, reader, stranger } from '../../world.ts';
import { claimOne, mail, settleOne } from './base.ts';

/** A blog with two followers who share an inbox and one elsewhere; `tell` sends one more activity to the inbox they share. */
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
  async function tell(status: number): Promise<string | undefined> {
    await mail(db, { clock, verb: 'Create', about: `${++told}`, inboxes: [reader.sharedInbox ?? ''] });
    const delivery = await claimOne(db, { clock });
    if (delivery === null) throw new Error('nothing was due');
    const outcome = outcomeOf({ status, retryAfter: null, detail: '', now: clock.now(), attempts: 1 });
    return await settleOne(db, { clock, delivery, outcome });
  }
  return { clock, followers, tell };
}

test.each([404, 410])(
  'two answers %i a day apart end the followings of everybody behind that inbox',
  async (status) => {
    const { clock, followers, tell } = await openFollowing();
    expect(await tell(status)).toBe('dead');
    clock.pass({ milliseconds: 86_399_999 });
    await tell(status);
    expect(await followers()).toBe(3);
    clock.pass({ milliseconds: 1 });
    await tell(status);
    expect(await followers()).toBe(1);
  },
);

test('mail that is taken in between says that the inbox is there', async () => {
  const { clock, followers, tell } = await openFollowing();
  await tell(410);
  clock.pass({ hours: 20 });
  expect(await tell(202)).toBe('delivered');
  clock.pass({ hours: 20 });
  await tell(410);
  expect(await followers()).toBe(3);
});

test.each([400, 401, 403, 301, 405, 413])(
  'however often somebody answers %i, they keep their followings',
  async (status) => {
    const { clock, followers, tell } = await openFollowing();
    await tell(status);
    clock.pass({ hours: 30 });
    await tell(status);
    expect(await followers()).toBe(3);
  },
);
