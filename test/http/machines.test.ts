// What machines read of an entry's page, at a whole node behind its socket: servers, search engines, embedders and Mastodon's
// preview card. The names of the tests carry the numbers of federation.md §15.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wireHighlight } from '../../src/domain/text/excerpt.ts';
import { absolute, path } from '../../src/urls.ts';
import { dataIn } from '../data-blocks.ts';
import { fresh, ORIGIN, office, published, seed } from '../world.ts';
import { readXml, text } from './feed-reader.ts';
import { type House, openHouse } from './house.ts';
import { type Ask, type Card, cardOf } from './link-card.ts';

const AP = 'application/activity+json';
const PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
/** Mastodon twice, GoToSocial, Misskey, Akkoma (federation.md §7). */
const SERVERS = [
  'application/activity+json, application/ld+json',
  `${PROFILE}, application/activity+json, text/html;q=0.1`,
  `${PROFILE},application/activity+json`,
  `application/activity+json, ${PROFILE}`,
  `application/activity+json,${PROFILE}`,
];
const BROWSERS = ['text/html', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*'];
const CC_BY = 'https://creativecommons.org/licenses/by/4.0/';

let house: House;
/** Pages with the ids of what they are about. */
let pages: [page: string, id: string][];
beforeAll(async () => {
  house = await openHouse({ network: 'public' });
  const { blog } = house.world;
  const profile: [string, string] = [path.blog(blog.handle), path.actor(blog.id)];
  pages = [
    profile,
    ...[house.seed, house.fresh].map(({ number, id }): [string, string] => [
      path.entry(blog.handle, number),
      path.article(id),
    ]),
  ];
}, 60_000);
afterAll(() => house.close());

const ask: Ask = async (address, headers) => {
  const { pathname, search } = new URL(address);
  return await house.app.request(new Request(ORIGIN + pathname + search, { headers, redirect: 'manual' }));
};
const get = (place: string, accept = 'text/html') => ask(absolute(ORIGIN, place), { Accept: accept });
const entryPage = (number: number) => path.entry(office.blog.handle, number);
const pageText = async (place: string) => await (await get(place)).text();

function metaOf(page: string): Record<string, string> {
  return Object.fromEntries(
    [...page.matchAll(/<meta (?:property|name)="([^"]+)" content="([^"]*)">/g)].map(([, name, value]) => [name, value]),
  );
}

test('§15.8 servers get documents for each of their Accept lines, browsers get pages', async () => {
  for (const [page, id] of pages) {
    for (const accept of SERVERS) {
      const moved = await get(page, accept);
      expect([accept, moved.status, moved.headers.get('Location')]).toEqual([accept, 302, absolute(ORIGIN, id)]);
      const document = await get(id, accept);
      expect([accept, document.status, ((await document.json()) as { id: string }).id]).toEqual([
        accept,
        200,
        absolute(ORIGIN, id),
      ]);
    }
    for (const accept of BROWSERS) {
      const answer = await get(page, accept);
      expect([accept, answer.status, answer.headers.get('Content-Type')]).toEqual([
        accept,
        200,
        'text/html; charset=UTF-8',
      ]);
    }
  }
});

test('§15.9 documents are labelled activity+json, also for who asks for plain JSON at an id', async () => {
  for (const [, id] of pages) {
    for (const accept of [...SERVERS, AP]) {
      expect((await get(id, accept)).headers.get('Content-Type')).toMatch(
        /^application\/activity\+json(?:; charset=utf-8)?$/,
      );
    }
    expect((await get(id, 'application/json')).headers.get('Content-Type') ?? '').not.toMatch(/^application\/json/);
  }
});

test('§15.10 what is negotiated says so to caches, whoever asks and whatever the answer', async () => {
  const [tag, series] = [path.tag(seed.tag), path.series(house.seed.series ?? '')];
  const missing = [house.withdrawn, house.draft].flatMap(({ id, number }) => [path.article(id), entryPage(number)]);
  for (const place of [...pages.flat(), path.home(), tag, series, ...missing, path.article('nobody')]) {
    for (const accept of [...SERVERS, ...BROWSERS]) {
      expect([place, accept, (await get(place, accept)).headers.get('Vary')]).toEqual([
        place,
        accept,
        expect.stringMatching(/\bAccept\b/),
      ]);
    }
  }
});

test('§15.11 profile and entry pages name their document’s id, in the head and in a header, before anything else', async () => {
  for (const [page, id] of pages) {
    const answer = await get(page);
    const address = absolute(ORIGIN, id);
    expect(answer.headers.get('Link')?.split(', ')[0]).toBe(`<${address}>; rel="alternate"; type="${AP}"`);
    const typed = (await answer.text()).match(/<link rel="alternate" type="[^>]*>/g) ?? [];
    expect(typed[0]).toBe(`<link rel="alternate" type="${AP}" href="${address}">`);
  }
});

describe('§15.35', () => {
  test('an entry’s page says for previews what it is, of whom, since when and in which language', async () => {
    const page = await pageText(entryPage(house.seed.number));
    expect(metaOf(page)).toMatchObject({
      'og:type': 'article',
      'og:title': seed.title,
      'og:description': seed.highlight,
      'og:image': absolute(ORIGIN, path.picture()),
      'og:image:alt': office.organisation.name,
      'og:site_name': office.organisation.name,
      'og:locale': 'th_TH',
      'og:author': office.blog.title,
      'article:published_time': seed.published,
      'article:modified_time': seed.revised,
      'fediverse:creator': `@${office.blog.handle}@wethi.example`,
    });
    const canonical = absolute(ORIGIN, entryPage(house.seed.number));
    expect(page).toContain(`<link rel="canonical" href="${canonical}">`);
    expect(page).toContain('<html lang="th">');
    expect(await pageText(`/en${entryPage(house.seed.number)}`)).toContain(
      `<link rel="canonical" href="${canonical}">`,
    );
  });

  test('the first picture of the text stands for it, with its words', async () => {
    const source = 'ก่อน\n\n![กองปุ๋ย "ที่ 1"](https://a.example/1.jpg)\n\n![](https://a.example/2.jpg)';
    const { number, title } = await published(house.world, { source });
    const of = metaOf(await pageText(entryPage(number)));
    expect([of['og:image'], of['og:image:alt']]).toEqual(['https://a.example/1.jpg', 'กองปุ๋ย &quot;ที่ 1&quot;']);
    const silent = await published(house.world, { source: '![](https://a.example/2.jpg)' });
    expect(metaOf(await pageText(entryPage(silent.number)))['og:image:alt']).toBe(title);
  });
});

test('§15.36 a licence stands in the data, in the head, beside the text and in the document', async () => {
  const page = await pageText(entryPage(house.fresh.number));
  expect(dataIn(page)[0]).toMatchObject({ license: CC_BY });
  expect(page).toContain(`<link rel="license" href="${CC_BY}">`);
  expect(page).toContain(`<a rel="license" href="${CC_BY}">`);
  const document = (await (await get(path.article(house.fresh.id), AP)).json()) as { license: string; content: string };
  expect(document.license).toBe(CC_BY);
  expect(document.content).toContain(CC_BY);
  const reserved = await pageText(entryPage(house.seed.number));
  expect(dataIn(reserved)[0]).toMatchObject({ copyrightNotice: expect.stringContaining('สงวนสิทธิ์') });
  expect(dataIn(reserved)[0]).not.toHaveProperty('license');
  expect(reserved).toContain('สงวนสิทธิ์');
});

test('§15.37 a highlight travels without a link to anything, and each picture of the text has words', async () => {
  const source = '![กองปุ๋ย](https://a.example/1.jpg)';
  const own = absolute(ORIGIN, entryPage(1));
  const entry = await published(house.world, { source, highlight: `อ่านที่ ${own}` });
  const document = (await (await get(path.article(entry.id), AP)).json()) as { summary: string; content: string };
  expect(document.summary).toBe(wireHighlight(`อ่านที่ ${own}`));
  expect(document.summary).not.toMatch(/https?:/);
  expect(document.content).toMatch(/<img [^>]*alt="กองปุ๋ย"/);
});

describe('the data of an entry', () => {
  test('is one BlogPosting with all that stands on the page', async () => {
    const [posting, ...more] = dataIn(await pageText(entryPage(house.seed.number)));
    expect(more).toEqual([]);
    const page = absolute(ORIGIN, entryPage(house.seed.number));
    expect(posting).toEqual({
      '@context': 'https://schema.org',
      '@type': 'BlogPosting',
      '@id': absolute(ORIGIN, path.article(house.seed.id)),
      url: page,
      mainEntityOfPage: page,
      headline: seed.title,
      description: seed.highlight,
      inLanguage: 'th',
      datePublished: seed.published,
      dateModified: seed.revised,
      author: { '@type': 'Person', name: office.blog.title, url: absolute(ORIGIN, path.blog(office.blog.handle)) },
      publisher: { '@type': 'Organization', name: office.organisation.name, url: `${ORIGIN}/` },
      copyrightNotice: expect.stringContaining('สงวนสิทธิ์'),
      isPartOf: {
        '@type': 'CreativeWorkSeries',
        name: seed.series.title,
        url: absolute(ORIGIN, path.series(house.seed.series ?? '')),
      },
      position: seed.series.part,
      keywords: [seed.tag],
      // The import's, and those of the talk that are shown.
      commentCount: 5,
    });
  });

  test('cannot be left by any words in it, and no draft has any', async () => {
    const hostile = '</script><script>alert(1)</script><!-- &quot; &lt; ]]>';
    const { number } = await published(house.world, { title: hostile, highlight: hostile, source: hostile });
    const page = await pageText(entryPage(number));
    expect(dataIn(page)).toMatchObject([{ headline: hostile, description: hostile }]);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script/g)).toHaveLength(1);
    const author = house.browser();
    await author.signIn();
    const draft = await (await author.get(entryPage(house.draft.number))).text();
    expect([draft.includes('<h1'), dataIn(draft)]).toEqual([true, []]);
  });
});

describe('oEmbed', () => {
  const embed = (number: number, format: 'json' | 'xml', prefix = '') =>
    get(path.oembedOf(absolute(ORIGIN, prefix + entryPage(number)), format), '*/*');
  const said = () => ({
    version: '1.0',
    type: 'link',
    title: fresh.title,
    author_name: office.blog.title,
    author_url: absolute(ORIGIN, path.blog(office.blog.handle)),
    provider_name: office.organisation.name,
    provider_url: `${ORIGIN}/`,
  });

  test('is found by the header of the entry’s page, as JSON and as XML', async () => {
    const link = (await get(entryPage(house.fresh.number))).headers.get('Link') ?? '';
    const named = [...link.matchAll(/<([^>]+)>; rel="alternate"; type="([^"]+)"/g)].map((match) => match.slice(1));
    const page = absolute(ORIGIN, entryPage(house.fresh.number));
    expect(named.slice(1)).toEqual([
      [absolute(ORIGIN, path.oembedOf(page, 'json')), 'application/json+oembed'],
      [absolute(ORIGIN, path.oembedOf(page, 'xml')), 'text/xml+oembed'],
    ]);
    const json = await embed(house.fresh.number, 'json');
    expect([json.status, json.headers.get('Content-Type')]).toEqual([200, 'application/json']);
    expect(await json.json()).toEqual(said());
    const xml = await embed(house.fresh.number, 'xml', '/en');
    expect([xml.status, xml.headers.get('Content-Type')]).toEqual([200, 'text/xml; charset=utf-8']);
    const told = readXml(await xml.text());
    for (const [name, value] of Object.entries(said()))
      expect([name, text(told, 'oembed', name)]).toEqual([name, value]);
  });

  test('knows nothing of drafts, withdrawn entries, other blogs’ numbers, other pages and other nodes', async () => {
    const { draft, withdrawn, other, fresh } = house;
    const addresses = [
      ...[draft, withdrawn, { number: 999_999 }].map(({ number }) => absolute(ORIGIN, entryPage(number))),
      ...[path.entry(other.blog.handle, fresh.number), path.home(), path.blog(office.blog.handle)].map((page) =>
        absolute(ORIGIN, page),
      ),
      ...[`https://elsewhere.example${entryPage(fresh.number)}`, entryPage(fresh.number), 'javascript:alert(1)', ''],
    ];
    for (const address of addresses) {
      expect([address, (await get(path.oembedOf(address, 'json'))).status]).toEqual([address, 404]);
    }
    expect((await get(path.oembed())).status).toBe(404);
  });

  test('speaks JSON where nobody says otherwise, and says what it does not speak', async () => {
    const page = encodeURIComponent(absolute(ORIGIN, entryPage(house.fresh.number)));
    expect(await (await get(`${path.oembed()}?url=${page}&maxwidth=320`)).json()).toEqual(said());
    const other = await get(`${path.oembed()}?url=${page}&format=yaml`);
    expect([other.status, await other.text()]).toEqual([501, expect.stringContaining('format=json')]);
  });
});

describe('Mastodon’s preview card', () => {
  test('shows title, highlight, picture, author, language and date, and who may be followed', async () => {
    expect(await cardOf(ask, absolute(ORIGIN, `/en${entryPage(house.seed.number)}`))).toEqual({
      url: absolute(ORIGIN, entryPage(house.seed.number)),
      title: seed.title,
      description: seed.highlight,
      image: absolute(ORIGIN, path.picture()),
      imageAlt: office.organisation.name,
      provider: office.organisation.name,
      author: office.blog.title,
      language: 'th',
      published: seed.published,
      kind: 'article',
      creator: `@${office.blog.handle}@wethi.example`,
    } satisfies Card);
  });

  test('attributes the page to the actor that WebFinger finds for its creator, which is the entry’s author', async () => {
    const card = await cardOf(ask, absolute(ORIGIN, entryPage(house.seed.number)));
    const resource = encodeURIComponent(`acct:${card?.creator?.slice(1)}`);
    const found = (await (await get(`/.well-known/webfinger?resource=${resource}`, 'application/jrd+json')).json()) as {
      links: { rel: string; href: string }[];
    };
    const article = (await (await get(path.article(house.seed.id), AP)).json()) as { attributedTo: string };
    expect(found.links.find(({ rel }) => rel === 'self')?.href).toBe(article.attributedTo);
  });

  test('takes hostile words for words', async () => {
    const hostile = '</title>"><script>alert(1)</script> &amp; \u{1f331}';
    const { number } = await published(house.world, { title: hostile, highlight: hostile });
    expect(await cardOf(ask, absolute(ORIGIN, entryPage(number)))).toMatchObject({
      title: hostile,
      description: hostile,
    });
  });

  test('is none for a draft or a withdrawn entry', async () => {
    for (const { number } of [house.draft, house.withdrawn]) {
      expect(await cardOf(ask, absolute(ORIGIN, entryPage(number)))).toBeNull();
    }
  });

  test('would be bare, were the embedding named in the page: so it is named in a header', async () => {
    const address = absolute(ORIGIN, entryPage(house.seed.number));
    const planted: Ask = async (asked, headers) => {
      const answer = await ask(asked, headers);
      if (asked !== address) return answer;
      const link = `<link rel="alternate" type="application/json+oembed" href="${path.oembedOf(address, 'json')}">`;
      return new Response((await answer.text()).replace('</head>', `${link}</head>`), { headers: answer.headers });
    };
    expect(await cardOf(planted, address)).toMatchObject({
      title: seed.title,
      description: '',
      language: null,
      published: null,
    });
    expect((await cardOf(ask, address))?.description).toBe(seed.highlight);
  });
});
