// `wethi blog link add|remove|list`: other pages of a blog or of the organisation. The running node looks whether they link back.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { addLink, linksNamed, removeLink } from '../domain/links.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

const HANDLE = 'บล็อกหรือองค์กร · handle of a blog or of the organisation';
const URL = 'ที่อยู่ที่ขึ้นต้นด้วย https:// · an address that begins with https://';

/** Adds the subcommands of `link`. */
export function registerLinks(command: Command): void {
  command
    .command('add')
    .description('เพิ่มหรือเปลี่ยนชื่อลิงก์ · add a link, or rename one')
    .argument('<handle>', HANDLE)
    .argument('<name>', 'ชื่อที่แสดง เช่น เว็บไซต์ · what it is called')
    .argument('<url>', URL)
    .action(add);
  command
    .command('remove')
    .description('เอาลิงก์ออก · take a link away')
    .argument('<handle>', HANDLE)
    .argument('<url>', URL)
    .action(remove);
  command.command('list').description('ลิงก์ทั้งหมด · every link').argument('<handle>', HANDLE).action(list);
}

async function add(handle: string, name: string, url: string, options: Asked): Promise<void> {
  const config = readConfig();
  const link = await withDatabase(config, (db) => addLink(db, { handle, name, url, clock: systemClock }));
  answer(options, {
    value: link,
    lines: [
      inBoth(
        {
          th: `เพิ่มลิงก์ ${link.url} แล้ว ถ้าหน้านั้นลิงก์กลับมาด้วย rel="me" จะขึ้นว่ายืนยันแล้วภายในหนึ่งวัน`,
          en: `the link to ${link.url} is added; if that page links back with rel="me", it is marked as verified within a day`,
        },
        config.language,
      ),
    ],
  });
}

async function remove(handle: string, url: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => removeLink(db, { handle, url, clock: systemClock }));
  answer(options, {
    value: { url },
    lines: [inBoth({ th: `เอาลิงก์ ${url} ออกแล้ว`, en: `the link to ${url} is gone` }, config.language)],
  });
}

async function list(handle: string, options: Asked): Promise<void> {
  const value = await withDatabase(readConfig(), (db) => linksNamed(db, { handle }));
  answer(options, { value, lines: value.map(({ name, url, verified }) => [name, url, verified ?? '-'].join('\t')) });
}
