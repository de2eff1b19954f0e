// Writes down how attempts ended: for the deliveries, and for the lanes of their hosts. Many at once, because answers come many
// at once and each commit waits for the disk.
import { inboxesThatListen } from '../../domain/blocks.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import type { LaneRow } from '../../storage/tables-of-mail.ts';
import { inLockingTransaction } from '../../storage/transaction.ts';
import { noteArrivals, noteRefusal } from './absences.ts';
import type { Delivery } from './deliveries.ts';
import { hasFresh } from './heads.ts';
import { afterFailure, FREE, givenUp, holdLanes, hopeless, pauseAfter, scheduleWell } from './lanes.ts';
import type { Outcome } from './outcomes.ts';
import { outdatedInFlight } from './outdated.ts';
import { noteSaid } from './said.ts';
import { UNWANTED } from './told.ts';

/** Characters of a peer's answer kept in the database. */
const REASON_LENGTH_MAX = 500;

/** Answers by which a host says that it is busy, whatever it is brought (RFC 6585 §4, RFC 9110 §15.6.4). */
const BUSY = new Set([429, 503]);
/** After so many other answers such as 500 the fault may be the activity's: peers choke on single activities. */
const CHOKES_AFTER = 3;

/** How a delivery stands after an attempt; `lost` when its lease had run out and somebody else has it. */
export type Settled = 'delivered' | 'dead' | 'waiting' | 'cancelled' | 'superseded' | 'lost';

/** An attempt that is over. */
export interface Ended {
  delivery: Delivery;
  outcome: Outcome;
}

/**
 * Records how attempts ended, in one transaction, and gives their lanes back: at once due again after an answer, later after
 * a failure, suspended after seven failing days, and then all that waits for the host becomes dead letters that say why. What
 * the host keeps declining is postponed by itself, with later mail about the same object, and others are tried meanwhile: if
 * one of them arrives the lane is well, and if there is none nothing speaks against the host.
 * Returns how each stands, in the order of `ended`.
 */
export async function settle(db: Db, { clock, ended }: { clock: Clock; ended: readonly Ended[] }): Promise<Settled[]> {
  if (ended.length === 0) return [];
  const now = clock.now();
  return await inLockingTransaction(db, async (db) => {
    const lanes = await giveBack(db, ended);
    const arrived = ended.filter(({ delivery, outcome }) => outcome.kind === 'delivered' && lanes.has(delivery.lease));
    await settleArrived(db, { deliveries: arrived.map(({ delivery }) => delivery), now });
    const heard = arrived.filter(({ outcome }) => outcome.kind === 'delivered' && outcome.said === 'followers');
    await noteSaid(db, { pairs: heard.map(({ delivery }) => delivery), now });
    const settled: Settled[] = [];
    for (const { delivery, outcome } of ended) {
      const lane = lanes.get(delivery.lease);
      if (lane === undefined) settled.push('lost');
      else if (outcome.kind === 'delivered') settled.push('delivered');
      else if (outcome.kind === 'refused') settled.push(await settleRefusal(db, { delivery, outcome, now }));
      else settled.push(await settleTrouble(db, { delivery, outcome, lane, now }));
    }
    return settled;
  });
}

type Lane = Pick<LaneRow, 'failingSince' | 'failures'>;

/** Frees the lanes that are still held by those whose attempts ended; how they stood, by lease. */
async function giveBack(db: Db, ended: readonly Ended[]): Promise<Map<string, Lane>> {
  const hosts = [...new Set(ended.map(({ delivery }) => delivery.host))];
  const leases = ended.map(({ delivery }) => delivery.lease);
  const lanes = await holdLanes(db, { hosts });
  await db
    .updateTable('lanes')
    .set({ ...FREE, taken: null })
    .where('host', 'in', hosts)
    .where('lease', 'in', leases)
    .execute();
  return new Map(lanes.map((lane) => [lane.lease ?? '', lane]));
}

async function settleArrived(db: Db, { deliveries, now }: { deliveries: Delivery[]; now: number }): Promise<void> {
  if (deliveries.length === 0) return;
  await db
    .updateTable('deliveries')
    .set({ state: 'delivered', reason: null, changed: now })
    .where(
      'number',
      'in',
      deliveries.map(({ number }) => number),
    )
    .execute();
  await noteArrivals(db, { inboxes: deliveries.map(({ inbox }) => inbox) });
  await scheduleWell(db, { hosts: deliveries.map(({ host }) => host), now });
}

/** The host answers, so its lane is well; this one it never wants. */
async function settleRefusal(
  db: Db,
  { delivery, outcome, now }: Pick<Trouble, 'delivery' | 'now'> & { outcome: Extract<Outcome, { kind: 'refused' }> },
): Promise<Settled> {
  const { number, host } = delivery;
  const reason = outcome.reason.slice(0, REASON_LENGTH_MAX);
  const end = (await outdated(db, delivery)) ?? { state: 'dead' as const, reason };
  await finish(db, { number, end, now });
  await noteRefusal(db, { inbox: delivery.inbox, host, status: outcome.status, now });
  await scheduleWell(db, { hosts: [host], now });
  return end.state;
}

interface End {
  state: 'dead' | 'cancelled' | 'superseded';
  reason: string;
}

/** Why a delivery is not to be tried again, by what was written down while it was in flight; null when it is. */
async function outdated(db: Db, delivery: Delivery): Promise<End | null> {
  const { number, inbox, actor } = delivery;
  const listening = await inboxesThatListen(db, { speaker: actor, inboxes: [inbox] });
  if (listening.length === 0) return { state: 'cancelled', reason: UNWANTED };
  return await outdatedInFlight(db, { subject: delivery, number, inbox });
}

async function finish(db: Db, { number, end, now }: { number: number; end: End; now: number }): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ ...end, changed: now })
    .where('number', '=', number)
    .execute();
}

/** A host that writes to us is never suspended, yet may fail at one activity for ever: that one must end too. */
function tooOld({ delivery, reason, now }: { delivery: Delivery; reason: string; now: number }): End | null {
  const { attempts, changed } = delivery;
  if (!hopeless({ lasted: now - changed, failures: attempts })) return null;
  const since = new Date(changed).toISOString();
  return { state: 'dead', reason: `tried ${attempts} times since ${since}; the last error: ${reason}` };
}

interface Trouble {
  delivery: Delivery;
  outcome: Extract<Outcome, { kind: 'failed' | 'postponed' }>;
  lane: Lane;
  now: number;
}

async function settleTrouble(db: Db, { delivery, outcome, lane, now }: Trouble): Promise<Settled> {
  const { host, number } = delivery;
  const reason = outcome.reason.slice(0, REASON_LENGTH_MAX);
  const { declined, due } = ownTry({ delivery, outcome, now });
  await db.updateTable('deliveries').set({ reason, declined, due }).where('number', '=', number).execute();
  const isHosts = due === null || (outcome.kind === 'failed' && (await remainsToBeProven(db, { host, lane })));
  const health = isHosts ? afterFailure({ ...lane, now, retryAfter: outcome.retryAfter }) : null;
  const end =
    (await outdated(db, delivery)) ?? (health?.kind === 'suspended' ? null : tooOld({ delivery, reason, now }));
  if (end !== null) await finish(db, { number, end, now });
  if (health === null) {
    await scheduleWell(db, { hosts: [host], now });
    return end?.state ?? 'waiting';
  }
  const { since, failures } = health;
  const turn = health.kind === 'failing' ? { due: health.due } : { due: null, suspended: now };
  await db
    .updateTable('lanes')
    .set({ failingSince: since, failures, reason, ...turn })
    .where('host', '=', host)
    .execute();
  if (health.kind === 'failing') return end?.state ?? 'waiting';
  await db
    .updateTable('deliveries')
    .set({ state: 'dead', reason: givenUp({ host, since, reason }), changed: now })
    .where('state', '=', 'waiting')
    .where('host', '=', host)
    .execute();
  return end?.state ?? 'dead';
}

/** How often the host has declined this delivery by now, and when it is tried by itself, apart from its lane's turn. */
function ownTry({ delivery, outcome, now }: Omit<Trouble, 'lane'>): { declined: number; due: number | null } {
  const { kind, status, retryAfter } = outcome;
  const answered = status !== undefined && !BUSY.has(status);
  const declined = delivery.declined + (answered ? 1 : 0);
  if (kind === 'failed' && !(answered && declined >= CHOKES_AFTER)) return { declined, due: null };
  return { declined, due: now + pauseAfter({ lasted: now - delivery.changed, failures: declined - 1, retryAfter }) };
}

/** Whether a host that declined one delivery may be at fault itself: it has failed of late, and others are there to try. */
async function remainsToBeProven(db: Db, { host, lane }: { host: string; lane: Lane }): Promise<boolean> {
  return lane.failingSince !== null && (await hasFresh(db, { host }));
}
