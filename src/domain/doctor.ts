// What the doctor can tell from the database alone: whether it is sound, of this version, and at home at this address, and
// whether what should be told is being told. The files and the machine around it are looked at by the command line.
import { type Db, damages } from '../storage/database.ts';
import { appliedMigrations, knownMigrations } from '../storage/migrate.ts';
import type { Clock } from './clock.ts';
import { hubOf } from './hub.ts';
import type { Telling } from './refusal.ts';
import { fixedOrigin } from './settings.ts';

/** One thing looked at. `bad` needs somebody today, `warn` some day. Every finding that is not `ok` names the next step. */
export interface Finding {
  check: string;
  level: 'ok' | 'warn' | 'bad';
  telling: Telling;
}

/** A happening or a delivery that waits longer than this means that nobody works on it. */
const WAITING_MAX_MS = 10 * 60_000;
/** A peer's clock may be a little ahead of ours when it stamps what we keep. */
const CLOCK_SLACK_MS = 5 * 60_000;

/** Looks at the database. Changes nothing, so a read-only handle will do. */
export async function examineDatabase(db: Db, { origin, clock }: { origin: string; clock: Clock }): Promise<Finding[]> {
  const findings = [await integrity(db)];
  const schema = await schemaFinding(db);
  findings.push(schema);
  // Tables of another version may be shaped otherwise; asking them would only confuse.
  if (schema.level !== 'ok') return findings;
  return [
    ...findings,
    await originFinding(db, origin),
    await clockFinding(db, clock),
    await untoldFinding(db, clock),
    await queueFinding(db, clock),
    ...(await hubFindings(db)),
  ];
}

async function integrity(db: Db): Promise<Finding> {
  const found = await damages(db);
  if (found === null)
    return ok('integrity', { th: 'ไม่พบความเสียหายในฐานข้อมูล', en: 'no damage was found in the database' });
  return bad('integrity', {
    th: `ฐานข้อมูลเสีย (${found}) หยุดเวที เก็บไฟล์นี้ไว้ แล้วนำสำเนาล่าสุดกลับมา`,
    en: `the database is damaged (${found}); stop the node, keep this file, and put the latest copy back`,
  });
}

async function schemaFinding(db: Db): Promise<Finding> {
  const known = knownMigrations();
  const names = await appliedMigrations(db);
  const newer = names.filter((name) => !known.includes(name));
  if (newer.length > 0) {
    return bad('schema', {
      th: `ฐานข้อมูลใหม่กว่าโปรแกรม (${newer.join(', ')}) ติดตั้งโปรแกรมรุ่นใหม่กว่านี้`,
      en: `the database is newer than the program (${newer.join(', ')}); install the newer program`,
    });
  }
  const missing = known.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return warn('schema', {
      th: `ฐานข้อมูลเก่ากว่าโปรแกรม (${missing.join(', ')}) ปรับด้วย wethi migrate`,
      en: `the database is older than the program (${missing.join(', ')}); run wethi migrate`,
    });
  }
  return ok('schema', { th: 'ฐานข้อมูลตรงกับโปรแกรม', en: 'the database is of this version' });
}

async function originFinding(db: Db, origin: string): Promise<Finding> {
  const fixed = await fixedOrigin(db);
  if (fixed === null) {
    return warn('origin', {
      th: `ยังไม่ได้ติดตั้ง ที่อยู่ ${origin} จะถูกกำหนดตลอดไปเมื่อติดตั้ง ตรวจ WETHI_ORIGIN ก่อน`,
      en: `not set up yet; set-up will fix the address ${origin} for ever, so check WETHI_ORIGIN first`,
    });
  }
  if (fixed === origin) return ok('origin', { th: `ที่อยู่ ${origin}`, en: `the address is ${origin}` });
  return bad('origin', {
    th: `ฐานข้อมูลเป็นของ ${fixed} แต่ตั้ง WETHI_ORIGIN เป็น ${origin} ให้ตั้ง WETHI_ORIGIN=${fixed}`,
    en: `the database belongs to ${fixed}, but WETHI_ORIGIN says ${origin}; set WETHI_ORIGIN=${fixed}`,
  });
}

/** Signatures carry the time, so others refuse a node whose clock is wrong. What we wrote cannot lie in the future. */
async function clockFinding(db: Db, clock: Clock): Promise<Finding> {
  const { latest } = await db
    .selectFrom('happenings')
    .select((e) => e.fn.max('happened').as('latest'))
    .executeTakeFirstOrThrow();
  const now = new Date(clock.now()).toISOString();
  if (latest === null || Date.parse(latest) <= clock.now() + CLOCK_SLACK_MS) {
    return ok('clock', { th: `นาฬิกา ${now}`, en: `the clock says ${now}` });
  }
  return bad('clock', {
    th: `นาฬิกาบอก ${now} แต่มีบันทึกเวลา ${latest} ตั้งนาฬิกาเครื่องให้ตรง เช่นเปิด NTP`,
    en: `the clock says ${now}, but something was written at ${latest}; set the machine's clock, for example with NTP`,
  });
}

async function untoldFinding(db: Db, clock: Clock): Promise<Finding> {
  const { waiting, oldest } = await db
    .selectFrom('happenings')
    .select((e) => [e.fn.countAll().as('waiting'), e.fn.min('happened').as('oldest')])
    .where('told', 'is', null)
    .executeTakeFirstOrThrow();
  if (oldest === null) return ok('telling', { th: 'บอกต่อครบแล้ว', en: 'everything is told' });
  const late = Date.parse(oldest) < clock.now() - WAITING_MAX_MS;
  const counted = { th: `ยังไม่ได้บอกต่อ ${waiting} เรื่อง`, en: `${waiting} things are not told yet` };
  if (!late) return ok('telling', counted);
  return warn('telling', {
    th: `${counted.th} ตั้งแต่ ${oldest} ตรวจว่าเปิด wethi serve อยู่`,
    en: `${counted.en}, the oldest of ${oldest}; check that wethi serve is running`,
  });
}

async function queueFinding(db: Db, clock: Clock): Promise<Finding> {
  const rows = await db
    .selectFrom('deliveries')
    .select((e) => ['state', e.fn.countAll().as('n'), e.fn.min('changed').as('oldest')])
    .where('state', 'in', ['waiting', 'dead'])
    .groupBy('state')
    .execute();
  const waiting = rows.find((row) => row.state === 'waiting');
  const dead = Number(rows.find((row) => row.state === 'dead')?.n ?? 0);
  const counted = {
    th: `รอส่ง ${Number(waiting?.n ?? 0)} ส่งไม่ถึง ${dead}`,
    en: `${Number(waiting?.n ?? 0)} waiting to be sent, ${dead} given up`,
  };
  const late = waiting !== undefined && waiting.oldest < clock.now() - WAITING_MAX_MS;
  if (dead === 0 && !late) return ok('queue', counted);
  return warn('queue', { th: `${counted.th} ดูด้วย wethi queue status`, en: `${counted.en}; see wethi queue status` });
}

/** Only where a hub is set. */
async function hubFindings(db: Db): Promise<Finding[]> {
  const hub = await hubOf(db);
  if (hub === null) return [];
  const unheard = await db
    .selectFrom('feedChanges')
    .select('reason')
    .where('reason', 'is not', null)
    .orderBy('failures', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (unheard === undefined) return [ok('hub', { th: `แจ้งฮับ ${hub} แล้ว`, en: `the hub ${hub} is told` })];
  return [
    warn('hub', {
      th: `ฮับ ${hub} ไม่รับแจ้ง (${unheard.reason}) ตรวจที่อยู่ด้วย wethi setting get websub-hub หรือปิดด้วย wethi setting set websub-hub off`,
      en: `the hub ${hub} does not listen (${unheard.reason}); check it with wethi setting get websub-hub, or have none with wethi setting set websub-hub off`,
    }),
  ];
}

/** Nothing to do. */
export function ok(check: string, telling: Telling): Finding {
  return { check, level: 'ok', telling };
}

/** Somebody should look at it some day. */
export function warn(check: string, telling: Telling): Finding {
  return { check, level: 'warn', telling };
}

/** Somebody must look at it today. */
export function bad(check: string, telling: Telling): Finding {
  return { check, level: 'bad', telling };
}
