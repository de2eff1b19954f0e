// `wethi migrate`: brings the database to the shape of this version. `serve` does the same; this is for whoever upgrades by hand.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openDatabase, placeShown } from '../storage/database.ts';
import { migrate as bringForward } from '../storage/migrate.ts';
import { ready } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds its action. */
export function register(command: Command): void {
  command.action(migrate);
}

async function migrate(options: Asked): Promise<void> {
  const config = readConfig();
  const path = config.databasePath;
  const db = openDatabase({ path });
  try {
    const applied = await ready(config, () => bringForward(db, { path }));
    const telling =
      applied.length === 0
        ? { th: 'ฐานข้อมูลตรงกับโปรแกรมรุ่นนี้อยู่แล้ว', en: 'the database is of this version already' }
        : { th: `ปรับฐานข้อมูลแล้ว: ${applied.join(', ')}`, en: `brought the database forward: ${applied.join(', ')}` };
    answer(options, { value: { database: placeShown(path), applied }, lines: [inBoth(telling, config.language)] });
  } finally {
    await db.destroy();
  }
}
