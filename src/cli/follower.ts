// `wethi follower list|remove`: who listens to a blog or the organisation, and sending somebody away.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { followableNamed } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { dismissFollower, followerNamed, followersOf } from '../domain/followers.ts';
import { Refusal } from '../domain/refusal.ts';
import { withDatabase } from './database.ts';
import { type Asked, answer, inBoth } from './say.ts';

type FollowerOptions = Asked & { blog: string };

const SHOWN_MAX = 1_000;
const FOLLOWED = ['--blog <handle>', 'บล็อกหรือองค์กร · handle of a blog or of the organisation'] as const;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('list')
    .description('รายชื่อผู้ติดตาม · who follows')
    .requiredOption(...FOLLOWED)
    .action(list);
  command
    .command('remove')
    .description('ให้เลิกติดตาม · send a follower away')
    .argument('<account>', '@user@host หรือที่อยู่ของหน้าบัญชี · @user@host, or the address of a profile')
    .requiredOption(...FOLLOWED)
    .action(remove);
}

async function list(options: FollowerOptions): Promise<void> {
  const value = await withDatabase(readConfig(), async (db) => {
    const { id: followed } = await followableNamed(db, { handle: options.blog });
    const followers = await followersOf(db, { followed, limit: SHOWN_MAX });
    return followers.map(({ id, name, handle, host, since }) => ({
      actor: id,
      account: `@${handle}@${host}`,
      name,
      since,
    }));
  });
  answer(options, { value, lines: value.map(({ account, name, since }) => [account, name, since].join('\t')) });
}

async function remove(account: string, options: FollowerOptions): Promise<void> {
  const config = readConfig();
  const gone = await withDatabase(config, async (db) => {
    const { id: followed, handle } = await followableNamed(db, { handle: options.blog });
    const actor = await followerNamed(db, { followed, account });
    if (actor === null) {
      throw new Refusal('not-found', {
        th: `${account} ไม่ได้ติดตามอยู่ ดูรายชื่อด้วย wethi follower list --blog ${handle}`,
        en: `${account} does not follow; see wethi follower list --blog ${handle}`,
      });
    }
    await dismissFollower(db, { followed, actor: actor.id, clock: systemClock });
    return { blog: handle, actor: actor.id, account: `@${actor.handle}@${actor.host}` };
  });
  answer(options, {
    value: gone,
    lines: [
      inBoth(
        { th: `${gone.account} ไม่ได้ติดตาม @${gone.blog} แล้ว`, en: `${gone.account} no longer follows @${gone.blog}` },
        config.language,
      ),
    ],
  });
}
