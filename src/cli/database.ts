// The database for a command that needs no network: opened, brought forward, checked against the configuration, closed.
import type { Config } from '../config.ts';
import { Refusal } from '../domain/refusal.ts';
import { checkOrigin } from '../domain/settings.ts';
import { type Db, openDatabase } from '../storage/database.ts';
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
    throw error;
  }
}

function newer(config: Config, { unknown }: NewerSchema): WrongConfiguration {
  const steps = unknown.join(', ');
  const copy = `${config.databasePath}.before-${unknown[0]}`;
  return new WrongConfiguration({
    th: `ฐานข้อมูลถูกปรับโดยโปรแกรมรุ่นใหม่กว่า (${steps}) ติดตั้งโปรแกรมรุ่นใหม่กว่านี้ หรือนำสำเนา ${copy} กลับมาใช้`,
    en: `a newer program brought the database forward (${steps}); install that newer program, or put the copy ${copy} back`,
  });
}
