// `wethi unboost`: takes a blog's boost back.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { unboost as unboostObject } from '../domain/boosts.ts';
import { systemClock } from '../domain/clock.ts';
import { absolute } from '../urls.ts';
import { withLikeable } from './likeable.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<url>', 'ที่อยู่ของบันทึก · address of the post')
    .requiredOption('--blog <handle>', 'บล็อกที่เลิกส่งต่อ · blog that takes its boost back')
    .action(unboost);
}

async function unboost(url: string, options: Asked & { blog: string }): Promise<void> {
  const config = readConfig();
  await withLikeable({ url, handle: options.blog, config }, async (db, { blog, object, to }) => {
    await unboostObject(db, { booster: blog.id, object, to, clock: systemClock });
    answer(options, {
      value: { object: absolute(config.origin, object) },
      lines: [inBoth({ th: `@${blog.handle} เลิกส่งต่อแล้ว`, en: `@${blog.handle} took its boost back` }, config.language)],
    });
  });
}
