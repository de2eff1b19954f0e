// What must be told to others, written in the same transaction as the change it tells of. federation/deliver reads it.
import type { Db } from '../storage/database.ts';
import type { HappeningRow } from '../storage/tables.ts';
import { type Clock, instant } from './clock.ts';

export type Verb =
  | 'entry.published'
  | 'entry.revised'
  | 'entry.withdrawn'
  | 'entry.relayed'
  | 'comment.written'
  | 'comment.revised'
  | 'comment.deleted'
  | 'reply.written'
  | 'reply.deleted'
  | 'follow.asked'
  | 'follow.undone'
  | 'follow.accepted'
  | 'follow.rejected'
  | 'liked'
  | 'unliked'
  | 'actor.revised'
  | 'relay.asked'
  | 'relay.left'
  | 'boosted'
  | 'unboosted'
  | 'moved'
  | 'quote.accepted'
  | 'quote.rejected'
  | 'quote.revoked';

export type Happening = Omit<HappeningRow, 'number' | 'verb' | 'facts' | 'attempts' | 'untellable'> & {
  number: number;
  verb: Verb;
  facts: Record<string, string>;
};

/** Writes down what must be told. Call it inside the transaction of the change. */
export async function tell(
  db: Db,
  happening: {
    verb: Verb;
    actor: string;
    object: string;
    revision?: number;
    facts?: Record<string, string>;
    clock: Clock;
  },
): Promise<void> {
  const { verb, actor, object, revision = 0, facts = {}, clock } = happening;
  await db
    .insertInto('happenings')
    .values({
      verb,
      actor,
      object,
      revision,
      facts: JSON.stringify(facts),
      happened: instant(clock),
      told: null,
      attempts: 0,
      untellable: null,
    })
    .execute();
}

/** The oldest happenings nobody was told of yet, in order. */
export async function untold(db: Db, { limit }: { limit: number }): Promise<Happening[]> {
  const rows = await db
    .selectFrom('happenings')
    .selectAll()
    .where('told', 'is', null)
    .where('untellable', 'is', null)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    verb: row.verb as Verb,
    facts: JSON.parse(row.facts) as Record<string, string>,
  }));
}

/** Whether it is still to be told. Others who would tell it wait until this transaction ends, and then find it told. */
export async function holdUntold(db: Db, { number }: { number: number }): Promise<boolean> {
  const row = await db
    .selectFrom('happenings')
    .select('number')
    .where('number', '=', number)
    .where('told', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks a happening as told: handed to the queue, or kept at home in practice mode. */
export async function markTold(db: Db, { number, clock }: { number: number; clock: Clock }): Promise<void> {
  await db
    .updateTable('happenings')
    .set({ told: instant(clock) })
    .where('number', '=', number)
    .execute();
}

/** Whether everything about `object` (a local id, or an ActivityPub id from afar) was told. */
export async function isTold(db: Db, { object }: { object: string }): Promise<boolean> {
  const waiting = await db
    .selectFrom('happenings')
    .select('number')
    .where('object', '=', object)
    .where('told', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return waiting === undefined;
}

/** Failures to tell one happening before it is set aside, so that one bug cannot silence the node for ever. */
const ATTEMPTS_MAX = 10;

/** Notes that telling failed. @returns whether the happening was set aside, with its reason, for the operator to see. */
export async function noteUntold(db: Db, { number, reason }: { number: number; reason: string }): Promise<boolean> {
  const { attempts } = await db
    .updateTable('happenings')
    .set((e) => ({ attempts: e('attempts', '+', 1) }))
    .where('number', '=', number)
    .returning('attempts')
    .executeTakeFirstOrThrow();
  if (attempts < ATTEMPTS_MAX) return false;
  await db.updateTable('happenings').set({ untellable: reason }).where('number', '=', number).execute();
  return true;
}

/** What was set aside, oldest first. */
export async function untellable(
  db: Db,
  { limit }: { limit: number },
): Promise<{ number: number; verb: string; object: string; reason: string | null }[]> {
  return await db
    .selectFrom('happenings')
    .select(['number', 'verb', 'object', 'untellable as reason'])
    .where('untellable', 'is not', null)
    .where('told', 'is', null)
    .orderBy('number')
    .limit(limit)
    .execute();
}

/** Has everything that was set aside tried again. @returns how many. */
export async function retryUntellable(db: Db): Promise<number> {
  const retried = await db
    .updateTable('happenings')
    .set({ untellable: null, attempts: 0 })
    .where('untellable', 'is not', null)
    .where('told', 'is', null)
    .executeTakeFirst();
  return Number(retried.numUpdatedRows);
}
