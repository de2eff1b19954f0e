// `wethi rotate-keys`: new keys for a blog, the organisation or the instance actor.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { rotateKeys } from '../domain/rotation.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command.argument('<handle>', 'บล็อก องค์กร หรือ instance · a blog, the organisation, or instance').action(rotate);
}

async function rotate(handle: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => rotateKeys(db, { handle, clock: systemClock }));
  answer(options, {
    value: { handle },
    lines: [inBoth({ th: `@${handle} ได้กุญแจใหม่แล้ว`, en: `@${handle} has new keys` }, config.language)],
  });
}
