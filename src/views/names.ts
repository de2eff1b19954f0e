// How names are set: titles by phrases, handles with the server darker than the user, tiles with a first consonant.
import { html } from 'hono/html';
import type { Language } from './messages/words.ts';
import type { Html } from './template.ts';

const THAI = /[\u0e01-\u0e5b]/;

/** The space between an ordinal and its number: หมู่ที่ ๑, ตอนที่ 9. */
const ORDINAL = /(?<=ที่) +(?=[0-9๐-๙])/g;

/**
 * A title that breaks at its spaces before it breaks inside a phrase: Thai puts a space between phrases, and the
 * dictionary break inside one reads worse. A number stays with what it numbers. Text without Thai breaks between words by
 * itself.
 */
export function phrases(text: string): Html {
  if (!THAI.test(text)) return html`${text}`;
  const parts = text
    .replace(ORDINAL, '\u00a0')
    .split(/[^\S\u00a0]+/)
    .filter((part) => part !== '');
  return html`${parts.map((part, at) => html`${at === 0 ? '' : ' '}<span class="ph">${part}</span>`)}`;
}

/**
 * `@user@host`, breakable before the server, which is set darker: where a voice comes from is always visible. A stranger
 * chose the name, so it is isolated: a right-to-left override in it must not turn the server round (security.md T48).
 */
export function handle(user: string, host: string): Html {
  return html`<span class="handle"><bdi>@${user}</bdi><wbr>@<b>${host}</b></span>`;
}

/** A handle to copy: one click selects it, and it breaks where it means something. */
export function copyable(user: string, host: string): Html {
  return html`<code class="copy">@${user}<wbr>@${host}</code>`;
}

/** Words that open many names and tell nothing about them. */
const OPENINGS = /^(?:กลุ่ม|ชมรม|คุณ|ผู้)/;

/** The letter of a tile: a first consonant, never a vowel that Thai writes before it. `?` where there is none. */
export function initial(name: string): string {
  const rest = name.trim().replace(OPENINGS, '');
  return (rest === '' ? name : rest).match(/[ก-ฮ]|(?![\u0e00-\u0e7f])[\p{L}\p{N}]/u)?.[0]?.toUpperCase() ?? '?';
}

/** A tile for who has no picture: round for a person, square for a team. */
export function tile(name: string, look: { kind: 'person' | 'team'; size?: 's' | 'l' }): Html {
  const round = look.kind === 'person' ? ' person' : '';
  const size = look.size === undefined ? '' : ` ${look.size}`;
  return html`<span class="tile${round}${size}" aria-hidden="true">${initial(name)}</span>`;
}

/** The ` lang` attribute for what somebody wrote in another language than the page's; nothing where they agree. */
export function inLanguage(page: Language, language: string | null): Html | '' {
  return language === null || language === page ? '' : html` lang="${language}"`;
}

/** What every link to a stranger's page says: not vouched for, and told nothing of where the reader comes from (T48). */
export const STRANGERS = 'nofollow noopener noreferrer ugc';

/**
 * An address from afar, if a browser may follow it; null for `javascript:` and everything else that is not the web, and
 * for one that hides its host behind a user name (CVE-2023-36462).
 */
export function webAddress(address: string | null): string | null {
  const url = address === null ? null : URL.parse(address);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    return null;
  }
  return address;
}
