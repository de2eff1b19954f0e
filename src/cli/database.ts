// The database for a command that needs no network: opened, brought forward, checked against the configuration, closed.
import type { Config } from '../config.ts';
import { Refusal, type Telling } from '../domain/refusal.ts';
import { checkOrigin } from '../domain/settings.ts';
import { type Db, fileOf, openDatabase, placeShown } from '../storage/database.ts';
import { migrate, NewerSchema } from '../storage/migrate.ts';
import { WrongConfiguration } from './exits.ts';

/** Runs `work` on the open database and closes it whatever happens. @throws WrongConfiguration */
export async function withDatabase<T>(config: Config, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase({ path: config.databasePath });
  try {
    await ready(config, async () => {
      await migrate(db, { path: config.databasePath });
      await checkOrigin(db, { origin: config.origin });
    });
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/**
 * Runs what opens the database; what shows that program, configuration and database do not belong together becomes
 * a WrongConfiguration that names the way out.
 */
export async function ready<T>(config: Config, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof NewerSchema) throw newer(config, error);
    // While opening, the only conflict there is lies between WETHI_ORIGIN and the origin that set-up fixed.
    if (error instanceof Refusal && error.kind === 'conflict') throw new WrongConfiguration(error.telling);
    const telling = fileOf(config.databasePath) === null ? unreachable(config, error) : null;
    if (telling !== null) throw new WrongConfiguration(telling);
    throw error;
  }
}

function newer(config: Config, { unknown }: NewerSchema): WrongConfiguration {
  const steps = unknown.join(', ');
  const file = fileOf(config.databasePath);
  if (file === null) {
    return new WrongConfiguration({
      th: `ฐานข้อมูลถูกปรับโดยโปรแกรมรุ่นใหม่กว่า (${steps}) ติดตั้งโปรแกรมรุ่นใหม่กว่านี้ หรือนำสำเนาที่ทำไว้ด้วย pg_dump กลับมาใช้`,
      en: `a newer program brought the database forward (${steps}); install that newer program, or put back a copy that pg_dump made`,
    });
  }
  const copy = `${file}.before-${unknown[0]}`;
  return new WrongConfiguration({
    th: `ฐานข้อมูลถูกปรับโดยโปรแกรมรุ่นใหม่กว่า (${steps}) ติดตั้งโปรแกรมรุ่นใหม่กว่านี้ หรือนำสำเนา ${copy} กลับมาใช้`,
    en: `a newer program brought the database forward (${steps}); install that newer program, or put the copy ${copy} back`,
  });
}

/** Why a server does not let us at its database, and the way out; null when it is something else. */
function unreachable({ databasePath }: Config, error: unknown): Telling | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const kind = UNREACHABLE.find(({ codes }) => codes.includes(code));
  if (kind === undefined) return null;
  const { host, username, pathname } = new URL(databasePath);
  return kind.telling({ place: placeShown(databasePath), host, user: username || 'wethi', name: pathname.slice(1) });
}

interface Server {
  place: string;
  host: string;
  user: string;
  name: string;
}

/** By what the system says, or PostgreSQL (its manual, appendix A). */
const UNREACHABLE: { codes: string[]; telling: (server: Server) => Telling }[] = [
  {
    codes: ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', '57P03'],
    telling: ({ place, host }) => ({
      th: `PostgreSQL ที่ ${host} ไม่ตอบ (${place}) เปิดเซิร์ฟเวอร์นั้นก่อน หรือแก้ DATABASE_URL`,
      en: `PostgreSQL at ${host} does not answer (${place}); start that server, or mend DATABASE_URL`,
    }),
  },
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    telling: ({ place, host }) => ({
      th: `ไม่พบเครื่อง ${host} (${place}) แก้ชื่อโฮสต์ใน DATABASE_URL`,
      en: `there is no machine ${host} (${place}); mend the host in DATABASE_URL`,
    }),
  },
  {
    codes: ['28P01', '28000'],
    telling: ({ host, user }) => ({
      th: `PostgreSQL ที่ ${host} ไม่รับผู้ใช้ ${user} หรือรหัสผ่านนี้ แก้ DATABASE_URL หรือตั้งรหัสผ่านใหม่ด้วย \\password ${user} ใน psql`,
      en: `PostgreSQL at ${host} refuses the user ${user} or this password; mend DATABASE_URL, or set the password anew with \\password ${user} in psql`,
    }),
  },
  {
    codes: ['3D000'],
    telling: ({ host, user, name }) => ({
      th: `ไม่มีฐานข้อมูล ${name} ที่ ${host} สร้างด้วย createdb --encoding=UTF8 --template=template0 --owner=${user} ${name}`,
      en: `there is no database ${name} at ${host}; make it with createdb --encoding=UTF8 --template=template0 --owner=${user} ${name}`,
    }),
  },
  {
    codes: ['42501'],
    telling: ({ user, name }) => ({
      th: `ผู้ใช้ ${user} สร้างตารางในฐานข้อมูล ${name} ไม่ได้ ให้ผู้ดูแล PostgreSQL สั่ง alter database ${name} owner to ${user}`,
      en: `the user ${user} may not make tables in the database ${name}; have PostgreSQL's administrator run alter database ${name} owner to ${user}`,
    }),
  },
];
