// Which lanes have their turn, and what of them goes out now: many at once, so that the disk is waited for once.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import type { Delivery } from './deliveries.ts';
import { fresh, nextDue, postponed } from './heads.ts';
import { FREE, WELL } from './lanes.ts';

/** How long a lane belongs to a worker that stopped answering, in milliseconds. */
export const LEASE_MS = 60_000;

/** How many deliveries may be taken: `all` together, `probes` of hosts that fail. */
export interface Room {
  all: number;
  probes: number;
}

/**
 * Takes the first waiting delivery of each of the lanes that have been due longest, as many as there is `room` for, and leases
 * those lanes for `leaseMs`. Hosts that fail come after all that are well: each may keep a place until its deadline. What
 * was postponed comes after what was not; about one object the order is always that of enqueueing. Never takes a second
 * delivery of a host while one is in flight.
 */
export async function claim(
  db: Db,
  { clock, room, leaseMs = LEASE_MS }: { clock: Clock; room: Room; leaseMs?: number },
): Promise<Delivery[]> {
  for (;;) {
    const now = clock.now();
    // Looking first keeps an idle node from asking for the write lock every second.
    if (!db.isTransaction && (await due(db, now).limit(1).executeTakeFirst()) === undefined) return [];
    const deliveries = await inLockingTransaction(db, async (db) => {
      const hosts = await dueHosts(db, { room, now });
      return hosts.length === 0 ? null : await take(db, { hosts, now, leaseMs });
    });
    if (deliveries === null) return [];
    // Else there were only lanes in which nothing waits any more. They have lost their time, so this comes to an end.
    if (deliveries.length > 0) return deliveries;
  }
}

/** Locks them too. Lanes that another worker holds at this moment are passed over, so nobody waits and nobody takes twice. */
async function dueHosts(db: Db, { room, now }: { room: Room; now: number }): Promise<string[]> {
  const free = due(db, now).forUpdate().skipLocked();
  const well = await free.where('failingSince', 'is', null).limit(room.all).execute();
  const left = Math.min(room.probes, room.all - well.length);
  const failing = left > 0 ? await free.where('failingSince', 'is not', null).limit(left).execute() : [];
  return [...well, ...failing].map(({ host }) => host);
}

function due(db: Db, now: number) {
  return db
    .selectFrom('lanes')
    .select('host')
    .where('due', '<=', now)
    .where((lane) => lane.or([lane('leasedUntil', 'is', null), lane('leasedUntil', '<=', now)]))
    .orderBy('due')
    .orderBy('host');
}

/** Takes from lanes that are locked: only now can it be seen what whoever held them before has left there. */
async function take(
  db: Db,
  { hosts, now, leaseMs }: { hosts: string[]; now: number; leaseMs: number },
): Promise<Delivery[]> {
  const batch = randomUUID();
  const lanes = await db
    .updateTable('lanes')
    .set((lane) => ({
      // Of this lane and this batch alone: by its lease an answer finds its lane, and only the one that it belongs to.
      lease: lane(lane.val(`${batch} `), '||', lane.ref('host')),
      leasedUntil: now + leaseMs,
      taken: lane.fn.coalesce(fresh(lane), postponed(lane, { now })),
    }))
    .where('host', 'in', hosts)
    .returning(['host', 'taken', 'lease', 'failingSince'])
    .execute();
  const taken = new Map<number, Pick<Delivery, 'lease' | 'probe'>>();
  for (const { host, taken: number, lease, failingSince } of lanes) {
    if (number === null || lease === null) await setAside(db, { host, now });
    else taken.set(number, { lease, probe: failingSince !== null });
  }
  if (taken.size === 0) return [];
  const rows = await db
    .updateTable('deliveries')
    .set((set) => ({ attempts: set('attempts', '+', 1) }))
    .where('number', 'in', [...taken.keys()])
    .returning(['number', 'activity', 'inbox', 'host', 'attempts', 'declined', 'changed'])
    .execute();
  const activities = await db
    .selectFrom('activities')
    .select(['id', 'actor', 'verb', 'object', 'body'])
    .where('id', 'in', [...new Set(rows.map(({ activity }) => activity))])
    .execute();
  // One activity's deliveries share its bytes.
  const told = new Map(activities.map(({ id, ...subject }) => [id, subject]));
  return rows.flatMap((row) => {
    const [subject, held] = [told.get(row.activity), taken.get(row.number)];
    return subject === undefined || held === undefined ? [] : [{ ...row, ...subject, ...held }];
  });
}

/**
 * A lane in which nothing waits any more loses its time. If all that waits was postponed, nothing is left that could say
 * whether the host is well, so new mail may find out at once.
 */
async function setAside(db: Db, { host, now }: { host: string; now: number }): Promise<void> {
  const { due } = await db
    .updateTable('lanes')
    .set((lane) => ({ ...FREE, taken: null, due: nextDue(lane, { now }) }))
    .where('host', '=', host)
    .returning('due')
    .executeTakeFirstOrThrow();
  if (due !== null) await db.updateTable('lanes').set(WELL).where('host', '=', host).execute();
}

/** Keeps the lane while a slow peer is being posted to. */
export async function extendLease(
  db: Db,
  { clock, delivery, leaseMs = LEASE_MS }: { clock: Clock; delivery: Delivery; leaseMs?: number },
): Promise<void> {
  await db
    .updateTable('lanes')
    .set({ leasedUntil: clock.now() + leaseMs })
    .where('host', '=', delivery.host)
    .where('lease', '=', delivery.lease)
    .execute();
}
