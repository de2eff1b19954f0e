// The embedded engine's file: private, safe from a power cut, and never made by mistake. A server keeps its own files.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase, whenAdded } from '../../src/storage/database.ts';

const HOLDER = fileURLToPath(new URL('./holder.ts', import.meta.url));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wethi-storage-'));
  path = join(folder, 'data', 'wethi.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test('the folder is made for its owner alone, and so are the file and its log', async () => {
  const db = openDatabase({ path });
  await sql`create table kept (a text)`.execute(db);
  expect(modeOf(join(folder, 'data'))).toBe('700');
  expect(modeOf(path)).toBe('600');
  expect(modeOf(`${path}-wal`)).toBe('600');
  await db.destroy();
});

test('a file that was open to others is closed to them', async () => {
  await openDatabase({ path }).destroy();
  chmodSync(path, 0o644);
  await openDatabase({ path }).destroy();
  expect(modeOf(path)).toBe('600');
});

test('what was acknowledged survives a power cut, and what was deleted is gone from the file', async () => {
  const db = openDatabase({ path });
  const pragma = async (name: string) => Object.values((await sql.raw(`pragma ${name}`).execute(db)).rows[0] ?? {})[0];
  expect({
    journal: await pragma('journal_mode'),
    synchronous: await pragma('synchronous'),
    foreignKeys: await pragma('foreign_keys'),
    secureDelete: await pragma('secure_delete'),
    busyTimeout: await pragma('busy_timeout'),
  }).toEqual({ journal: 'wal', synchronous: 2, foreignKeys: 1, secureDelete: 1, busyTimeout: 5000 });
  await db.destroy();
});

test('what another process writes may be work, and is heard of; what this one writes is not', async () => {
  const [own, other] = [openDatabase({ path }), openDatabase({ path })];
  await sql`create table kept (a text)`.execute(own);
  const heard: string[] = [];
  const deaf = whenAdded(own, (work) => void heard.push(work));
  await sql`insert into kept values ('own')`.execute(own);
  // Longer than from one look to the next.
  await pause(150);
  expect(heard).toEqual([]);
  await sql`insert into kept values ('other')`.execute(other);
  await vi.waitUntil(() => heard.length > 0);
  deaf();
  expect(heard).toEqual(['happenings', 'deliveries', 'messages']);
  await Promise.all([own.destroy(), other.destroy()]);
});

test('a file that cannot be looked at ends nothing: all work is looked for, once', async () => {
  const db = openDatabase({ path });
  await sql`create table kept (a text)`.execute(db);
  const heard: string[] = [];
  const deaf = whenAdded(db, (work) => void heard.push(work));
  await db.destroy();
  await vi.waitUntil(() => heard.length > 0);
  // Longer than from one look to the next.
  await pause(150);
  deaf();
  expect(heard).toEqual(['happenings', 'deliveries', 'messages']);
});

test('the connection for pages makes no database where there is none', () => {
  expect(() => openDatabase({ path, readonly: true })).toThrow(/directory does not exist/);
});

test('more shapes of query than are kept prepared still work', async () => {
  const db = openDatabase({ path });
  for (let i = 0; i < 600; i++) await sql.raw(`select ${i} as n`).execute(db);
  const { rows } = await sql<{ n: number }>`select 7 as n`.execute(db);
  expect(rows).toEqual([{ n: 7 }]);
  await db.destroy();
});

test('a new database that somebody writes to at this moment is waited for', async () => {
  mkdirSync(join(folder, 'data'));
  const holder = spawn(process.execPath, [HOLDER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  const db = openDatabase({ path });
  expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journalMode: 'wal' }]);
  await db.destroy();
  expect(await ended).toEqual([0, null]);
});
