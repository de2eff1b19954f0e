// The judges of the fault bench are judged themselves: each must see the fault that it is there for.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { broken, exactly, none, tableOf } from '../../bench/faults/findings.ts';
import { openHearsay } from '../../bench/faults/hearsay.ts';
import { lateIn, latenessIn } from '../../bench/faults/pulse.ts';
import type { Letter } from '../../bench/faults/servers.ts';
import { atOnceIn, missing } from '../../bench/faults/slow-out.ts';
import { acknowledgementsIn } from '../../bench/faults/strace.ts';
import { openVitals } from '../../bench/faults/vitals.ts';
import { p95 } from '../../bench/figures.ts';

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

test('the loop is late for what it did itself, and not for what the machine gave to others', () => {
  const idle = { passed: 20, ran: 1, withheld: 0, helpersWithheld: 0 };
  expect(lateIn(idle)).toBe(0);
  expect(lateIn({ ...idle, passed: 320, ran: 315 })).toBe(300);
  expect(lateIn({ ...idle, passed: 320, ran: 5, withheld: 300 })).toBe(0);
  // It waits for the disk, and then for a helper that gets no processor.
  expect(lateIn({ ...idle, passed: 320, ran: 5 })).toBe(300);
  expect(lateIn({ ...idle, passed: 320, ran: 5, helpersWithheld: 290 })).toBe(10);
  // While it runs it waits for no helper.
  expect(lateIn({ ...idle, passed: 320, ran: 315, helpersWithheld: 290 })).toBe(295);
});

test('hung peers that keep half of the places are seen, and those that keep none are not', () => {
  const rounds = (atOnce: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ at: 1_000 + Math.floor(n / atOnce) * 60 }));
  const usual = [rounds(16, 80), rounds(16, 80), rounds(16, 80)].map(atOnceIn);
  expect(usual).toEqual([16, 16, 16]);
  expect(missing(usual, [rounds(16, 64), rounds(16, 64)].map(atOnceIn))).toBe(0);
  expect(missing(usual, [rounds(8, 64), rounds(8, 64)].map(atOnceIn))).toBe(50);
  expect(missing(usual, [])).toBe(100);
});

test('95 of 100 are looked at, and nothing at all is never in time', () => {
  expect(p95(Array.from({ length: 100 }, (_, n) => 100 - n))).toBe(95);
  expect(p95([3])).toBe(3);
  expect(p95([])).toBe(Number.POSITIVE_INFINITY);
});

test('a server that speaks of something unhandled, ends by itself and never beat is seen, once each', async () => {
  const data = mkdtempSync(join(tmpdir(), 'wethi-vitals-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  new Sqlite(join(data, 'wethi.db')).exec('create table t (x)').close();
  const vitals = openVitals(data);
  // The word stands at the beginning of more than the vitals keep, and is cut in two the second time.
  const words = `const say = (text) => new Promise((done) => process.stderr.write(text, () => setTimeout(done, 50)));
    await say('Unhandled rejection' + ' at somewhere'.repeat(100)); await say('and Uncau'); await say('ght, too');`;
  const program = join(data, 'words.mjs');
  writeFileSync(program, words);
  const server = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'] });
  vitals.born(server, () => '');
  await once(server, 'close');
  expect(vitals.lastLook()).toEqual({ alive: false, words: '' });
  const seen = new Map(vitals.findings().map((finding) => [finding.criterion, finding.seen]));
  expect(seen.get('server ended by itself')).toBe(1);
  expect(seen.get('words of something unhandled in its log')).toBe(2);
  expect(seen.get('ms that the event loop was late, p99')).toBe(Number.POSITIVE_INFINITY);
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
