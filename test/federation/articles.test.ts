// What an Article is at its id on a node as in production, whatever was written: no text, picture or address in it trips those
// who read it (federation.md §1–§4). Mastodon's reading of it is scripted.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Words } from '../../src/domain/entries/words.ts';
import { type Entry, reviseEntry } from '../../src/domain/entries/write.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { articleOf } from '../../src/federation/articles.ts';
import { shippedContext } from '../../src/federation/contexts.ts';
import { documentAt } from '../../src/federation/documents.ts';
import { absolute, path } from '../../src/urls.ts';
import { fresh, ORIGIN, office, openWorld, published, seed, type World, withSeed, words } from '../world.ts';
import { statusOf } from './mastodon-status.ts';
import { type Json, PUBLIC } from './scripted.ts';

/** FEP-b2b8's, with what tables are made of. */
const SUBSET =
  'p span h2 h3 h4 h5 h6 br a del pre code em strong b i u ul ol li blockquote img ruby rt rp table thead tbody tr th td';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const here = () => ({ db: world.db, clock: world.clock, origin: ORIGIN, forget: () => {}, wake: () => {} });

async function documentOf({ id }: Pick<Entry, 'id'>): Promise<Json> {
  const found = await documentAt(here(), { pathname: path.article(id), shelf: new Map() });
  if (found?.status !== 200) throw new Error(`${id} is not there`);
  return JSON.parse(Buffer.from(found.bytes).toString()) as Json;
}

const articleWith = async (given: Partial<Words>) => await documentOf(await published(world, given));
const tagsIn = (html: string) => new Set([...html.matchAll(/<([a-z0-9]+)/gi)].map(([, tag]) => tag));
const addressesIn = (html: string) =>
  (html.match(/<[a-z][^<>]*>/g) ?? []).flatMap((tag) => tag.match(/ (?:href|src)="([^"]*)"/)?.[1] ?? []);

describe('its texts', () => {
  test('§15.25 the name is one line of at most 150 without brackets and entities, whatever the title', async () => {
    const titles = ['<b>น้ำ</b> & ปุ๋ย &lt;i&gt; &#60;', 'บรรทัด\nใหม่\u2028อีก', '\u{1f331}'.repeat(150), 'R&D'];
    for (const title of titles) {
      const name = String((await articleWith({ title })).name);
      expect(name).not.toMatch(/[<>\n\r\u2028\u2029]|&#?[a-z0-9]+;/i);
      expect(name.length).toBeLessThanOrEqual(150);
    }
    expect((await articleWith({ title: 'R&D' })).name).toBe('R&D');
  });

  test('§15.26 the summary is plain, at most 500, and links to nothing, whatever the highlight', async () => {
    const highlights = ['<a href="https://a.example/">ที่นี่</a> & https://a.example/', 'ก'.repeat(500), 'ก\n\n<br>ข'];
    for (const highlight of highlights) {
      const summary = String((await articleWith({ highlight })).summary);
      expect(summary).not.toMatch(/[<>&\n\r]|:\/\//);
      expect(summary.length).toBeLessThanOrEqual(500);
    }
    expect((await articleWith({ highlight: '' })).summary).toBe('วันนี้ครบเก้าวันหลังตั้งกอง');
  });

  test('§15.27 content is plain, and again under its language and nothing else', async () => {
    for (const language of ['th', 'en', 'nod', 'pt-br']) {
      const json = await articleWith({ language });
      expect(json.content).toEqual(expect.stringContaining('วันนี้ครบเก้าวัน'));
      expect([json.contentMap, json.nameMap, json.summaryMap]).toEqual([
        { [language]: json.content },
        { [language]: json.name },
        { [language]: json.summary },
      ]);
    }
  });

  test('§15.32 the preview is a Note that links to nothing', async () => {
    const { preview } = await articleWith({ title: '<a href="/">ก</a>', highlight: 'ดู https://a.example/ & <b>' });
    expect(preview).toMatchObject({
      type: 'Note',
      content: '<p><strong>＜a href="/"＞ก＜/a＞</strong></p><p>ดู a.example/ ＆ ＜b＞</p>'.replaceAll('"', '&quot;'),
    });
    expect(preview).not.toHaveProperty('url');
  });
});

describe('§15.28 its content', () => {
  const everything = `# หนึ่ง

### สาม

> อ้าง **หนา** *เอน* ~~ลบ~~ \`รหัส\`

1. ก
- ข

---

    รหัส

| ปี | จำนวน |
|---|---:|
| 2549 | 12 |

![กอง](/media/1.webp "วันที่ 9")

![เก่า](http://a.example/1.jpg) ![](https://a.example/2.jpg)

[บ้าน](/@khunamnuay_muang) [เชิงอรรถ](#fn1) [เมล](mailto:a@b.example) [ข้าง](beside) [ไกล](https://a.example/ก)

<div onclick="x">ดิบ</div> <video src=x></video>`;

  test('has the tags of FEP-b2b8 and of tables, and whole https addresses', async () => {
    const content = String((await articleWith({ source: everything })).content);
    expect(SUBSET.split(' ')).toEqual(expect.arrayContaining([...tagsIn(content)]));
    expect([...tagsIn(content)]).toEqual(expect.arrayContaining(['table', 'img', 'blockquote', 'h2', 'del', 'code']));
    expect(addressesIn(content)).toEqual([
      `${ORIGIN}/media/1.webp`,
      'https://a.example/2.jpg',
      `${ORIGIN}/@khunamnuay_muang`,
      'https://a.example/%E0%B8%81',
      'https://creativecommons.org/licenses/by/4.0/',
    ]);
    expect(content).toContain('alt="กอง" /><br />วันที่ 9</p>');
  });

  test('has none but these, whatever is written', async () => {
    const pieces = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        '[ก](',
        ')',
        '![',
        '](',
        '\n\n',
        '| a |\n|-|\n',
        '> ',
        '- ',
        '`',
        'javascript:',
        'data:',
        '//',
      ],
      ...['https://a.example/', 'x', ' ', '&', '<script>', '<img src=x>', '"ข")', '***', '    '],
    );
    const { id } = await published(world);
    const entry = await world.db.selectFrom('entries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 24 }), async (written) => {
        const html = Buffer.from(renderMarkdown(written.join(''), { origin: ORIGIN }));
        const content = String((await articleOf(here(), { ...entry, html }, 'once')).content);
        expect(SUBSET.split(' ')).toEqual(expect.arrayContaining([...tagsIn(content)]));
        for (const address of addressesIn(content)) expect(address).toMatch(/^https:\/\/[^/]/);
      }),
      { numRuns: 200 },
    );
  });

  test('leaves a link to http as its author wrote it: much of the old web has no other address', async () => {
    const { content } = await articleWith({ source: '[อบต.](http://old.example/)' });
    expect(addressesIn(String(content))[0]).toBe('http://old.example/');
  });
});

describe('its pictures', () => {
  const source = '![กองปุ๋ย](https://a.example/1.JPG?s=1&t=2)\n\n![](https://a.example/2.png)';

  test('§15.30 the first is `image`, with its address as id and url, its type and its words', async () => {
    const { image } = await articleWith({ source });
    const address = 'https://a.example/1.JPG?s=1&t=2';
    expect(image).toEqual({ type: 'Image', id: address, url: address, mediaType: 'image/jpeg', name: 'กองปุ๋ย' });
  });

  test('§15.30 each has words, the entry’s title where its author gave none', async () => {
    const title = 'กลับ "กอง" & <พลิก>';
    const json = await articleWith({ title, source: '![](https://a.example/2.png)\n\n![ก](https://a.example/3.png)' });
    const alts = [...String(json.content).matchAll(/<img [^>]*alt="([^"]*)"/g)].map(([, alt]) => alt);
    expect(alts).toEqual(['กลับ &quot;กอง&quot; &amp; &lt;พลิก&gt;', 'ก']);
    expect(json.image).toMatchObject({ name: title });
  });

  test.each([
    ['no picture', 'ไม่มีรูป'],
    ['one whose address does not tell its type', '![ก](https://a.example/picture)'],
    ['one whose address others could not keep', `![ก](https://a.example/${'x'.repeat(500)}.jpg)`],
  ])('§15.30 an entry with %s has no `image`', async (_, text) => {
    expect(await articleWith({ source: text })).not.toHaveProperty('image');
  });

  test('§15.31 none is an attachment, which would take the place of Mastodon’s card', async () => {
    const json = await articleWith({ source });
    expect(json).not.toHaveProperty('attachment');
    expect(statusOf(json).media).toBe(0);
  });
});

describe('§15.33 its instants', () => {
  test('are of UTC, and the later one is there only after a revision', async () => {
    const entry = await published(world);
    const first = await documentOf(entry);
    expect([first.published, first.updated]).toEqual([expect.stringMatching(INSTANT), undefined]);
    const given = { id: entry.id, words: words({ title: 'แก้แล้ว' }), as: 'published' as const };
    await reviseEntry(world.db, { ...given, origin: ORIGIN, clock: world.clock });
    const second = await documentOf(entry);
    expect([second.published, second.updated]).toEqual([first.published, expect.stringMatching(INSTANT)]);
    expect(Date.parse(String(second.updated))).toBeGreaterThan(Date.parse(String(second.published)));
  });
});

describe('§15.38 on Mastodon one sees', () => {
  test('the title, the summary and the link of the seed entry, and nothing else', async () => {
    const entry = await withSeed(world);
    const json = await documentOf(entry);
    const url = absolute(ORIGIN, path.entry(office.blog.handle, entry.number));
    const status = statusOf(json);
    expect(status.html).toBe(
      `<p><strong>${seed.title}</strong></p>\n\n${seed.highlight}\n\n<p><a href="${url}" rel="nofollow noopener" target="_blank">` +
        `<span class="invisible">https://</span><span class="ellipsis">${url.slice(8, 38)}</span>` +
        `<span class="invisible">${url.slice(38)}</span></a></p>`,
    );
    expect(status.visible).toEqual([seed.title, seed.highlight, `${url.slice(8, 38)}…`]);
    expect(status).toMatchObject({ warning: '', media: 0, language: 'th' });
  });

  test('the same of what is delivered, however little of the text goes along', async () => {
    const entry = await published(world, { ...fresh, tags: [...fresh.tags] });
    const whole = statusOf(await documentOf(entry));
    for (const fullness of ['whole', 'once', 'excerpt'] as const) {
      const article = await articleOf(here(), entry, fullness);
      const json = (await article.toJsonLd({ format: 'compact', contextLoader: shippedContext })) as Json;
      expect([statusOf(json).visible, json.to]).toEqual([whole.visible, expect.stringMatching(/Public$/)]);
      expect(statusOf(json).language).toBe('th');
    }
    expect(whole.visible.slice(0, 2)).toEqual([fresh.title, fresh.highlight]);
    expect((await documentOf(entry)).to).toBe(PUBLIC);
  });

  test('the words of a hostile title and highlight as words, and the link after them', async () => {
    const hostile = '<b <!-- </p><script>x</script> "&lt;';
    const entry = await published(world, { title: hostile, highlight: hostile });
    const { visible, html } = statusOf(await documentOf(entry));
    expect(visible).toHaveLength(3);
    expect(visible[0]).toBe('＜b ＜!-- ＜/p＞＜script＞x＜/script＞ "＆lt;');
    expect(visible[2]).toMatch(/^wethi\.example\/@khunamnuay/);
    expect(html).toContain(`<a href="${absolute(ORIGIN, path.entry(office.blog.handle, entry.number))}"`);
  });
});
