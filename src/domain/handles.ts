// Names that other servers can say: ASCII, lower case, never changed. Thai goes into the title.
import { Refusal } from './refusal.ts';

/** Mastodon, Misskey and GoToSocial all take this set (federation.md §5, item 16). */
const SHAPE = /^[a-z0-9_]{1,30}$/;
const RESERVED = new Set([
  'admin',
  'administrator',
  'instance',
  'root',
  'support',
  'webmaster',
  'wethi',
  'en',
  'ap',
  'null',
]);

/** Checks a handle for a blog or the organisation. @throws Refusal `invalid` with what is allowed. */
export function checkHandle(handle: string): void {
  if (!SHAPE.test(handle)) {
    throw new Refusal(
      'invalid',
      {
        th: `ชื่อผู้ใช้ "${handle}" ใช้ได้เฉพาะ a-z 0-9 และ _ ไม่เกิน 30 ตัว เช่น bang_chak ส่วนชื่อภาษาไทยใส่ในชื่อบล็อก`,
        en: `the handle "${handle}" may only use a-z, 0-9 and _, at most 30, like bang_chak; put the Thai name into the title`,
      },
      'handle',
    );
  }
  if (RESERVED.has(handle)) {
    throw new Refusal(
      'invalid',
      { th: `ชื่อผู้ใช้ "${handle}" สงวนไว้ เลือกชื่ออื่น`, en: `the handle "${handle}" is reserved; choose another` },
      'handle',
    );
  }
}
