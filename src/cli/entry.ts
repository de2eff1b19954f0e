// `wethi entry publish|revise|list|withdraw|pin|unpin`: entries from Markdown files, for whoever writes in an editor of their own.
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { type Blog, blogOrRefuse } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { numberedOrRefuse } from '../domain/entries/find.ts';
import { pinEntry } from '../domain/entries/pin.ts';
import { withdrawEntry } from '../domain/entries/withdraw.ts';
import type { Words } from '../domain/entries/words.ts';
import { type Entry, entryOrRefuse, reviseEntry, type Written, writeEntry } from '../domain/entries/write.ts';
import { entriesHere, homeOf } from '../domain/reading/operator.ts';
import { seriesById } from '../domain/series.ts';
import { tagsOf } from '../domain/tags.ts';
import type { Db } from '../storage/database.ts';
import { absolute, path } from '../urls.ts';
import { withDatabase } from './database.ts';
import { WordsRefused } from './exits.ts';
import { collected, textOf, wholeNumber } from './input.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilTold } from './waiting.ts';

const FILE = ['<file>', 'ไฟล์ Markdown หรือ - เพื่ออ่านจาก stdin · Markdown file, or - for stdin'] as const;
const NUMBER = ['<number>', 'หมายเลขบันทึก · entry number', wholeNumber] as const;
const LIST_DEFAULT = 100;

/** Adds the subcommands. */
export function register(command: Command): void {
  const publish = command
    .command('publish')
    .description('เผยแพร่บันทึกใหม่ · publish a new entry')
    .requiredOption('--blog <handle>', 'บล็อก · blog')
    .requiredOption('--title <title>', 'ชื่อบันทึก · title');
  withWords(publish).action(publishFile);
  const revise = command
    .command('revise')
    .description('แก้ไขบันทึก ส่วนที่ไม่ได้ใส่คงเดิม · revise an entry; what is left out stays')
    .argument(...NUMBER)
    .option('--title <title>', 'ชื่อบันทึก · title');
  withWords(revise).action(reviseFromFile);
  command
    .command('list')
    .description('รายการบันทึก ใหม่ไปเก่า · entries, newest first')
    .option('--blog <handle>', 'เฉพาะบล็อกนี้ · only this blog')
    .option('--limit <n>', 'จำนวนสูงสุด · how many at most', wholeNumber, LIST_DEFAULT)
    .option('--before <number>', 'เฉพาะหมายเลขที่น้อยกว่านี้ · only smaller numbers', wholeNumber)
    .action(list);
  command
    .command('withdraw')
    .description('ถอนบันทึกอย่างถาวร · withdraw an entry for good')
    .argument(...NUMBER)
    .option('--wait <seconds>', 'รอจนบอกผู้ติดตามแล้ว · wait until it is told', wholeNumber)
    .action(withdraw);
  command
    .command('pin')
    .description('ปักหมุดไว้บนสุดของบล็อก · let it stand first on its blog')
    .argument(...NUMBER)
    .action(pin);
  command
    .command('unpin')
    .description('เอาหมุดออก · let it stand with the others')
    .argument(...NUMBER)
    .action(unpin);
}

function withWords(command: Command): Command {
  return command
    .option('--highlight <text>', 'ข้อความเด่น ไม่ใส่จะใช้ย่อหน้าแรก · highlight; the first paragraph when left out')
    .option('--tag <tag>', 'คำสำคัญ ใส่ซ้ำได้ · tag, may be given again', collected, [])
    .option('--series <title>', 'ชื่อชุดบันทึก · series')
    .option('--part <n>', 'ตอนที่ · part', wholeNumber)
    .option('--lang <code>', 'ภาษา เช่น th · language')
    .option('--wait <seconds>', 'รอจนบอกผู้ติดตามแล้ว · wait until it is told', wholeNumber)
    .argument(...FILE);
}

interface WordsOptions extends Asked {
  title?: string;
  highlight?: string;
  tag: string[];
  series?: string;
  part?: number;
  lang?: string;
  wait?: number;
}

async function publishFile(file: string, options: WordsOptions & { blog: string; title: string }): Promise<void> {
  const config = readConfig();
  const { origin } = config;
  const source = await textOf(file);
  await withDatabase(config, async (db) => {
    const blog = await blogOrRefuse(db, { handle: options.blog });
    const words: Words = {
      title: options.title,
      highlight: options.highlight ?? '',
      source,
      tags: options.tag,
      series: options.series ?? null,
      part: options.part ?? null,
      licence: blog.licence,
      language: options.lang ?? blog.language,
    };
    // Nobody is signed in here, so the blog alone stands as the author.
    const author = null;
    const written = await writeEntry(db, { blog: blog.id, author, words, as: 'published', origin, clock: systemClock });
    const entry = writtenOrRefuse(written);
    const told = await waitUntilTold(db, { object: entry.id, options, config });
    const value = { ...reference(entry, { blog, config }), ...told };
    answer(options, {
      value,
      lines: [
        inBoth({ th: `เผยแพร่บันทึก ${entry.number} แล้ว`, en: `published entry ${entry.number}` }, config.language),
        value.url,
      ],
    });
  });
}

async function reviseFromFile(number: number, file: string, options: WordsOptions): Promise<void> {
  const config = readConfig();
  const { origin } = config;
  const source = await textOf(file);
  await withDatabase(config, async (db) => {
    const { id } = await numberedOrRefuse(db, { number });
    const standing = await entryOrRefuse(db, { id });
    const words = await revisedWords(db, { standing, source, options });
    const as = standing.state === 'draft' ? 'draft' : 'published';
    const entry = writtenOrRefuse(await reviseEntry(db, { id, words, as, origin, clock: systemClock }));
    const told = await waitUntilTold(db, { object: id, options, config });
    const value = { ...reference(entry, { blog: await homeOf(db, { entry }), config }), ...told };
    answer(options, {
      value,
      lines: [inBoth({ th: `แก้ไขบันทึก ${number} แล้ว`, en: `revised entry ${number}` }, config.language), value.url],
    });
  });
}

/** What stands, with what was given in its place. */
async function revisedWords(
  db: Db,
  { standing, source, options }: { standing: Entry; source: string; options: WordsOptions },
): Promise<Words> {
  const series = standing.series === null ? null : await seriesById(db, { id: standing.series });
  return {
    title: options.title ?? standing.title,
    highlight: options.highlight ?? (standing.highlightDerived === 1 ? '' : standing.highlight),
    source,
    tags: options.tag.length > 0 ? options.tag : await tagsOf(db, { entry: standing.id }),
    series: options.series ?? series?.title ?? null,
    part: options.part ?? standing.part,
    licence: standing.licence,
    language: options.lang ?? standing.language,
  };
}

async function list(options: Asked & { blog?: string; limit: number; before?: number }): Promise<void> {
  const config = readConfig();
  const { limit, before } = options;
  const entries = await withDatabase(config, async (db) => {
    const blog = options.blog === undefined ? undefined : (await blogOrRefuse(db, { handle: options.blog })).id;
    return await entriesHere(db, { blog, before, limit });
  });
  answer(options, {
    value: entries.map(({ number, title, state, handle, published, revised, likes, comments }) => {
      const url = absolute(config.origin, path.entry(handle, number));
      return { number, title, state, url, published, revised, likes, comments };
    }),
    lines: entries.map((entry) =>
      [entry.number, entry.published?.slice(0, 10) ?? '-', entry.state, `@${entry.handle}`, entry.title].join('\t'),
    ),
  });
}

async function withdraw(number: number, options: Asked & { wait?: number }): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const entry = await numberedOrRefuse(db, { number });
    await withdrawEntry(db, { id: entry.id, clock: systemClock });
    const told = await waitUntilTold(db, { object: entry.id, options, config });
    answer(options, {
      value: { ...reference(entry, { blog: await homeOf(db, { entry }), config }), ...told },
      lines: [inBoth({ th: `ถอนบันทึก ${number} แล้ว`, en: `withdrew entry ${number}` }, config.language)],
    });
  });
}

async function pin(number: number, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const { id } = await numberedOrRefuse(db, { number });
    await pinEntry(db, { id, place: 'first', clock: systemClock });
  });
  answer(options, {
    value: { number, pinned: true },
    lines: [inBoth({ th: `ปักหมุดบันทึก ${number} แล้ว`, en: `entry ${number} stands first` }, config.language)],
  });
}

async function unpin(number: number, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const { id } = await numberedOrRefuse(db, { number });
    await pinEntry(db, { id, place: 'with-the-others', clock: systemClock });
  });
  answer(options, {
    value: { number, pinned: false },
    lines: [
      inBoth({ th: `เอาหมุดของบันทึก ${number} ออกแล้ว`, en: `entry ${number} stands with the others` }, config.language),
    ],
  });
}

function writtenOrRefuse(written: Written): Entry {
  if (written.ok) return written.entry;
  throw new WordsRefused(written.problems);
}

function reference(
  entry: Entry,
  { blog, config }: { blog: Blog; config: Config },
): { number: number; url: string; id: string } {
  return {
    number: entry.number,
    url: absolute(config.origin, path.entry(blog.handle, entry.number)),
    id: absolute(config.origin, path.article(entry.id)),
  };
}
