// Outgoing mail: one row an inbox, one lane a host. A lane has at most one delivery in flight and keeps to the order of
// enqueueing, strictly for what is about one object, so a Delete never overtakes its Create. Whoever works a lane holds its lease.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { type Clock, instant } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { outgoing } from './bell.ts';
import { givenUp, holdLanes } from './lanes.ts';
import { outdate, type Subject, spare } from './outdated.ts';

/**
 * Inboxes handled at a time: a few milliseconds' work, after which readers have their turn, and far below SQLite's limit of bound
 * values. All of them are one transaction, so whoever else wants to write waits for the last.
 */
const CHUNK = 100;

/** An activity as it goes out: `body` is the finished JSON; `shown` is 1 when a GET of its id may show it. */
export interface Outgoing extends Subject {
  id: string;
  shown: 0 | 1;
  body: Uint8Array;
}

/** What `enqueueActivity` did, in inboxes. */
export interface Enqueued {
  /** Newly enqueued, among them those that died or were cancelled at once. */
  added: number;
  /** Inboxes that are no http(s) address; nothing can be enqueued for them. */
  unreadable: string[];
}

/** One delivery that a worker has taken. */
export interface Delivery extends Subject {
  number: number;
  activity: string;
  inbox: string;
  body: Uint8Array;
  host: string;
  lease: string;
  /** Counts this one. */
  attempts: number;
  /** Earlier attempts that the host answered, neither with success nor by saying that it is busy. */
  declined: number;
  /** Epoch milliseconds since when it has been waiting. */
  changed: number;
  /** Whether its host fails, and this one finds out whether it still does. */
  probe: boolean;
}

/**
 * Stores the activity once and one delivery an inbox, in the caller's transaction if there is one. Enqueueing the same again
 * adds nothing. A newer Update ends older ones that wait; a Delete ends Create and Updates that wait, and is itself spared
 * where the Create was never sent. Mail to a suspended host is a dead letter at once.
 */
export async function enqueueActivity(
  db: Db,
  { clock, activity, inboxes }: { clock: Clock; activity: Outgoing; inboxes: string[] },
): Promise<Enqueued> {
  const addresses: Address[] = [];
  const unreadable: string[] = [];
  for (const inbox of new Set(inboxes)) {
    const host = hostOf(inbox);
    if (host === null) unreadable.push(inbox);
    else addresses.push({ inbox, host });
  }
  // Sorted, so that two who enqueue hold the lanes in the same order and cannot lock each other out.
  addresses.sort((one, other) => (one.host < other.host ? -1 : one.host > other.host ? 1 : 0));
  const added = await inLockingTransaction(db, async (db) => {
    await db
      .insertInto('activities')
      .values({
        id: activity.id,
        actor: activity.actor,
        verb: activity.verb,
        object: activity.object,
        shown: activity.shown,
        body: activity.body,
        created: instant(clock),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    let added = 0;
    for (let i = 0; i < addresses.length; i += CHUNK) {
      if (i > 0) await othersTurn();
      added += await enqueueChunk(db, { activity, addresses: addresses.slice(i, i + CHUNK), now: clock.now() });
    }
    return added;
  });
  if (added > 0) outgoing.ring();
  return { added, unreadable };
}

interface Address {
  inbox: string;
  host: string;
}

function hostOf(inbox: string): string | null {
  const url = URL.parse(inbox);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.host : null;
}

async function enqueueChunk(
  db: Db,
  { activity, addresses, now }: { activity: Outgoing; addresses: Address[]; now: number },
): Promise<number> {
  const hosts = [...new Set(addresses.map(({ host }) => host))];
  const suspended = await suspensions(db, hosts);
  const rows = await db
    .insertInto('deliveries')
    .values(
      addresses.map(({ inbox, host }) => {
        const reason = suspended.get(host) ?? null;
        const state = reason === null ? ('waiting' as const) : ('dead' as const);
        return { activity: activity.id, inbox, host, state, attempts: 0, reason, changed: now };
      }),
    )
    .onConflict((conflict) => conflict.columns(['activity', 'inbox']).doNothing())
    .returning(['number', 'inbox'])
    .execute();
  if (rows.length === 0) return 0;
  const before = rows.reduce((least, { number }) => Math.min(least, number), Number.POSITIVE_INFINITY);
  const unheard = await outdate(db, { by: activity, inboxes: rows.map(({ inbox }) => inbox), before, now });
  await spare(db, { activity: activity.id, inboxes: unheard, now });
  const well = hosts.filter((host) => !suspended.has(host));
  if (well.length > 0) await schedule(db, { hosts: well, now });
  return rows.length;
}

/**
 * Lanes that already have a time keep it: new mail is no reason to knock earlier at a host that fails. A lane that is well has a
 * later time only because all that waited was postponed.
 */
async function schedule(db: Db, { hosts, now }: { hosts: string[]; now: number }): Promise<void> {
  await db
    .insertInto('lanes')
    .values(hosts.map((host) => ({ host, due: now, failures: 0 })))
    .onConflict((conflict) =>
      conflict.column('host').doUpdateSet({
        due: (set) =>
          set
            .case()
            .when(set.and([set('lanes.failingSince', 'is', null), set('lanes.due', '>', set.ref('excluded.due'))]))
            .then(set.ref('excluded.due'))
            .else(set.fn.coalesce('lanes.due', 'excluded.due'))
            .end(),
      }),
    )
    .execute();
}

/** Why these hosts get nothing. Holds their lanes: what is taken from one meanwhile could not be seen to be outdated. */
async function suspensions(db: Db, hosts: string[]): Promise<Map<string, string>> {
  const suspended = (await holdLanes(db, { hosts })).filter((lane) => lane.suspended !== null);
  return new Map(
    suspended.map(({ host, failingSince, reason }) => [host, givenUp({ host, since: failingSince, reason })]),
  );
}
