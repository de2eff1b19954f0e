// Inbound messages that were given up and are given to their listener once more.
import { expect, test } from 'vitest';
import { standingClock } from '../../../src/domain/clock.ts';
import { incoming } from '../../../src/federation/queue/bell.ts';
import { deadMessages, retryDeadMessages } from '../../../src/federation/queue/dead-letters.ts';
import { openMessages } from '../../../src/federation/queue/messages.ts';
import { nextMessage } from '../../../src/federation/queue/senders.ts';
import { openBase } from './base.ts';

async function soon(ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error('it did not happen');
    incoming.ring();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test.each([
  ['without a lane', 'without a lane', undefined],
  ['in a lane', 'in a lane', { orderingKey: 'a' }],
  [
    'of an actor whom we verified',
    { kind: 'vouched', id: 'https://a.example/1', actor: 'https://a.example/u' },
    undefined,
  ],
])('a message %s that died of six failures is worked on again when it is retried', async (_, message, options) => {
  const { db } = await openBase();
  const clock = standingClock('2026-11-23T02:00:00Z');
  const queue = openMessages(db, { clock, pollMs: 10 });
  await queue.enqueue(message, options);
  const done: unknown[] = [];
  let broken = true;
  const stop = new AbortController();
  const listening = queue.listen(
    (message) => {
      if (broken) throw new Error('broken');
      done.push(message);
    },
    { signal: stop.signal },
  );
  await soon(async () => {
    clock.pass({ minutes: 10 });
    return (await deadMessages(db, { limit: 1 })).length === 1;
  });
  broken = false;
  expect(await nextMessage(db, { now: clock.now() })).toBeNull();
  expect(await retryDeadMessages(db, { clock, which: 'all' })).toBe(1);
  await soon(() => done.length === 1);
  stop.abort();
  await listening;
  expect(done).toEqual([message]);
  expect(await queue.getDepth()).toEqual({ queued: 0, ready: 0, delayed: 0 });
});

test('a message without a lane that was retried before it could be taken is taken after the next retry', async () => {
  const { db } = await openBase();
  const clock = standingClock('2026-11-23T02:00:00Z');
  const queue = openMessages(db, { clock });
  await queue.enqueueMany(['stuck', 'dead']);
  // As an earlier version left them: alive again, but not the first of anything.
  const [stuck, dead] = await db.selectFrom('messages').select('number').orderBy('number').execute();
  await db.updateTable('messages').set({ first: 0 }).execute();
  await db
    .updateTable('messages')
    .set({ dead: 'Error: broken' })
    .where('number', '=', dead?.number ?? 0)
    .execute();
  await retryDeadMessages(db, { clock, which: 'all' });
  const first = await db.selectFrom('messages').select('number').where('first', '=', 1).orderBy('number').execute();
  expect(first).toEqual([stuck, dead]);
});
