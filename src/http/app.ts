// The web doors in their order: what every answer carries, the federation ring before any body is read, then the pages.
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { createMiddleware } from 'hono/factory';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { answers } from './answers.ts';
import { archive } from './archive.ts';
import { assets } from './assets.ts';
import { blogs } from './blogs.ts';
import { comments } from './comments.ts';
import { desk } from './desk.ts';
import type { Env, HttpDeps } from './door.ts';
import { entries } from './entries.ts';
import { federation } from './federation.ts';
import { feeds } from './feeds.ts';
import { follow } from './follow.ts';
import { isSafe, onlyForms, smallBodies } from './forms.ts';
import { safetyHeaders, safetyLines } from './headers.ts';
import { home } from './home.ts';
import { interaction } from './interaction.ts';
import { pathWithoutLanguage } from './language.ts';
import { newLimits } from './limits.ts';
import { reports } from './moderation/reports.ts';
import { oembed } from './oembed.ts';
import { readPublicFiles } from './public-files.ts';
import { reading } from './reading.ts';
import { answerError, notFound, wrongMethod } from './refusals.ts';
import { search } from './search.ts';
import { series } from './series.ts';
import { onlyAfterSetUp, setUp } from './set-up.ts';
import { openShelving, type Shelving } from './shelving.ts';
import { signInOut } from './sign-in.ts';
import { signedIn } from './signed-in.ts';
import { sitemap } from './sitemap.ts';
import { tags } from './tags.ts';
import { writing } from './writing.ts';

/** One door of the node. `ALL` stands for every method. */
export interface Route {
  method: string;
  path: string;
  /** Whether only signed-in people get through. */
  session: boolean;
}

export interface App {
  fetch: Hono<Env>['fetch'];
  /** As `fetch`, for tests: a path instead of a request will do. */
  request: Hono<Env>['request'];
  /** Answers from memory at the bare socket, where it can. */
  early: Shelving['early'];
  /** The headers that every answer carries, for doors beside the framework. */
  lines(): Promise<Record<string, string>>;
  /** Every door, in the order in which they are tried. */
  routes(): Route[];
}

/** Builds the doors of a node. Nothing listens: `fetch` answers one request. */
export function createApp(deps: HttpDeps): App {
  const app = new Hono<Env>({ getPath: pathWithoutLanguage });
  app.onError(answerError);
  app.notFound(notFound);
  const shelving = openShelving(deps);
  app.use(shelving.ring);
  app.use(safetyHeaders(deps));
  app.use(handingIn(app, deps));
  app.route('/', federation);
  app.route('/', assets);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  app.use(csrf({ origin: deps.origin }));
  app.use(onlyForms);
  app.use(smallBodies);
  app.use(onlyAfterSetUp);
  for (const doors of [
    setUp,
    signInOut,
    home,
    blogs,
    entries,
    tags,
    series,
    archive,
    search,
    feeds,
    sitemap,
    oembed,
    follow,
    answers,
    desk,
    writing,
    comments,
    reading,
    interaction,
    reports,
  ]) {
    app.route('/', doors);
  }
  return {
    fetch: app.fetch,
    request: app.request,
    early: shelving.early,
    lines: () => safetyLines(deps),
    routes: () => listed(app),
  };
}

/** Gives every request the node behind the doors, and wakes delivery after whatever may have written. */
function handingIn(app: Hono<Env>, deps: HttpDeps) {
  const limits = newLimits();
  const files = readPublicFiles();
  return createMiddleware<Env>(async (c, next) => {
    c.set('deps', deps);
    c.set('limits', limits);
    c.set('files', files);
    c.set('again', async (request) => await app.fetch(request, c.env));
    await next();
    // Letters from afar wake it themselves, where they ask for an answer.
    if (!isSafe(c.req.method) && !c.req.path.startsWith('/ap/')) deps.wake();
  });
}

/** Read from the router itself, so that no second list can be forgotten. */
function listed(app: Hono<Env>): Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of app.routes) {
    // What stands before every door is none itself.
    if (path === '/*') continue;
    const key = `${method} ${path}`;
    const session = routes.get(key)?.session === true || handler === signedIn;
    routes.set(key, { method, path, session });
  }
  return [...routes.values()];
}
