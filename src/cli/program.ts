// The table of commands. Only the module of the command that was asked for is loaded: importing everything takes half a
// second, and `wethi blog list` must feel immediate.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Telling } from '../domain/refusal.ts';
import { EXIT, end, endingOf, readerLanguage } from './exits.ts';
import { inBoth } from './say.ts';

/** What each command's module exports: it adds its arguments, options, subcommands and actions. */
interface CommandModule {
  register(command: Command): void;
}

const COMMANDS: Record<string, { telling: Telling; load(): Promise<CommandModule> }> = {
  serve: {
    telling: { th: 'เปิดเวทีให้ใช้งาน', en: 'run the node' },
    load: () => import('./serve.ts'),
  },
  organisation: {
    telling: { th: 'องค์กรเจ้าของเวที', en: 'the organisation that owns the node' },
    load: () => import('./organisation.ts'),
  },
  person: {
    telling: { th: 'สมาชิกที่เข้าสู่ระบบได้', en: 'people who may sign in' },
    load: () => import('./person.ts'),
  },
  blog: { telling: { th: 'บล็อก', en: 'blogs' }, load: () => import('./blog.ts') },
  entry: { telling: { th: 'บันทึก', en: 'entries' }, load: () => import('./entry.ts') },
  import: {
    telling: { th: 'นำบันทึกเก่าเข้ามา', en: 'bring old entries home' },
    load: () => import('./import.ts'),
  },
  comment: { telling: { th: 'ความเห็น', en: 'comments' }, load: () => import('./comment.ts') },
  follow: {
    telling: { th: 'ติดตามบัญชีจากที่อื่น', en: 'follow an account elsewhere' },
    load: () => import('./follow.ts'),
  },
  follower: {
    telling: { th: 'ผู้ติดตามบล็อก', en: 'who follows a blog' },
    load: () => import('./follower.ts'),
  },
  unfollow: { telling: { th: 'เลิกติดตาม', en: 'stop following' }, load: () => import('./unfollow.ts') },
  like: { telling: { th: 'ถูกใจบันทึก', en: 'like a post' }, load: () => import('./like.ts') },
  unlike: { telling: { th: 'เลิกถูกใจ', en: 'take a like back' }, load: () => import('./unlike.ts') },
  boost: { telling: { th: 'ส่งต่อบันทึกให้ผู้ติดตาม', en: 'boost a post' }, load: () => import('./boost.ts') },
  unboost: { telling: { th: 'เลิกส่งต่อ', en: 'take a boost back' }, load: () => import('./unboost.ts') },
  quote: {
    telling: { th: 'โพสต์ที่อ้างอิงบันทึก', en: 'posts that quote entries' },
    load: () => import('./quote.ts'),
  },
  reading: {
    telling: { th: 'บันทึกจากที่ติดตาม', en: 'posts of those you follow' },
    load: () => import('./reading.ts'),
  },
  setting: { telling: { th: 'ค่าตั้ง', en: 'settings' }, load: () => import('./setting.ts') },
  relay: {
    telling: { th: 'รีเลย์ที่ช่วยกระจายบันทึก', en: 'relays that pass entries on' },
    load: () => import('./relay.ts'),
  },
  queue: {
    telling: { th: 'สิ่งที่รอส่งไปเซิร์ฟเวอร์อื่น', en: 'what waits to be sent to other servers' },
    load: () => import('./queue.ts'),
  },
  'rotate-keys': {
    telling: { th: 'เปลี่ยนกุญแจของบล็อก', en: 'new keys for a blog' },
    load: () => import('./rotate-keys.ts'),
  },
  doctor: {
    telling: { th: 'ตรวจว่าทุกอย่างเรียบร้อย', en: 'check that all is well' },
    load: () => import('./doctor.ts'),
  },
  migrate: {
    telling: { th: 'ปรับฐานข้อมูลให้ตรงกับโปรแกรมรุ่นนี้', en: 'bring the database to this version' },
    load: () => import('./migrate.ts'),
  },
  reindex: {
    telling: { th: 'ทำดัชนีค้นหาใหม่', en: 'make the search index anew' },
    load: () => import('./reindex.ts'),
  },
  routes: {
    telling: { th: 'รายชื่อที่อยู่เว็บทั้งหมด', en: 'every web address of the node' },
    load: () => import('./routes.ts'),
  },
  demo: {
    telling: { th: 'ลองสองเวทีคุยกันบนเครื่องนี้', en: 'two nodes talk to each other on this machine' },
    load: () => import('./demo.ts'),
  },
};

/** Runs the command line `args` and sets the exit code. Never throws for what an operator can do something about. */
export async function runCommandLine(args: string[]): Promise<void> {
  const program = new Command('wethi');
  try {
    await addCommands(program, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === EXIT.done) return;
    end(endingOf(error, { command: typed(program, args) }), { json: args.includes('--json') });
  }
}

async function addCommands(program: Command, args: string[]): Promise<void> {
  const language = readerLanguage();
  program
    .description(
      inBoth({ th: 'เวที: เล่าสิ่งที่ลองทำ ให้คนอื่นตอบ', en: 'Wethi: tell what you tried, let others answer' }, language),
    )
    .version(version(), '--version', inBoth({ th: 'รุ่นของโปรแกรม', en: 'version of the program' }, language))
    .helpOption('-h, --help', inBoth({ th: 'วิธีใช้', en: 'how to use it' }, language))
    .helpCommand(false)
    .exitOverride()
    // What is wrong with the usage is told by exits.ts, in both languages.
    .configureOutput({ outputError: () => {} })
    .configureHelp({ styleTitle: (title) => TITLES[title] ?? title });
  const wanted = args.find((word) => !word.startsWith('-'));
  for (const [name, { telling, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(inBoth(telling, language)).helpCommand(false);
    if (name === wanted) (await load()).register(command);
  }
  for (const leaf of leaves(program)) {
    leaf.option('--json', inBoth({ th: 'ให้ผลเป็น JSON', en: 'print the result as JSON' }, language));
  }
}

const TITLES: Record<string, string> = {
  'Usage:': 'วิธีใช้ · Usage:',
  'Arguments:': 'ค่าที่ต้องใส่ · Arguments:',
  'Options:': 'ตัวเลือก · Options:',
  'Commands:': 'คำสั่ง · Commands:',
};

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

/** The part of `args` that names a command, for "see … --help". */
function typed(program: Command, args: string[]): string {
  let command = program;
  let path = program.name();
  for (const word of args) {
    const next = command.commands.find((child) => child.name() === word);
    if (next === undefined) break;
    command = next;
    path += ` ${word}`;
  }
  return path;
}

function version(): string {
  // The packed program stands one folder deeper, in dist/.
  const file = new URL(
    import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json',
    import.meta.url,
  );
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
