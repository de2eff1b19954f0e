// The inbox says no while work piles up, and asking for that costs a letter next to nothing.

import { expect, test } from 'vitest';
import { headersOf } from '../../../src/federation/gate/reply.ts';
import { BACKLOG_MAX } from '../../../src/federation/gate.ts';
import { openMessages } from '../../../src/federation/queue/messages.ts';
import { nextMessage } from '../../../src/federation/queue/senders.ts';
import { backlog, openBacklog } from '../../../src/federation/queue/status.ts';
import { createNote, INBOX, NOW, openDesk, peer, statusOf } from '../gate/desk.ts';
import { signCavage } from '../peer.ts';
import { openBase } from './base.ts';

const letter = signCavage(peer, { url: INBOX, activity: createNote(), at: NOW });

/** A gate that asks a real queue. */
async function openDoor() {
  const { db } = await openBase();
  const { clock } = openDesk();
  const queue = openMessages(db, { clock });
  const asked = openBacklog(db, { clock });
  const { admit } = openDesk({ clock, backlog: asked });
  return { db, clock, queue, asked, admit };
}

const from = (actor: string, i: number) => ({
  type: 'inbox',
  activity: { id: `${actor}/${i}`, type: 'Create', actor },
});

test('more than five thousand waiting messages: 503 with Retry-After 120, and let in again when they are done', async () => {
  const { db, clock, queue, admit } = await openDoor();
  await queue.enqueueMany(Array.from({ length: BACKLOG_MAX }, (_, i) => from('https://a.example/u', i)));
  expect(statusOf(await admit(letter))).toBe(200);
  await queue.enqueue(from('https://a.example/u', BACKLOG_MAX));
  clock.pass({ seconds: 1 });
  const refused = await admit(letter);
  expect(statusOf(refused)).toBe(503);
  expect(refused.ok ? null : headersOf(refused.reply)['retry-after']).toBe('120');
  await db.deleteFrom('messages').where('number', '>', BACKLOG_MAX).execute();
  clock.pass({ seconds: 1 });
  expect(statusOf(await admit(letter))).toBe(200);
});

test('a message that has waited for a minute for nothing but a worker: 503', async () => {
  const { clock, queue, admit } = await openDoor();
  await queue.enqueue(from('https://a.example/u', 1));
  clock.pass({ seconds: 60 });
  expect(statusOf(await admit(letter))).toBe(200);
  clock.pass({ seconds: 1 });
  expect(statusOf(await admit(letter))).toBe(503);
});

test('a backlog is believed for a second, and never longer because the clock was set back', async () => {
  const { clock, queue, asked } = await openDoor();
  expect((await asked()).waiting).toBe(0);
  await queue.enqueue(from('https://a.example/u', 1));
  clock.pass({ milliseconds: 999 });
  expect((await asked()).waiting).toBe(0);
  clock.pass({ milliseconds: 1 });
  expect((await asked()).waiting).toBe(1);
  await queue.enqueue(from('https://a.example/u', 2));
  clock.pass({ seconds: -3600 });
  expect((await asked()).waiting).toBe(2);
});

test('with twenty thousand messages in a lane whose first waits for its next try, asking costs microseconds', async () => {
  const { db, clock, queue, asked } = await openDoor();
  await queue.enqueueMany(Array.from({ length: 20_000 }, (_, i) => from('https://a.example/u', i)));
  await db
    .updateTable('messages')
    .set({ due: clock.now() + 600_000 })
    .where('number', '=', 1)
    .execute();
  expect(await nextMessage(db, { now: clock.now() })).toBeNull();
  expect(await backlog(db, { clock })).toEqual({ waiting: 20_000, oldestSeconds: 0 });
  const start = process.cpuUsage();
  for (let i = 0; i < 10_000; i++) await asked();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 10_000).toBeLessThan(20);
  const next = process.cpuUsage();
  for (let i = 0; i < 100; i++) await nextMessage(db, { now: clock.now() });
  const spent = process.cpuUsage(next);
  // Reading through the lane took eight milliseconds.
  expect((spent.user + spent.system) / 100).toBeLessThan(2_000);
});
