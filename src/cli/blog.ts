// `wethi blog add|set|alias|move|link|list`: the blogs, each of which others can follow.
import { type Command, Option } from 'commander';
import { readConfig } from '../config.ts';
import { actorsNamed } from '../domain/actors.ts';
import {
  addBlog,
  type Blog,
  COMMENT_POLICIES,
  type CommentPolicy,
  QUOTE_POLICIES,
  reviseBlog,
} from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { LICENCES } from '../domain/licences.ts';
import { aliasesOfBlog, moveBlog, setAlias } from '../domain/moves.ts';
import { blogsHere } from '../domain/reading/operator.ts';
import { absolute, path } from '../urls.ts';
import { registerLinks } from './blog-links.ts';
import { withDatabase } from './database.ts';
import { wholeNumber } from './input.ts';
import { accountOrRefuse, withNode } from './network.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilTold } from './waiting.ts';

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('add')
    .description('เปิดบล็อกใหม่ · open a blog')
    .argument('<handle>', 'ชื่อผู้ใช้ a-z 0-9 _ เปลี่ยนภายหลังไม่ได้ · handle, fixed for ever')
    .requiredOption('--title <title>', 'ชื่อบล็อก ภาษาใดก็ได้ · title in any script')
    .requiredOption('--author <username>', 'สมาชิกที่เขียนบล็อกนี้ · who writes it')
    .option('--lang <code>', 'ภาษา เช่น th · language')
    .addOption(new Option('--licence <licence>', 'สัญญาอนุญาต · licence').choices(LICENCES))
    .addOption(new Option('--comments <policy>', 'นโยบายความเห็น · comment policy').choices(COMMENT_POLICIES))
    .action(add);
  command
    .command('set')
    .description('เปลี่ยนชื่อหรือคำแนะนำบล็อก · change a blog')
    .argument('<handle>', 'บล็อก · blog')
    .option('--title <title>', 'ชื่อบล็อก · title')
    .option('--summary <summary>', 'คำแนะนำบล็อก · what it is about')
    .addOption(new Option('--quotes <who>', 'ใครอ้างอิงบันทึกได้ · who may quote').choices(QUOTE_POLICIES))
    .action(set);
  command
    .command('alias')
    .description('บัญชีเดิมของผู้เขียนที่อื่น ซึ่งจะย้ายมาที่นี่ได้ · an account elsewhere that may move here')
    .argument('<handle>', 'บล็อก · blog')
    .argument('<account>', '@user@host หรือที่อยู่ของหน้าบัญชี · @user@host, or the address of a profile')
    .option('--remove', 'ไม่ใช่แล้ว · no longer')
    .action(alias);
  command
    .command('move')
    .description('พาผู้ติดตามไปบัญชีอื่น บันทึกเดิมยังอยู่ · take the followers to another account')
    .argument('<handle>', 'บล็อก · blog')
    .requiredOption('--to <account>', '@user@host หรือที่อยู่ของหน้าบัญชี · @user@host, or the address of a profile')
    .option('--wait <seconds>', 'รอจนบอกผู้ติดตามแล้ว · wait until the followers are told', wholeNumber)
    .action(move);
  command.command('list').description('รายชื่อบล็อก · every blog').action(list);
  registerLinks(command.command('link').description('ลิงก์ไปหน้าอื่นของบล็อกหรือองค์กร · links to other pages of theirs'));
}

interface AddOptions extends Asked {
  title: string;
  author: string;
  lang?: string;
  licence?: string;
  comments?: CommentPolicy;
}

async function add(handle: string, options: AddOptions): Promise<void> {
  const config = readConfig();
  const { title, author, lang: language, licence, comments } = options;
  const blog = await withDatabase(config, (db) =>
    addBlog(db, { handle, title, author, language, licence, comments, clock: systemClock }),
  );
  const url = absolute(config.origin, path.blog(handle));
  answer(options, {
    value: { handle, title: blog.title, address: addressOf(handle, config.origin), url },
    lines: [inBoth({ th: `เปิดบล็อก ${blog.title} แล้ว`, en: `the blog ${blog.title} is open` }, config.language), url],
  });
}

async function set(
  handle: string,
  options: Asked & { title?: string; summary?: string; quotes?: Blog['quotes'] },
): Promise<void> {
  const config = readConfig();
  const { json: _, ...changes } = options;
  const blog = await withDatabase(config, (db) => reviseBlog(db, { handle, ...changes, clock: systemClock }));
  answer(options, {
    value: { handle: blog.handle, title: blog.title, summary: blog.summary, quotes: blog.quotes },
    lines: [inBoth({ th: `แก้ไขบล็อก ${blog.title} แล้ว`, en: `the blog ${blog.title} was changed` }, config.language)],
  });
}

async function alias(handle: string, account: string, options: Asked & { remove?: true }): Promise<void> {
  const config = readConfig();
  await withNode(config, async (node) => {
    // An account that is to be forgotten need not be there any more.
    const known = options.remove === true ? (await actorsNamed(node.db, { account }))[0]?.id : undefined;
    const alias = known ?? (await accountOrRefuse(node, account)).actor.id;
    const as = options.remove === true ? 'not-ours' : 'ours';
    const blog = await setAlias(node.db, { handle, alias, as, clock: systemClock });
    answer(options, {
      value: { handle: blog.handle, aliases: aliasesOfBlog(blog) },
      lines: aliasesOfBlog(blog),
    });
  });
}

async function move(handle: string, options: Asked & { to: string; wait?: number }): Promise<void> {
  const config = readConfig();
  await withNode(config, async (node) => {
    const { actor, aliases } = await accountOrRefuse(node, options.to);
    const to = { id: actor.id, aliases };
    const blog = await moveBlog(node.db, { handle, to, origin: config.origin, clock: systemClock });
    const told = await waitUntilTold(node.db, { object: blog.id, options, config });
    const name = `@${actor.handle}@${actor.host}`;
    answer(options, {
      value: { handle: blog.handle, movedTo: actor.id, account: name, ...told },
      lines: [
        inBoth({ th: `@${blog.handle} ย้ายไป ${name} แล้ว`, en: `@${blog.handle} moved to ${name}` }, config.language),
      ],
    });
  });
}

async function list(options: Asked): Promise<void> {
  const config = readConfig();
  const { origin } = config;
  const blogs = await withDatabase(config, blogsHere);
  const value = blogs.map(({ handle, title, authors, entries, followers }) => ({
    handle,
    title,
    address: addressOf(handle, origin),
    url: absolute(origin, path.blog(handle)),
    authors,
    entries,
    followers,
  }));
  answer(options, {
    value,
    lines: value.map((blog) => [blog.address, blog.title, blog.entries, blog.followers].join('\t')),
  });
}

function addressOf(handle: string, origin: string): string {
  return `@${handle}@${new URL(origin).host}`;
}
