import { expect, test } from 'vitest';
import { blogPage } from '../../src/views/blog-page.ts';
import { entryPage } from '../../src/views/entry-page.ts';
import { blog, blogProps, entryProps, ORIGIN, seed, shellFor } from './samples.ts';

/** The head as a list of tags, in order. */
function head(page: unknown): string[] {
  const text = String(page);
  return text.slice(0, text.indexOf('</head>')).match(/<(?:meta|link)[^>]*>/g) ?? [];
}

test('an entry tells preview cards its title, highlight, dates and author', () => {
  const tags = head(entryPage(shellFor('th', `/@${blog.handle}/58082`), entryProps()));
  for (const [property, content] of [
    ['og:type', 'article'],
    ['og:title', seed.title],
    ['og:description', seed.highlight],
    ['og:url', `${ORIGIN}/@khunamnuay_muang/58082`],
    ['og:site_name', 'เวทีเรียนรู้อำเภอเมืองนครศรีธรรมราช'],
    ['og:locale', 'th_TH'],
    ['article:published_time', '2006-11-09T02:30:00.000Z'],
    ['article:modified_time', '2012-02-11T09:17:00.000Z'],
    ['article:tag', seed.tag],
  ]) {
    expect(tags).toContain(`<meta property="${property}" content="${content}">`);
  }
  expect(tags).toContain('<meta name="fediverse:creator" content="@khunamnuay_muang@wethi.example">');
  expect(tags).toContain(`<meta name="description" content="${seed.highlight}">`);
  expect(tags).toContain(`<link rel="alternate" type="application/activity+json" href="${ORIGIN}/ap/entries/3ntry">`);
});

test('both languages of an entry name one canonical address', () => {
  for (const language of ['th', 'en'] as const) {
    const tags = head(entryPage(shellFor(language, `/@${blog.handle}/58082`), entryProps()));
    expect(tags).toContain(`<link rel="canonical" href="${ORIGIN}/@khunamnuay_muang/58082">`);
    expect(tags).toContain(`<link rel="alternate" hreflang="en" href="${ORIGIN}/en/@khunamnuay_muang/58082">`);
  }
});

test('a free licence stands in the head and beside the text; all rights reserved links nowhere', () => {
  const props = entryProps();
  const deed = 'https://creativecommons.org/licenses/by-sa/4.0/';
  const free = String(entryPage(shellFor('th', '/'), { ...props, entry: { ...props.entry, licence: 'cc-by-sa-4.0' } }));
  expect(free).toContain(`<link rel="license" href="${deed}">`);
  expect(free).toContain(`<a rel="license" href="${deed}">`);
  const reserved = String(entryPage(shellFor('th', '/'), props));
  expect(reserved).not.toContain('rel="license"');
  expect(reserved).toContain('สงวนสิทธิ์ทุกประการ');
});

test('a draft gives nothing to machines', () => {
  const props = entryProps();
  const tags = head(entryPage(shellFor('th', '/'), { ...props, entry: { ...props.entry, published: null } }));
  expect(tags).toContain('<meta name="robots" content="noindex">');
  expect(tags.filter((tag) => /og:|activity\+json|canonical/.test(tag))).toEqual([]);
});

test('a blog points to its ActivityPub document', () => {
  const tags = head(blogPage(shellFor('en', `/@${blog.handle}`), blogProps));
  expect(tags).toContain(`<link rel="alternate" type="application/activity+json" href="${ORIGIN}/ap/actors/b10g">`);
  expect(tags).toContain('<meta property="og:type" content="profile">');
});
