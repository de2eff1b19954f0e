// docs/security.md says of every threat which tests hold it or what it waits for. Here it is held to what the tests are
// called, both ways, so that no threat is forgotten and no test is claimed that is not there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namedThreats, readMap, THREATS_MAX } from '../../bench/attacks/map.ts';

const ROOT = join(import.meta.dirname, '../..');
const document = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const map = readMap(document);
const named = namedThreats(ROOT);

test('every threat has one row, in order', () => {
  expect([...map.keys()]).toEqual(Array.from({ length: THREATS_MAX }, (_, n) => `T${n + 1}`));
});

test('a file that the document names for a threat has a test called after it', () => {
  for (const [threat, { files }] of map) {
    for (const file of files) expect(named.get(file)?.has(threat), `${threat} in ${file}`).toBe(true);
  }
});

test('a test called after a threat stands in the threat’s row', () => {
  for (const [file, threats] of named) {
    for (const threat of threats) expect(map.get(threat)?.files, `${threat} in ${file}`).toContain(file);
  }
});

test('a row that is neither held nor waits, both, or there twice is an error', () => {
  expect(readMap('| T1 | a | `test/a.test.ts`, `test/b.test.ts` |').get('T1')?.files).toHaveLength(2);
  expect(readMap('| T1 | a | waits: media upload |').get('T1')?.waits).toBe('media upload');
  for (const wrong of ['| T1 | a |  |', '| T1 | a | soon |', '| T1 | a | waits: b |\n| T1 | a | waits: b |']) {
    expect(() => readMap(wrong), wrong).toThrow();
  }
});
