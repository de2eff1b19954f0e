// How V8 is to treat memory stands in two places, because there are two ways to start a node: the installed command and
// `npm start`. The benches measure under what stands in the second (bench/flags.ts).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startFlags } from '../../bench/flags.ts';

const COMMAND = new URL('../../src/cli/wethi.ts', import.meta.url);

test('the installed command and `npm start` give Node the same flags', () => {
  const [shebang = ''] = readFileSync(COMMAND, 'utf8').split('\n');
  expect(shebang.split(' ').filter((word) => word.startsWith('--'))).toEqual(startFlags());
});

test('Node knows every one of them', () => {
  const { status, stderr } = spawnSync(process.execPath, [...startFlags(), '--eval', '0'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('`deno task start` gives V8 what is V8’s of them; the pool is Node’s own', () => {
  const { tasks } = JSON.parse(readFileSync(new URL('../../deno.json', import.meta.url), 'utf8')) as {
    tasks: { start: string };
  };
  const [, flags = ''] = /--v8-flags=(\S+)/.exec(tasks.start) ?? [];
  expect(flags.split(',')).toEqual(startFlags().filter((flag) => !flag.startsWith('--v8-pool-size')));
});
