// `wethi like`: a blog likes an entry, here or elsewhere. What a like points at is found in likeable.ts.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { like as likeObject } from '../domain/likes.ts';
import { absolute } from '../urls.ts';
import { wholeNumber } from './input.ts';
import { withLikeable } from './likeable.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilTold } from './waiting.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<url>', 'ที่อยู่ของบันทึก · address of the post')
    .requiredOption('--blog <handle>', 'บล็อกที่ถูกใจ · blog that likes it')
    .option('--wait <seconds>', 'รอจนบอกผู้เขียนแล้ว · wait until its author is told', wholeNumber)
    .action(like);
}

async function like(url: string, options: Asked & { blog: string; wait?: number }): Promise<void> {
  const config = readConfig();
  await withLikeable({ url, handle: options.blog, config }, async (db, { blog, object, to }) => {
    const row = await likeObject(db, { blog: blog.id, object, to, clock: systemClock });
    const told = await waitUntilTold(db, { object, options, config });
    answer(options, {
      value: { id: absolute(config.origin, row.id), object: absolute(config.origin, object), ...told },
      lines: [inBoth({ th: `@${blog.handle} ถูกใจแล้ว`, en: `@${blog.handle} likes it` }, config.language)],
    });
  });
}
