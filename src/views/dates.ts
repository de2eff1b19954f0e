// The only place that formats dates. Instants become wall-clock time in Thailand: Buddhist era on Thai pages,
// Gregorian on English ones; the `datetime` attribute keeps the instant itself (reference: Unicode CLDR, th-TH).
import { html } from 'hono/html';
import type { Language } from './messages/words.ts';
import type { Html } from './template.ts';

const LOCALES = { th: 'th-TH-u-ca-buddhist-nu-latn', en: 'en-GB-u-ca-gregory-nu-latn' } as const;

/** What each language's calendar adds to the year of the common era. */
const ERA = { th: 543, en: 0 } as const;

/** Thailand's clocks have been ahead by seven hours without a break since 1920. */
const AHEAD_MS = 7 * 60 * 60 * 1000;

type Fields = Record<'day' | 'month' | 'year' | 'hour' | 'minute', string>;

/** The names of the twelve months. The rest of a date is arithmetic: a formatter's own takes longer than a comment's whole page. */
function monthsOf(length: 'long' | 'short') {
  const names = (language: Language) => {
    const format = new Intl.DateTimeFormat(LOCALES[language], { timeZone: 'UTC', month: length });
    return Array.from({ length: 12 }, (_, month) => format.format(new Date(Date.UTC(2026, month))));
  };
  return { th: names('th'), en: names('en') };
}

const MONTHS = { long: monthsOf('long'), short: monthsOf('short') };

function fields(language: Language, instant: string, month: 'long' | 'short'): Fields {
  const local = new Date(Date.parse(instant) + AHEAD_MS);
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    day: String(local.getUTCDate()),
    month: MONTHS[month][language][local.getUTCMonth()] ?? '',
    year: String(local.getUTCFullYear() + ERA[language]),
    hour: two(local.getUTCHours()),
    minute: two(local.getUTCMinutes()),
  };
}

/** The full date and time of a fact: "9 พฤศจิกายน 2549 09:30 น.", "9 November 2006, 09:30". */
export function longMoment(language: Language, instant: string): Html {
  const { day, month, year, hour, minute } = fields(language, instant, 'long');
  const date = `${day} ${month} ${year}${language === 'en' ? ',' : ''}`;
  const time = `${hour}:${minute}${language === 'th' ? ' น.' : ''}`;
  return html`<time datetime="${instant}"><span class="nb">${date}</span> <span class="nb">${time}</span></time>`;
}

/** The day alone, short: "9 พ.ย. 2549", "9 Nov 2006". */
export function shortDate(language: Language, instant: string): Html {
  const { day, month, year } = fields(language, instant, 'short');
  return html`<time datetime="${instant}">${day} ${month} ${year}</time>`;
}

/** Day and time, short, for what people say: "21 พ.ย. 2569 · 18:04". */
export function shortMoment(language: Language, instant: string): Html {
  const { day, month, year, hour, minute } = fields(language, instant, 'short');
  return html`<time datetime="${instant}">${day} ${month} ${year} · ${hour}:${minute}</time>`;
}

/** The time alone, as plain text: "10:41 น.", "10:41". */
export function clockTime(language: Language, instant: string): string {
  const { hour, minute } = fields(language, instant, 'short');
  return `${hour}:${minute}${language === 'th' ? ' น.' : ''}`;
}

/** The year that an instant is in: "พ.ศ. 2549"; English names both eras, "2006 (B.E. 2549)". */
export function yearName(language: Language, instant: string): string {
  const buddhist = fields('th', instant, 'long').year;
  return language === 'th' ? `พ.ศ. ${buddhist}` : `${fields('en', instant, 'long').year} (B.E. ${buddhist})`;
}

/** The month that an instant is in: "พฤศจิกายน", "November". */
export function monthName(language: Language, instant: string): string {
  return fields(language, instant, 'long').month;
}

/** A Gregorian year as the page counts it, as plain text: "2549", "2006". */
export function yearOf(language: Language, year: number): string {
  return fields(language, `${year}-07-01T00:00:00Z`, 'short').year;
}
