// What a stranger can name things: their title, name, handle, address and language, on every page that shows them.
import { expect, test } from 'vitest';
import { answerPage } from '../../src/views/answer-page.ts';
import { blogPage } from '../../src/views/blog-page.ts';
import { blogsPage } from '../../src/views/blogs-page.ts';
import { deskPage } from '../../src/views/desk-page.ts';
import { entryFormPage } from '../../src/views/entry-form-page.ts';
import { entryPage } from '../../src/views/entry-page.ts';
import { errorPage } from '../../src/views/error-page.ts';
import { followPage } from '../../src/views/follow-page.ts';
import { homePage } from '../../src/views/home-page.ts';
import { interactionPage } from '../../src/views/interaction-page.ts';
import { readingPage } from '../../src/views/reading-page.ts';
import { searchPage } from '../../src/views/search-page.ts';
import { seriesPage } from '../../src/views/series-page.ts';
import { setUpPage } from '../../src/views/set-up-page.ts';
import { signInPage } from '../../src/views/sign-in-page.ts';
import { tagPage } from '../../src/views/tag-page.ts';
import { tagsPage } from '../../src/views/tags-page.ts';
import { withoutData } from '../data-blocks.ts';
import {
  answerProps,
  blogProps,
  deskProps,
  entryProps,
  interactionProps,
  item,
  pager,
  post,
  searchProps,
  setUpProps,
  shellFor,
  talk,
  writtenProps,
} from './samples.ts';

/** The attributes of every tag, without what stands inside their quotes. */
function attributes(page: string): string[] {
  return (page.match(/<[a-z!/][^>]*>/gi) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

test('hostile titles, names and handles stay words on every page that shows them', () => {
  const bad = `"><img src=x onerror=alert(1)>'&<script>alert(1)</script>`;
  const place = { handle: bad, title: bad, summary: bad, language: bad };
  const blog = { ...blogProps.blog, ...place, activity: bad };
  const card = { ...place, kind: 'team' as const, entries: 1 };
  const entry = { ...item, title: bad, highlight: bad, language: bad, blog };
  const words = { name: bad, handle: { user: bad, host: bad }, language: bad, url: bad };
  const comments = talk().map((comment) => ({ ...comment, ...words }));
  const [comment = null] = comments;
  const author = { name: bad, user: bad, host: bad };
  const hostilePost = { ...post, id: bad, title: bad, summary: bad, url: bad, language: bad, author };
  const tagged = [{ shown: bad, entries: 1 }];
  const shell = shellFor('en', '/', {
    organisation: { name: bad, handle: bad, summary: bad, language: bad },
    person: { name: bad, role: bad },
  });
  const props = entryProps();
  const series = { id: bad, title: bad, part: 1, last: 1, previous: { number: 1, part: null, title: bad }, next: null };
  const values = Object.fromEntries(Object.keys(setUpProps.values).map((field) => [field, bad]));
  const pages = {
    home: homePage(shell, {
      featured: entry,
      entries: [entry],
      pager,
      blogs: [card],
      tags: tagged,
      figures: { blogs: 1, entries: 1, comments: 1 },
      links: [{ name: bad, url: `https://elsewhere.example/${bad}`, verified: bad }],
    }),
    blogs: blogsPage(shell, { blogs: [card] }),
    blog: blogPage(shell, {
      ...blogProps,
      blog,
      entries: [entry],
      series: [{ id: bad, title: bad, parts: 1, latest: null }],
      links: [{ name: bad, url: `https://elsewhere.example/${bad}`, verified: bad }],
      tags: tagged,
    }),
    entry: entryPage(shell, {
      ...props,
      entry: {
        ...props.entry,
        activity: bad,
        title: bad,
        highlight: bad,
        language: bad,
        tags: [bad],
        original: { system: bad, number: bad },
      },
      blog,
      series,
      comments,
      viewer: { mayWrite: true, mayModerate: true, reads: 1, voices: [blog], form: bad },
    }),
    tag: tagPage(shell, {
      key: bad,
      shown: bad,
      figures: { entries: 1, posts: 1 },
      entries: [entry],
      pager,
      posts: [hostilePost],
    }),
    tags: tagsPage(shell, { tags: tagged }),
    series: seriesPage(shell, { id: bad, title: bad, blog, parts: [{ ...entry, part: 1 }] }),
    reading: readingPage(shell, {
      posts: [hostilePost],
      pager,
      following: [{ ...author, url: bad, state: 'accepted', by: bad }],
    }),
    desk: deskPage(shell, {
      ...deskProps,
      blogs: [card],
      entries: deskProps.entries.map((one) => ({ ...one, title: bad, language: bad, blog })),
      held: comment === null ? [] : [{ comment, entry: { handle: bad, number: 1, title: bad, language: bad } }],
    }),
    write: entryFormPage(shell, {
      ...writtenProps,
      voices: [blog],
      values: { ...writtenProps.values, blog: bad, title: bad, source: bad, highlight: bad, tags: bad, series: bad },
      errors: { title: bad },
      series: [bad],
    }),
    signIn: signInPage(shell, { values: { username: bad }, next: bad, sent: null, problem: null }),
    setUp: setUpPage(shell, {
      ...setUpProps,
      key: bad,
      values: { ...setUpProps.values, ...values },
      errors: { name: bad, form: bad },
    }),
    follow: followPage(shell, {
      followed: { ...place, kind: 'person' },
      values: { account: bad },
      errors: { account: bad },
    }),
    answer: answerPage(shell, {
      ...answerProps,
      entry: { handle: bad, number: 1, title: bad, language: bad },
      comment,
      address: bad,
      values: { ...answerProps.values, account: bad },
      errors: { account: bad },
    }),
    followAfar: interactionPage(shell, {
      ...interactionProps,
      object: { kind: 'actor', id: bad, ...author, summary: bad, followed: true },
      voices: [blog],
    }),
    answerAfar: interactionPage(shell, {
      ...interactionProps,
      object: { kind: 'post', ...hostilePost },
      voices: [blog],
    }),
    search: searchPage(shell, {
      ...searchProps,
      asked: bad,
      narrowed: { blog: bad, tag: bad, author: bad, licence: bad, area: bad, year: bad },
      choices: {
        blogs: [{ handle: bad, title: bad, language: bad }, blog],
        authors: [{ id: bad, name: bad }],
        years: [2006],
      },
      finds: [
        {
          entry,
          passage: [
            { text: bad, found: true },
            { text: bad, found: false },
          ],
        },
      ],
      pager: { newer: bad, older: bad },
    }),
    error: errorPage(shell, { status: 403, telling: bad }),
  };
  for (const [name, page] of Object.entries(pages)) {
    expect(String(page), name).toContain('&lt;script&gt;');
    expect(withoutData(String(page)), name).not.toMatch(/<script|<img/);
    expect(
      attributes(String(page)).filter((tag) => /\son[a-z]+\s*=/i.test(tag)),
      name,
    ).toEqual([]);
  }
});
