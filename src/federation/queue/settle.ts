// Writes down how an attempt ended: for the delivery, and for the lane of its host.
import type { Clock } from '../../domain/clock.ts';
import type { Db } from '../../storage/database.ts';
import { inTransaction } from '../../storage/transaction.ts';
import type { Delivery } from './deliveries.ts';
import { afterFailure, FREE, givenUp, hopeless, scheduleLane, WELL } from './lanes.ts';
import type { Outcome } from './outcomes.ts';
import { outdatedInFlight } from './outdated.ts';

/** Characters of a peer's answer kept in the database. */
const REASON_LENGTH_MAX = 500;

/** How a delivery stands after an attempt; `lost` when its lease had run out and somebody else has it. */
export type Settled = 'delivered' | 'dead' | 'waiting' | 'cancelled' | 'superseded' | 'lost';

/**
 * Records how an attempt ended and gives the lane back: at once due again after an answer, later after a failure, suspended
 * after seven failing days, and then all that waits for the host becomes dead letters that say why.
 */
export async function settle(
  db: Db,
  { clock, delivery, outcome }: { clock: Clock; delivery: Delivery; outcome: Outcome },
): Promise<Settled> {
  const now = clock.now();
  return await inTransaction(db, async (db) => {
    const lane = await db
      .updateTable('lanes')
      .set({ ...FREE, taken: null })
      .where('host', '=', delivery.host)
      .where('lease', '=', delivery.lease)
      .returning(['host', 'failingSince', 'failures'])
      .executeTakeFirst();
    if (lane === undefined) return 'lost';
    if (outcome.kind === 'failed') return await settleFailed(db, { delivery, outcome, lane, now });
    const end = outcome.kind === 'delivered' ? DELIVERED : await deathOf(db, { delivery, reason: outcome.reason });
    await finish(db, { number: delivery.number, end, now });
    await db.updateTable('lanes').set(WELL).where('host', '=', delivery.host).execute();
    await scheduleLane(db, { host: delivery.host, now });
    return end.state;
  });
}

interface End {
  state: 'delivered' | 'dead' | 'cancelled' | 'superseded';
  reason: string | null;
}

const DELIVERED: End = { state: 'delivered', reason: null };

async function deathOf(db: Db, { delivery, reason }: { delivery: Delivery; reason: string }): Promise<End> {
  return (await outdated(db, delivery)) ?? { state: 'dead', reason: reason.slice(0, REASON_LENGTH_MAX) };
}

function outdated(db: Db, delivery: Delivery): Promise<End | null> {
  return outdatedInFlight(db, { subject: delivery, number: delivery.number, inbox: delivery.inbox });
}

async function finish(db: Db, { number, end, now }: { number: number; end: End; now: number }): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ ...end, changed: now })
    .where('number', '=', number)
    .execute();
}

interface Failing {
  delivery: Delivery;
  outcome: Outcome & { kind: 'failed' };
  lane: { host: string; failingSince: number | null; failures: number };
  now: number;
}

/** A host that writes to us is never suspended, yet may fail at one activity for ever: that one must end too. */
function tooOld({ delivery, reason, now }: { delivery: Delivery; reason: string; now: number }): End | null {
  const { attempts, changed } = delivery;
  if (!hopeless({ lasted: now - changed, failures: attempts })) return null;
  const since = new Date(changed).toISOString();
  return { state: 'dead', reason: `tried ${attempts} times since ${since}; the last error: ${reason}` };
}

async function settleFailed(db: Db, { delivery, outcome, lane, now }: Failing): Promise<Settled> {
  const { host, number } = delivery;
  const reason = outcome.reason.slice(0, REASON_LENGTH_MAX);
  const health = afterFailure({ ...lane, now, retryAfter: outcome.retryAfter });
  const spell = { failingSince: health.since, failures: health.failures, reason };
  const spent = health.kind === 'failing' ? tooOld({ delivery, reason, now }) : null;
  const end = (await outdated(db, delivery)) ?? spent;
  if (end === null) await db.updateTable('deliveries').set({ reason }).where('number', '=', number).execute();
  else await finish(db, { number, end, now });
  if (health.kind === 'failing') {
    await db
      .updateTable('lanes')
      .set({ ...spell, due: health.due })
      .where('host', '=', host)
      .execute();
    return end?.state ?? 'waiting';
  }
  await db
    .updateTable('lanes')
    .set({ ...spell, due: null, suspended: now })
    .where('host', '=', host)
    .execute();
  await db
    .updateTable('deliveries')
    .set({ state: 'dead', reason: givenUp({ host, since: health.since, reason }), changed: now })
    .where('state', '=', 'waiting')
    .where('host', '=', host)
    .execute();
  return end?.state ?? 'dead';
}
