// The judges of the fault bench are judged themselves: each must see the fault that it is there for.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { broken, exactly, none, tableOf } from '../../bench/faults/findings.ts';
import { openHearsay } from '../../bench/faults/hearsay.ts';
import { latenessIn } from '../../bench/faults/pulse.ts';
import type { Letter } from '../../bench/faults/servers.ts';
import { acknowledgementsIn } from '../../bench/faults/strace.ts';

const WAL = '/data/wethi.db-wal';
const SOCKET = 'TCP:[127.0.0.1:8000->127.0.0.1:40000]';
const asked = `7 read(21<${SOCKET}>, "POST /ap/inbox HTTP/1.1\\r\\nhost: "..., 65536) = 900`;
const wrote = `7 pwrite64(18<${WAL}>, "\\0\\0\\20"..., 4096, 32) = 4096`;
const synced = `7 fdatasync(18<${WAL}>) = 0`;
const accepted = `7 writev(21<${SOCKET}>, [{iov_base="HTTP/1.1 202 Accepted\\r\\ndate: "..., iov_len=120}, {iov_base="", iov_len=0}], 2) = 120`;

test('an answer after the sync is right, whatever the thread pool does in between', () => {
  const cut = [
    `7 fdatasync(18<${WAL}> <unfinished ...>`,
    '9 read(3</etc/hosts>, "", 4096) = 0',
    '7 <... fdatasync resumed>) = 0',
  ];
  for (const lines of [
    [asked, wrote, synced, accepted],
    [asked, wrote, ...cut, accepted],
  ]) {
    expect(acknowledgementsIn(lines.join('\n'))).toEqual({
      forms: 0,
      letters: 1,
      unsynced: 0,
      ahead: 0,
      writes: 1,
      syncs: 1,
    });
  }
});

test('an answer without a sync since its request, or before what was written is synced, is seen', () => {
  const never = acknowledgementsIn([synced, asked, accepted].join('\n'));
  expect([never.letters, never.unsynced, never.ahead]).toEqual([1, 1, 0]);
  const early = acknowledgementsIn([asked, wrote, synced, wrote, accepted].join('\n'));
  expect([early.letters, early.unsynced, early.ahead]).toEqual([1, 0, 1]);
  const failed = acknowledgementsIn([asked, wrote, synced.replace('= 0', '= -1 EIO'), accepted].join('\n'));
  expect([failed.letters, failed.unsynced, failed.ahead]).toEqual([1, 1, 1]);
});

test('pages and refusals are no acknowledgements', () => {
  const page = asked.replace('POST /ap/inbox', 'GET /blogs');
  const refused = accepted.replace('202 Accepted', '401 Unauthorized');
  expect(acknowledgementsIn([page, accepted, asked, refused].join('\n'))).toMatchObject({ letters: 0, forms: 0 });
});

test('a stall counts for everybody who comes while it lasts', () => {
  expect(latenessIn('0.5\n70\n')).toEqual([0.5, 70, 50, 30, 10]);
});

test('a change told under two ids is told twice, and a Delete goes by the last title', () => {
  const letter = { inbox: 'http://a/inbox', object: 'http://n/7', at: 0, taken: true };
  const letters: Letter[] = [
    { ...letter, type: 'Create', id: '1', title: 'ก' },
    { ...letter, type: 'Create', id: '1', title: 'ก' },
    { ...letter, type: 'Update', id: '2', title: 'ข' },
  ];
  const hearsay = openHearsay(letters);
  const ids = (verb: 'Create' | 'Update' | 'Delete', title: string) =>
    hearsay.of({ verb, title, fate: 'acknowledged' }).get(letter.inbox)?.size;
  expect([ids('Create', 'ก'), ids('Update', 'ข'), ids('Delete', 'ข')]).toEqual([1, 1, undefined]);
  letters.push({ ...letter, type: 'Update', id: '3', title: 'ข' }, { ...letter, type: 'Delete', id: '4', title: null });
  expect([ids('Update', 'ข'), ids('Delete', 'ข'), ids('Delete', 'ก')]).toEqual([2, 1, undefined]);
});

test('one figure beyond its limit breaks the round, and the table says so', () => {
  const round = {
    scenario: 'inbox',
    seed: 3,
    seconds: 1,
    findings: [exactly(2, 'likes', 2), none('lost', 1)],
    remarks: {},
  };
  expect(broken(round)).toEqual([none('lost', 1)]);
  expect(tableOf([{ row: 'R3', round }])).toMatch(/\| R3 \| inbox +\| lost +\| 1 +\| 0 +\| NO, 0\/1 +\| 3 +\|/);
});

test.each([['--only', 'R1,R99'], ['--rounds', '0'], ['--json', '--markdown'], ['R1']])(
  'the command says how it is used when it is asked for "%s"',
  (...words) => {
    const { status, stderr } = spawnSync(process.execPath, [
      join(import.meta.dirname, '../../bench/faults/run.ts'),
      ...words,
    ]);
    expect(status).toBe(64);
    expect(stderr.toString()).toContain('writing (R1)');
  },
);
