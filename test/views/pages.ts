// Every page, rendered from the samples in its usual and its awkward states.
import { answerPage } from '../../src/views/answer-page.ts';
import { archivePage, archiveYearPage } from '../../src/views/archive-page.ts';
import { blogPage } from '../../src/views/blog-page.ts';
import { blogsPage } from '../../src/views/blogs-page.ts';
import { deskPage } from '../../src/views/desk-page.ts';
import { entryFormPage } from '../../src/views/entry-form-page.ts';
import { type EntryPageProps, entryPage } from '../../src/views/entry-page.ts';
import { errorPage } from '../../src/views/error-page.ts';
import { followPage } from '../../src/views/follow-page.ts';
import { homePage } from '../../src/views/home-page.ts';
import { interactionPage } from '../../src/views/interaction-page.ts';
import { lookUpPage } from '../../src/views/look-up-page.ts';
import type { Language } from '../../src/views/messages/words.ts';
import { readingPage } from '../../src/views/reading-page.ts';
import { reportsPage } from '../../src/views/reports-page.ts';
import { searchPage } from '../../src/views/search-page.ts';
import { seriesPage } from '../../src/views/series-page.ts';
import { setUpPage } from '../../src/views/set-up-page.ts';
import { signInPage } from '../../src/views/sign-in-page.ts';
import { tagPage } from '../../src/views/tag-page.ts';
import { tagsPage } from '../../src/views/tags-page.ts';
import type { Html } from '../../src/views/template.ts';
import {
  answerProps,
  archiveYear,
  bare,
  blog,
  blogProps,
  card,
  comment,
  deskProps,
  entryProps,
  formProps,
  imported,
  interactionProps,
  item,
  note,
  pager,
  post,
  reportsProps,
  searchProps,
  seed,
  setUpProps,
  shellFor,
  talk,
  team,
  voices,
  writtenProps,
  years,
} from './samples.ts';

const PERSON = { name: 'คุณลิขิต', role: 'author' };
const STATUSES = [400, 403, 404, 409, 410, 413, 429, 500, 503] as const;
const NOWHERE = { newer: null, older: null };

/** What a reader finds. */
function forEverybody(language: Language): Record<string, Html> {
  const at = (path: string) => shellFor(language, path);
  return {
    home: homePage(at('/'), {
      featured: item,
      entries: [bare, item],
      pager,
      blogs: [card, team],
      tags: [{ shown: seed.tag, entries: 3 }],
      figures: { blogs: 16, entries: 204, comments: 455 },
      links: [{ name: 'เว็บไซต์', url: 'https://www.bangchak.example/km', verified: seed.published }],
    }),
    'home-empty': homePage(shellFor(language, '/', { practice: true }), {
      featured: null,
      entries: [],
      pager: NOWHERE,
      blogs: [],
      tags: [],
      figures: { blogs: 0, entries: 0, comments: 0 },
      links: [],
    }),
    'home-not-set-up': homePage(shellFor(language, '/', { organisation: null, practice: true }), {
      featured: null,
      entries: [],
      pager: NOWHERE,
      blogs: [],
      tags: [],
      figures: { blogs: 0, entries: 0, comments: 0 },
      links: [],
    }),
    blogs: blogsPage(at('/blogs'), { blogs: [card, team] }),
    blog: blogPage(at(`/@${blog.handle}`), blogProps),
    'blog-closed': blogPage(at('/@team'), {
      ...blogProps,
      blog: { ...blog, kind: 'team', closed: true },
      pinned: [],
      entries: [],
      series: [],
      tags: [],
    }),
    'blog-moved': blogPage(at(`/@${blog.handle}`), {
      ...blogProps,
      blog: { ...blog, movedTo: { user: 'amnuay', host: 'example.social', url: 'https://example.social/@amnuay' } },
    }),
    tag: tagPage(at(`/t/${seed.tag}`), {
      key: seed.tag,
      shown: seed.tag,
      figures: { entries: 2, posts: 2 },
      entries: [item, bare],
      pager: NOWHERE,
      posts: [post, note],
    }),
    archive: archivePage(at('/archive'), { blog: null, years }),
    'archive-empty': archivePage(at('/@team/archive'), { blog: team, years: [] }),
    'archive-year': archiveYearPage(at('/archive/2549'), archiveYear),
    'archive-of-blog': archiveYearPage(at(`/@${blog.handle}/archive/2549`), { ...archiveYear, blog }),
    tags: tagsPage(at('/t'), { tags: [{ shown: seed.tag, entries: 3 }] }),
    search: searchPage(at('/search'), searchProps),
    'search-found': searchPage(at('/search'), {
      ...searchProps,
      asked: 'อำนวย',
      narrowed: { ...searchProps.narrowed, area: '800119', year: '2006' },
      finds: [
        {
          entry: item,
          passage: [
            { text: '…ให้คุณ', found: false },
            { text: 'อำนวย', found: true },
          ],
        },
        { entry: bare, passage: null },
      ],
      pager,
      deeper: '/search?q=x&after=anywhere_1',
    }),
    'search-no-more': searchPage(at('/search'), { ...searchProps, asked: 'ก', finds: [], pager }),
    'search-nothing': searchPage(at('/search'), { ...searchProps, asked: 'กรุงเทพ', finds: [] }),
    'search-unreadable': searchPage(at('/search'), { ...searchProps, asked: '""', finds: 'unreadable' }),
    series: seriesPage(at('/series/53r135'), {
      id: '53r135',
      title: seed.series,
      blog,
      parts: [
        { ...bare, part: 8 },
        { ...item, part: 9 },
        { ...bare, number: 61102, title: seed.series, part: null },
      ],
    }),
  };
}

/** An entry with its talk, and the ways into it. */
function aroundAnEntry(language: Language): Record<string, Html> {
  const at = (path: string) => shellFor(language, path);
  const signedIn = (path: string) => shellFor(language, path, { person: PERSON });
  const place = `/@${blog.handle}/58082`;
  const quiet = entryProps();
  const moderating: EntryPageProps = {
    ...quiet,
    comments: talk(),
    viewer: { mayWrite: true, mayModerate: true, reads: 214, voices, form: 'f0rm' },
  };
  return {
    entry: entryPage(at(place), entryProps()),
    'entry-author': entryPage(signedIn(place), moderating),
    'entry-draft': entryPage(signedIn(place), {
      ...moderating,
      entry: { ...quiet.entry, published: null, revised: null, original: null, licence: 'cc-by-nc-sa-4.0' },
      comments: [],
      series: null,
    }),
    'entry-quiet': entryPage(at(place), { ...quiet, comments: [] }),
    'entry-closed': entryPage(at(place), { ...quiet, open: false }),
    follow: followPage(at(`/@${blog.handle}/follow`), {
      followed: blog,
      values: { account: '@you@nowhere.example' },
      errors: { account: 'ติดต่อเซิร์ฟเวอร์ nowhere.example ไม่ได้' },
    }),
    answer: answerPage(at(`${place}/answer`), answerProps),
    'answer-comment': answerPage(signedIn(`${place}/answer`), {
      ...answerProps,
      comment: comment('b'),
      voices,
      errors: { text: 'ต้องกรอกช่องนี้' },
    }),
    'answer-wrong': answerPage(at(`${place}/answer`), {
      ...answerProps,
      comment: comment('a', { ...imported, body: seed.comment }),
      values: { ...answerProps.values, account: '@you@nowhere.example' },
      errors: { account: 'ติดต่อเซิร์ฟเวอร์ nowhere.example ไม่ได้' },
    }),
  };
}

/** What signed-in people work with. */
function forMembers(language: Language): Record<string, Html> {
  const signedIn = (path: string) => shellFor(language, path, { person: PERSON });
  return {
    reading: readingPage(signedIn('/reading'), {
      posts: [post, note],
      pager,
      following: [
        { ...post.author, url: 'https://books.example/@library', state: 'accepted', by: blog.title },
        { name: 'ผู้อ่าน', user: 'reader', host: 'social.example', url: '', state: 'requested', by: blog.title },
      ],
    }),
    'reading-empty': readingPage(signedIn('/reading'), {
      posts: [],
      pager: NOWHERE,
      following: [],
    }),
    desk: deskPage(signedIn('/desk'), deskProps),
    'desk-empty': deskPage(signedIn('/desk'), {
      blogs: [],
      entries: [],
      pager: NOWHERE,
      held: [],
      reports: null,
    }),
    reports: reportsPage(signedIn('/reports'), reportsProps),
    'reports-empty': reportsPage(signedIn('/reports'), { waiting: [], seen: [] }),
    write: entryFormPage(signedIn('/write'), formProps),
    'write-wrong': entryFormPage(signedIn('/write'), {
      ...formProps,
      errors: { title: 'ใส่ชื่อบันทึก', source: 'เขียนเนื้อหาอย่างน้อยหนึ่งบรรทัด', part: 'ตอนที่ต้องเป็นจำนวนเต็ม' },
    }),
    'write-draft': entryFormPage(signedIn('/write/58082'), { ...writtenProps, saved: seed.published }),
    revise: entryFormPage(signedIn('/write/58082'), { ...writtenProps, state: 'published' }),
    'revise-changed': entryFormPage(signedIn('/write/58082'), {
      ...writtenProps,
      state: 'published',
      standing: { ...writtenProps.values, title: 'ชื่อที่คนอื่นเก็บ', source: 'เนื้อหาที่คนอื่นเก็บ', series: '' },
    }),
    'look-up': lookUpPage(signedIn('/authorize_interaction'), { uri: '@library@books.example' }),
    'interaction-actor': interactionPage(signedIn('/authorize_interaction'), interactionProps),
    'interaction-post': interactionPage(signedIn('/authorize_interaction'), {
      ...interactionProps,
      object: { kind: 'post', ...post },
    }),
    'interaction-no-blog': interactionPage(signedIn('/authorize_interaction'), { ...interactionProps, voices: [] }),
  };
}

/** Coming in for the first time, and again. */
function atTheDoor(language: Language): Record<string, Html> {
  const at = (path: string) => shellFor(language, path);
  return {
    'sign-in': signInPage(at('/sign-in'), { values: { username: '' }, next: '/write', sent: null, problem: null }),
    'sign-in-wrong': signInPage(at('/sign-in'), {
      values: { username: 'likhit' },
      next: null,
      sent: null,
      problem: { kind: 'wrong' },
    }),
    'sign-in-wait': signInPage(at('/sign-in'), {
      values: { username: 'likhit' },
      next: null,
      sent: null,
      problem: { kind: 'wait', minutes: 15 },
    }),
    'sign-in-ended': signInPage(at('/write'), {
      values: { username: '' },
      next: null,
      sent: {
        to: '/write',
        fields: [
          ['title', seed.title],
          ['source', 'หนึ่ง\r\nสอง'],
        ],
      },
      problem: null,
    }),
    'set-up': setUpPage(shellFor(language, '/set-up', { organisation: null, practice: true }), setUpProps),
    'set-up-wrong': setUpPage(shellFor(language, '/set-up', { organisation: null }), {
      ...setUpProps,
      values: { ...setUpProps.values, organisationHandle: 'บางจาก' },
      errors: { organisationHandle: 'ใช้ได้เฉพาะ a-z 0-9 และ _', password: 'รหัสผ่านต้องยาว 10 ตัวขึ้นไป' },
    }),
  };
}

/** Every page in its usual and its awkward states, by a name that a report can show. */
export function everyPage(language: Language): Record<string, Html> {
  const errors = STATUSES.map((status) => [
    `error-${status}`,
    errorPage(shellFor(language, '/nowhere'), { status, telling: null }),
  ]);
  return {
    ...forEverybody(language),
    ...aroundAnEntry(language),
    ...forMembers(language),
    ...atTheDoor(language),
    ...Object.fromEntries(errors),
  };
}
