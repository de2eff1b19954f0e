// The only reader of the environment. Holds what is needed before the database opens (design §4.15) and reports every
// problem at once, so that nobody mends one only to meet the next.
import { resolve } from 'node:path';

export interface Config {
  /** `https://example.go.th`, without a slash at the end. */
  origin: string;
  data: string;
  host: string;
  port: number;
  /** The SQLite file, or the address of a PostgreSQL database, with its password. */
  databasePath: string;
  role: 'all' | 'web' | 'worker';
  allowPrivateAddress: boolean;
  trustProxy: boolean;
  language: 'th' | 'en';
  log: 'debug' | 'info' | 'warning' | 'error';
}

/** Wrong configuration, all of it; the command line prints it and exits 78. */
export class ConfigurationError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Reads and checks the environment. @throws ConfigurationError with every problem. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const problems: string[] = [];
  const data = resolve(env.WETHI_DATA || './data');
  const port = number(env.WETHI_PORT, 8000, problems);
  const config: Config = {
    origin: readOrigin(env.WETHI_ORIGIN || `http://localhost:${port}`, problems),
    data,
    host: env.WETHI_HOST || '127.0.0.1',
    port,
    databasePath: readDatabase(env.DATABASE_URL, data, problems),
    role: oneOf('WETHI_ROLE', env.WETHI_ROLE, ['all', 'web', 'worker'], 'all', problems),
    allowPrivateAddress: flag('WETHI_ALLOW_PRIVATE_ADDRESS', env.WETHI_ALLOW_PRIVATE_ADDRESS, problems),
    trustProxy: flag('WETHI_TRUST_PROXY', env.WETHI_TRUST_PROXY, problems),
    language: oneOf('WETHI_LANG', env.WETHI_LANG, ['th', 'en'], 'th', problems),
    log: oneOf('WETHI_LOG', env.WETHI_LOG, ['debug', 'info', 'warning', 'error'], 'info', problems),
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

function readOrigin(text: string, problems: string[]): string {
  if (!URL.canParse(text)) {
    problems.push(
      `WETHI_ORIGIN: "${text}" ไม่ใช่ที่อยู่เว็บ · is not a web address; write it like https://wethi.example.go.th`,
    );
    return text;
  }
  const url = new URL(text);
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!bare || !['http:', 'https:'].includes(url.protocol)) {
    problems.push(
      `WETHI_ORIGIN: ใส่แค่ https:// กับชื่อโฮสต์ · only scheme and host are allowed, like ${url.protocol}//${url.host}`,
    );
  }
  return url.origin;
}

function readDatabase(text: string | undefined, data: string, problems: string[]): string {
  const embedded = resolve(data, 'wethi.db');
  if (text === undefined || text === '') return embedded;
  if (/^sqlite:./.test(text)) return resolve(text.slice('sqlite:'.length));
  const scheme = text.match(/^postgres(ql)?:\/\//)?.[0];
  // The text is not repeated: it may hold a password.
  if (scheme === undefined) {
    problems.push(
      'DATABASE_URL: ต้องเป็น sqlite:ที่อยู่ไฟล์ หรือ postgres://ผู้ใช้:รหัสผ่าน@โฮสต์/ชื่อฐานข้อมูล ถ้าไม่ตั้งจะใช้ $WETHI_DATA/wethi.db · must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; leave it unset for $WETHI_DATA/wethi.db',
    );
    return embedded;
  }
  if (URL.canParse(text) && /^\/[^/]+$/.test(new URL(text).pathname)) return text;
  problems.push(
    'DATABASE_URL: ใส่ชื่อฐานข้อมูลท้ายที่อยู่ และเขียนอักขระพิเศษในรหัสผ่านเป็น %XX · name the database at the end and write special characters of the password as %XX, like postgres://wethi:p%40ss@127.0.0.1/wethi',
  );
  return embedded;
}

function number(text: string | undefined, fallback: number, problems: string[]): number {
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 65535) return value;
  problems.push(`WETHI_PORT: "${text}" ไม่ใช่หมายเลขพอร์ต · is not a port; use a number from 0 to 65535`);
  return fallback;
}

function oneOf<T extends string>(
  name: string,
  text: string | undefined,
  choices: T[],
  fallback: T,
  problems: string[],
): T {
  if (text === undefined || text === '') return fallback;
  const choice = choices.find((choice) => choice === text);
  if (choice !== undefined) return choice;
  problems.push(`${name}: "${text}" ใช้ไม่ได้ · is not known; use ${choices.join(', ')}`);
  return fallback;
}

function flag(name: string, text: string | undefined, problems: string[]): boolean {
  return oneOf(name, text, ['0', '1'], '0', problems) === '1';
}

/** This process's environment with `values` laid over it, for a child process such as the demo's nodes. */
export function environmentWith(values: Record<string, string>): Record<string, string | undefined> {
  return { ...process.env, ...values };
}

/** While the world cannot reach the node, nothing is told to it; under the private-address flag loopback is the world. */
export function isPractice({ origin, allowPrivateAddress }: Pick<Config, 'origin' | 'allowPrivateAddress'>): boolean {
  const { protocol, hostname } = new URL(origin);
  return !allowPrivateAddress && (protocol === 'http:' || hostname === 'localhost' || hostname.endsWith('.localhost'));
}
