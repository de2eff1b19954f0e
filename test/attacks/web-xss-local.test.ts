// What an author here writes, in every field of an entry: it stands on our pages, in their heads, in the document that goes
// to other servers, and runs nowhere (T46, T47).
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { writeEntry } from '../../src/domain/entries/write.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { sanitiseOwn, sanitiseRemote } from '../../src/domain/text/sanitise.ts';
import { AP, type Json } from '../federation/scripted.ts';
import { NO_BROWSER, openChromium } from '../journeys/browser.ts';
import { words } from '../world.ts';
import { attack, measured, printLedger } from './ledger.ts';
import { faultsOf, fired, frameOf, tagsOf, textOf } from './web-judge.ts';
import { openWebNode, type WebNode } from './web-node.ts';
import { SCHEMES, VECTORS } from './web-vectors.ts';

let web: WebNode;
let chromium: Browser | null = null;
/** A window without any policy, so that only the words themselves decide; null where there is no Chromium. */
let open: Page | null = null;
/** Numbers of the entries, one for each vector, after one whose words are harmless. */
const numbers: number[] = [];

beforeAll(async () => {
  web = await openWebNode();
  for (const words of ['คำธรรมดา', ...VECTORS]) numbers.push(await write(words));
  if (NO_BROWSER !== null) return measured(NO_BROWSER);
  chromium = await openChromium();
  open = await (await chromium.newContext({ bypassCSP: true, offline: true })).newPage();
});
afterAll(async () => {
  await chromium?.close();
  await web.close();
});
printLedger();

/** An entry with these words wherever words may stand. */
async function write(text: string): Promise<number> {
  const { db, blog, author } = web.world;
  const given = { title: `ชื่อ ${text}`, highlight: `เด่น ${text}`, source: `${text}\n\nต่อ **${text}**`, series: text };
  const written = await writeEntry(db, {
    blog: blog.id,
    author: author.id,
    words: words({ ...given, tags: [`ป้าย${text.replace(/[\s,#]/g, '').slice(0, 20)}`], part: 1 }),
    as: 'published',
    origin: web.origin,
    clock: web.clock,
  });
  if (!written.ok) throw new Error(`refused: ${text}`);
  return written.entry.number;
}

const pageOf = async (number: number) => (await web.ask(`/@${web.world.blog.handle}/${number}`)).text;

attack('T46', 'the corpus is large, and alive: without us it runs', async () => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(VECTORS).size).toBe(VECTORS.length);
  if (open === null) return;
  const alive = await fired(open, VECTORS);
  measured(`${alive.length} of ${VECTORS.length} vectors run in this Chromium when nobody stops them`);
  expect(alive.length).toBeGreaterThan(80);
});

attack('T46', 'in title, highlight, body, tag and series of an entry, on its page and in its head', async () => {
  const control = frameOf(await pageOf(numbers[0] ?? 0));
  const pages = await Promise.all(numbers.slice(1).map(pageOf));
  for (const [index, page] of pages.entries()) {
    const vector = VECTORS[index] ?? '';
    expect(faultsOf(page, web.origin), vector).toEqual([]);
    // A hostile entry has the very frame that a harmless one has: no form, field, button or meta of its own.
    expect(frameOf(page), vector).toEqual(control);
    const title = tagsOf(page).find(({ attributes }) => attributes.get('property') === 'og:title');
    expect(title?.attributes.get('content'), vector).toContain('ชื่อ');
  }
  expect(textOf(pages[0] ?? '')).toContain('<script>alert(1)</script>');
  if (open !== null) expect((await fired(open, pages)).map((index) => VECTORS[index])).toEqual([]);
});

attack('T46', 'on the lists: home, blog, blogs, tags, series and the desk of an author', async () => {
  const cookie = await web.cookie();
  const home = await web.ask('/');
  const seriesPaths = [...(await web.ask(`/@${web.world.blog.handle}`)).text.matchAll(/href="(\/series\/[^"]+)"/g)];
  const tagPaths = [...(await web.ask('/t')).text.matchAll(/href="(\/t\/[^"]+)"/g)];
  expect([home.status, seriesPaths.length > 20, tagPaths.length > 20]).toEqual([200, true, true]);
  const paths = ['/', '/blogs', `/@${web.world.blog.handle}`, '/t', '/desk', '/reading', '/write', '/write/9'];
  for (const [, path = ''] of [...seriesPaths.slice(0, 10), ...tagPaths.slice(0, 30)]) paths.push(path);
  const older = home.text.match(/href="([^"]*after=[^"]*)"/)?.[1];
  if (older !== undefined) paths.push(older);
  const pages: string[] = [];
  for (const path of paths) {
    const page = await web.ask(path, { accept: 'text/html', cookie });
    expect([path, page.status, faultsOf(page.text, web.origin)]).toEqual([path, 200, []]);
    pages.push(page.text);
  }
  if (open !== null) expect((await fired(open, pages)).map((index) => paths[index])).toEqual([]);
});

attack('T46', 'in the document that other servers get: content, summary and name', async () => {
  const { db } = web.world;
  const rows = await db.selectFrom('entries').select(['id', 'number']).orderBy('number').execute();
  const contents: string[] = [];
  const answers = await Promise.all(rows.slice(1).map(({ id }) => web.ask(`/ap/entries/${id}`, { accept: AP })));
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    const document = JSON.parse(text) as Json;
    const content = String(document.content);
    expect(faultsOf(content, web.origin)).toEqual([]);
    // Peers read these two as HTML or as text; neither reading may find a tag.
    expect(`${document.summary}${document.name}`).not.toMatch(/[<>]/);
    contents.push(content);
  }
  expect(contents.length).toBe(VECTORS.length);
  if (open !== null) expect(await fired(open, contents)).toEqual([]);
});

attack('T47', 'Markdown: raw HTML shows as written, and no link or image leads to a program', async () => {
  const forms = (scheme: string) => [
    `[x](${scheme})`,
    `[x](<${scheme}>)`,
    `[x](${scheme} "ชื่อ")`,
    `![x](${scheme})`,
    `<${scheme}>`,
    `[x][1]\n\n[1]: ${scheme}`,
    `[${scheme}](${scheme})`,
    `![x][1]\n\n[1]: <${scheme}>`,
    `| [x](${scheme}) |\n|---|\n| ![](${scheme}) |`,
    `[x]( ${scheme.replace(':', '\\:')} )`,
  ];
  const { origin } = web;
  const rendered = [...SCHEMES.flatMap(forms), ...VECTORS].map((source) => renderMarkdown(source, { origin }));
  for (const html of rendered) expect(faultsOf(html, origin)).toEqual([]);
  if (open !== null) expect(await fired(open, rendered)).toEqual([]);
  const honest = renderMarkdown('[ที่นี่](https://a.test/) <https://b.test/> ![รูป](https://a.test/a.png)', { origin });
  expect(tagsOf(honest).map(({ name, attributes }) => [name, attributes.get('href') ?? attributes.get('src')])).toEqual(
    [
      ['p', undefined],
      ['a', 'https://a.test/'],
      ['a', 'https://b.test/'],
      ['img', 'https://a.test/a.png'],
    ],
  );
});

attack('T47', 'one sanitiser, two lists: what ours lets through that theirs does not is harmless', async () => {
  for (const vector of VECTORS) {
    expect(faultsOf(sanitiseRemote(vector), web.origin), vector).toEqual([]);
    expect(faultsOf(sanitiseOwn(vector, { origin: web.origin }), web.origin), vector).toEqual([]);
  }
  expect(sanitiseRemote('<p><b>หนา</b> <img src="https://a.test/a.png" alt="รูป"></p>')).toBe(
    '<p><b>หนา</b> <span>รูป</span></p>',
  );
});
