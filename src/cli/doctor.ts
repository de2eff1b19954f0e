// `wethi doctor`: looks at the machine, the data folder, the configuration and the database, changes nothing, and says for
// everything that is not well what to do. Exit 1 when something is bad, so that cron can ask too.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type Config, isPractice, readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { bad, examineDatabase, type Finding, ok, warn } from '../domain/doctor.ts';
import { fileOf, openDatabase } from '../storage/database.ts';
import { ready } from './database.ts';
import { EXIT, endingOf } from './exits.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { practiceWarning, privateAddressWarning } from './warnings.ts';

const FREE_BYTES_WARN = 1024 ** 3;
const FREE_BYTES_BAD = 100 * 1024 ** 2;
const NODE_MAJOR = 24;
const MARKS = { ok: 'ปกติ · ok  ', warn: 'ระวัง · warn', bad: 'แก้ไข · bad ' };

/** Adds its action. */
export function register(command: Command): void {
  command.action(doctor);
}

async function doctor(options: Asked): Promise<void> {
  const config = readConfig();
  const findings = [nodeVersion(), await speaking(config), ...surroundings(config), ...(await database(config))];
  answer(options, {
    value: { well: findings.every((finding) => finding.level !== 'bad'), findings },
    lines: findings.map(({ level, telling }) => `${MARKS[level]}\t${inBoth(telling, config.language)}`),
  });
  if (findings.some((finding) => finding.level === 'bad')) process.exitCode = EXIT.failed;
}

function nodeVersion(): Finding {
  const { version } = process;
  if (Number.parseInt(process.versions.node, 10) === NODE_MAJOR) {
    return ok('node', { th: `Node ${version}`, en: `Node ${version}` });
  }
  return warn('node', {
    th: `Node ${version} ยังไม่ได้ทดสอบกับเวที ใช้ Node ${NODE_MAJOR}`,
    en: `Node ${version} is not tested with Wethi; use Node ${NODE_MAJOR}`,
  });
}

/** Loads the whole program, which shows whether it is all there, and asks whether the node speaks to the world. */
async function speaking(config: Config): Promise<Finding> {
  try {
    await import('../node.ts');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return bad('program', {
      th: `โปรแกรมติดตั้งไม่ครบ (${message}) ติดตั้งใหม่ด้วย npm ci`,
      en: `the program is not complete (${message}); install it again with npm ci`,
    });
  }
  if (isPractice(config)) return warn('practice', practiceWarning(config));
  return ok('practice', {
    th: 'สิ่งที่เผยแพร่จะบอกต่อไปยังเซิร์ฟเวอร์อื่น',
    en: 'what is published is told to other servers',
  });
}

function surroundings(config: Config): Finding[] {
  const findings: Finding[] = [];
  const loud = privateAddressWarning(config);
  if (loud !== null) findings.push(warn('private-address', { th: `!!! ${loud.th}`, en: `!!! ${loud.en}` }));
  const file = fileOf(config.databasePath);
  const folder = file === null ? config.data : dirname(file);
  if (!existsSync(folder)) return findings;
  return [...findings, privacy('data', folder, 0o700), disk(folder)];
}

/** Whether nobody but the owner may enter or read: the database holds keys and password hashes. */
function privacy(check: string, path: string, mode: 0o700 | 0o600): Finding {
  if (process.platform === 'win32') {
    return ok(check, { th: `${path} ใช้สิทธิ์ของ Windows`, en: `${path} has the rights of Windows` });
  }
  const found = statSync(path).mode & 0o777;
  const shown = found.toString(8);
  if ((found & ~mode) === 0) return ok(check, { th: `${path} สิทธิ์ ${shown}`, en: `${path} has mode ${shown}` });
  return bad(check, {
    th: `คนอื่นในเครื่องเข้าถึง ${path} ได้ (สิทธิ์ ${shown}) แก้ด้วย chmod ${mode.toString(8)} ${path}`,
    en: `others on this machine can reach ${path} (mode ${shown}); run chmod ${mode.toString(8)} ${path}`,
  });
}

function disk(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const megabytes = Math.floor(free / 1024 ** 2);
  const telling = { th: `ดิสก์ว่าง ${megabytes} MB`, en: `${megabytes} MB of disk are free` };
  if (free >= FREE_BYTES_WARN) return ok('disk', telling);
  const next = { th: `${telling.th} ลบไฟล์ที่ไม่ใช้หรือเพิ่มดิสก์`, en: `${telling.en}; make room or add a disk` };
  return free >= FREE_BYTES_BAD ? warn('disk', next) : bad('disk', next);
}

async function database(config: Config): Promise<Finding[]> {
  const { databasePath, origin } = config;
  const file = fileOf(databasePath);
  if (file !== null && !existsSync(file)) {
    return [
      warn('database', {
        th: `ยังไม่มีฐานข้อมูลที่ ${file} เริ่มด้วย wethi serve`,
        en: `there is no database at ${file} yet; start with wethi serve`,
      }),
    ];
  }
  const modes = file === null ? [] : [privacy('database', file, 0o600)];
  try {
    const db = openDatabase({ path: databasePath, readonly: true });
    try {
      return [...modes, ...(await ready(config, () => examineDatabase(db, { origin, clock: systemClock })))];
    } finally {
      await db.destroy();
    }
  } catch (error) {
    // A database that cannot even be read is a finding like any other, and the doctor goes on.
    const { tellings } = endingOf(error, { command: 'wethi doctor' });
    return [...modes, ...tellings.map((telling) => bad('database', telling))];
  }
}
