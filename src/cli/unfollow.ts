// `wethi unfollow`: a blog stops following. Needs no network: whom it follows stands in the database.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { blogOrRefuse } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { followedNamed, unfollow as stopFollowing } from '../domain/following.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Db } from '../storage/database.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<account>', '@user@host หรือที่อยู่ของหน้าบัญชี · @user@host, or the address of a profile')
    .requiredOption('--blog <handle>', 'บล็อกที่จะเลิกติดตาม · blog that stops following')
    .action(unfollow);
}

async function unfollow(account: string, options: Asked & { blog: string }): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const blog = await blogOrRefuse(db, { handle: options.blog });
    const actor = await followedOrRefuse(db, { follower: blog.id, account });
    await stopFollowing(db, { follower: blog.id, actor: actor.id, clock: systemClock });
    const name = `@${actor.handle}@${actor.host}`;
    answer(options, {
      value: { blog: blog.handle, account: name, actor: actor.id },
      lines: [
        inBoth(
          { th: `@${blog.handle} เลิกติดตาม ${name} แล้ว`, en: `@${blog.handle} no longer follows ${name}` },
          config.language,
        ),
      ],
    });
  });
}

async function followedOrRefuse(db: Db, { follower, account }: { follower: string; account: string }) {
  const followed = await followedNamed(db, { follower, account });
  if (followed !== null) return followed;
  throw new Refusal('not-found', {
    th: `บล็อกนี้ไม่ได้ติดตาม ${account} ตรวจตัวสะกดของชื่อบัญชี`,
    en: `this blog does not follow ${account}; check how the account is spelt`,
  });
}
