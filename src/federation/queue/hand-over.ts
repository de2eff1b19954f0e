// Hands inbound messages to a worker and writes down how the work on them ended: all that is known at a time in one
// transaction, because each commit waits for the disk.
import { randomUUID } from 'node:crypto';
import { getLogger } from '@logtape/logtape';
import type { ExpressionBuilder } from 'kysely';
import type { Db } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { FREE } from './lanes.ts';
import { bringForward, holdSenders, isFree, nextMessage, stepBack, takeNext } from './senders.ts';

const log = getLogger(['wethi', 'queue']);

/** Pauses after the first to the fifth failure, in milliseconds; a sixth failure is the last. */
const PAUSES_MS = [1_000, 5_000, 30_000, 120_000, 600_000];

/** Characters of an error kept with a dead message. */
const REASON_LENGTH_MAX = 2_000;

/** A message that a worker has taken. */
export interface Message {
  number: number;
  payload: Uint8Array;
  /** Counts this one. */
  attempts: number;
  lease: string;
  lane: string | null;
  /** The host whose turn it takes. */
  sender: string;
}

/** What becomes of a message after the work on it; `due` is its next try, in epoch milliseconds. */
export type End = 'done' | { due: number } | { dead: string };

/** A message on which the work is over. */
export interface Worked {
  message: Message;
  end: End;
}

/** What becomes of a message whose listener threw: another try after a while, six tries in all. */
export function afterError(message: Message, { error, now }: { error: unknown; now: number }): End {
  const { number, attempts } = message;
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return givenUp(number, reason.slice(0, REASON_LENGTH_MAX));
  }
  const properties = { number, seconds: pause / 1000, error };
  log.warn('inbound message {number} failed and is tried again in {seconds} s: {error}', properties);
  return { due: now + pause };
}

function givenUp(number: number, reason: string): End {
  log.error('inbound message {number} is given up: {reason}', { number, reason });
  return { dead: reason };
}

/**
 * Records the ends of what was `worked` on and takes up to `room` messages, leased for `leaseMs`, each of another host. An end
 * whose lease was lost changes nothing: somebody else has that message now.
 */
export async function exchange(
  db: Db,
  { now, worked, room, leaseMs }: { now: number; worked: readonly Worked[]; room: number; leaseMs: number },
): Promise<Message[]> {
  // Looking first keeps an idle node from asking for the write lock every second.
  if (worked.length === 0 && (room === 0 || (await nextMessage(db, { now })) === null)) return [];
  return await inLockingTransaction(db, async (db) => {
    await holdSenders(db, { hosts: worked.map(({ message }) => message.sender) });
    for (const { message, end } of worked) await record(db, { message, end, now });
    const taken: Message[] = [];
    while (taken.length < room) {
      const message = await take(db, { now, leaseMs });
      if (message === null) break;
      if (message.attempts <= PAUSES_MS.length + 1) {
        taken.push(message);
        continue;
      }
      // Only a message whose worker vanished each time comes here: it may be what brings the process down.
      const end = givenUp(message.number, `the worker ended ${message.attempts - 1} times without an answer`);
      await record(db, { message, end, now });
    }
    return taken;
  });
}

/** Null when nothing waits for a worker. */
async function take(db: Db, { now, leaseMs }: { now: number; leaseMs: number }): Promise<Message | null> {
  for (;;) {
    const next = await takeNext(db, { now });
    if (next === null) return null;
    const lease = randomUUID();
    const row = await db
      .updateTable('messages')
      .set((set) => ({ lease, leasedUntil: now + leaseMs, attempts: set('attempts', '+', 1) }))
      .where('number', '=', next.number)
      // Another worker may have taken it, or another one of its host, and let the host go since we looked.
      .where('dead', 'is', null)
      .where(isFree({ sender: next.sender, now }))
      .returning(['number', 'payload', 'attempts', 'lane', 'sender'])
      .executeTakeFirst();
    if (row !== undefined) return { ...row, lease };
  }
}

/** Writes down how the work on a message ended, unless somebody else has it by now; the next turn is another host's. */
async function record(db: Db, { message, end, now }: Worked & { now: number }): Promise<void> {
  const { number, lease, lane, sender } = message;
  const mine = (where: ExpressionBuilder<Tables, 'messages'>) =>
    where.and([where('number', '=', number), where('lease', '=', lease)]);
  const changed =
    end === 'done'
      ? Number((await db.deleteFrom('messages').where(mine).executeTakeFirst()).numDeletedRows)
      : Number((await update(db, end).where(mine).executeTakeFirst()).numUpdatedRows);
  if (changed === 0) return;
  if (lane !== null && (end === 'done' || 'dead' in end)) await bringForward(db, { lane });
  await stepBack(db, { host: sender, now });
}

function update(db: Db, end: Exclude<End, 'done'>) {
  return db.updateTable('messages').set({ ...FREE, ...end, ...('dead' in end ? { first: 0 } : {}) });
}
