// Searching this forum. The page is never kept in memory: there are as many of it as there are questions.
import { Hono } from 'hono';
import { blogByHandle } from '../domain/blogs.ts';
import { isLicence } from '../domain/licences.ts';
import { searchChoices } from '../domain/reading/search.ts';
import { findEntries } from '../domain/search/find.ts';
import type { Narrowing } from '../domain/search/places.ts';
import { readQuestion } from '../domain/search/question.ts';
import { isIndexBeingMade } from '../domain/search/reindex.ts';
import { isTagUsed } from '../domain/tags.ts';
import { tagKey } from '../domain/text/hashtags.ts';
import { foldDigits } from '../domain/text/thai.ts';
import { pageAfter, path } from '../urls.ts';
import { type Narrowed, type SearchPageProps, searchPage } from '../views/search-page.ts';
import { addressOf } from './address.ts';
import { cursorOf, pagerOf } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { take } from './limits.ts';
import { shellOf, show } from './pages.ts';
import { tooMany } from './refusals.ts';
import { visitorOf } from './session.ts';

const FINDS = 20;
const ASKED_UNITS_MAX = 200;

export const search = new Hono<Env>().get(path.search(), async (c) => {
  const { pages } = c.var.deps;
  const { viewer } = await visitorOf(c);
  const asked = value(c, 'q');
  const narrowed = narrowedIn(c);
  const choices = await searchChoices(pages, { viewer });
  const props = { asked, narrowed, choices, beingMade: await isIndexBeingMade(pages) };
  if (asked === '') return await answer(c, { ...props, finds: null, ...NOWHERE });
  const question = readQuestion(asked);
  if (question === null) return await answer(c, { ...props, finds: 'unreadable', ...NOWHERE });
  const taken = await take(c.var.limits.searchesFrom, addressOf(c));
  if (!taken.ok) return await tooMany(c, taken.seconds);
  const narrowing = await narrowingOf(c, narrowed);
  const after = cursorOf(c);
  const { finds, next, deeper } =
    narrowing === 'nothing'
      ? { finds: [], next: null, deeper: null }
      : await findEntries(pages, { question, narrowing, after, limit: FINDS });
  const list = path.searchFor({ q: asked, ...narrowed });
  return await answer(c, {
    ...{ ...props, finds, pager: pagerOf(list, { after, next }) },
    deeper: deeper === null ? null : pageAfter(list, deeper),
  });
});

const NOWHERE = { pager: { newer: null, older: null }, deeper: null };

async function answer(c: Asking, props: SearchPageProps): Promise<Response> {
  return await show(c, searchPage(await shellOf(c), props));
}

function narrowedIn(c: Asking): Narrowed {
  return {
    blog: value(c, 'blog'),
    tag: value(c, 'tag'),
    author: value(c, 'author'),
    licence: value(c, 'licence'),
    area: value(c, 'area'),
    year: gregorian(value(c, 'year')),
  };
}

function value(c: Asking, name: string): string {
  return (c.req.query(name) ?? '').trim().slice(0, ASKED_UNITS_MAX).toWellFormed();
}

/** What the address narrows, as the domain asks it. `nothing` when it names what there is not. */
async function narrowingOf(c: Asking, narrowed: Narrowed): Promise<Narrowing | 'nothing'> {
  const { viewer } = await visitorOf(c);
  const narrowing: Narrowing = {};
  if (narrowed.blog !== '') {
    const blog = await blogByHandle(c.var.deps.pages, { handle: narrowed.blog.replace(/^@/, '') });
    if (blog === null) return 'nothing';
    narrowing.blog = blog.id;
  }
  if (narrowed.tag !== '') {
    narrowing.tag = tagKey(narrowed.tag);
    if (!(await isTagUsed(c.var.deps.pages, { tag: narrowing.tag }))) return 'nothing';
  }
  // Who wrote what in a blog of several is not told outside, so nobody outside can ask it by trying ids either.
  if (narrowed.author !== '' && viewer.kind === 'person') narrowing.author = narrowed.author;
  if (narrowed.licence !== '') {
    if (!isLicence(narrowed.licence)) return 'nothing';
    narrowing.licence = narrowed.licence;
  }
  if (narrowed.area !== '') {
    narrowing.area = foldDigits(narrowed.area).replace(/\D/g, '');
    if (narrowing.area === '') return 'nothing';
  }
  if (narrowed.year !== '') narrowing.year = Number(narrowed.year);
  return narrowing;
}

/** The form sends a Gregorian year; a Buddhist one may be typed into the address. Nothing for what is no year. */
function gregorian(text: string): string {
  const written = foldDigits(text);
  const year = /^\d{4}$/.test(written) ? Number(written) : 0;
  const common = year >= 2400 ? year - 543 : year;
  return common >= 1900 && common <= 2200 ? `${common}` : '';
}
