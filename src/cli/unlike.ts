// `wethi unlike`: takes a blog's like back.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { unlike as unlikeObject } from '../domain/likes.ts';
import { absolute } from '../urls.ts';
import { withLikeable } from './likeable.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<url>', 'ที่อยู่ของบันทึก · address of the post')
    .requiredOption('--blog <handle>', 'บล็อกที่เลิกถูกใจ · blog that takes its like back')
    .action(unlike);
}

async function unlike(url: string, options: Asked & { blog: string }): Promise<void> {
  const config = readConfig();
  await withLikeable({ url, handle: options.blog, config }, async (db, { blog, object, to }) => {
    await unlikeObject(db, { blog: blog.id, object, to, clock: systemClock });
    answer(options, {
      value: { object: absolute(config.origin, object) },
      lines: [inBoth({ th: `@${blog.handle} เลิกถูกใจแล้ว`, en: `@${blog.handle} no longer likes it` }, config.language)],
    });
  });
}
