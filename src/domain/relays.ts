// Relays: servers that pass what is published here on to everybody who asked them. The node asks as its instance actor, and only
// an operator decides about it. What relays bring in is treated as anybody's letter.
import type { Db } from '../storage/database.ts';
import type { RelayRow } from '../storage/tables-of-neighbours.ts';
import { inTransaction } from '../storage/transaction.ts';
import { path } from '../urls.ts';
import { type Clock, instant } from './clock.ts';
import { removeFollower } from './followers.ts';
import { tell } from './happenings.ts';
import { newId } from './ids.ts';
import { INSTANCE } from './organisations.ts';
import { Refusal } from './refusal.ts';

export type Relay = RelayRow;
export const RELAY_STYLES = ['mastodon', 'litepub'] as const;
export type RelayStyle = (typeof RELAY_STYLES)[number];

/** More relays bring nothing but the same again. */
const RELAYS_MAX = 20;

/** Whom a Mastodon-style relay is asked to be followed: everybody, in the spelling that relays compare with. */
const EVERYBODY = 'https://www.w3.org/ns/activitystreams#Public';

/**
 * Asks a relay to pass on what is published here. A Mastodon-style one is named by its inbox, a LitePub one by its actor, which
 * also says where its inbox is. Asking again after a refusal asks anew.
 * @throws Refusal `invalid` for an inbox that is not https, `conflict` when there are too many.
 */
export async function addRelay(
  db: Db,
  {
    relay,
    clock,
  }: { relay: { style: 'mastodon'; url: string } | { style: 'litepub'; url: string; inbox: string }; clock: Clock },
): Promise<Relay> {
  const { style, url } = relay;
  const inbox = style === 'mastodon' ? url : relay.inbox;
  if (style === 'mastodon') checkAddress(url);
  return await inTransaction(db, async (db) => {
    const standing = await allRelays(db);
    const same = standing.find((one) => one.url === url);
    if (same !== undefined && same.style === style && same.state !== 'rejected') return same;
    if (same === undefined && standing.length >= RELAYS_MAX) throw tooMany();
    const row: Relay = {
      url,
      style,
      inbox,
      followed: style === 'mastodon' ? EVERYBODY : url,
      activity: path.activity(`follow-${newId()}`),
      state: 'requested',
      since: instant(clock),
    };
    await db
      .insertInto('relays')
      .values(row)
      .onConflict((c) => c.column('url').doUpdateSet(row))
      .execute();
    await tellRelay(db, { verb: 'relay.asked', relay: row, clock });
    return row;
  });
}

/** Leaves a relay and says so. @throws Refusal `not-found`. */
export async function removeRelay(db: Db, { url, clock }: { url: string; clock: Clock }): Promise<void> {
  await inTransaction(db, async (db) => {
    const relay = (await allRelays(db)).find((one) => one.url === url);
    if (relay === undefined) {
      throw new Refusal('not-found', {
        th: `ไม่มีรีเลย์ ${url} ดูรายการด้วย wethi relay list`,
        en: `there is no relay ${url}; see wethi relay list`,
      });
    }
    await db.deleteFrom('relays').where('url', '=', url).execute();
    await removeFollower(db, { followed: INSTANCE, actor: relay.followed });
    await tellRelay(db, { verb: 'relay.left', relay, clock });
  });
}

/** Every relay with its answer so far, by address. */
export async function allRelays(db: Db): Promise<Relay[]> {
  return await db.selectFrom('relays').selectAll().orderBy('url').limit(RELAYS_MAX).execute();
}

/** The inboxes of relays of a style that agreed. */
export async function relayInboxes(db: Db, { style }: { style: RelayStyle }): Promise<string[]> {
  const relays = await allRelays(db);
  return relays.filter((relay) => relay.style === style && relay.state === 'accepted').map(({ inbox }) => inbox);
}

/** Whether our Follow of a relay, by its path, still stands. */
export async function relayAsked(db: Db, { activity }: { activity: string }): Promise<boolean> {
  return (await allRelays(db)).some((relay) => relay.activity === activity);
}

/** Whether this actor is a LitePub relay that was asked. */
export async function isRelay(db: Db, { actor }: { actor: string }): Promise<boolean> {
  return (await allRelays(db)).some((relay) => relay.style === 'litepub' && relay.followed === actor);
}

/**
 * Notes a relay's answer: `activity` is our Follow's path where the answer names it, else `follower` says that the instance
 * actor is meant. A LitePub relay answers itself. A Mastodon-style one is known by its inbox only, so somebody on its host
 * must answer.
 */
export async function noteRelayAnswer(
  db: Db,
  {
    actor,
    activity,
    follower,
    answer,
  }: { actor: string; activity: string | null; follower: string | null; answer: 'accepted' | 'rejected' },
): Promise<void> {
  const relay = (await allRelays(db)).find((one) => {
    if (activity === null) return follower === INSTANCE && one.style === 'litepub' && one.followed === actor;
    const own = one.style === 'litepub' ? one.followed === actor : new URL(one.inbox).host === new URL(actor).host;
    return own && one.activity === activity;
  });
  if (relay !== undefined) await db.updateTable('relays').set({ state: answer }).where('url', '=', relay.url).execute();
}

async function tellRelay(
  db: Db,
  { verb, relay, clock }: { verb: 'relay.asked' | 'relay.left'; relay: Relay; clock: Clock },
): Promise<void> {
  const { url, activity, followed, inbox } = relay;
  await tell(db, { verb, actor: INSTANCE, object: url, facts: { activity, followed, inbox }, clock });
}

function checkAddress(text: string): void {
  if (URL.parse(text)?.protocol === 'https:') return;
  throw new Refusal('invalid', {
    th: `"${text.slice(0, 100)}" ไม่ใช่ที่อยู่ของรีเลย์ ใส่ที่อยู่ที่ขึ้นต้นด้วย https:// ตามที่รีเลย์ประกาศไว้`,
    en: `"${text.slice(0, 100)}" is no relay's address; give the one that the relay publishes, beginning with https://`,
  });
}

function tooMany(): Refusal {
  return new Refusal('conflict', {
    th: `มีรีเลย์ครบ ${RELAYS_MAX} แห่งแล้ว ออกจากบางแห่งก่อนด้วย wethi relay remove`,
    en: `there are ${RELAYS_MAX} relays already; first leave one with wethi relay remove`,
  });
}
