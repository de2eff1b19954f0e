// What is said loudly at every start and by the doctor, because nobody would notice it otherwise.
import type { Config } from '../config.ts';
import type { Telling } from '../domain/refusal.ts';

/** That nothing leaves the node yet (design §4.7). For nodes of which `isPractice` is true. */
export function practiceWarning(config: Config): Telling {
  return {
    th: `โหมดฝึก: ที่อยู่ ${config.origin} ใช้ได้เฉพาะในเครื่องนี้ ยังไม่มีอะไรถูกส่งออกไปข้างนอก ตั้ง WETHI_ORIGIN เป็นที่อยู่ https ก่อนติดตั้งจริง`,
    en: `practice mode: ${config.origin} is an address of this machine only, and nothing is told to others; set WETHI_ORIGIN to an https address before the real set-up`,
  };
}

/** That the guard against private addresses is off, or null. */
export function privateAddressWarning(config: Config): Telling | null {
  if (!config.allowPrivateAddress) return null;
  return {
    th: 'เปิด WETHI_ALLOW_PRIVATE_ADDRESS อยู่: ใครก็ตามสั่งให้เวทีติดต่อเครื่องภายในเครือข่ายของคุณได้ ใช้เฉพาะการทดสอบ เอาออกแล้วเริ่มใหม่',
    en: 'WETHI_ALLOW_PRIVATE_ADDRESS is on: anybody can make this node talk to machines inside your network; it is for tests only, so unset it and start again',
  };
}
