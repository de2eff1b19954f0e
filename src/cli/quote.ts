// `wethi quote list|revoke`: posts elsewhere that quote entries with our stamp, and taking a stamp back.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { revokeQuote } from '../domain/quotes.ts';
import { quotesHere } from '../domain/reading/operator.ts';
import { withDatabase } from './database.ts';
import { wholeNumber } from './input.ts';
import { type Asked, answer, inBoth } from './say.ts';

const SHOWN_MAX = 1_000;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('list')
    .description('โพสต์ที่อ้างอิงบันทึก · posts that quote entries')
    .option('--entry <number>', 'เฉพาะบันทึกนี้ · of one entry', wholeNumber)
    .action(list);
  command
    .command('revoke')
    .description('เพิกถอนการอ้างอิง · take a stamp back')
    .argument('<id>', 'จาก wethi quote list · from wethi quote list')
    .action(revoke);
}

async function list(options: Asked & { entry?: number }): Promise<void> {
  const value = await withDatabase(readConfig(), (db) => quotesHere(db, { entry: options.entry, limit: SHOWN_MAX }));
  answer(options, {
    value,
    lines: value.map(({ id, entry, author, post, revoked }) =>
      [id, entry, author, post, revoked === null ? '' : 'revoked'].join('\t'),
    ),
  });
}

async function revoke(id: string, options: Asked): Promise<void> {
  const config = readConfig();
  const { post } = await withDatabase(config, (db) => revokeQuote(db, { id, clock: systemClock }));
  answer(options, {
    value: { id, post },
    lines: [inBoth({ th: `เพิกถอนการอ้างอิงใน ${post} แล้ว`, en: `the quote in ${post} was revoked` }, config.language)],
  });
}
