// Being signed in, and the one-time link that sets the node up. Only hashes of secrets are kept.
import type { Db } from '../storage/database.ts';
import { type Clock, instant } from './clock.ts';
import { hashOf, newSecret } from './ids.ts';
import { type Person, withoutPassword } from './people.ts';
import { Refusal } from './refusal.ts';

const SESSION_DAYS = 30;
const SET_UP_HOURS = 24;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Signs a person in and returns the token for the cookie: a new one each time, so none can be planted before. */
export async function openSession(db: Db, { person, clock }: { person: string; clock: Clock }): Promise<string> {
  const token = newSecret();
  const expires = expiryFrom(clock);
  await db.deleteFrom('sessions').where('expires', '<', instant(clock)).execute();
  await db
    .insertInto('sessions')
    .values({ tokenHash: hashOf(token), person, created: instant(clock), expires })
    .execute();
  return token;
}

export interface Session {
  person: Person;
  /** Whether a day has passed since it was lengthened: time for `renewSession`, which writes and so must be rare. */
  aged: boolean;
}

/** The session of this token, or null when it is over or never was. */
export async function sessionOf(db: Db, { token, clock }: { token: string; clock: Clock }): Promise<Session | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person')
    .selectAll('people')
    .select('sessions.expires')
    .where('sessions.tokenHash', '=', hashOf(token))
    .where('sessions.expires', '>', instant(clock))
    .where('people.disabled', '=', 0)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { expires, ...person } = row;
  return { person: withoutPassword(person), aged: Date.parse(expires) <= clock.now() + (SESSION_DAYS - 1) * DAY };
}

/** Lengthens a session that is in use to thirty days from now. One that is over stays over. */
export async function renewSession(db: Db, { token, clock }: { token: string; clock: Clock }): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ expires: expiryFrom(clock) })
    .where('tokenHash', '=', hashOf(token))
    .where('expires', '>', instant(clock))
    .execute();
}

function expiryFrom(clock: Clock): string {
  return new Date(clock.now() + SESSION_DAYS * DAY).toISOString();
}

/** Signs out. */
export async function closeSession(db: Db, { token }: { token: string }): Promise<void> {
  await db.deleteFrom('sessions').where('tokenHash', '=', hashOf(token)).execute();
}

/** A new one-time set-up secret; older unused ones stop working, so only the last printed link does. */
export async function newSetUpSecret(db: Db, { clock }: { clock: Clock }): Promise<string> {
  const secret = newSecret();
  await db.deleteFrom('invitations').where('purpose', '=', 'set-up').where('used', 'is', null).execute();
  await db
    .insertInto('invitations')
    .values({
      tokenHash: hashOf(secret),
      purpose: 'set-up',
      created: instant(clock),
      expires: new Date(clock.now() + SET_UP_HOURS * HOUR).toISOString(),
      used: null,
    })
    .execute();
  return secret;
}

/** Whether a set-up secret still opens the door. */
export async function setUpSecretOpens(db: Db, { secret, clock }: { secret: string; clock: Clock }): Promise<boolean> {
  const row = await db
    .selectFrom('invitations')
    .select('tokenHash')
    .where('tokenHash', '=', hashOf(secret))
    .where('used', 'is', null)
    .where('expires', '>', instant(clock))
    .executeTakeFirst();
  return row !== undefined;
}

/** Uses the secret up. Inside the set-up's transaction, so that two at once make one node. @throws Refusal `gone`. */
export async function useSetUpSecret(db: Db, { secret, clock }: { secret: string; clock: Clock }): Promise<void> {
  const used = await db
    .updateTable('invitations')
    .set({ used: instant(clock) })
    .where('tokenHash', '=', hashOf(secret))
    .where('used', 'is', null)
    .where('expires', '>', instant(clock))
    .executeTakeFirst();
  if (used.numUpdatedRows === 0n) throw setUpLinkGone();
}

/** What somebody with an old link is told. */
export function setUpLinkGone(): Refusal {
  return new Refusal('gone', {
    th: 'ลิงก์ติดตั้งนี้ใช้แล้วหรือหมดอายุ เริ่มโปรแกรมใหม่เพื่อรับลิงก์ใหม่ หรือเข้าสู่ระบบถ้าติดตั้งเสร็จแล้ว',
    en: 'this set-up link was used or has expired; start the program again for a new one, or sign in if the node is set up',
  });
}
