// A real, migrated database of its own, for the tests of queue and memory; and mail to put into it.
import { afterEach } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import { claim } from '../../../src/federation/queue/claim.ts';
import { type Delivery, type Enqueued, enqueueActivity } from '../../../src/federation/queue/deliveries.ts';
import { type Ended, type Settled, settle } from '../../../src/federation/queue/settle.ts';
import { type Db, openDatabase } from '../../../src/storage/database.ts';
import { emptyDatabase, type Place, removeDatabase } from '../../databases.ts';

const opened: { dbs: Db[]; place: Place }[] = [];

afterEach(async () => {
  for (const { dbs, place } of opened.splice(0)) {
    for (const db of dbs) await db.destroy();
    await removeDatabase(place);
  }
});

/** A migrated database and `again()`, which opens the same once more as another process would. */
export async function openBase(): Promise<{ db: Db; again: () => Db }> {
  const place = await emptyDatabase();
  const { path } = place;
  const db = openDatabase({ path });
  const dbs = [db];
  opened.push({ dbs, place });
  const again = () => {
    const other = openDatabase({ path });
    dbs.push(other);
    return other;
  };
  return { db, again };
}

export const blog = 'https://wethi.example/ap/actors/bangchak';

/** Enqueues an activity about the entry `about` for `inboxes`; its id comes from verb, entry and revision. */
export function mail(
  db: Db,
  {
    clock,
    verb,
    about,
    revision = 1,
    inboxes,
  }: { clock: Clock; verb: string; about: string; revision?: number; inboxes: string[] },
): Promise<Enqueued> {
  const id = `https://wethi.example/ap/activities/${about}-${verb.toLowerCase()}-${revision}`;
  const object = `https://wethi.example/ap/entries/${about}`;
  const body = Buffer.from(JSON.stringify({ id, type: verb, actor: blog, object, name: 'สรุปบทเรียน' }));
  return enqueueActivity(db, { clock, activity: { id, actor: blog, verb, object, shown: 1, body }, inboxes });
}

/** The next delivery, taken by itself; null when nothing is due. */
export async function claimOne(db: Db, { clock }: { clock: Clock }): Promise<Delivery | null> {
  return (await claim(db, { clock, room: { all: 1, probes: 1 } }))[0] ?? null;
}

/** Settles one attempt by itself. */
export async function settleOne(
  db: Db,
  { clock, delivery, outcome }: Ended & { clock: Clock },
): Promise<Settled | undefined> {
  return (await settle(db, { clock, ended: [{ delivery, outcome }] }))[0];
}

/** `verb state` of every delivery in the order of enqueueing. */
export async function states(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .innerJoin('activities', 'activities.id', 'deliveries.activity')
    .select(['activities.verb', 'deliveries.state'])
    .orderBy('deliveries.number')
    .execute();
  return rows.map(({ verb, state }) => `${verb} ${state}`);
}
