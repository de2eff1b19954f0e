// `wethi boost`: a blog passes an entry on to its followers, from here or elsewhere.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { boost as boostObject } from '../domain/boosts.ts';
import { systemClock } from '../domain/clock.ts';
import { absolute } from '../urls.ts';
import { wholeNumber } from './input.ts';
import { withLikeable } from './likeable.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilTold } from './waiting.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<url>', 'ที่อยู่ของบันทึก · address of the post')
    .requiredOption('--blog <handle>', 'บล็อกที่ส่งต่อ · blog that boosts it')
    .option('--wait <seconds>', 'รอจนบอกผู้ติดตามแล้ว · wait until its followers are told', wholeNumber)
    .action(boost);
}

async function boost(url: string, options: Asked & { blog: string; wait?: number }): Promise<void> {
  const config = readConfig();
  await withLikeable({ url, handle: options.blog, config }, async (db, { blog, object, to }) => {
    const row = await boostObject(db, { booster: blog.id, object, to, clock: systemClock });
    const told = await waitUntilTold(db, { object, options, config });
    answer(options, {
      value: { id: absolute(config.origin, row.id), object: absolute(config.origin, object), ...told },
      lines: [inBoth({ th: `@${blog.handle} ส่งต่อแล้ว`, en: `@${blog.handle} boosted it` }, config.language)],
    });
  });
}
