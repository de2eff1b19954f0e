// Props for every page: the entry of 2006 and its one comment, and placeholders by role for all else.

import { readFileSync } from 'node:fs';
import { seed as seedOf2006 } from '../../src/cli/demo/world.ts';
import { renderMarkdown } from '../../src/domain/text/markdown.ts';
import { plainToHtml, sanitiseOwn } from '../../src/domain/text/sanitise.ts';
import { UNANSWERED } from '../../src/views/answer-box.ts';
import type { AnswerPageProps } from '../../src/views/answer-page.ts';
import type { ArchiveYearPageProps } from '../../src/views/archive-page.ts';
import { assetUrls } from '../../src/views/assets.ts';
import type { BlogCard } from '../../src/views/blog-card.ts';
import type { BlogPageProps } from '../../src/views/blog-page.ts';
import type { CommentView } from '../../src/views/comment.ts';
import type { DeskPageProps } from '../../src/views/desk-page.ts';
import type { EntryFormPageProps } from '../../src/views/entry-form-page.ts';
import type { EntryItem } from '../../src/views/entry-item.ts';
import type { EntryPageProps } from '../../src/views/entry-page.ts';
import type { InteractionPageProps } from '../../src/views/interaction-page.ts';
import type { Shell } from '../../src/views/layout.ts';
import type { Language } from '../../src/views/messages/words.ts';
import type { PostView } from '../../src/views/post-item.ts';
import type { ReportsPageProps } from '../../src/views/reports-page.ts';
import type { SearchPageProps } from '../../src/views/search-page.ts';
import type { SetUpPageProps } from '../../src/views/set-up-page.ts';

export const ORIGIN = 'https://wethi.example';

/** The seed file in its parts: title, highlight, body and comment. */
const lines = readFileSync(seedOf2006.file, 'utf8').split('\n');
const prose = lines.filter((line) => /^\s*(?:ในการจัดกิจกรรม|จากข้อเท็จจริง)/.test(line)).map((line) => line.trim());
const said = lines.at(-1) || (lines.at(-2) ?? '');

export const seed = {
  title: lines[0] ?? '',
  highlight: lines[2] ?? '',
  body: renderMarkdown(
    `## 2. ศักยภาพการทำหน้าที่ของคุณอำนวยตำบล\n\n### ๒.๔ การสร้างพื้นที่เรียนรู้ในชุมชนเสมือนจริง  (Weblog)\n\n${prose.join('\n\n')}`,
    { origin: ORIGIN },
  ),
  comment: plainToHtml(said),
  series: 'สรุปบทเรียนการดำเนินงาน KM เมืองนคร',
  tag: 'รักเธอประเทศไทย',
  published: '2006-11-09T02:30:00.000Z',
  revised: '2012-02-11T09:17:00.000Z',
};

export const blog = {
  activity: `${ORIGIN}/ap/actors/b10g`,
  handle: 'khunamnuay_muang',
  title: 'การส่งเสริมอาชีพโดยกระบวนการจัดการความรู้',
  summary: 'บันทึกการทำงานของคุณอำนวยตำบล',
  kind: 'person' as const,
  language: 'th',
  closed: false,
  movedTo: null,
};
export const voices = [blog, { handle: 'team', title: 'กลุ่มทดสอบ', language: 'th' }];
export const card: BlogCard = { ...blog, entries: 64 };
export const team: BlogCard = {
  handle: 'team',
  title: 'กลุ่มทดสอบ',
  summary: '',
  kind: 'team',
  language: 'th',
  entries: 0,
};

export function shellFor(language: Language, path: string, more: Partial<Shell> = {}): Shell {
  return {
    language,
    origin: ORIGIN,
    path,
    organisation: {
      name: 'เวทีเรียนรู้อำเภอเมืองนครศรีธรรมราช',
      handle: 'muang_nakhon',
      summary: 'เล่าสิ่งที่ได้ลงมือทำ แล้วนำประสบการณ์มาแลกเปลี่ยนเรียนรู้กัน',
      language: 'th',
    },
    person: null,
    practice: false,
    assets: assetUrls(() => 'v'),
    ...more,
  };
}

/** A comment by a placeholder; `say` what is different about it. */
export function comment(id: string, say: Partial<CommentView> = {}): CommentView {
  return {
    id,
    state: 'shown',
    name: 'ผู้อ่านจากเซิร์ฟเวอร์อื่น',
    handle: { user: 'reader', host: 'social.example' },
    kind: 'person',
    author: false,
    imported: false,
    body: plainToHtml('ข้อความตัวอย่างของความเห็น'),
    language: 'th',
    published: '2026-11-21T11:04:00.000Z',
    url: `https://social.example/@reader/${id}`,
    replies: [],
    ...say,
  };
}

export const imported = { name: null, handle: null, imported: true, published: null, url: null };
const author = { name: blog.title, handle: { user: blog.handle, host: 'wethi.example' }, author: true, url: null };

/** Five deep, with one held, one deleted that was answered, and the seed's own comment first. */
export function talk(): CommentView[] {
  const deepest = comment('e', { replies: [comment('f')] });
  const deep = comment('b', {
    replies: [comment('c', { ...author, replies: [comment('d', { replies: [deepest] })] })],
  });
  return [
    comment('a', { ...imported, body: seed.comment, replies: [deep] }),
    comment('g', { state: 'deleted', body: plainToHtml(''), replies: [comment('h')] }),
    comment('i', { state: 'held', name: 'ผู้มาใหม่', handle: { user: 'visitor', host: 'newcomer.example' } }),
  ];
}

export function entryProps(): EntryPageProps {
  return {
    entry: {
      activity: `${ORIGIN}/ap/entries/3ntry`,
      number: 58082,
      title: seed.title,
      highlight: seed.highlight,
      body: seed.body,
      language: 'th',
      published: seed.published,
      revised: seed.revised,
      licence: 'all-rights-reserved',
      tags: [seed.tag],
      picture: null,
      original: { system: 'gotoknow', number: '58082' },
      reads: 214,
      likes: 12,
      shares: 3,
      quotes: 1,
    },
    blog,
    series: {
      id: '53r135',
      title: seed.series,
      part: 9,
      last: 12,
      previous: { number: 57711, part: 8, title: 'ตอนที่8' },
      next: null,
    },
    comments: talk().filter(({ state }) => state !== 'held'),
    open: true,
    viewer: { mayWrite: false, mayModerate: false, reads: null, voices: [], form: 'f0rm' },
  };
}

export const item: EntryItem = {
  number: 58082,
  title: seed.title,
  highlight: seed.highlight,
  language: 'th',
  published: seed.published,
  comments: 7,
  blog,
};
export const bare: EntryItem = { ...item, number: 57711, title: `${seed.series} ตอนที่8`, highlight: '', comments: 0 };

export const post: PostView = {
  id: 'https://books.example/posts/1',
  title: 'บันทึกตัวอย่างจากเซิร์ฟเวอร์อื่น',
  summary: seed.highlight,
  body: sanitiseOwn(seed.body, { origin: ORIGIN }),
  url: 'https://books.example/@library/1',
  language: 'th',
  published: '2026-11-20T05:10:00.000Z',
  author: { name: 'ห้องสมุดจากเซิร์ฟเวอร์อื่น', user: 'library', host: 'books.example' },
};
export const note: PostView = {
  ...post,
  id: 'https://social.example/2',
  title: null,
  summary: null,
  body: seed.comment,
};

export const pager = { newer: '/?before=2', older: '/?after=1' };

export const searchProps: SearchPageProps = {
  asked: '',
  narrowed: { blog: '', tag: '', author: '', licence: '', area: '', year: '' },
  choices: { blogs: [blog, team], authors: [{ id: 'p1', name: 'คุณลิขิต' }], years: [2026, 2006] },
  finds: null,
  beingMade: false,
  pager: { newer: null, older: null },
  deeper: null,
};

export const setUpProps: SetUpPageProps = {
  key: 's3cr3t',
  values: {
    organisationName: '',
    organisationHandle: '',
    area: '',
    summary: '',
    name: '',
    username: '',
    blogTitle: '',
    blogHandle: '',
  },
  errors: {},
  passwordLengthMin: 10,
};

export const formProps: EntryFormPageProps = {
  number: null,
  state: 'draft',
  saved: null,
  voices,
  values: {
    blog: blog.handle,
    title: '',
    source: '',
    highlight: '',
    tags: '',
    series: '',
    part: '',
    licence: 'all-rights-reserved',
  },
  errors: {},
  series: [seed.series],
  form: 'f0rm',
  read: '',
};
export const writtenProps: EntryFormPageProps = {
  ...formProps,
  number: 58082,
  values: {
    ...formProps.values,
    title: seed.title,
    source: prose.join('\n\n'),
    highlight: seed.highlight,
    tags: seed.tag,
    series: seed.series,
    part: '9',
  },
};

export const answerProps: AnswerPageProps = {
  ...UNANSWERED,
  entry: { handle: blog.handle, number: 58082, title: seed.title, language: 'th' },
  comment: null,
  address: `${ORIGIN}/@${blog.handle}/58082`,
  voices: [],
  form: 'f0rm',
  importedFrom: 'GotoKnow',
};

export const interactionProps: InteractionPageProps = {
  object: {
    kind: 'actor',
    id: 'https://books.example/users/library',
    name: post.author.name,
    user: 'library',
    host: 'books.example',
    summary: 'ห้องสมุดประชาชน',
    followed: false,
  },
  voices,
  form: 'f0rm',
  values: { blog: blog.handle, text: '' },
  errors: {},
};

export const deskProps: DeskPageProps = {
  blogs: [card, team],
  entries: [
    { number: 58083, title: '', language: 'th', state: 'draft', changed: seed.published, comments: 0, reads: 0, blog },
    {
      number: 58082,
      title: seed.title,
      language: 'th',
      state: 'published',
      changed: seed.published,
      comments: 7,
      reads: 214,
      blog,
    },
    {
      number: 58001,
      title: seed.series,
      language: 'th',
      state: 'withdrawn',
      changed: seed.revised,
      comments: 0,
      reads: 0,
      blog,
    },
  ],
  pager,
  reports: 2,
  held: [
    {
      comment: comment('held1', { state: 'held', name: 'ผู้มาใหม่' }),
      entry: { handle: blog.handle, number: 58082, title: seed.title, language: 'th' },
    },
  ],
};

const report = {
  id: 'r3p0rt',
  by: { name: 'social.example', user: 'social.example', host: 'social.example', url: 'https://social.example/about' },
  content: 'ความเห็นนี้ชวนซื้อของ\nhttps://social.example/notes/1',
  received: seed.revised,
  seen: null,
  blogs: [{ handle: blog.handle, title: blog.title, language: 'th' }],
  organisation: false,
  entries: [{ handle: blog.handle, number: 58082, title: seed.title, language: 'th' }],
  comments: [
    {
      id: 'b',
      text: 'ก็ถือได้ว่าเยี่ยมยอดเลยนะคะ',
      language: 'th',
      state: 'shown',
      entry: { handle: blog.handle, number: 58082 },
    },
    { id: 'c', text: '', language: null, state: 'deleted', entry: { handle: blog.handle, number: 58082 } },
  ],
};

export const reportsProps: ReportsPageProps = {
  waiting: [report],
  seen: [{ ...report, id: 's33n', content: '', seen: seed.revised, organisation: true }],
};

export const blogProps: BlogPageProps = {
  blog,
  figures: { entries: 64, comments: 210, followers: 138 },
  pinned: [bare],
  entries: [item],
  pager,
  series: [{ id: '53r135', title: seed.series, parts: 9, latest: seed.published }],
  tags: [{ shown: seed.tag, entries: 3 }],
  links: [
    { name: 'เว็บไซต์', url: 'https://www.bangchak.example/', verified: seed.published },
    { name: 'Mastodon', url: 'https://example.social/@reader', verified: null },
  ],
  mayWrite: false,
};

export const years = [
  { year: 2569, starts: '2025-12-31T17:00:00.000Z', entries: 1 },
  { year: 2549, starts: '2005-12-31T17:00:00.000Z', entries: 203 },
];
export const archiveYear: ArchiveYearPageProps = {
  blog: null,
  year: 2549,
  starts: '2005-12-31T17:00:00.000Z',
  months: [
    { starts: '2006-10-31T17:00:00.000Z', entries: 2, at: '/archive/2549?after=2006-11-30T17%3A00%3A00.000Z_0' },
  ],
  entries: [{ starts: '2006-10-31T17:00:00.000Z', entries: [item, bare] }],
  pager,
};
