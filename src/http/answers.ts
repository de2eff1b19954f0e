// Answering an entry or a comment: a reader is sent to their own server, an author answers here as one of their blogs.
import { Hono } from 'hono';
import type { Voice } from '../domain/comments/thread.ts';
import { writeComment } from '../domain/comments/write.ts';
import { newId } from '../domain/ids.ts';
import { onceOnly } from '../domain/once.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import type { EntryReading } from '../domain/reading/entry.ts';
import { Refusal } from '../domain/refusal.ts';
import { absolute, path, pattern } from '../urls.ts';
import { UNANSWERED } from '../views/answer-box.ts';
import { type AnswerPageProps, answerPage } from '../views/answer-page.ts';
import { systemName } from '../views/entry-page.ts';
import { voiceCard } from './cards.ts';
import { commentView, voiceIn } from './comment-views.ts';
import type { Asking, Env } from './door.ts';
import { readingOf, takesComments } from './entries.ts';
import { type Form, formOf } from './forms.ts';
import { shellOf, show } from './pages.ts';
import { goAway, goTo } from './redirects.ts';
import { tooMany } from './refusals.ts';
import { wayToTheirServer } from './remote.ts';
import { visitorOf } from './session.ts';
import { signInFirst } from './signed-in.ts';
import { commentsClosed, nothingHere, notYourBlog } from './tellings.ts';

/** What is being answered. */
interface Answered {
  reading: EntryReading;
  /** Null for the entry itself. */
  comment: Voice | null;
}

export const answers = new Hono<Env>()
  .get(pattern.answer, async (c) => {
    const answered = await answeredOf(c, c.req.query('comment') ?? '');
    return await show(c, answerPage(await shellOf(c), await propsOf(c, answered)));
  })
  .post(pattern.answer, async (c) => {
    const form = await formOf(c);
    const answered = await answeredOf(c, form.text('comment'));
    return form.text('blog') === '' ? await answerFromAfar(c, answered, form) : await answerHere(c, answered, form);
  });

/** @throws Refusal `not-found` for what is not shown to this visitor, `forbidden` where no comments are taken. */
async function answeredOf(c: Asking, comment: string): Promise<Answered> {
  const reading = await readingOf(c);
  if (reading.entry.state !== 'published') throw nothingHere();
  if (!takesComments(reading)) throw commentsClosed();
  if (comment === '') return { reading, comment: null };
  const voice = voiceIn(reading.thread, comment);
  if (voice === null || voice.state !== 'shown') throw nothingHere();
  return { reading, comment: voice };
}

async function answerFromAfar(c: Asking, answered: Answered, form: Form): Promise<Response> {
  const account = form.text('account');
  const way = await wayToTheirServer(c, { account, object: activityOf(c, answered) });
  if (way.kind === 'found') return goAway(c, way.url);
  if (way.kind === 'too-many') return await tooMany(c, way.seconds);
  const shell = await shellOf(c);
  const said = { values: { ...UNANSWERED.values, account }, errors: { account: way.telling[shell.language] } };
  return await show(c, answerPage(shell, { ...(await propsOf(c, answered)), ...said, voices: [] }), 422);
}

async function answerHere(c: Asking, answered: Answered, form: Form): Promise<Response> {
  const { db, pages, origin, clock } = c.var.deps;
  const { person, viewer } = await visitorOf(c);
  // Only a form for authors names a blog, so this one's session has ended.
  if (person === null) return await signInFirst(c);
  const blog = (await blogsOf(pages, { viewer })).find(({ handle }) => handle === form.text('blog'));
  if (blog === undefined) throw notYourBlog();
  const { entry, blog: home } = answered.reading;
  const text = form.text('text');
  try {
    const place = { entry: entry.id, parent: answered.comment?.id ?? null };
    const said = { blog: blog.id, place, source: text, language: blog.language, origin, clock };
    const sent = { id: form.text('form'), words: [entry.id, place.parent ?? '', blog.id, text] };
    const { location } = await onceOnly<never>(db, { form: sent, person: person.id, clock }, async (db) => {
      const written = await writeComment(db, said);
      return { ok: true, location: path.comment(home.handle, entry.number, written.id) };
    });
    return goTo(c, location);
  } catch (error) {
    if (!(error instanceof Refusal) || error.field !== 'source') throw error;
    const shell = await shellOf(c);
    const values = { account: '', blog: blog.handle, text };
    const said = { values, errors: { text: error.telling[shell.language] } };
    return await show(c, answerPage(shell, { ...(await propsOf(c, answered)), ...said }), 422);
  }
}

/** The id that the reader's server is to answer. Comments that came with an import have none: they stand for their entry. */
function activityOf(c: Asking, { reading, comment }: Answered): string {
  const { origin } = c.var.deps;
  if (comment?.uri) return comment.uri;
  if (comment?.blog) return absolute(origin, path.note(comment.id));
  return absolute(origin, path.article(reading.entry.id));
}

async function propsOf(c: Asking, { reading, comment }: Answered): Promise<AnswerPageProps> {
  const { pages, origin } = c.var.deps;
  const { viewer } = await visitorOf(c);
  const { entry, blog } = reading;
  const page = path.entry(blog.handle, entry.number);
  return {
    ...UNANSWERED,
    entry: { handle: blog.handle, number: entry.number, title: entry.title, language: entry.language },
    comment: comment && commentView(c, comment, blog.id),
    importedFrom: entry.originalSystem === null ? null : systemName(entry.originalSystem),
    address: comment === null ? absolute(origin, page) : activityOf(c, { reading, comment }),
    voices: (await blogsOf(pages, { viewer })).map(voiceCard),
    form: newId(),
  };
}
