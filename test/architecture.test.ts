// The layout as a test (design §3): who may import whom, which library is whose guest, no cycles, no giants, one reader of
// the environment, and "dialect" said in storage alone. Each rule is also shown red on a planted violation.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

type Sources = Map<string, string>;
interface Import {
  /** As written. */
  from: string;
  /** Below src, for our own files. */
  to: string | null;
  typeOnly: boolean;
}

const SRC = join(import.meta.dirname, '../src');
const LINES_MAX = 400;

const ARROWS: Record<string, string[]> = {
  cli: ['node', 'config', 'domain', 'storage', 'urls'],
  node: ['config', 'domain', 'storage', 'federation', 'http', 'urls'],
  http: ['domain', 'views', 'urls'],
  views: ['urls', 'domain'],
  federation: ['domain', 'urls', 'storage'],
  domain: ['storage', 'urls'],
  storage: [],
  urls: [],
  config: [],
};

/** Where each library may be used; one that is not named here may be used nowhere. */
const GUESTS: Record<string, RegExp> = {
  hono: /^(http|views)\//,
  '@hono/node-server': /^node\.ts$|^http\//,
  '@fedify/fedify': /^federation\//,
  '@fedify/vocab': /^federation\//,
  '@fedify/vocab-runtime': /^federation\//,
  '@js-temporal/polyfill': /^federation\/instants\.ts$|^domain\/clock\.ts$/,
  '@logtape/logtape': /^(http|federation|domain|cli)\/|^node\.ts$|^storage\/sqlite\.ts$/,
  'better-sqlite3': /^storage\/(sqlite|migrate)\.ts$/,
  pg: /^storage\/postgres(-board|-passing)?\.ts$/,
  commander: /^cli\//,
  kysely: /^(domain|storage)\/|^federation\/(kv\.ts|queue\/)/,
  'markdown-it': /^domain\/text\//,
  'sanitize-html': /^domain\/text\//,
  'rate-limiter-flexible': /^federation\/gate\/|^http\/limits\.ts$/,
  undici: /^federation\/egress/,
};

const room = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '');

/** Static imports, re-exports and dynamic `import()` of text literals. */
function importsOf(file: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const found = [
    ...code.matchAll(/(?:^|[;}\n])\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/g),
    ...code.matchAll(/\bimport(\s)?\(\s*['"`]([^'"`]+)['"`]/g),
  ];
  return found.map((match) => {
    const from = match[2] ?? '';
    const to = from.startsWith('.') ? relative(SRC, join(SRC, dirname(file), from)) : null;
    return { from, to, typeOnly: match[1]?.startsWith('type') === true };
  });
}

function arrowFaults(files: Sources): string[] {
  return each(files, (file, imports) =>
    imports.flatMap(({ to, typeOnly }) => {
      if (to === null || room(to) === room(file)) return [];
      if (!files.has(to)) return [`${file} imports ${to}, which is not there`];
      if (typeOnly && to === 'storage/database.ts') return [];
      if (!(ARROWS[room(file)] ?? []).includes(room(to))) return [`${file} may not import ${to}`];
      if (room(file) === 'views' && room(to) === 'domain' && !typeOnly) return [`${file} may take only types of ${to}`];
      const queue = /^federation\/(kv\.ts|queue\/)/.test(file);
      if (
        room(file) === 'federation' &&
        room(to) === 'storage' &&
        !queue &&
        !typeOnly &&
        to !== 'storage/transaction.ts'
      ) {
        return [`${file} may not import ${to}`];
      }
      return [];
    }),
  );
}

function guestFaults(files: Sources): string[] {
  return each(files, (file, imports) =>
    imports.flatMap(({ from, to }) => {
      if (to !== null || from.startsWith('node:')) return [];
      const library = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
      const rule = GUESTS[library];
      if (rule === undefined) return [`${file}: ${library} is nobody's guest; name its place and write its reason`];
      return rule.test(file) ? [] : [`${file}: ${library} is no guest here`];
    }),
  );
}

function cycleFaults(files: Sources): string[] {
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) faults.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    // A type leaves nothing at run time, so only values can close a circle.
    for (const { to, typeOnly } of importsOf(file, files.get(file) ?? '')) {
      if (to !== null && !typeOnly && files.has(to)) visit(to, [...path, file]);
    }
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  return faults;
}

function sizeFaults(files: Sources): string[] {
  return [...files]
    .filter(([, source]) => source.split('\n').length - 1 > LINES_MAX)
    .map(([file]) => `${file} has over ${LINES_MAX} lines`);
}

function environmentFaults(files: Sources): string[] {
  return [...files]
    .filter(([file, source]) => /process\.env|Deno\.env/.test(source) && file !== 'config.ts')
    .map(([file]) => `${file} reads the environment`);
}

function dialectFaults(files: Sources): string[] {
  return [...files]
    .filter(([file, source]) => /\bdialect\b/i.test(source) && room(file) !== 'storage')
    .map(([file]) => `${file} says dialect`);
}

function nameFaults(files: Sources): string[] {
  return [...files.keys()]
    .filter((file) => /(^|\/)(utils?|helpers?|common|types|index)\.ts$/.test(file))
    .map((file) => `${file} has a name that says nothing`);
}

function guardFaults(files: Sources): string[] {
  return [...files]
    .filter(([file, source]) => file.startsWith('http/moderation/') && !source.includes('moderatorsOnly'))
    .map(([file]) => `${file} does not stand behind the guard`);
}

function headFaults(files: Sources): string[] {
  return [...files]
    .filter(([, source]) => !/^(#!.*\n)?\/\/ /.test(source))
    .map(([file]) => `${file} does not say what its room is for`);
}

function each(files: Sources, look: (file: string, imports: Import[]) => string[]): string[] {
  return [...files].flatMap(([file, source]) => look(file, importsOf(file, source)));
}

const SOURCES: Sources = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(SRC, file), 'utf8')]),
);

/** The real sources with one file planted among them. */
const planted = (file: string, source: string): Sources => new Map([...SOURCES, [file, source]]);

const RULES: [string, (files: Sources) => string[], [string, string][]][] = [
  [
    'files import only what their room may',
    arrowFaults,
    [
      ['domain/planted.ts', "import { path } from '../http/app.ts';"],
      ['http/planted.ts', "import { openDatabase } from '../storage/database.ts';"],
      ['http/lazy.ts', "const late = await import('../federation/federation.ts');"],
      ['views/planted.ts', "import { addBlog } from '../domain/blogs.ts';"],
      ['federation/planted.ts', "import { migrate } from '../storage/migrate.ts';"],
      ['storage/planted.ts', "import { readConfig } from '../config.ts';"],
      ['cli/planted.ts', "export { openGate } from '../federation/gate.ts';"],
    ],
  ],
  [
    'libraries stay where they are guests',
    guestFaults,
    [
      ['domain/planted.ts', "import { Hono } from 'hono';"],
      ['http/planted.ts', "import type { Kysely } from 'kysely';"],
      ['cli/planted.ts', "const { createFederation } = await import('@fedify/fedify');"],
      ['domain/stranger.ts', "import leftPad from 'left-pad';"],
    ],
  ],
  ['there is no import cycle', cycleFaults, [['urls.ts', "import { readConfig } from './planted.ts';"]]],
  ['every file is small enough to read', sizeFaults, [['domain/planted.ts', 'x;\n'.repeat(LINES_MAX + 1)]]],
  [
    'one file reads the environment',
    environmentFaults,
    [['domain/planted.ts', 'export const data = process.env.WETHI_DATA;']],
  ],
  [
    'only storage says dialect',
    dialectFaults,
    [['domain/planted.ts', "// the SQLite dialect needs this\nconst x = 'dialect';"]],
  ],
  ['names say something', nameFaults, [['domain/utils.ts', '// odds and ends']]],
  ['what moderators do stands behind the guard', guardFaults, [['http/moderation/planted.ts', '// for all to see']]],
  ['every file says what its room is for', headFaults, [['domain/planted.ts', 'export const x = 1;']]],
];

describe.each(RULES)('%s', (_, faults, plants) => {
  test('in the sources as they are', () => {
    expect(faults(SOURCES)).toEqual([]);
  });
  test.each(plants)('red when %s is planted', (file, source) => {
    const files = planted(file, source);
    if (file === 'urls.ts') files.set('planted.ts', "import { path } from './urls.ts';");
    expect(faults(files).length).toBeGreaterThan(faults(SOURCES).length);
  });
});

test('every dependency has a written reason', () => {
  const { dependencies } = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const reasons = readFileSync(join(SRC, '../docs/dependencies.md'), 'utf8');
  expect(Object.keys(dependencies).filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test('every room that the map names is there', () => {
  const map = readFileSync(join(SRC, 'README.md'), 'utf8');
  const named = [...map.matchAll(/^- `([a-z/.-]+)`/gm)].map((match) => match[1] ?? '');
  const rooms = new Set([...SOURCES.keys()].flatMap((file) => [file, `${dirname(file)}/`]));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !rooms.has(name))).toEqual([]);
});
