// Dates as Thai pages and people write them, read as instants. Date.parse is never used: it accepts free text silently and
// takes the server's own zone. GotoKnow's zone is taken to be Asia/Bangkok, which has been +07:00 without a break since 1920.
import { foldText } from './thai.ts';

const ENGLISH = 'january february march april may june july august september october november december'.split(' ');
const THAI = 'มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม'.split(' ');
const THAI_SHORT = 'มค กพ มีค เมย พค มิย กค สค กย ตค พย ธค'.split(' ');
const BANGKOK_AHEAD_MS = 7 * 60 * 60 * 1000;

/** Years of the Buddhist era are ahead of those of the common era by this, since Thailand's new year is the first of January. */
export const ERA_AHEAD = 543;

const TIME = String.raw`(?:\s*@?\s*(?:เวลา\s)?\s?(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\s?น\.?)?)?`;
const WEEKDAY = String.raw`^(?:วัน[^\s\d]{1,14}ที่\s?|วันที่\s?)?`;
const ERA = String.raw`\s?(พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)?\s?`;
const NAMED = new RegExp(
  `${WEEKDAY}(\\d{1,2})\\s?([a-z\\u0e01-\\u0e4e.]{2,14}?)\\.?${ERA}(\\d{2}|\\d{4})${TIME}$`,
  'u',
);
const NUMBERED = new RegExp(`${WEEKDAY}(\\d{1,2})[/.-](\\d{1,2})[/.-]()(\\d{2}|\\d{4})${TIME}$`, 'u');

/**
 * The instant of a date with or without time of day, in Bangkok, as ISO-8601 UTC: `09 Nov 2006 @ 09:30`,
 * `๙ พฤศจิกายน ๒๕๔๙`, `9 พ.ย. 49`, `9/11/2549`, `20 ก.ค.49`. Years from 2400 on, two digits from 43 on and those after พ.ศ.
 * are Buddhist. Null for all else and for days that never were, such as 31 ก.พ.
 */
export function readThaiDate(text: string): string | null {
  if (text.length > 80) return null;
  const folded = foldText(text);
  const match = NAMED.exec(folded) ?? NUMBERED.exec(folded);
  if (match === null) return null;
  const [, day = '', month = '', era = '', year = '', hour = '0', minute = '0'] = match;
  const at = {
    year: gregorian(year, era),
    month: /^\d/.test(month) ? Number(month) : monthNamed(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  if (at.year < 1900 || at.year > 2200 || at.hour > 23 || at.minute > 59) return null;
  const local = new Date(Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute));
  // Date.UTC rolls 31 February over to March; a date that rolled was never written by a calendar.
  if (local.getUTCMonth() !== at.month - 1 || local.getUTCDate() !== at.day) return null;
  return new Date(local.getTime() - BANGKOK_AHEAD_MS).toISOString();
}

/** The month of an instant, in Bangkok: 1 to 12. */
export function monthOf(instant: string): number {
  return new Date(Date.parse(instant) + BANGKOK_AHEAD_MS).getUTCMonth() + 1;
}

/** The instant at which a month of a Buddhist year begins in Bangkok; month 13 begins the next year. */
export function monthStart({ year, month }: { year: number; month: number }): string {
  return new Date(Date.UTC(year - ERA_AHEAD, month - 1, 1) - BANGKOK_AHEAD_MS).toISOString();
}

function gregorian(year: string, era: string): number {
  const written = Number(year);
  const buddhist = era.startsWith('พ') || (era === '' && (year.length === 2 ? written >= 43 : written >= 2400));
  const century = year.length === 2 ? (buddhist ? 2500 : 2000) : 0;
  return century + written - (buddhist ? ERA_AHEAD : 0);
}

/** 1–12, or 0 when it is no month. */
function monthNamed(name: string): number {
  const plain = name.replaceAll('.', '');
  if (/^[a-z]{3,}$/.test(plain)) return ENGLISH.findIndex((month) => month.startsWith(plain)) + 1;
  return Math.max(THAI.indexOf(plain), THAI_SHORT.indexOf(plain)) + 1;
}
