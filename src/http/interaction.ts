// Where our own people land when another server sends them home to follow or to answer (federation.md §11). A GET only
// shows and asks; every act is a form of its own (security.md T52).
import { Hono } from 'hono';
import type { Blog } from '../domain/blogs.ts';
import { placeOf } from '../domain/comments/receive.ts';
import { writeComment } from '../domain/comments/write.ts';
import { askToFollow, followingOf } from '../domain/following.ts';
import { newId } from '../domain/ids.ts';
import { like } from '../domain/likes.ts';
import type { LookedUp } from '../domain/lookup.ts';
import { onceOnly } from '../domain/once.ts';
import { blogsOf } from '../domain/reading/desk.ts';
import { Refusal, type Telling } from '../domain/refusal.ts';
import { writeReply } from '../domain/replies.ts';
import { path } from '../urls.ts';
import { type InteractionPageProps, interactionPage } from '../views/interaction-page.ts';
import { lookUpPage } from '../views/look-up-page.ts';
import { addressOf } from './address.ts';
import { voiceCard } from './cards.ts';
import type { Asking, Env } from './door.ts';
import { entryPath, goToPage, pagePathOf } from './federation.ts';
import { type Form, formOf } from './forms.ts';
import { take } from './limits.ts';
import { shellOf, show } from './pages.ts';
import { accountHost, goTo } from './redirects.ts';
import { tooMany } from './refusals.ts';
import { personOf } from './session.ts';
import { signedIn } from './signed-in.ts';
import { askedTooMuch, nothingHere, notYourBlog } from './tellings.ts';

type Found = Exclude<LookedUp, { kind: 'nothing' }>;

const NOTHING_SAID = { values: { blog: '', text: '' }, errors: {} };

export const interaction = new Hono<Env>()
  .get(path.authorizeInteraction(), signedIn, async (c) => {
    const uri = (c.req.query('uri') ?? '').trim();
    const ours = await oursAt(c, uri);
    if (ours !== null) return goToPage(c, ours);
    if (uri === '') throw nothingHere();
    return ownWish(c) ? await lookUpAndShow(c, uri) : await show(c, lookUpPage(await shellOf(c), { uri }));
  })
  .post(path.authorizeInteraction(), signedIn, async (c) => {
    const form = await formOf(c);
    const uri = form.text('uri').trim();
    const said = { blog: form.text('blog'), text: form.text('text') };
    if (form.text('act') === 'look') return await lookUpAndShow(c, uri, said);
    const blog = (await myBlogs(c)).find(({ handle }) => handle === form.text('blog'));
    if (blog === undefined) throw notYourBlog();
    const taken = await take(c.var.limits.asksFrom, addressOf(c));
    if (!taken.ok) return await notNow(c, { uri, said, telling: askedTooMuch(taken.seconds), status: 429 });
    const found = await find(c, uri).catch((error: unknown) => {
      if (error instanceof Refusal && said.text !== '') return error;
      throw error;
    });
    if (found instanceof Refusal) return await notNow(c, { uri, said, telling: found.telling, status: 404 });
    try {
      return goTo(c, await act(c, { found, blog, form }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.field !== 'source') throw error;
      const { language } = await shellOf(c);
      const values = { blog: blog.handle, text: form.text('text') };
      return await showFound(c, found, { values, errors: { text: error.telling[language] } }, 422);
    }
  });

/**
 * Whether the person came here by themselves or from a page of ours (`Sec-Fetch-Site`, which no page can forge). Another
 * site's link or picture must not make us ask a third server.
 */
function ownWish(c: Asking): boolean {
  return ['none', 'same-origin'].includes(c.req.header('Sec-Fetch-Site') ?? '');
}

/** Asks the other server and shows what it found; counted like all that makes us ask others. */
async function lookUpAndShow(c: Asking, uri: string, values = NOTHING_SAID.values): Promise<Response> {
  const taken = await take(c.var.limits.asksFrom, addressOf(c));
  if (!taken.ok) return await tooMany(c, taken.seconds);
  return await showFound(c, await find(c, uri), { values, errors: {} });
}

/** What was asked cannot be found or asked now: the page says so and keeps what was written, to be sent again. */
async function notNow(
  c: Asking,
  {
    uri,
    said,
    telling,
    status,
  }: { uri: string; said: { blog: string; text: string }; telling: Telling; status: 404 | 429 },
): Promise<Response> {
  const shell = await shellOf(c);
  return await show(c, lookUpPage(shell, { uri, kept: { ...said, why: telling[shell.language] } }), status);
}

async function myBlogs(c: Asking): Promise<Blog[]> {
  const { viewer } = await personOf(c);
  return await blogsOf(c.var.deps.pages, { viewer });
}

/** The page of what is on this node itself: there the forms stand already. */
async function oursAt(c: Asking, uri: string): Promise<string | null> {
  const { origin } = c.var.deps;
  const handle = uri.match(/^(?:acct:)?@?([^@\s]+)@[^@\s]+$/)?.[1];
  if (handle !== undefined && accountHost(uri) === new URL(origin).host) return path.blog(handle.toLowerCase());
  return await pagePathOf(c, uri);
}

/** @throws Refusal `not-found` with what the look-up says. */
async function find(c: Asking, uri: string): Promise<Found> {
  if (uri === '') throw nothingHere();
  const found = await c.var.deps.lookUp(uri);
  if (found.kind === 'nothing') throw new Refusal('not-found', found.telling);
  return found;
}

/** Does what the button said and returns the page to show then. */
async function act(c: Asking, { found, blog, form }: { found: Found; blog: Blog; form: Form }): Promise<string> {
  const { db, clock } = c.var.deps;
  const wish = form.text('act');
  if (found.kind === 'actor' && wish === 'follow') {
    await askToFollow(db, { follower: blog.id, actor: found.actor.id, clock });
    return path.reading();
  }
  if (found.kind === 'post' && wish === 'like') {
    await like(db, { blog: blog.id, object: found.post.id, to: found.author.id, clock });
    return path.reading();
  }
  if (found.kind === 'post' && wish === 'comment') return await comment(c, { found, blog, form });
  throw nothingHere();
}

/** Answers a post: in our own thread when it stands in one, else as a reply on its own server. */
async function comment(
  c: Asking,
  { found, blog, form }: { found: Found & { kind: 'post' }; blog: Blog; form: Form },
): Promise<string> {
  const { db, pages, origin, clock } = c.var.deps;
  const { person } = await personOf(c);
  const text = form.text('text');
  const said = { blog: blog.id, source: text, language: blog.language, origin, clock };
  const place = await placeOf(pages, { origin, inReplyTo: found.post.id });
  const page = place === null ? null : await entryPath(c, place.entry);
  const sent = { id: form.text('form'), words: [found.post.id, blog.id, text] };
  const { location } = await onceOnly<never>(db, { form: sent, person: person.id, clock }, async (db) => {
    if (place === null) {
      await writeReply(db, { ...said, inReplyTo: found.post.id, actor: found.author.id });
      return { ok: true, location: path.reading() };
    }
    const written = await writeComment(db, { ...said, place });
    return { ok: true, location: page === null ? path.desk() : `${page}#c-${written.id}` };
  });
  return location;
}

async function showFound(
  c: Asking,
  found: Found,
  rest: Pick<InteractionPageProps, 'values' | 'errors'>,
  status: 200 | 422 = 200,
): Promise<Response> {
  const blogs = await myBlogs(c);
  const object = found.kind === 'actor' ? await actorView(c, found.actor, blogs) : postView(found);
  const voices = blogs.map(voiceCard);
  return await show(c, interactionPage(await shellOf(c), { object, voices, form: newId(), ...rest }), status);
}

async function actorView(
  c: Asking,
  { id, name, handle, host, summary }: (Found & { kind: 'actor' })['actor'],
  blogs: Blog[],
): Promise<InteractionPageProps['object']> {
  let followed = false;
  for (const blog of blogs) {
    followed ||= (await followingOf(c.var.deps.pages, { follower: blog.id, actor: id }))?.state === 'accepted';
  }
  return { kind: 'actor', id, name: name || handle, user: handle, host, summary, followed };
}

function postView({ post, author }: Found & { kind: 'post' }): InteractionPageProps['object'] {
  const { id, title, summary, url, published } = post;
  const card = { name: author.name || author.handle, user: author.handle, host: author.host };
  return { kind: 'post', id, title, summary, url, published, body: post.html, language: null, author: card };
}
