// The map from threats to tests: what docs/security.md says, and what the tests themselves are called.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Threats are numbered T1 to this. */
export const THREATS_MAX = 75;

export interface Place {
  /** The test files that hold it; none while it waits. */
  files: string[];
  /** What it waits for; null when it is held. */
  waits: string | null;
}

/** Reads the rows `| T12 | … | … |` of docs/security.md. @throws Error for a row that is neither held nor waits, or stands twice. */
export function readMap(text: string): Map<string, Place> {
  const map = new Map<string, Place>();
  for (const [row, threat = '', held = ''] of text.matchAll(/^\| (T\d+) \|[^|]*\|([^|]*)\|$/gm)) {
    const files = [...held.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file = '']) => file);
    const waits = held.match(/^ waits: (.+) $/)?.[1] ?? null;
    if (files.length > 0 === (waits !== null)) throw new Error(`neither held nor waiting, or both: ${row}`);
    if (map.has(threat)) throw new Error(`${threat} stands twice`);
    map.set(threat, { files, waits });
  }
  return map;
}

/** The threats that a title names, of a test or of a group: first of all, as `T12 …`, or in brackets, as `… (T50, T54)`. */
export function threatsOf(title: string): string[] {
  const bracketed = [...title.matchAll(/\(([^()]*)\)/g)].flatMap(([, inside = '']) => inside.match(/\bT\d+\b/g) ?? []);
  return [...(title.match(/^T\d+(?=:? )/) ?? []), ...bracketed];
}

/**
 * The threats after which the tests below `root`/test are called, by file. A test file that takes its names from the classes
 * of its folder is called after all of them.
 */
export function namedThreats(root: string): Map<string, Set<string>> {
  const sources = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: `test/${file}`, source: readFileSync(join(root, 'test', file), 'utf8') }));
  const named = new Map<string, Set<string>>();
  for (const { file, source } of sources.filter((one) => one.file.endsWith('.test.ts'))) {
    const threats = new Set(titlesIn(source).flatMap(threatsOf));
    if (source.includes('group.threat')) {
      for (const sibling of sources.filter((one) => dirname(one.file) === dirname(file))) {
        for (const [, threat = ''] of sibling.source.matchAll(/\bthreat: '(T\d+)'/g)) threats.add(threat);
      }
    }
    if (threats.size > 0) named.set(file, threats);
  }
  return named;
}

/** Titles as they are written: of `test(…)`, `describe(…)`, `test.each([…])(…)`, and of `attack(…)`, whose threat is a word of its own. */
function titlesIn(source: string): string[] {
  const attacks = source.matchAll(/^\s*attack\(\s*'(T\d+)',/gm);
  const tests = source.matchAll(/^\s*(?:(?:test|describe)(?:\.\w+)?|[\])}]+\))\(\s*(['"`])(.*?)\1,/gm);
  return [...[...attacks].map(([, threat = '']) => `${threat} `), ...[...tests].map(([, , title = '']) => title)];
}
