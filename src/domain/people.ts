// Who may sign in: people with a role and a password. A person is not an actor; blogs are.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Db } from '../storage/database.ts';
import type { PersonRow } from '../storage/tables.ts';
import { inTransaction } from '../storage/transaction.ts';
import { type Clock, instant } from './clock.ts';
import { newId } from './ids.ts';
import { Refusal } from './refusal.ts';

export type Person = Omit<PersonRow, 'password'>;
export const ROLES = ['administrator', 'moderator', 'author'] as const;
export type Role = (typeof ROLES)[number];

/** Shortest password, in Unicode characters, as people count them when they read the refusal. */
export const PASSWORD_MIN = 10;
const PASSWORD_MAX = 256;
/** OWASP's floor for scrypt: 2^15, r 8, p 3 needs 32 MiB a hash, so one at a time: a busy node has no room for two. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const HASHES_AT_ONCE = 1;
const HASHES_WAITING_MAX = 20;

/** Adds somebody who may sign in. @throws Refusal `invalid`, or `conflict` when the username is taken. */
export async function addPerson(
  db: Db,
  {
    username,
    name,
    role,
    password,
    clock,
  }: { username: string; name: string; role: Role; password: string; clock: Clock },
): Promise<Person> {
  if (!/^[a-z0-9_.-]{2,40}$/.test(username)) {
    throw new Refusal(
      'invalid',
      {
        th: 'ชื่อผู้ใช้ใช้ได้เฉพาะ a-z 0-9 . _ - ยาว 2 ถึง 40 ตัว',
        en: 'a username may only use a-z, 0-9, . _ and -, 2 to 40 long',
      },
      'username',
    );
  }
  checkPasswordShape(password);
  const hash = await hashPassword(password);
  return await inTransaction(db, async (db) => {
    const taken = await db.selectFrom('people').select('id').where('username', '=', username).executeTakeFirst();
    if (taken !== undefined) {
      throw new Refusal(
        'conflict',
        { th: `มีสมาชิก "${username}" แล้ว`, en: `there is a person "${username}" already` },
        'username',
      );
    }
    const person = {
      id: newId(),
      username,
      name: name.trim() || username,
      role,
      disabled: 0 as const,
      created: instant(clock),
    };
    await db
      .insertInto('people')
      .values({ ...person, password: hash })
      .execute();
    return person;
  });
}

/** Finds a person by username, or null. */
export async function personNamed(db: Db, { username }: { username: string }): Promise<Person | null> {
  const row = await db.selectFrom('people').selectAll().where('username', '=', username).executeTakeFirst();
  return row === undefined ? null : withoutPassword(row);
}

/** Whether anybody can sign in at all: false means that set-up is still to be done. */
export async function anybody(db: Db): Promise<boolean> {
  return (await db.selectFrom('people').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/**
 * Checks a username with a password. Takes equally long for a name that nobody has, and says the same. A password that was
 * changed while it was being checked is wrong: nobody gets in with the old one afterwards (security.md T69).
 * @throws Refusal `busy` when too many checks wait.
 */
export async function checkPassword(
  db: Db,
  { username, password }: { username: string; password: string },
): Promise<{ ok: true; person: Person } | { ok: false }> {
  const standing = db.selectFrom('people').selectAll().where('username', '=', username);
  const known = (await standing.executeTakeFirst())?.password ?? DECOY;
  // A character is two units at most; what is longer than any password may be must not cost more.
  const matches = await verifyPassword(password.slice(0, 2 * PASSWORD_MAX), known);
  const row = await standing.executeTakeFirst();
  if (!matches || row === undefined || row.password !== known || row.disabled === 1) return { ok: false };
  return { ok: true, person: withoutPassword(row) };
}

/** Gives a new password and ends every session of the person. @throws Refusal `invalid` or `not-found`. */
export async function setPassword(
  db: Db,
  { username, password }: { username: string; password: string },
): Promise<void> {
  checkPasswordShape(password);
  const hash = await hashPassword(password);
  await inTransaction(db, async (db) => {
    const person = await personOrRefuse(db, username);
    await db.updateTable('people').set({ password: hash }).where('id', '=', person.id).execute();
    await db.deleteFrom('sessions').where('person', '=', person.id).execute();
  });
}

/**
 * Keeps a person from signing in, at once: sessions end too. What they wrote stays.
 * @throws Refusal `not-found`, or `conflict` for the last administrator, without whom nobody could look after the node.
 */
export async function disablePerson(db: Db, { username }: { username: string }): Promise<void> {
  await inTransaction(db, async (db) => {
    const person = await personOrRefuse(db, username);
    const others = await db
      .selectFrom('people')
      .select('id')
      .where('role', '=', 'administrator')
      .where('disabled', '=', 0)
      .where('id', '!=', person.id)
      .limit(1)
      .executeTakeFirst();
    if (person.role === 'administrator' && others === undefined) {
      throw new Refusal(
        'conflict',
        {
          th: `${username} เป็นผู้ดูแลคนเดียว เพิ่มผู้ดูแลอีกคนก่อนด้วย wethi person add`,
          en: `${username} is the only administrator; add another first with wethi person add`,
        },
        'username',
      );
    }
    await db.updateTable('people').set({ disabled: 1 }).where('id', '=', person.id).execute();
    await db.deleteFrom('sessions').where('person', '=', person.id).execute();
  });
}

/** Lets a person sign in again, with the password they had. @throws Refusal `not-found`. */
export async function enablePerson(db: Db, { username }: { username: string }): Promise<void> {
  const { id } = await personOrRefuse(db, username);
  await db.updateTable('people').set({ disabled: 0 }).where('id', '=', id).execute();
}

async function personOrRefuse(db: Db, username: string): Promise<Person> {
  const person = await personNamed(db, { username });
  if (person !== null) return person;
  throw new Refusal(
    'not-found',
    {
      th: `ไม่มีสมาชิก "${username}" เพิ่มได้ด้วย wethi person add`,
      en: `there is no person "${username}"; add one with wethi person add`,
    },
    'username',
  );
}

/** A person row as others may see it. */
export function withoutPassword({ password: _, ...person }: PersonRow): Person {
  return person;
}

function checkPasswordShape(password: string): void {
  const length = [...password].length;
  if (length >= PASSWORD_MIN && length <= PASSWORD_MAX) return;
  throw new Refusal(
    'invalid',
    {
      th: `รหัสผ่านต้องยาว ${PASSWORD_MIN} ถึง ${PASSWORD_MAX} ตัว ใช้วลีที่จำได้ก็ได้`,
      en: `a password must be ${PASSWORD_MIN} to ${PASSWORD_MAX} characters long; a phrase you remember will do`,
    },
    'password',
  );
}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt);
  return `scrypt$${salt.toString('base64')}$${hash.toString('base64')}`;
}

async function verifyPassword(password: string, kept: string): Promise<boolean> {
  const [, salt = '', hash = ''] = kept.split('$');
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64')), expected);
}

/** A hash that no password fits, so that a name that nobody has takes as long as any other. */
const DECOY = `scrypt$${randomBytes(16).toString('base64')}$${randomBytes(32).toString('base64')}`;

let running = 0;
const waiting: (() => void)[] = [];

/** One hash at a time; a crowd at the door must not take the machine's memory. */
async function derive(password: string, salt: Buffer): Promise<Buffer> {
  if (running >= HASHES_AT_ONCE) {
    if (waiting.length >= HASHES_WAITING_MAX) {
      throw new Refusal('busy', {
        th: 'มีคนเข้าสู่ระบบพร้อมกันมาก ลองใหม่ในหนึ่งนาที',
        en: 'many people are signing in; try again in a minute',
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, 32, COST, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  } finally {
    // Whoever waits takes over the place itself: one that came free between the two could be taken by a third.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}
