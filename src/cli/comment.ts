// `wethi comment add|revise|list|approve|hide|delete`: answering, and deciding about what others answered.
import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { type Blog, blogOrRefuse } from '../domain/blogs.ts';
import { systemClock } from '../domain/clock.ts';
import { decideComment } from '../domain/comments/moderate.ts';
import { type Place, placeOf } from '../domain/comments/receive.ts';
import { deleteComment, reviseComment, writeComment } from '../domain/comments/write.ts';
import { commentsHere, repliesHere } from '../domain/reading/operator.ts';
import { deleteReply, replyById, writeReply } from '../domain/replies.ts';
import { excerpt } from '../domain/text/excerpt.ts';
import type { Db } from '../storage/database.ts';
import { absolute, path } from '../urls.ts';
import { withDatabase } from './database.ts';
import { wholeNumber } from './input.ts';
import { postOrRefuse, withNode } from './network.ts';
import { placeHere } from './places.ts';
import { type Asked, answer, inBoth } from './say.ts';
import { waitUntilTold } from './waiting.ts';

const ID = ['<id>', 'รหัสจาก wethi comment list · id from wethi comment list'] as const;
const STATES = ['held', 'shown', 'hidden'] as const;
const LIST_DEFAULT = 100;
const LINE_GRAPHEMES_MAX = 80;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('add')
    .description('แสดงความเห็นในนามบล็อก ที่นี่หรือที่เซิร์ฟเวอร์อื่น · answer a post, here or elsewhere')
    .argument('<url>', 'ที่อยู่ของบันทึกหรือความเห็น · address of the post or comment')
    .argument('<text>', 'ข้อความ · what to say')
    .requiredOption('--blog <handle>', 'บล็อกที่พูด · blog that speaks')
    .option('--wait <seconds>', 'รอจนส่งออกแล้ว · wait until it is told', wholeNumber)
    .action(add);
  command
    .command('revise')
    .description('แก้ความเห็นที่บล็อกในเวทีนี้เขียนใต้บันทึกของเวที · revise a comment that a blog here wrote under an entry here')
    .argument(...ID)
    .argument('<text>', 'ข้อความใหม่ · what it says from now on')
    .action(revise);
  command
    .command('list')
    .description('รายการความเห็น ใหม่ไปเก่า · comments, newest first')
    .addOption(new Option('--state <state>', 'held คือรอตรวจ · held ones wait for a decision').choices(STATES))
    .option('--entry <number>', 'เฉพาะบันทึกนี้ · only under this entry', wholeNumber)
    .addOption(
      new Option(
        '--elsewhere',
        'คำตอบของเราใต้โพสต์ที่เซิร์ฟเวอร์อื่น · what our blogs answered under posts elsewhere',
      ).conflicts(['state', 'entry']),
    )
    .option('--limit <n>', 'จำนวนสูงสุด · how many at most', wholeNumber, LIST_DEFAULT)
    .action(list);
  command
    .command('approve')
    .description('ให้แสดง · show it')
    .argument(...ID)
    .action(approve);
  command
    .command('hide')
    .description('ไม่แสดง · do not show it')
    .argument(...ID)
    .action(hide);
  command
    .command('delete')
    .description('ลบความเห็นของบล็อกในเวทีนี้ ที่นี่หรือที่อื่น · delete what a blog here wrote, here or elsewhere')
    .argument(...ID)
    .action(remove);
}

interface AddOptions extends Asked {
  blog: string;
  wait?: number;
}

interface Speaking {
  url: string;
  text: string;
  options: AddOptions;
  config: Config;
}

async function add(url: string, text: string, options: AddOptions): Promise<void> {
  const config = readConfig();
  const speaking = { url, text, options, config };
  const said = (await withDatabase(config, (db) => addHere(db, speaking))) ?? (await addElsewhere(speaking));
  answer(options, {
    value: said,
    lines: [inBoth({ th: 'บันทึกความเห็นแล้ว', en: 'the comment is recorded' }, config.language), said.id],
  });
}

/** Null when the address is not of this node. */
async function addHere(db: Db, speaking: Speaking) {
  const blog = await blogOrRefuse(db, { handle: speaking.options.blog });
  const place = await placeHere(db, { origin: speaking.config.origin, url: speaking.url });
  return place === null ? null : await commentAt(db, { blog, place, speaking });
}

async function addElsewhere(speaking: Speaking) {
  const { url, text: source, options, config } = speaking;
  const { origin } = config;
  return await withNode(config, async (node) => {
    const { db } = node;
    const blog = await blogOrRefuse(db, { handle: options.blog });
    const { post, author } = await postOrRefuse(node, url);
    // The address of a page may turn out to be a comment that stands in a thread here.
    const place = await placeOf(db, { origin, inReplyTo: post.id });
    if (place !== null) return await commentAt(db, { blog, place, speaking });
    const { id } = await writeReply(db, {
      blog: blog.id,
      inReplyTo: post.id,
      actor: author.id,
      source,
      language: blog.language,
      origin,
      clock: systemClock,
    });
    const told = await waitUntilTold(db, { object: id, options, config });
    return { comment: id, id: absolute(origin, path.note(id)), inReplyTo: post.id, ...told };
  });
}

async function commentAt(db: Db, { blog, place, speaking }: { blog: Blog; place: Place; speaking: Speaking }) {
  const { url, text: source, options, config } = speaking;
  const { origin } = config;
  const { language } = blog;
  const { id } = await writeComment(db, { blog: blog.id, place, source, language, origin, clock: systemClock });
  const told = await waitUntilTold(db, { object: id, options, config });
  return { comment: id, id: absolute(origin, path.note(id)), inReplyTo: url, ...told };
}

async function revise(id: string, source: string, options: Asked): Promise<void> {
  const config = readConfig();
  const { origin } = config;
  await withDatabase(config, (db) => reviseComment(db, { id, source, origin, clock: systemClock }));
  answer(options, {
    value: { comment: id, id: absolute(origin, path.note(id)) },
    lines: [inBoth({ th: 'แก้ความเห็นนี้แล้ว', en: 'the comment is revised' }, config.language)],
  });
}

interface ListOptions extends Asked {
  state?: (typeof STATES)[number];
  entry?: number;
  elsewhere?: true;
  limit: number;
}

async function list(options: ListOptions): Promise<void> {
  const { state, entry, elsewhere, limit } = options;
  const listed = await withDatabase(readConfig(), async (db) => {
    if (elsewhere !== true) {
      const comments = await commentsHere(db, { state, entry, limit });
      return comments.map((comment) => ({ comment, under: String(comment.entry) }));
    }
    const replies = await repliesHere(db, { limit });
    return replies.map((comment) => ({ comment, under: comment.inReplyTo }));
  });
  answer(options, {
    value: listed.map(({ comment }) => comment),
    lines: listed.map(({ comment: { id, state, author, text }, under }) =>
      [id, under, state, author, excerpt(text, { max: LINE_GRAPHEMES_MAX })].join('\t'),
    ),
  });
}

async function approve(id: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => decideComment(db, { id, decision: 'show', viewer: 'operator' }));
  answer(options, {
    value: { id, state: 'shown' },
    lines: [inBoth({ th: 'แสดงความเห็นนี้แล้ว', en: 'the comment is shown' }, config.language)],
  });
}

async function hide(id: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, (db) => decideComment(db, { id, decision: 'hide', viewer: 'operator' }));
  answer(options, {
    value: { id, state: 'hidden' },
    lines: [
      inBoth(
        {
          th: 'ซ่อนความเห็นนี้แล้ว ให้แสดงใหม่ได้ด้วย wethi comment approve',
          en: 'the comment is hidden; wethi comment approve shows it again',
        },
        config.language,
      ),
    ],
  });
}

async function remove(id: string, options: Asked): Promise<void> {
  const config = readConfig();
  await withDatabase(config, async (db) => {
    const elsewhere = (await replyById(db, { id })) !== null;
    if (elsewhere) await deleteReply(db, { id, clock: systemClock });
    else await deleteComment(db, { id, clock: systemClock });
  });
  answer(options, {
    value: { id, state: 'deleted' },
    lines: [inBoth({ th: 'ลบความเห็นนี้แล้ว', en: 'the comment is deleted' }, config.language)],
  });
}
