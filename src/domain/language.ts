// Languages as codes that every peer and browser can read.
import { Refusal } from './refusal.ts';

/** Whether the text is a BCP 47 code such as `th` or `zh-Hant`. The vocabulary throws at anything else. */
export function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** @throws Refusal `invalid` that shows how a code looks. */
export function checkLanguage(text: string): void {
  if (isLanguage(text)) return;
  throw new Refusal(
    'invalid',
    {
      th: `รหัสภาษา "${text}" ใช้ไม่ได้ ใช้แบบ th หรือ en`,
      en: `"${text}" is no language code; use one like th or en`,
    },
    'language',
  );
}
