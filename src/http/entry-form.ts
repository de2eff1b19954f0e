// The form of an entry: what it is filled with, what came back in it, and the page that shows it.
import { type Blog, blogById } from '../domain/blogs.ts';
import { instant } from '../domain/clock.ts';
import type { Problem, Words } from '../domain/entries/words.ts';
import type { Entry } from '../domain/entries/write.ts';
import { hashOf, newId } from '../domain/ids.ts';
import { seriesById, seriesOfBlog } from '../domain/series.ts';
import { tagsOf } from '../domain/tags.ts';
import { hashtagsIn, tagKey } from '../domain/text/hashtags.ts';
import { foldDigits } from '../domain/text/thai.ts';
import type { Db } from '../storage/database.ts';
import { type EntryField, type EntryFormPageProps, entryFormPage } from '../views/entry-form-page.ts';
import { voiceCard } from './cards.ts';
import type { Asking } from './door.ts';
import type { Form } from './forms.ts';
import { shellOf, show } from './pages.ts';

export type Values = EntryFormPageProps['values'];

/** A form that came back. */
export interface Returned {
  values: Values;
  as: 'draft' | 'published';
  /** Its one-time id. */
  form: string;
  /** The fingerprint of what it was filled from. */
  read: string;
}

/** How an empty form of this blog stands. */
export function blank(blog: Blog): Values {
  const empty = { title: '', source: '', highlight: '', tags: '', series: '', part: '' };
  return { blog: blog.handle, ...empty, licence: blog.licence };
}

/** How the form of an entry stands. */
export async function valuesFrom(db: Db, { entry }: { entry: Entry }): Promise<Values> {
  const blog = await blogById(db, { id: entry.blog });
  const series = entry.series === null ? null : await seriesById(db, { id: entry.series });
  const source = Buffer.from(entry.source).toString();
  // Those in the text are tags by themselves; shown here too, they would stay when they are taken out of the text.
  const inText = new Set(hashtagsIn(source).map(tagKey));
  const tags = (await tagsOf(db, { entry: entry.id })).filter((tag) => !inText.has(tagKey(tag)));
  return {
    blog: blog?.handle ?? '',
    title: entry.title,
    source,
    // One that was taken from the first paragraph is taken anew, unless the author writes one now.
    highlight: entry.highlightDerived === 1 ? '' : entry.highlight,
    tags: tags.join(', '),
    series: series?.title ?? '',
    part: entry.part === null ? '' : String(entry.part),
    licence: entry.licence,
  };
}

/** Tells whether somebody saved other words since a form was filled from these. */
export function fingerprintOf(values: Values): string {
  const { title, source, highlight, tags, series, part, licence } = values;
  return hashOf(JSON.stringify([title, source, highlight, tags, series, part, licence]));
}

/** Reads the form as it came. */
export function returned(form: Form): Returned {
  return {
    values: {
      blog: form.text('blog'),
      // A title is one line, although its field is several high.
      title: oneLine(form.text('title')),
      source: form.text('source'),
      highlight: form.text('highlight'),
      tags: form.text('tags'),
      series: form.text('series').trim(),
      part: form.text('part').trim(),
      licence: form.text('licence'),
    },
    as: form.text('act') === 'publish' ? 'published' : 'draft',
    form: form.text('form'),
    read: form.text('read'),
  };
}

/** Not by one expression for blanks round a line feed: it takes the square of the length (security.md T35). */
function oneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** What the domain takes. */
export function wordsOf(values: Values, language: string): Words {
  return {
    title: values.title,
    highlight: values.highlight,
    source: values.source,
    tags: values.tags
      .split(/[,\n]/)
      .map((tag) => tag.trim().replace(/^#/, ''))
      .filter((tag) => tag !== ''),
    series: values.series === '' ? null : values.series,
    // Nonsense becomes NaN, which the domain refuses as a part.
    part: values.part === '' ? null : Number(foldDigits(values.part)),
    licence: values.licence,
    language,
  };
}

export interface Showing {
  /** Null for a new one. */
  entry: Entry | null;
  blogs: Blog[];
  values: Values;
  /** See `EntryFormPageProps`. */
  read: string;
  problems?: Problem[];
  /** What somebody else saved meanwhile. */
  standing?: Values;
}

/** Shows the form: 200, 422 with problems, or 409 beside what was saved meanwhile. */
export async function showForm(
  c: Asking,
  { entry, blogs, values, read, problems = [], standing }: Showing,
): Promise<Response> {
  const { pages, clock } = c.var.deps;
  const shell = await shellOf(c);
  const blog = blogs.find(({ handle }) => handle === values.blog) ?? blogs[0];
  const series = blog === undefined ? [] : await seriesOfBlog(pages, { blog: blog.id });
  const errors: EntryFormPageProps['errors'] = {};
  for (const { field, telling } of problems) {
    const place: EntryField | 'form' = field === 'language' ? 'form' : field;
    errors[place] ??= telling[shell.language];
  }
  const page = entryFormPage(shell, {
    number: entry?.number ?? null,
    state: entry?.state === 'published' ? 'published' : 'draft',
    saved: c.req.query('saved') === undefined ? null : instant(clock),
    voices: blogs.map(voiceCard),
    values,
    errors,
    series: series.map(({ title }) => title),
    form: newId(),
    read,
    ...(standing === undefined ? {} : { standing }),
  });
  if (standing !== undefined) return await show(c, page, 409);
  return await show(c, page, problems.length > 0 ? 422 : 200);
}
