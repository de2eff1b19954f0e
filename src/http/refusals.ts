// The one place where refusals become answers. A refusal says what to do next; a bug is logged and says only that it is one.
import { getLogger } from '@logtape/logtape';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Refusal, type RefusalKind, type Telling } from '../domain/refusal.ts';
import { path } from '../urls.ts';
import { type ErrorPageProps, errorPage } from '../views/error-page.ts';
import type { Asking } from './door.ts';
import { isSafe } from './forms.ts';
import { wantsActivity } from './negotiation.ts';
import { shellOf, show } from './pages.ts';
import { goTo } from './redirects.ts';

const STATUS: Record<RefusalKind, ContentfulStatusCode> = {
  'not-found': 404,
  gone: 410,
  forbidden: 403,
  invalid: 422,
  conflict: 409,
  'too-large': 413,
  'sign-in': 401,
  busy: 503,
};
/** Whose words stand for statuses that have no page of their own. */
const PAGES: Record<number, ErrorPageProps['status']> = {
  400: 400,
  401: 403,
  403: 403,
  404: 404,
  405: 404,
  409: 409,
  410: 410,
  413: 413,
  422: 400,
  429: 429,
  503: 503,
};
const RETRY_SECONDS = 60;

/** For `app.onError`: a refusal, one of Hono's own, or a bug. */
export async function answerError(error: Error, c: Asking): Promise<Response> {
  if (error instanceof Refusal) return await refuse(c, error);
  if (error instanceof HTTPException) return await answerStatus(c, error.status as ContentfulStatusCode, null);
  // Without the query, which may hold the secret of the set-up link, and still encoded, so that no line can be forged.
  getLogger(['wethi', 'http']).error('{method} {path} failed: {error}', {
    method: c.req.method,
    path: new URL(c.req.url).pathname,
    error,
  });
  return await answerStatus(c, 500, null);
}

async function refuse(c: Asking, refusal: Refusal): Promise<Response> {
  if (refusal.kind === 'sign-in' && isSafe(c.req.method) && !wantsActivity(c)) return goTo(c, path.signIn());
  if (refusal.kind === 'busy') c.header('Retry-After', String(RETRY_SECONDS));
  return await answerStatus(c, STATUS[refusal.kind], refusal.telling);
}

/** Too many tries from one place: 429 with the seconds to wait. */
export async function tooMany(c: Asking, seconds: number): Promise<Response> {
  c.header('Retry-After', String(seconds));
  return await answerStatus(c, 429, null);
}

/** For `app.notFound` and whatever else is not there. */
export async function notFound(c: Asking): Promise<Response> {
  return await answerStatus(c, 404, null);
}

/** For a path that has doors, but none for this method. */
export async function wrongMethod(c: Asking, allowed: string[]): Promise<Response> {
  c.header('Allow', allowed.join(', '));
  return await answerStatus(c, 405, null);
}

/** The page of a status, or its JSON for who came for a document. Neither is kept by caches. */
async function answerStatus(c: Asking, status: ContentfulStatusCode, telling: Telling | null): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  c.header('Vary', 'Accept');
  if (wantsActivity(c)) return c.json({ error: telling?.en ?? `${status}` }, status);
  try {
    const shell = await shellOf(c);
    const props = { status: PAGES[status] ?? 500, telling: telling?.[shell.language] ?? null };
    return await show(c, errorPage(shell, props), status);
  } catch (error) {
    // Even the frame of a page needs the database. When that is what failed, plain words must do.
    getLogger(['wethi', 'http']).error('no page for status {status}: {error}', { status, error });
    return c.text('เวทีขัดข้อง ลองใหม่อีกครั้งในหนึ่งนาที · Wethi has a fault; try again in a minute', 500);
  }
}
