// The desk of a signed-in person: what waits for a decision, what they wrote, where they write.
import { Hono } from 'hono';
import { type DeskEntry as DeskRead, deskReading } from '../domain/reading/desk.ts';
import { entryReading } from '../domain/reading/entry.ts';
import { blogCards } from '../domain/reading/node.ts';
import { path } from '../urls.ts';
import { type DeskEntry, deskPage } from '../views/desk-page.ts';
import { blogCard, blogLanguages } from './cards.ts';
import { commentView } from './comment-views.ts';
import type { Asking, Env } from './door.ts';
import { shellOf, show } from './pages.ts';
import { personOf, signedIn } from './session.ts';

const BLOGS = 1_000;

export const desk = new Hono<Env>().get(path.desk(), signedIn, async (c) => {
  const { pages } = c.var.deps;
  const { viewer } = await personOf(c);
  const { blogs, entries, held } = await deskReading(pages, { viewer });
  const languages = await blogLanguages(c);
  const titles = new Map(blogs.map((blog) => [blog.handle, blog.title]));
  const cards = (await blogCards(pages, { limit: BLOGS })).filter((card) => titles.has(card.handle));
  const rows: DeskEntry[] = [];
  for (const entry of entries) {
    const { handle } = entry;
    const blog = { handle, title: titles.get(handle) ?? '', language: languages.get(handle) ?? 'th' };
    rows.push(await deskEntry(c, entry, blog));
  }
  return await show(
    c,
    deskPage(await shellOf(c), {
      blogs: cards.map((card) => blogCard(card, languages)),
      entries: rows.sort((a, b) => b.changed.localeCompare(a.changed)),
      pager: { newer: null, older: null },
      held: held.map(({ entry, ...voice }) => ({
        comment: commentView(c, voice, null),
        entry: { ...entry, language: languages.get(entry.handle) ?? 'th' },
      })),
    }),
  );
});

/** The row of an entry. Its language and comments are not in the domain's list, so they are read with the entry. */
async function deskEntry(c: Asking, entry: DeskRead, blog: DeskEntry['blog']): Promise<DeskEntry> {
  const { viewer } = await personOf(c);
  const { handle, number } = entry;
  const read = await entryReading(c.var.deps.pages, { handle, number, viewer });
  const known =
    typeof read === 'string'
      ? { language: blog.language, comments: 0 }
      : { language: read.entry.language, comments: read.comments };
  return { ...entry, ...known, blog, changed: entry.revised ?? entry.published ?? entry.created };
}
