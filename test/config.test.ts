// The environment, read once and judged as a whole.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Config, ConfigurationError, environmentWith, isPractice, readConfig } from '../src/config.ts';

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const DEFAULTS: Config = {
  origin: 'http://localhost:8000',
  data: resolve('data'),
  host: '127.0.0.1',
  port: 8000,
  databasePath: resolve('data/wethi.db'),
  role: 'all',
  allowPrivateAddress: false,
  trustProxy: false,
  language: 'th',
  log: 'info',
};

const NAMES = [
  'WETHI_ORIGIN',
  'WETHI_DATA',
  'WETHI_HOST',
  'WETHI_PORT',
  'DATABASE_URL',
  'WETHI_ROLE',
  'WETHI_ALLOW_PRIVATE_ADDRESS',
  'WETHI_TRUST_PROXY',
  'WETHI_LANG',
  'WETHI_LOG',
];

test('an empty environment gives the defaults, and so do empty values', () => {
  expect(readConfig({})).toEqual(DEFAULTS);
  expect(readConfig(Object.fromEntries(NAMES.map((name) => [name, ''])))).toEqual(DEFAULTS);
});

test('the table in the README states the defaults that hold', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
  const stated: Record<string, string> = {};
  for (const [, names = '', values = ''] of readme.matchAll(/^\| (`[A-Z_`, ]+) \|([^|]*)\|/gm)) {
    const given = [...values.matchAll(/`([^`]*)`/g)].map(([, value]) => value ?? '');
    for (const [at, [, name = '']] of [...names.matchAll(/`([A-Z_]+)`/g)].entries()) stated[name] = given[at] ?? '';
  }
  expect(Object.keys(stated).toSorted()).toEqual(NAMES.toSorted());
  expect(stated.DATABASE_URL).toBe('sqlite:$WETHI_DATA/wethi.db');
  expect(readConfig({ ...stated, DATABASE_URL: '' })).toEqual(DEFAULTS);
});

test('every value is taken as it was given', () => {
  expect(
    readConfig({
      WETHI_ORIGIN: 'https://wethi.example.go.th/',
      WETHI_DATA: '/srv/wethi',
      WETHI_HOST: '::1',
      WETHI_PORT: '443',
      DATABASE_URL: 'sqlite:/srv/other/words.db',
      WETHI_ROLE: 'worker',
      WETHI_ALLOW_PRIVATE_ADDRESS: '1',
      WETHI_TRUST_PROXY: '1',
      WETHI_LANG: 'en',
      WETHI_LOG: 'debug',
    }),
  ).toEqual({
    origin: 'https://wethi.example.go.th',
    data: '/srv/wethi',
    host: '::1',
    port: 443,
    databasePath: '/srv/other/words.db',
    role: 'worker',
    allowPrivateAddress: true,
    trustProxy: true,
    language: 'en',
    log: 'debug',
  });
});

test('the database lies in the data folder, and the origin follows the port, unless they are named', () => {
  expect(readConfig({ WETHI_DATA: '/srv/wethi' }).databasePath).toBe('/srv/wethi/wethi.db');
  expect(readConfig({ WETHI_PORT: '8123' }).origin).toBe('http://localhost:8123');
});

test('a Thai host name becomes what travels', () => {
  expect(readConfig({ WETHI_ORIGIN: 'https://บางจาก.อบต.ไทย' }).origin).toBe(
    'https://xn--12cld4ezfc.xn--m3cj0d.xn--o3cw4h',
  );
});

describe('a value that cannot be used is told with its name, in both languages', () => {
  test.each([
    ['WETHI_ORIGIN', 'wethi.example'],
    ['WETHI_ORIGIN', 'https://wethi.example/blog'],
    ['WETHI_ORIGIN', 'https://wethi.example/?x=1'],
    ['WETHI_ORIGIN', 'https://name:secret@wethi.example'],
    ['WETHI_ORIGIN', 'ftp://wethi.example'],
    ['WETHI_PORT', 'eighty'],
    ['WETHI_PORT', '65536'],
    ['WETHI_PORT', '-1'],
    ['WETHI_PORT', '80.5'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['DATABASE_URL', 'postgres:/wethi'],
    ['DATABASE_URL', 'postgres://wethi:p@ss/word@localhost/wethi'],
    ['DATABASE_URL', '/srv/wethi.db'],
    ['WETHI_ROLE', 'both'],
    ['WETHI_ALLOW_PRIVATE_ADDRESS', 'yes'],
    ['WETHI_TRUST_PROXY', 'true'],
    ['WETHI_LANG', 'lo'],
    ['WETHI_LOG', 'loud'],
  ])('%s=%s', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .*[\\u0e00-\\u0e7f].* · [a-z]`));
  });
});

test('a server’s database is taken as it is written', () => {
  const address = 'postgres://wethi:p%40ss@db.example:5433/wethi';
  expect(readConfig({ DATABASE_URL: address }).databasePath).toBe(address);
});

test('a password in a wrong address is not told', () => {
  expect(problemsOf({ DATABASE_URL: 'mysql://wethi:geheim@db.example/wethi' })[0]).not.toContain('geheim');
});

test('all problems are told at once, a line each', () => {
  const env = {
    WETHI_ORIGIN: 'wethi.example',
    WETHI_PORT: 'eighty',
    DATABASE_URL: 'mysql://x',
    WETHI_ROLE: 'both',
    WETHI_ALLOW_PRIVATE_ADDRESS: 'yes',
    WETHI_TRUST_PROXY: 'yes',
    WETHI_LANG: 'lo',
    WETHI_LOG: 'loud',
  };
  const problems = problemsOf(env);
  expect(problems.map((problem) => problem.split(':', 1)[0]).toSorted()).toEqual(Object.keys(env).toSorted());
  expect(() => readConfig(env)).toThrow(problems.join('\n'));
});

test.each<[string, boolean, boolean]>([
  ['http://localhost:8000', false, true],
  ['http://wethi.example', false, true],
  ['https://localhost', false, true],
  ['https://a.localhost', false, true],
  ['https://wethi.example', false, false],
  ['http://localhost:8000', true, false],
])('%s with private addresses allowed: %s is practice: %s', (origin, allowPrivateAddress, practice) => {
  expect(isPractice({ origin, allowPrivateAddress })).toBe(practice);
});

test('a child’s environment is ours with its own laid over it', () => {
  const [name = ''] = Object.keys(process.env);
  expect(environmentWith({ WETHI_PORT: '1' })).toEqual({ ...process.env, WETHI_PORT: '1' });
  expect(environmentWith({ [name]: 'other' })[name]).toBe('other');
});
