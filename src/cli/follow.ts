// `wethi follow`: a blog asks to follow an account elsewhere. The running node sends the request and notes the answer.
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { type Blog, blogOrRefuse } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { askToFollow } from '../domain/following.ts';
import { absolute } from '../urls.ts';
import { EXIT } from './exits.ts';
import { wholeNumber } from './input.ts';
import { accountOrRefuse, withNode } from './network.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilAnswered } from './waiting.ts';

type FollowOptions = Asked & { blog: string; wait?: number };

/** Adds its arguments. */
export function register(command: Command): void {
  command
    .argument('<account>', '@user@host หรือที่อยู่ของหน้าบัญชี · @user@host, or the address of a profile')
    .requiredOption('--blog <handle>', 'บล็อกที่จะติดตาม · blog that follows')
    .option('--wait <seconds>', 'รอจนอีกฝั่งรับ · wait until it is accepted', wholeNumber)
    .action(follow);
}

async function follow(account: string, options: FollowOptions): Promise<void> {
  const config = readConfig();
  await withNode(config, async (node) => {
    const blog = await blogOrRefuse(node.db, { handle: options.blog });
    const { actor } = await accountOrRefuse(node, account);
    const { activity } = await askToFollow(node.db, { follower: blog.id, actor: actor.id, clock: systemClock });
    const state = await waitUntilAnswered(node.db, { follower: blog.id, actor: actor.id, options, config });
    if (state === 'rejected') process.exitCode = EXIT.failed;
    const name = `@${actor.handle}@${actor.host}`;
    answer(options, {
      value: { blog: blog.handle, account: name, actor: actor.id, state, activity: absolute(config.origin, activity) },
      lines: [stateLine(state, { name, blog, config })],
    });
  });
}

function stateLine(
  state: 'requested' | 'accepted' | 'rejected',
  { name, blog, config }: { name: string; blog: Blog; config: Config },
): string {
  const tellings = {
    requested: { th: `@${blog.handle} ขอติดตาม ${name} แล้ว รออีกฝั่งรับ`, en: `@${blog.handle} asked to follow ${name}` },
    accepted: { th: `@${blog.handle} ติดตาม ${name} แล้ว`, en: `@${blog.handle} follows ${name}` },
    rejected: { th: `${name} ไม่รับการติดตาม`, en: `${name} refused to be followed` },
  };
  return inBoth(tellings[state], config.language);
}
