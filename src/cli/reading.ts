// `wethi reading list`: what those whom our blogs follow have posted.
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { blogOrRefuse, openBlogs } from '../domain/blogs.ts';
import { type PostItem, postsPage } from '../domain/reading/posts.ts';
import { withDatabase } from './database.ts';
import { wholeNumber } from './input.ts';
import { type Asked, answer } from './say.ts';

const LIST_DEFAULT = 50;

/** Adds the subcommands. */
export function register(command: Command): void {
  command
    .command('list')
    .description('บันทึกจากที่ติดตาม ใหม่ไปเก่า · posts of those you follow, newest first')
    .option('--blog <handle>', 'เฉพาะที่บล็อกนี้ติดตาม · only whom this blog follows')
    .option('--limit <n>', 'จำนวนสูงสุด · how many at most', wholeNumber, LIST_DEFAULT)
    .action(list);
}

async function list(options: Asked & { blog?: string; limit: number }): Promise<void> {
  const { items } = await withDatabase(readConfig(), async (db) => {
    const blogs = options.blog === undefined ? await openBlogs(db) : [await blogOrRefuse(db, { handle: options.blog })];
    return await postsPage(db, { followers: blogs.map((blog) => blog.id), after: null, limit: options.limit });
  });
  answer(options, {
    value: items.map(asJson),
    lines: items.map((post) =>
      [
        post.published.slice(0, 10),
        `@${post.author.handle}@${post.author.host}`,
        post.title ?? post.summary ?? '',
        post.url,
      ].join('\t'),
    ),
  });
}

function asJson({ id, url, type, title, summary, tags, author, published, revised }: PostItem) {
  const { handle, host } = author;
  return { id, url, type, title, highlight: summary, tags, author: { handle, host }, published, revised };
}
