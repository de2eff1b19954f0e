// Writing an entry, revising it, publishing it, withdrawing it.
import { Hono } from 'hono';
import { type Blog, blogById } from '../domain/blogs.ts';
import { entryByNumber } from '../domain/entries/find.ts';
import { withdrawEntry } from '../domain/entries/withdraw.ts';
import type { Problem } from '../domain/entries/words.ts';
import { type Entry, entryOrRefuse, reviseEntry, writeEntry } from '../domain/entries/write.ts';
import { onceOnly } from '../domain/once.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { checkMayWrite, maySeeEntry } from '../domain/visibility.ts';
import { path, pattern } from '../urls.ts';
import type { Asking, Env } from './door.ts';
import {
  blank,
  fingerprintOf,
  type Returned,
  returned,
  showForm,
  type Values,
  valuesFrom,
  wordsOf,
} from './entry-form.ts';
import { formOf } from './forms.ts';
import { goTo } from './redirects.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';
import { entryGone, nothingHere, notYourBlog } from './tellings.ts';

export const writing = new Hono<Env>()
  .get(path.write(), signedIn, async (c) => {
    const blogs = await myBlogs(c);
    const chosen = blogs.find(({ handle }) => handle === c.req.query('blog')) ?? blogs[0];
    // Whoever has no blog yet reads on the desk what to do about it.
    if (chosen === undefined) return goTo(c, path.desk());
    return await showForm(c, { entry: null, blogs, values: blank(chosen), read: '' });
  })
  .post(path.write(), signedIn, async (c) => {
    const { db, origin, clock } = c.var.deps;
    const { person } = await personOf(c);
    const sent = returned(await formOf(c));
    const { values, as } = sent;
    const blogs = await myBlogs(c);
    const blog = blogs.find(({ handle }) => handle === values.blog);
    if (blog === undefined) throw notYourBlog();
    const words = wordsOf(values, blog.language);
    const written = await onceOnly(db, { form: sentForm(sent), person: person.id, clock }, async (db) => {
      const written = await writeEntry(db, { blog: blog.id, author: person.id, words, as, origin, clock });
      return written.ok ? { ok: true, location: afterwards(written.entry, blog) } : written;
    });
    if (!written.ok) return await showForm(c, { entry: null, blogs, values, read: '', problems: written.problems });
    return goTo(c, written.location);
  })
  .get(pattern.revise, signedIn, async (c) => {
    const { entry, blog } = await myEntry(c);
    const values = await valuesFrom(c.var.deps.pages, { entry });
    return await showForm(c, { entry, blogs: [blog], values, read: fingerprintOf(values) });
  })
  .post(pattern.revise, signedIn, async (c) => {
    const { entry, blog } = await myEntry(c);
    const came = returned(await formOf(c));
    const sent = { ...came, values: { ...came.values, blog: blog.handle } };
    const revised = await revise(c, { entry, blog, sent });
    if (revised.ok) return goTo(c, revised.location);
    const again = { entry, blogs: [blog], values: sent.values };
    if (!('standing' in revised)) return await showForm(c, { ...again, read: sent.read, problems: revised.problems });
    const { standing } = revised;
    return await showForm(c, { ...again, read: fingerprintOf(standing), standing });
  })
  .post(pattern.withdraw, signedIn, async (c) => {
    const { db, clock } = c.var.deps;
    const { entry } = await myEntry(c);
    await withdrawEntry(db, { id: entry.id, clock });
    return goTo(c, path.desk());
  });

type Revised =
  | { ok: true; location: string }
  | { ok: false; problems: Problem[] }
  /** Other words were saved since the form was filled. */
  | { ok: false; standing: Values };

/** Saves a revision unless others were saved since its form was filled: what stands is looked at where it is replaced. */
async function revise(
  c: Asking,
  { entry: { id, language }, blog, sent }: { entry: Entry; blog: Blog; sent: Returned },
): Promise<Revised> {
  const { db, origin, clock } = c.var.deps;
  const { person } = await personOf(c);
  const words = wordsOf(sent.values, language);
  return await onceOnly(db, { form: revisedForm(sent), person: person.id, clock }, async (db): Promise<Revised> => {
    const standing = await valuesFrom(db, { entry: await entryOrRefuse(db, { id }) });
    if (sent.read !== fingerprintOf(standing)) return { ok: false, standing };
    const written = await reviseEntry(db, { id, words, as: sent.as, origin, clock });
    return written.ok ? { ok: true, location: afterwards(written.entry, blog) } : written;
  });
}

/** Of a revision the button counts too: after "keep as draft" the same words may still be published. */
function revisedForm(sent: Returned): { id: string; words: string[] } {
  const { id, words } = sentForm(sent);
  return { id, words: [...words, sent.as] };
}

function sentForm({ form, values }: Returned): { id: string; words: string[] } {
  return { id: form, words: Object.values(values) };
}

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
