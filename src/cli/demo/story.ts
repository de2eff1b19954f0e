// The story of the two nodes, step by step. Every value that a step gives was read back from the other side.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Neighbour } from './nodes.ts';
import { fresh, library, office, seed } from './world.ts';

/** What a step saw on the other node. */
export interface Step {
  telling: { th: string; en: string };
  see(): Promise<string>;
}

const DATA = 'application/activity+json';
const PATIENCE_MS = 15_000;

interface Post {
  id: string;
  title: string;
  highlight: string;
  tags: string[];
  author: { handle: string; host: string };
  revised: string | null;
}
interface CommentLine {
  id: string;
  author: string;
  state: string;
  text: string;
}

/** The steps in their order. `a` is the office, `b` the library; `folder` takes the texts that are published. */
export function story({ a, b, folder }: { a: Neighbour; b: Neighbour; folder: string }): Step[] {
  const acct = `@${office.blog.handle}@${a.host}`;
  const reader = `@${library.blog.handle}@${b.host}`;
  const found = { seedUrl: '', entryUrl: '', articleId: '', number: 0 };
  return [
    {
      telling: { th: 'นำบันทึกปี 2549 เข้ามา', en: 'the entry of 2006 is brought home' },
      see: async () => await importSeed(a, found),
    },
    {
      telling: { th: 'ห้องสมุดค้นหาและติดตามบล็อก', en: 'the library finds the blog by its handle and follows it' },
      see: async () => await followed(a, b, { acct, reader }),
    },
    {
      telling: { th: 'บันทึกใหม่ไปถึงห้องสมุด', en: 'a fresh entry reaches the library' },
      see: async () => await published(a, b, { folder, found }),
    },
    {
      telling: { th: 'คำสำคัญเดียวกันแม้เข้ารหัสต่างกัน', en: 'one tag, however it is encoded' },
      see: async () => await tagged(b),
    },
    {
      telling: { th: 'ความเห็นกลับมาใต้บันทึก', en: 'a comment comes back and stands under the entry' },
      see: async () => await commented(a, b, { url: found.entryUrl, text: fresh.comment, reader, approve: true }),
    },
    {
      telling: { th: 'ความเห็นใต้บันทึกปี 2549', en: 'a comment stands under the entry of 2006' },
      see: async () => await commented(a, b, { url: found.seedUrl, text: fresh.secondComment, reader, approve: false }),
    },
    {
      telling: { th: 'การแก้ไขไปถึง', en: 'the edit arrives' },
      see: async () => await revised(a, b, { folder, found }),
    },
    {
      telling: { th: 'การถูกใจถูกนับ', en: 'the like is counted' },
      see: async () => await liked(b, found),
    },
    {
      telling: { th: 'การถอนไปถึง', en: 'the withdrawal arrives' },
      see: async () => await withdrawn(a, b, found),
    },
  ];
}

type Found = { seedUrl: string; entryUrl: string; articleId: string; number: number };

async function importSeed(a: Neighbour, found: Found): Promise<string> {
  await a.wethi('import', 'gotoknow', seed.file, '--blog', office.blog.handle, '--permission');
  const page = await fetch(`${a.origin}/original/gotoknow/${seed.original}`);
  same('the page of the old number', page.status, 200);
  found.seedUrl = page.url;
  const article = await data(page.url);
  same('title', article.name, seed.title);
  same('summary', article.summary, seed.highlight);
  same('published', Date.parse(String(article.published)), Date.parse(seed.published));
  same('updated', Date.parse(String(article.updated)), Date.parse(seed.revised));
  same('tag', tagNames(article).join(' '), `#${seed.tag}`);
  const html = await page.text();
  holds('the seed comment', html, 'เยี่ยมยอดเลยนะคะ');
  return `${String(article.name)} · #${seed.tag} · ${page.url}`;
}

async function followed(
  a: Neighbour,
  b: Neighbour,
  { acct, reader }: { acct: string; reader: string },
): Promise<string> {
  const following = await b.wethi<{ state: string }>('follow', '--blog', library.blog.handle, acct, '--wait', '15');
  same('what the other side answered', following.state, 'accepted');
  const blogs = await a.wethi<{ handle: string; followers: number }[]>('blog', 'list');
  same('followers that the office counts', blogs.find((blog) => blog.handle === office.blog.handle)?.followers, 1);
  return `${reader} → ${acct}: ${following.state}`;
}

async function published(
  a: Neighbour,
  b: Neighbour,
  { folder, found }: { folder: string; found: Found },
): Promise<string> {
  const file = join(folder, 'fresh.md');
  await writeFile(file, fresh.source);
  const tags = fresh.tags.flatMap((tag) => ['--tag', tag]);
  const entry = await a.wethi<{ number: number; url: string }>(
    'entry',
    'publish',
    '--blog',
    office.blog.handle,
    '--title',
    fresh.title,
    '--highlight',
    fresh.highlight,
    ...tags,
    file,
  );
  found.entryUrl = entry.url;
  found.number = entry.number;
  found.articleId = String((await data(entry.url)).id);
  const post = await eventually('the post on the library’s reading list', async () => await postAt(b, found.articleId));
  same('title', post.title, fresh.title);
  same('highlight', post.highlight, fresh.highlight);
  same('tags', [...post.tags].sort().join(' '), [...fresh.tags].sort().join(' '));
  return `${post.title} · ${post.highlight} · ${post.tags.map((tag) => `#${tag}`).join(' ')}`;
}

async function tagged(b: Neighbour): Promise<string> {
  const url = `${b.origin}/t/${encodeURIComponent(fresh.tagTakenApart)}`;
  const page = await fetch(url);
  same(`the page of #${fresh.tagTakenApart}`, page.status, 200);
  holds('the entry under its tag', await page.text(), 'กลับมาเปิดเวทีอีกครั้ง');
  return `${decodeURIComponent(url)} → ${fresh.title}`;
}

async function commented(
  a: Neighbour,
  b: Neighbour,
  { url, text, reader, approve }: { url: string; text: string; reader: string; approve: boolean },
): Promise<string> {
  await b.wethi('comment', 'add', '--blog', library.blog.handle, url, text);
  const comment = await eventually('the comment at the office', async () =>
    (await a.wethi<CommentLine[]>('comment', 'list')).find((line) => line.text.includes(text)),
  );
  same('its author', comment.author, reader);
  same('what a first comment does', comment.state, approve ? 'held' : 'shown');
  if (approve) await a.wethi('comment', 'approve', comment.id);
  const html = await (await fetch(url)).text();
  holds('the words under the entry', html, text);
  holds('the author’s handle', html.replaceAll(/<[^>]*>/g, ''), reader);
  return `${comment.author}: ${text}`;
}

async function revised(
  a: Neighbour,
  b: Neighbour,
  { folder, found }: { folder: string; found: Found },
): Promise<string> {
  const file = join(folder, 'revised.md');
  await writeFile(file, fresh.revisedSource);
  await a.wethi('entry', 'revise', String(found.number), file, '--title', fresh.revisedTitle);
  const post = await eventually('the new title at the library', async () => {
    const post = await postAt(b, found.articleId);
    return post?.title === fresh.revisedTitle ? post : undefined;
  });
  if (post.revised === null) throw new Error('the library does not say when the entry was revised');
  return `${post.title} (${post.revised})`;
}

async function liked(b: Neighbour, found: Found): Promise<string> {
  await b.wethi('like', '--blog', library.blog.handle, found.entryUrl);
  const likes = await eventually('the like at the office', async () => {
    const { likes } = await data(found.articleId);
    const count = typeof likes === 'object' && likes !== null && 'totalItems' in likes ? likes.totalItems : 0;
    return count === 1 ? count : undefined;
  });
  return `likes.totalItems = ${likes}`;
}

async function withdrawn(a: Neighbour, b: Neighbour, found: Found): Promise<string> {
  await a.wethi('entry', 'withdraw', String(found.number));
  await eventually('the library to let go of the post', async () =>
    (await postAt(b, found.articleId)) === undefined ? true : undefined,
  );
  const article = await fetch(found.articleId, { headers: { accept: DATA } });
  same('the answer to its id', article.status, 410);
  same('what stands there', ((await article.json()) as { type: string }).type, 'Tombstone');
  same('the answer to its page', (await fetch(found.entryUrl, { headers: { accept: 'text/html' } })).status, 410);
  return `${found.articleId} → ${article.status} Tombstone`;
}

async function postAt(node: Neighbour, id: string): Promise<Post | undefined> {
  return (await node.wethi<Post[]>('reading', 'list')).find((post) => post.id === id);
}

async function data(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { headers: { accept: DATA } });
  same(`the answer of ${url}`, response.status, 200);
  return (await response.json()) as Record<string, unknown>;
}

function tagNames({ tag }: Record<string, unknown>): string[] {
  return [tag]
    .flat()
    .flatMap((one) => (typeof one === 'object' && one !== null && 'name' in one ? [String(one.name)] : []));
}

function same(what: string, seen: unknown, expected: unknown): void {
  if (seen !== expected) throw new Error(`${what}: expected ${String(expected)}, the other node says ${String(seen)}`);
}

function holds(what: string, text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`${what}: “${words}” is not there`);
}

/** Looks again until it is there; federation takes a moment. */
async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > until) throw new Error(`${what}: it did not come within ${PATIENCE_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
