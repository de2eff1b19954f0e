// `wethi setting get|set|list`: what may change while the node runs. What must be known before the database opens is in
// the environment instead (design §4.15).
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { Refusal } from '../domain/refusal.ts';
import { CHANGEABLE, setSetting, settings } from '../domain/settings.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds the subcommands. */
export function register(command: Command): void {
  command.command('list').description('ดูค่าตั้งทั้งหมด · every setting').action(list);
  command.command('get').description('ดูค่าตั้งหนึ่งค่า · one setting').argument('<key>').action(get);
  command.command('set').description('เปลี่ยนค่าตั้ง · change a setting').argument('<key>').argument('<value>').action(set);
}

async function list(options: Asked): Promise<void> {
  const config = readConfig();
  const value = await withDatabase(config, settings);
  answer(options, {
    value,
    lines: value.map(({ key, value }) => `${key}\t${value ?? '-'}\t${inBoth(CHANGEABLE[key], config.language)}`),
  });
}

async function get(key: string, options: Asked): Promise<void> {
  const all = await withDatabase(readConfig(), settings);
  const found = all.find((setting) => setting.key === key);
  if (found === undefined) {
    throw new Refusal('not-found', {
      th: `ไม่มีค่าตั้ง "${key}" ดูรายการด้วย wethi setting list`,
      en: `there is no setting "${key}"; see wethi setting list`,
    });
  }
  answer(options, { value: found, lines: [found.value ?? '-'] });
}

async function set(key: string, value: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => setSetting(db, { key, value }));
  answer(options, {
    value: { key, value },
    lines: [inBoth({ th: `ตั้ง ${key} เป็น ${value} แล้ว`, en: `${key} is now ${value}` }, config.language)],
  });
}
