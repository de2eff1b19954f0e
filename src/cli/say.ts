// How the command line speaks: results on stdout, everything else on stderr, Thai and English, Thai first unless
// WETHI_LANG=en. Texts from elsewhere are stripped of what could steer a terminal.
import type { Config } from '../config.ts';
import type { Telling } from '../domain/refusal.ts';

/** What every command can be asked for. */
export interface Asked {
  json?: true;
}

/** Both languages on one line, the reader's first. */
export function inBoth({ th, en }: Telling, language: Config['language']): string {
  return language === 'en' ? `${en} · ${th}` : `${th} · ${en}`;
}

/** Says something on stderr, first in the reader's language; what is the same in both is said once. */
export function say({ th, en }: Telling, language: Config['language']): void {
  const lines = new Set(language === 'en' ? [en, th] : [th, en]);
  for (const line of [...lines].flatMap((text) => text.split('\n'))) process.stderr.write(`${forTerminal(line)}\n`);
}

/** Says what is going on, for somebody who sits and waits; a script that reads stderr is not bothered. */
export function sayWaiting(telling: Telling, language: Config['language']): void {
  if (process.stderr.isTTY) say(telling, language);
}

/** Gives the result on stdout: one JSON document when it was asked for, else the lines for people. */
export function answer(asked: Asked, { value, lines }: { value: unknown; lines: string[] }): void {
  if (asked.json === true) process.stdout.write(`${JSON.stringify(value)}\n`);
  else process.stdout.write(lines.map((line) => `${forTerminal(line)}\n`).join(''));
}

/** Drops control characters and direction overrides: somebody else's name must not move the cursor or hide text. */
function forTerminal(text: string): string {
  return text.replace(/\p{Cc}/gu, (sign) => (sign === '\t' ? sign : ' ')).replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
