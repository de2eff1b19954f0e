// How a command ends: which number a script sees and what a person reads, for every kind of failure, in one place.
import { CommanderError } from 'commander';
import { type Config, ConfigurationError, readConfig } from '../config.ts';
import type { Problem } from '../domain/entries/words.ts';
import { Refusal, type Telling } from '../domain/refusal.ts';
import { say } from './say.ts';

/** Exit codes that scripts rely on (design §5); 64 and 78 are those of sysexits.h. */
export const EXIT = { done: 0, failed: 1, usage: 64, configuration: 78 } as const;

/** The command was called in a way that makes no sense. Exit 64. */
export class WrongUsage extends Error {
  readonly telling: Telling;

  constructor(telling: Telling) {
    super(telling.en);
    this.name = 'WrongUsage';
    this.telling = telling;
  }
}

/** The environment and the database do not fit together. Exit 78. */
export class WrongConfiguration extends Error {
  readonly telling: Telling;

  constructor(telling: Telling) {
    super(telling.en);
    this.name = 'WrongConfiguration';
    this.telling = telling;
  }
}

/** Words that cannot be taken, with every reason. Exit 1. */
export class WordsRefused extends Error {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    super(problems.map((problem) => problem.telling.en).join('\n'));
    this.name = 'WordsRefused';
    this.problems = problems;
  }
}

export interface Ending {
  code: number;
  /** One word for scripts. */
  kind: string;
  tellings: Telling[];
}

/** How a command that threw `error` ends. `command` is what was typed, such as `wethi entry publish`. */
export function endingOf(error: unknown, { command }: { command: string }): Ending {
  if (error instanceof CommanderError) return { code: EXIT.usage, kind: 'usage', tellings: [usage(error, command)] };
  if (error instanceof WrongUsage) return { code: EXIT.usage, kind: 'usage', tellings: [error.telling] };
  if (error instanceof WrongConfiguration) {
    return { code: EXIT.configuration, kind: 'configuration', tellings: [error.telling] };
  }
  if (error instanceof ConfigurationError) {
    return { code: EXIT.configuration, kind: 'configuration', tellings: error.problems.map(asWritten) };
  }
  if (error instanceof WordsRefused) {
    return { code: EXIT.failed, kind: 'invalid', tellings: error.problems.map((problem) => problem.telling) };
  }
  if (error instanceof Refusal) return { code: EXIT.failed, kind: error.kind, tellings: [error.telling] };
  return { code: EXIT.failed, kind: 'error', tellings: [mishap(error)] };
}

/**
 * Tells the person what went wrong and sets the exit code. With `--json` a script still gets its one document:
 * `{ "error": { "kind", "messages": [{ "th", "en" }] } }`.
 */
export function end(ending: Ending, { json }: { json: boolean }): void {
  const language = readerLanguage();
  for (const telling of ending.tellings) say(telling, language);
  if (json) {
    process.stdout.write(`${JSON.stringify({ error: { kind: ending.kind, messages: ending.tellings } })}\n`);
  }
  process.exitCode = ending.code;
}

/** The language to speak even when the rest of the configuration is wrong. */
export function readerLanguage(): Config['language'] {
  try {
    return readConfig().language;
  } catch (error) {
    if (error instanceof ConfigurationError) return 'th';
    throw error;
  }
}

/** config.ts writes both languages into one line. */
function asWritten(problem: string): Telling {
  return { th: problem, en: problem };
}

const USAGE_TH: Record<string, (what: string) => string> = {
  'commander.unknownOption': (what) => `ไม่รู้จักตัวเลือก ${what}`,
  'commander.unknownCommand': (what) => `ไม่รู้จักคำสั่ง ${what}`,
  'commander.missingArgument': (what) => `ยังไม่ได้ใส่ ${what}`,
  'commander.missingMandatoryOptionValue': (what) => `ต้องใส่ ${what}`,
  'commander.optionMissingArgument': (what) => `ตัวเลือก ${what} ต้องมีค่า`,
  'commander.excessArguments': () => 'ใส่ค่ามากเกินไป ถ้าข้อความมีช่องว่าง ให้ครอบด้วยเครื่องหมายคำพูด',
  'commander.invalidArgument': (what) => `ค่าของ ${what} ใช้ไม่ได้`,
  'commander.help': () => 'ใส่คำสั่งให้ครบ',
};

function usage(error: CommanderError, command: string): Telling {
  const what = error.message.match(/'([^']+)'/)?.[1] ?? '';
  const th = USAGE_TH[error.code]?.(what) ?? 'คำสั่งไม่ถูกต้อง';
  const en = error.code === 'commander.help' ? 'the command is not complete' : error.message.replace(/^error: /, '');
  return { th: `${th} ดูวิธีใช้ด้วย ${command} --help`, en: `${en.replaceAll('\n', ' ')}; see ${command} --help` };
}

/** What the machine refuses, and what to do about it. */
const MISHAPS: Record<string, Telling> = {
  SQLITE_BUSY: {
    th: 'โปรแกรมอื่นกำลังเขียนฐานข้อมูลอยู่ ลองใหม่ในหนึ่งนาที',
    en: 'another program is writing to the database; try again in a minute',
  },
  SQLITE_FULL: {
    th: 'ดิสก์เต็ม ลบไฟล์ที่ไม่ใช้ แล้วลองใหม่',
    en: 'the disk is full; make room and try again',
  },
  ENOSPC: {
    th: 'ดิสก์เต็ม ลบไฟล์ที่ไม่ใช้ แล้วลองใหม่',
    en: 'the disk is full; make room and try again',
  },
  SQLITE_NOTADB: {
    th: 'ไฟล์ฐานข้อมูลเสียหรือไม่ใช่ของเวที ตรวจด้วย wethi doctor หรือนำสำเนาที่เก็บไว้กลับมา',
    en: 'the database file is damaged or not of Wethi; run wethi doctor, or put a copy back',
  },
  SQLITE_CORRUPT: {
    th: 'ไฟล์ฐานข้อมูลเสีย ตรวจด้วย wethi doctor และนำสำเนาที่เก็บไว้กลับมา',
    en: 'the database file is damaged; run wethi doctor and put a copy back',
  },
  SQLITE_READONLY: {
    th: 'เขียนฐานข้อมูลไม่ได้ ตรวจสิทธิ์ของโฟลเดอร์ข้อมูลด้วย wethi doctor',
    en: 'the database cannot be written; check the rights of the data folder with wethi doctor',
  },
  SQLITE_CANTOPEN: {
    th: 'เปิดฐานข้อมูลไม่ได้ ตรวจ WETHI_DATA และสิทธิ์ของโฟลเดอร์',
    en: 'the database cannot be opened; check WETHI_DATA and the rights of the folder',
  },
  '53300': {
    th: 'PostgreSQL รับการเชื่อมต่อเพิ่มไม่ได้แล้ว เพิ่ม max_connections หรือปิดโปรเซสที่ไม่ใช้ แล้วลองใหม่',
    en: 'PostgreSQL takes no more connections; raise max_connections or stop what is not needed, then try again',
  },
  '53100': {
    th: 'ดิสก์ของ PostgreSQL เต็ม ลบไฟล์ที่ไม่ใช้ แล้วลองใหม่',
    en: "PostgreSQL's disk is full; make room and try again",
  },
  '40001': {
    th: 'มีโปรแกรมอื่นเขียนสิ่งเดียวกันอยู่ตลอด ลองใหม่ในหนึ่งนาที',
    en: 'others kept writing the same things; try again in a minute',
  },
  EACCES: {
    th: 'ไม่มีสิทธิ์อ่านหรือเขียน ตรวจ WETHI_DATA และเจ้าของโฟลเดอร์',
    en: 'reading or writing is not permitted; check WETHI_DATA and who owns the folder',
  },
};

function mishap(error: unknown): Telling {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = MISHAPS[code] ?? MISHAPS[code.split('_').slice(0, 2).join('_')];
  if (known !== undefined) return { th: `${known.th} (${message})`, en: `${known.en} (${message})` };
  return {
    th: `ทำไม่สำเร็จ: ${message} ตรวจเครื่องด้วย wethi doctor ถ้ายังไม่หายให้ส่งข้อความนี้ให้ผู้พัฒนา`,
    en: `failed: ${message}; check the machine with wethi doctor, and send this message to the developers if it stays`,
  };
}
