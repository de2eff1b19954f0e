// What the clerk may change while the node runs, and what set-up fixed for ever.
import type { Db } from '../storage/database.ts';
import { isLanguage } from './language.ts';
import { isLicence, LICENCES } from './licences.ts';
import { Refusal } from './refusal.ts';

/** Settings that may be changed; each value is text. */
export const CHANGEABLE = {
  'comments.default': { th: 'นโยบายความเห็นของบล็อกใหม่', en: 'comment policy of new blogs' },
  'licence.default': { th: 'สัญญาอนุญาตของบล็อกใหม่', en: 'licence of new blogs' },
  'language.default': { th: 'ภาษาของบล็อกใหม่', en: 'language of new blogs' },
  'show-reads': { th: 'แสดงจำนวนครั้งที่อ่านให้ทุกคนเห็น', en: 'show everybody how often an entry was read' },
  'websub-hub': { th: 'ฮับ WebSub ที่จะแจ้งเมื่อฟีดเปลี่ยน', en: 'WebSub hub that is told when feeds change' },
  boosts: {
    th: 'องค์กรส่งต่อบันทึกใหม่ทุกเรื่องให้ผู้ติดตามขององค์กร',
    en: 'the organisation boosts every new entry to its followers',
  },
} as const;

/** The value of `websub-hub` that has nobody told. */
export const NO_HUB = 'off';

export type SettingKey = keyof typeof CHANGEABLE;

/** Reads a setting, or null when nobody set it. */
export async function setting(db: Db, { key }: { key: SettingKey }): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

/** Sets a setting. @throws Refusal `invalid` for an unknown key. */
export async function setSetting(db: Db, { key, value }: { key: string; value: string }): Promise<void> {
  if (!Object.hasOwn(CHANGEABLE, key)) {
    throw new Refusal('invalid', {
      th: `ไม่มีค่าตั้ง "${key}" ดูรายการด้วย wethi setting list`,
      en: `there is no setting "${key}"; see wethi setting list`,
    });
  }
  checkValue(key as SettingKey, value);
  await put(db, key, value);
}

/** Every changeable setting with its value. */
export async function settings(db: Db): Promise<{ key: SettingKey; value: string | null }[]> {
  const rows = await db.selectFrom('settings').selectAll().execute();
  const values = new Map(rows.map((row) => [row.key, row.value]));
  return (Object.keys(CHANGEABLE) as SettingKey[]).map((key) => ({ key, value: values.get(key) ?? null }));
}

/** The origin that set-up fixed; null before set-up. */
export async function fixedOrigin(db: Db): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', 'origin').executeTakeFirst();
  return row?.value ?? null;
}

/**
 * Fixes the node's origin for ever: other servers know every actor and entry by it.
 * @throws Refusal `conflict` when another origin was fixed before.
 */
export async function fixOrigin(db: Db, { origin }: { origin: string }): Promise<void> {
  const fixed = await fixedOrigin(db);
  if (fixed === origin) return;
  if (fixed !== null) throw originMoved(fixed, origin);
  await put(db, 'origin', origin);
}

/** @throws Refusal `conflict` when the database belongs to another origin than the configured one. */
export async function checkOrigin(db: Db, { origin }: { origin: string }): Promise<void> {
  const fixed = await fixedOrigin(db);
  if (fixed !== null && fixed !== origin) throw originMoved(fixed, origin);
}

function originMoved(fixed: string, origin: string): Refusal {
  return new Refusal('conflict', {
    th: `ฐานข้อมูลนี้เป็นของ ${fixed} แต่ตั้ง WETHI_ORIGIN เป็น ${origin} ให้ตั้ง WETHI_ORIGIN=${fixed} หรือใช้โฟลเดอร์ข้อมูลใหม่ด้วย WETHI_DATA`,
    en: `this database belongs to ${fixed}, but WETHI_ORIGIN says ${origin}; set WETHI_ORIGIN=${fixed}, or use a new data folder with WETHI_DATA`,
  });
}

const ALLOWED: Record<SettingKey, { fits(value: string): boolean; like: string }> = {
  'comments.default': {
    fits: (value) => ['open', 'hold-first', 'closed'].includes(value),
    like: 'open, hold-first, closed',
  },
  'licence.default': { fits: isLicence, like: LICENCES.join(', ') },
  'language.default': { fits: isLanguage, like: 'th, en' },
  'show-reads': { fits: (value) => ['yes', 'no'].includes(value), like: 'yes, no' },
  'websub-hub': { fits: (value) => value === NO_HUB || isHub(value), like: `https://hub.example/, ${NO_HUB}` },
  boosts: { fits: (value) => ['on', 'off'].includes(value), like: 'on, off' },
};

/** WebSub wants hubs on https; a password in an address would end in every feed. */
function isHub(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}

function checkValue(key: SettingKey, value: string): void {
  const { fits, like } = ALLOWED[key];
  if (fits(value)) return;
  throw new Refusal('invalid', {
    th: `ค่า "${value}" ใช้กับ ${key} ไม่ได้ ใช้ได้: ${like}`,
    en: `"${value}" does not fit ${key}; use ${like}`,
  });
}

async function put(db: Db, key: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
}
