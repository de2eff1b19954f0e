// The health of hosts. A host that fails is probed with one delivery at a time, later and later; after a week it is
// given up until it writes to us. Figures: Mastodon's delivery failure tracker (seven failing days, reset by inbound mail).
import type { Clock } from '../../domain/clock.ts';
import { type Db, isShared } from '../../storage/database.ts';
import type { LaneRow } from '../../storage/tables-of-mail.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { noteWriting } from './absences.ts';
import { incoming, outgoing } from './bell.ts';
import { nextDue } from './heads.ts';
import { lineUp } from './senders.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const PROBE_MS_MAX = 20 * MINUTE;
/** How long a host is probed that often; then daily. */
const PATIENCE_MS = 3 * DAY;
const GIVEN_UP_AFTER_MS = 7 * DAY;
/** Without so many failures a week proves nothing: perhaps our own node was switched off. */
const FAILURES_MIN = 7;
/** Failures before an inbound request cuts the waiting short; else a busy peer that fails would have us knock at its own pace. */
const WOKEN_AFTER = 3;

/** What a lane becomes after one more failure. */
export type Health =
  | { kind: 'failing'; since: number; failures: number; due: number }
  | { kind: 'suspended'; since: number; failures: number };

/**
 * The next step after a failure at `now`: probes after 1, 2, 4 … 20 minutes for three days, then daily, suspended after seven
 * failing days. A peer's `retryAfter` (ms) takes the schedule's place, within a second and a day; after an hour of failing it
 * may not be shorter than a minute, or a host could have us knock every second for a week.
 */
export function afterFailure({ failingSince, failures, now, retryAfter }: Failure): Health {
  const since = failingSince ?? now;
  const count = failures + 1;
  const lasted = now - since;
  if (hopeless({ lasted, failures: count })) return { kind: 'suspended', since, failures: count };
  return { kind: 'failing', since, failures: count, due: now + pauseAfter({ lasted, failures, retryAfter }) };
}

/** Milliseconds until the next try of something that has failed `failures` times before, for `lasted` milliseconds. */
export function pauseAfter({
  lasted,
  failures,
  retryAfter,
}: Pick<Failure, 'failures' | 'retryAfter'> & { lasted: number }): number {
  if (retryAfter !== undefined) return Math.min(Math.max(retryAfter, lasted < HOUR ? SECOND : MINUTE), DAY);
  return lasted >= PATIENCE_MS ? DAY : Math.min(MINUTE * 2 ** Math.min(failures, 10), PROBE_MS_MAX);
}

/** Whether something that failed so often for so long (ms) is to be given up. */
export function hopeless({ lasted, failures }: { lasted: number; failures: number }): boolean {
  return lasted >= GIVEN_UP_AFTER_MS && failures >= FAILURES_MIN;
}

interface Failure {
  failingSince: number | null;
  /** Failures before this one. */
  failures: number;
  now: number;
  retryAfter: number | undefined;
}

/** Why mail to a suspended host is a dead letter; `since` is in epoch milliseconds. */
export function givenUp({
  host,
  since,
  reason,
}: {
  host: string;
  since: number | null;
  reason: string | null;
}): string {
  const day = since === null ? 'long ago' : new Date(since).toISOString();
  return `${host} has taken no mail since ${day}; its last error: ${reason ?? 'unknown'}`;
}

/**
 * The hosts are well: their lanes knock at `now` if anything waits in them that was not postponed. Call it inside a
 * transaction that has written the lanes' rows: whoever enqueues at the same time then comes before or after, never between.
 */
export async function scheduleWell(db: Db, { hosts, now }: { hosts: string[]; now: number }): Promise<void> {
  await db
    .updateTable('lanes')
    .set((lane) => ({ ...WELL, due: nextDue(lane, { now }) }))
    .where('host', 'in', hosts)
    .execute();
}

/**
 * A signed request came from `host`, so it lives: its lane knocks at once, a suspension is lifted, and what its shared inbox
 * said of not being there is forgotten. What died meanwhile stays a dead letter. Nothing to do (`well`) is cheap, two reads,
 * and includes a host that has only just begun to fail: its next probe is near, or it asked for the pause itself. A delivery
 * in flight keeps its lease.
 */
export async function wakeHost(db: Db, { clock, host }: { clock: Clock; host: string }): Promise<'well' | 'woken'> {
  await noteWriting(db, { host });
  const lane = await db.selectFrom('lanes').select('failures').where('host', '=', host).executeTakeFirst();
  if (lane === undefined || lane.failures < WOKEN_AFTER) return 'well';
  await inLockingTransaction(db, async (db) => {
    await db.updateTable('lanes').set(WELL).where('host', '=', host).execute();
    await scheduleWell(db, { hosts: [host], now: clock.now() });
  });
  outgoing.ring();
  return 'woken';
}

/**
 * Keeps workers, and others who enqueue, from the lanes of these hosts until the transaction ends; how those stand that there
 * are. Always in the order of hosts, so that two who want the same lanes cannot lock each other out.
 */
export async function holdLanes(db: Db, { hosts }: { hosts: string[] }): Promise<LaneRow[]> {
  return await db.selectFrom('lanes').selectAll().where('host', 'in', hosts).orderBy('host').forUpdate().execute();
}

/** What a lane says of itself while its host answers. */
export const WELL = { failingSince: null, failures: 0, suspended: null, reason: null };

/** What a lane or message holds when nobody has taken it. */
export const FREE = { lease: null, leasedUntil: null };

/**
 * Gives back what a former process of this node held when it ended, so that a restart need not wait for leases to run out,
 * and sets a lane going that has waiting mail but no time. For `serve` before its workers start; the worker's lock
 * (`takeWorkerLock`) has made sure that no other process works on these queues. Where others may, only what ran out is free.
 */
export async function releaseLeases(db: Db, { clock }: { clock: Clock }): Promise<void> {
  const until = isShared(db) ? clock.now() : Number.MAX_SAFE_INTEGER;
  await inLockingTransaction(db, async (db) => {
    await db.updateTable('messages').set(FREE).where('leasedUntil', '<=', until).execute();
    await lineUp(db, { now: clock.now() });
    await db
      .updateTable('lanes')
      .set({ ...FREE, taken: null })
      .where('leasedUntil', '<=', until)
      .execute();
    await db
      .updateTable('lanes')
      .set({ due: clock.now() })
      .where('due', 'is', null)
      .where('suspended', 'is', null)
      .where((where) =>
        where.exists(
          where
            .selectFrom('deliveries')
            .select('deliveries.number')
            .where('deliveries.state', '=', 'waiting')
            .whereRef('deliveries.host', '=', 'lanes.host'),
        ),
      )
      .execute();
  });
  incoming.ring();
  outgoing.ring();
}
