// `wethi organisation set`: names the organisation. The first time it also fixes the node's address for ever.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { organisation, setOrganisation } from '../domain/organisations.ts';
import { absolute, path } from '../urls.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth, say } from './say.ts';

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('set')
    .description('ตั้งหรือเปลี่ยนชื่อองค์กร · name or rename the organisation')
    .requiredOption('--name <name>', 'ชื่อองค์กร · its name')
    .requiredOption('--handle <handle>', 'ชื่อผู้ใช้ a-z 0-9 _ เปลี่ยนภายหลังไม่ได้ · handle, fixed for ever')
    .option('--area <code>', 'รหัสพื้นที่ เช่น 800119 · area code')
    .action(set);
}

async function set(options: Asked & { name: string; handle: string; area?: string }): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const before = await organisation(db);
    const { name, handle } = options;
    const area = options.area ?? before?.area ?? null;
    await setOrganisation(db, { name, handle, area, origin: config.origin, clock: systemClock });
    const { origin, language } = config;
    if (before === null) {
      say(
        {
          th: `ที่อยู่ของเวทีนี้คือ ${origin} ตลอดไป ถ้ายังไม่ใช่ที่อยู่จริง ให้ลบโฟลเดอร์ข้อมูล ตั้ง WETHI_ORIGIN แล้วทำใหม่`,
          en: `the address of this node is now ${origin} for ever; if that is not the real one, delete the data folder, set WETHI_ORIGIN and start again`,
        },
        language,
      );
    }
    const address = `@${handle}@${new URL(origin).host}`;
    answer(options, {
      value: { name: name.trim(), handle, area, address, url: absolute(origin, path.blog(handle)), origin },
      lines: [
        inBoth({ th: `บันทึกองค์กร ${name} ${address} แล้ว`, en: `the organisation is ${name} ${address}` }, language),
      ],
    });
  });
}
