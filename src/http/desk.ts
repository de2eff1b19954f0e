// The desk of a signed-in person: what waits for a decision, what they wrote, where they write.
import { Hono } from 'hono';
import { deskReading } from '../domain/reading/desk.ts';
import { blogCards } from '../domain/reading/node.ts';
import { reportsWaiting } from '../domain/reading/reports.ts';
import { path } from '../urls.ts';
import { deskPage } from '../views/desk-page.ts';
import { commentView } from './comment-views.ts';
import type { Env } from './door.ts';
import { shellOf, show } from './pages.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';

const BLOGS = 1_000;

export const desk = new Hono<Env>().get(path.desk(), signedIn, async (c) => {
  const { pages } = c.var.deps;
  const { viewer } = await personOf(c);
  const { blogs, entries, held } = await deskReading(pages, { viewer });
  const mine = new Set(blogs.map((blog) => blog.id));
  const cards = (await blogCards(pages, { limit: BLOGS })).filter((card) => mine.has(card.id));
  const rows = entries.map((entry) => ({ ...entry, changed: entry.revised ?? entry.published ?? entry.created }));
  return await show(
    c,
    deskPage(await shellOf(c), {
      blogs: cards,
      entries: rows.sort((a, b) => b.changed.localeCompare(a.changed)),
      pager: { newer: null, older: null },
      reports: await reportsWaiting(pages, { viewer }),
      held: held.map(({ entry, ...voice }) => ({
        comment: commentView(c, voice, null),
        entry,
      })),
    }),
  );
});
