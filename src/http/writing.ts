// Writing an entry, revising it, publishing it, withdrawing it.
import { Hono } from 'hono';
import { type Blog, blogById } from '../domain/blogs.ts';
import { instant } from '../domain/clock.ts';
import { entryByNumber } from '../domain/entries/find.ts';
import { withdrawEntry } from '../domain/entries/withdraw.ts';
import type { Problem, Words } from '../domain/entries/words.ts';
import { type Entry, reviseEntry, writeEntry } from '../domain/entries/write.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { seriesById, seriesOfBlog } from '../domain/series.ts';
import { tagsOf } from '../domain/tags.ts';
import { foldDigits } from '../domain/text/thai.ts';
import { checkMayWrite, maySeeEntry } from '../domain/visibility.ts';
import { path, pattern } from '../urls.ts';
import { type EntryField, type EntryFormPageProps, entryFormPage } from '../views/entry-form-page.ts';
import { voiceCard } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { type Form, formOf } from './forms.ts';
import { shellOf, show } from './pages.ts';
import { goTo } from './redirects.ts';
import { personOf, signedIn } from './session.ts';
import { entryGone, nothingHere, notYourBlog } from './tellings.ts';

type Values = EntryFormPageProps['values'];

export const writing = new Hono<Env>()
  .get(path.write(), signedIn, async (c) => {
    const blogs = await myBlogs(c);
    const chosen = blogs.find(({ handle }) => handle === c.req.query('blog')) ?? blogs[0];
    // Whoever has no blog yet reads on the desk what to do about it.
    if (chosen === undefined) return goTo(c, path.desk());
    return await showForm(c, { entry: null, blogs, values: blank(chosen), problems: [] });
  })
  .post(path.write(), signedIn, async (c) => {
    const { db, origin, clock } = c.var.deps;
    const { person } = await personOf(c);
    const values = valuesOf(await formOf(c));
    const blogs = await myBlogs(c);
    const blog = blogs.find(({ handle }) => handle === values.blog);
    if (blog === undefined) throw notYourBlog();
    const as = values.act === 'publish' ? 'published' : 'draft';
    const words = wordsOf(values, blog.language);
    const written = await writeEntry(db, { blog: blog.id, author: person.id, words, as, origin, clock });
    if (!written.ok) return await showForm(c, { entry: null, blogs, values, problems: written.problems });
    return goTo(c, afterwards(written.entry, blog));
  })
  .get(pattern.revise, signedIn, async (c) => {
    const { entry, blog } = await myEntry(c);
    return await showForm(c, { entry, blogs: [blog], values: await valuesFrom(c, entry, blog), problems: [] });
  })
  .post(pattern.revise, signedIn, async (c) => {
    const { db, origin, clock } = c.var.deps;
    const { entry, blog } = await myEntry(c);
    const values = { ...valuesOf(await formOf(c)), blog: blog.handle };
    const as = values.act === 'publish' ? 'published' : 'draft';
    const words = wordsOf(values, entry.language);
    const written = await reviseEntry(db, { id: entry.id, words, as, origin, clock });
    if (!written.ok) return await showForm(c, { entry, blogs: [blog], values, problems: written.problems });
    return goTo(c, afterwards(written.entry, blog));
  })
  .post(pattern.withdraw, signedIn, async (c) => {
    const { db, clock } = c.var.deps;
    const { entry } = await myEntry(c);
    await withdrawEntry(db, { id: entry.id, clock });
    return goTo(c, path.desk());
  });

async function myBlogs(c: Asking): Promise<Blog[]> {
  const { viewer } = await personOf(c);
  return await blogsOf(c.var.deps.pages, { viewer });
}

/** The entry that the address names. @throws Refusal `not-found` for others' drafts, `forbidden` for what others published. */
async function myEntry(c: Asking): Promise<{ entry: Entry; blog: Blog }> {
  const { pages } = c.var.deps;
  const { viewer } = await personOf(c);
  const entry = await entryByNumber(pages, { number: Number(c.req.param('number')) });
  const blog = entry === null ? null : await blogById(pages, { id: entry.blog });
  if (entry === null || blog === null) throw nothingHere();
  if (entry.state === 'withdrawn') throw entry.published === null ? nothingHere() : entryGone();
  if (!maySeeEntry(viewer, entry)) throw nothingHere();
  checkMayWrite(viewer, entry.blog);
  return { entry, blog };
}

function afterwards(entry: Entry, blog: Blog): string {
  return entry.state === 'draft' ? path.saved(entry.number) : path.entry(blog.handle, entry.number);
}

function blank(blog: Blog): Values {
  const empty = { title: '', source: '', highlight: '', tags: '', series: '', part: '' };
  return { ...empty, blog: blog.handle, licence: blog.licence };
}

async function valuesFrom(c: Asking, entry: Entry, blog: Blog): Promise<Values> {
  const { pages } = c.var.deps;
  const series = entry.series === null ? null : await seriesById(pages, { id: entry.series });
  return {
    blog: blog.handle,
    title: entry.title,
    source: Buffer.from(entry.source).toString(),
    // One that was taken from the first paragraph is taken anew, unless the author writes one now.
    highlight: entry.highlightDerived === 1 ? '' : entry.highlight,
    tags: (await tagsOf(pages, { entry: entry.id })).join(', '),
    series: series?.title ?? '',
    part: entry.part === null ? '' : String(entry.part),
    licence: entry.licence,
  };
}

function valuesOf(form: Form): Values & { act: string } {
  return {
    act: form.text('act'),
    blog: form.text('blog'),
    // A title is one line, although its field is several high.
    title: form.text('title').replace(/\s*\n\s*/g, ' '),
    source: form.text('source'),
    highlight: form.text('highlight'),
    tags: form.text('tags'),
    series: form.text('series').trim(),
    part: form.text('part').trim(),
    licence: form.text('licence'),
  };
}

function wordsOf(values: Values, language: string): Words {
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

async function showForm(
  c: Asking,
  { entry, blogs, values, problems }: { entry: Entry | null; blogs: Blog[]; values: Values; problems: Problem[] },
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
    values: formValues(values),
    errors,
    series: series.map(({ title }) => title),
  });
  return await show(c, page, problems.length > 0 ? 422 : 200);
}

/** The form's own fields in their order, which is the order in which problems are listed. */
function formValues({ blog, title, source, highlight, tags, series, part, licence }: Values): Values {
  return { blog, title, source, highlight, tags, series, part, licence };
}
