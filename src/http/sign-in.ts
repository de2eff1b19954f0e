// Signing in and out.
import { Hono } from 'hono';
import { checkPassword } from '../domain/people.ts';
import { Refusal } from '../domain/refusal.ts';
import { path } from '../urls.ts';
import { CARRIED, type SentOn, type SignInPageProps, signInPage } from '../views/sign-in-page.ts';
import { addressOf } from './address.ts';
import type { Asking, Env } from './door.ts';
import { type Form, formOf } from './forms.ts';
import { prefixOf } from './language.ts';
import { take } from './limits.ts';
import { shellOf, show } from './pages.ts';
import { goTo, safeNext } from './redirects.ts';
import { cookieOf, signIn, signOut, visitorOf } from './session.ts';

/** Longer names nobody has; they must not fill the memory that counts tries. */
const USERNAME_MAX = 100;

export const signInOut = new Hono<Env>()
  .get(path.signIn(), async (c) => {
    const next = safeNext(c, c.req.query('next') ?? '');
    if ((await visitorOf(c)).person !== null) return goTo(c, next ?? path.desk());
    return await show(c, signInPage(await shellOf(c), { values: { username: '' }, next, sent: null, problem: null }));
  })
  .post(path.signIn(), async (c) => {
    const form = await formOf(c);
    const username = form.text('username').trim().toLowerCase().slice(0, USERNAME_MAX);
    const next = safeNext(c, form.text('next'));
    const sent = sentOf(c, form);
    const again = async (problem: SignInPageProps['problem'], status: 422 | 429 | 503) =>
      await show(c, signInPage(await shellOf(c), { values: { username }, next, sent, problem }), status);

    // Every try is taken before the password is looked at, so that many at once cannot slip through; a right one is
    // given back, because twenty trainees share one address.
    const { signInFrom, signInAs } = c.var.limits;
    const address = addressOf(c);
    const from = await take(signInFrom, address);
    const as = from.ok ? await take(signInAs, username) : from;
    if (!as.ok) {
      c.header('Retry-After', String(as.seconds));
      return await again({ kind: 'wait', minutes: Math.ceil(as.seconds / 60) }, 429);
    }
    const checked = await checkPassword(c.var.deps.db, { username, password: form.text('password') }).catch(whenBusy);
    if (checked === 'busy') {
      await signInFrom.reward(address);
      await signInAs.reward(username);
      c.header('Retry-After', '60');
      return await again({ kind: 'wait', minutes: 1 }, 503);
    }
    if (!checked.ok) return await again({ kind: 'wrong' }, 422);
    await signInFrom.reward(address);
    await signInAs.reward(username);
    const token = await signIn(c, checked.person);
    return sent === null ? goTo(c, next ?? path.desk()) : await sendOn(c, { sent, token });
  })
  .post(path.signOut(), async (c) => {
    await signOut(c);
    return goTo(c, path.home());
  });

/** A crowd at the door is no reason to lose the form that waits behind it. */
function whenBusy(error: unknown): 'busy' {
  if (error instanceof Refusal && error.kind === 'busy') return 'busy';
  throw error;
}

/** The doors that ask to sign in first, as `here` in signed-in.ts names them; nothing is ever sent on to another. */
const SENT_ON =
  /^\/(?:write(?:\/\d+(?:\/withdraw)?)?|comments\/[a-z0-9]+|authorize_interaction|@[a-z0-9_]+\/\d+\/answer)(?:\?|$)/i;

/** The form that waits behind the sign-in page because its session had ended, or null. */
function sentOf(c: Asking, form: Form): SentOn | null {
  const to = safeNext(c, form.text('to'));
  if (to === null || !SENT_ON.test(to)) return null;
  const carried = form.fields.filter(([name]) => name.startsWith(CARRIED));
  return { to, fields: carried.map(([name, value]) => [name.slice(CARRIED.length), value]) };
}

/** Sends the waiting form on to its own door, as the person who signed in now: every check of that door is made there. */
async function sendOn(c: Asking, { sent: { to, fields }, token }: { sent: SentOn; token: string }): Promise<Response> {
  const headers = new Headers(c.req.raw.headers);
  headers.delete('Content-Length');
  headers.set('Cookie', cookieOf(c, token));
  const address = new URL(prefixOf(c) + to, c.req.url);
  const answer = await c.var.again(
    new Request(address, { method: 'POST', headers, body: new URLSearchParams(fields).toString() }),
  );
  return c.newResponse(answer.body, answer);
}
