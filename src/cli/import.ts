// `wethi import gotoknow FILE…`: old entries come home with number, dates, licence and comments. A second import of the same
// file changes nothing, so after a failure the whole command may simply be run again.
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { type Blog, blogOrRefuse } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import type { Entry } from '../domain/entries/write.ts';
import { importGotoknow } from '../domain/portability/gotoknow.ts';
import { type GotoknowEntry, readGotoknowBytes } from '../domain/portability/gotoknow-text.ts';
import { homeOf } from '../domain/reading/operator.ts';
import { Refusal } from '../domain/refusal.ts';
import { seriesById } from '../domain/series.ts';
import { tagsOf } from '../domain/tags.ts';
import type { Db } from '../storage/database.ts';
import { inTransaction } from '../storage/transaction.ts';
import { absolute, path } from '../urls.ts';
import { withDatabase } from './database.ts';
import { EXIT, WordsRefused, WrongUsage } from './exits.ts';
import { bytesOf } from './input.ts';
import { type Asked, answer, inBoth, say } from './say.ts';

const PROGRESS_EVERY = 20;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('gotoknow')
    .description('บันทึกจาก GotoKnow ที่คัดลอกหรือบันทึกหน้าไว้ · entries copied or saved from GotoKnow')
    .argument('<files...>', 'ไฟล์ข้อความหรือ HTML ไฟล์ละหนึ่งบันทึก · text or HTML, an entry a file')
    .requiredOption('--blog <handle>', 'บล็อกที่จะรับ · blog that takes them')
    .option('--permission', 'ยืนยันว่าเขียนเองหรือได้รับอนุญาตให้เผยแพร่ · I wrote them or may publish them')
    .option('--dry-run', 'ลองดูก่อน ไม่บันทึก · show what would happen and keep nothing')
    .action(gotoknow);
}

interface ImportOptions extends Asked {
  blog: string;
  permission?: true;
  dryRun?: true;
}

interface ImportedItem {
  number: number;
  /** Its number on GotoKnow. */
  original: string | null;
  title: string;
  highlight: string;
  tags: string[];
  published: string | null;
  revised: string | null;
  licence: string;
  series: { title: string; part: number | null } | null;
  /** How many came with it. */
  comments: number;
  url: string;
}

async function gotoknow(files: string[], options: ImportOptions): Promise<void> {
  if (options.permission !== true) throw permissionMissing();
  const config = readConfig();
  const { imported, failures } = await withDatabase(config, async (db) => {
    const blog = await blogOrRefuse(db, { handle: options.blog });
    // Reading may take as long as somebody types into stdin, so it is over before anything is written.
    const { pieces, failures } = await readAll(files, config);
    const done = await importAll(db, { pieces, blog, config, mode: options.dryRun === true ? 'rehearse' : 'keep' });
    return { imported: done.imported, failures: failures + done.failures };
  });
  answer(options, {
    value: imported.map(({ item }) => item),
    lines: imported.map(({ item, outcome }) =>
      [item.number, item.published?.slice(0, 10) ?? '-', outcome, item.title, item.url].join('\t'),
    ),
  });
  if (failures > 0) process.exitCode = EXIT.failed;
  if (options.dryRun === true) {
    say(
      {
        th: 'นี่คือการลองดู ยังไม่มีอะไรถูกบันทึก เอา --dry-run ออกเพื่อนำเข้าจริง',
        en: 'this was a rehearsal and nothing was kept; leave --dry-run out to import',
      },
      config.language,
    );
  }
}

type Outcome = 'imported' | 'unchanged';

/** A file that was read. */
interface Piece {
  file: string;
  raw: Uint8Array;
  read: GotoknowEntry;
}

/** Reads every file; one that cannot be read is told and does not keep the others out. */
async function readAll(files: string[], config: Config): Promise<{ pieces: Piece[]; failures: number }> {
  const pieces: Piece[] = [];
  let failures = 0;
  for (const file of files) {
    const piece = await orTold(file, config, async () => {
      const raw = await bytesOf(file);
      const read = readGotoknowBytes(raw);
      for (const { th, en } of read.warnings) say({ th: `${file}: ${th}`, en: `${file}: ${en}` }, config.language);
      return { file, raw, read };
    });
    if (piece === null) failures++;
    else pieces.push(piece);
  }
  return { pieces, failures };
}

/** Imports, or rehearses, each in a transaction of its own; one that is refused is told and does not keep the others out. */
async function importAll(
  db: Db,
  { pieces, blog, config, mode }: { pieces: Piece[]; blog: Blog; config: Config; mode: 'keep' | 'rehearse' },
): Promise<{ imported: { item: ImportedItem; outcome: Outcome }[]; failures: number }> {
  const imported: { item: ImportedItem; outcome: Outcome }[] = [];
  let failures = 0;
  for (const [index, piece] of pieces.entries()) {
    // A rehearsal gives every new entry the same number; the ones before it would have taken theirs.
    const ahead = mode === 'keep' ? 0 : imported.filter(({ outcome }) => outcome === 'imported').length;
    const done = await orTold(piece.file, config, () => {
      const work = (db: Db) => importPiece(db, { piece, blog, config, ahead });
      return mode === 'keep' ? work(db) : rehearsed(db, work);
    });
    if (done === null) failures++;
    else imported.push(done);
    if ((index + 1) % PROGRESS_EVERY === 0) sayProgress({ done: index + 1, all: pieces.length, config });
  }
  return { imported, failures };
}

function sayProgress({ done, all, config }: { done: number; all: number; config: Config }): void {
  const progress = inBoth({ th: `${done} จาก ${all} ไฟล์`, en: `${done} of ${all} files` }, config.language);
  process.stderr.write(`${progress}\n`);
}

/** What `work` gives; null when a file was refused, which is told with its name. */
async function orTold<T>(file: string, config: Config, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof WordsRefused)) throw error;
    const tellings = error instanceof Refusal ? [error.telling] : error.problems.map((problem) => problem.telling);
    for (const { th, en } of tellings) say({ th: `${file}: ${th}`, en: `${file}: ${en}` }, config.language);
    return null;
  }
}

async function importPiece(
  db: Db,
  { piece, blog, config, ahead }: { piece: Piece; blog: Blog; config: Config; ahead: number },
): Promise<{ item: ImportedItem; outcome: Outcome }> {
  const { raw, read } = piece;
  const { origin } = config;
  const result = await importGotoknow(db, { read, raw, blog, author: null, origin, clock: systemClock });
  if (!result.ok) throw new WordsRefused(result.problems);
  const { entry, outcome, comments } = result;
  const number = outcome === 'imported' ? entry.number + ahead : entry.number;
  return { item: await itemOf(db, { entry: { ...entry, number }, comments, config }), outcome };
}

async function itemOf(
  db: Db,
  { entry, comments, config }: { entry: Entry; comments: number; config: Config },
): Promise<ImportedItem> {
  const series = entry.series === null ? null : await seriesById(db, { id: entry.series });
  // An entry imported before may stand in another blog than the one named now.
  const { handle } = await homeOf(db, { entry });
  return {
    number: entry.number,
    original: entry.originalNumber,
    title: entry.title,
    highlight: entry.highlight,
    tags: await tagsOf(db, { entry: entry.id }),
    published: entry.published,
    revised: entry.revised,
    licence: entry.licence,
    series: series === null ? null : { title: series.title, part: entry.part },
    comments,
    url: absolute(config.origin, path.entry(handle, entry.number)),
  };
}

/** Carries what a rehearsal found out of the transaction that it rolls back. */
class Rehearsed<T> extends Error {
  readonly found: T;

  constructor(found: T) {
    super('a rehearsal is rolled back');
    this.found = found;
  }
}

/** Does everything for real and rolls it back, so that a dry run shows exactly what would be kept. */
async function rehearsed<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(db, async (db): Promise<T> => {
      throw new Rehearsed(await work(db));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.found as T;
    throw error;
  }
}

function permissionMissing(): WrongUsage {
  return new WrongUsage({
    th: 'บันทึกใน GotoKnow ส่วนใหญ่สงวนสิทธิ์ทุกประการ ใส่ --permission เมื่อคุณเป็นผู้เขียน หรือได้รับอนุญาตให้เผยแพร่แล้ว',
    en: 'most entries on GotoKnow reserve all rights; add --permission when you wrote them or may publish them',
  });
}
