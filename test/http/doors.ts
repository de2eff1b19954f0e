// The web doors on a world of their own, with the federation ring's place taken by one that writes down what it was asked,
// and a browser that keeps its cookies and says where a form came from.
import type { KnownActor } from '../../src/domain/actors.ts';
import type { LookedUp } from '../../src/domain/lookup.ts';
import { newSetUpSecret } from '../../src/domain/sessions.ts';
import { wantsData } from '../../src/federation/accept.ts';
import { type App, createApp } from '../../src/http/app.ts';
import type { HttpDeps } from '../../src/http/door.ts';
import { type Db, openDatabase, shownVersion } from '../../src/storage/database.ts';
import { listening } from '../databases.ts';
import { emptyWorld, ORIGIN, office, openWorld, type World } from '../world.ts';

export interface Doors {
  app: App;
  /** Requests that reached the federation ring, as `METHOD path accept`. */
  federated: string[];
  /** The handle of the pages. */
  pages: Db;
  /** How often delivery was woken. */
  woken(): number;
  /** Entries that were read, in order. */
  reads: string[];
  browser(): Browser;
  close(): Promise<void>;
}

type Given = Partial<
  Pick<HttpDeps, 'pages' | 'origin' | 'trustProxy' | 'allowPrivateAddress' | 'lookUp' | 'remoteTemplate'>
>;

/** Doors on a world. The federation ring answers documents as the real one does: HTML is not acceptable to it.
 * Only what is called `hot` may be kept: the other requests are to be seen. */
export function doorsOf({ db, path, clock }: Pick<World, 'db' | 'path' | 'clock'>, given: Given = {}): Doors {
  const pages = openDatabase({ path, readonly: true });
  const federated: string[] = [];
  const reads: string[] = [];
  let woken = 0;
  const app = createApp({
    db,
    pages,
    clock,
    origin: ORIGIN,
    practice: false,
    allowPrivateAddress: false,
    trustProxy: false,
    lookUp: async (): Promise<LookedUp> => ({ kind: 'nothing', telling: { th: 'ไม่พบ', en: 'not found' } }),
    remoteTemplate: async () => ({ ok: false, telling: { th: 'ไม่พบเซิร์ฟเวอร์', en: 'server not found' } }),
    wake: () => {
      woken++;
    },
    read: (entry) => void reads.push(entry),
    shown: () => shownVersion(pages),
    wantsDocument: wantsData,
    federate: async (request, { notAcceptable }) => {
      const accept = request.headers.get('Accept') ?? '';
      federated.push(`${request.method} ${new URL(request.url).pathname} ${accept}`);
      if (request.method === 'GET' && !/json/.test(accept)) return await notAcceptable();
      const kept = request.url.endsWith('/hot') ? { 'Cache-Control': 'public, max-age=180' } : {};
      const headers = { 'Content-Type': 'application/activity+json', ...kept };
      return Response.json({ id: request.url }, { headers });
    },
    ...given,
  });
  return {
    app,
    federated,
    pages,
    woken: () => woken,
    reads,
    browser: () => new Browser(app, given.origin ?? ORIGIN),
    close: () => pages.destroy(),
  };
}

/** A world with its doors; `close` closes both. */
export async function openDoors(given: Given = {}): Promise<{ world: World; doors: Doors; close(): Promise<void> }> {
  const world = await openWorld({ comments: 'open', origin: given.origin ?? ORIGIN });
  const doors = doorsOf(world, given);
  await listening(doors.pages);
  return {
    world,
    doors,
    async close() {
      await doors.close();
      await world.close();
    },
  };
}

/** A node before set-up, with the secret of its one-time link. */
export async function openNewDoors() {
  const world = await emptyWorld();
  const doors = doorsOf(world);
  const secret = await newSetUpSecret(world.db, { clock: world.clock });
  return {
    world,
    doors,
    secret,
    async close() {
      await doors.close();
      await world.close();
    },
  };
}

/** What a browser does without script: keeps cookies, posts forms, follows a 303 when told to. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #app: App;
  readonly #origin: string;

  constructor(app: App, origin: string) {
    this.#app = app;
    this.#origin = origin;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    return await this.#send(path, { headers: { Accept: accept, 'Sec-Fetch-Site': 'none', ...headers } });
  }

  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const own = { Origin: this.#origin, 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html', ...headers };
    return await this.#send(path, { method: 'POST', body: new URLSearchParams(fields), headers: own });
  }

  async signIn(
    username: string = office.person.username,
    password: string = office.person.password,
  ): Promise<Response> {
    return await this.post('/sign-in', { username, password });
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie !== '') init.headers.Cookie = cookie;
    const response = await this.#app.request(new Request(new URL(path, this.#origin), { redirect: 'manual', ...init }));
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

/** The hidden fields of a page, as its form would send them. */
export async function hiddenIn(response: Response): Promise<Record<string, string>> {
  const fields = (await response.text()).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, unescaped(value ?? '')]));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** A path for a route's pattern: something that has the right shape, there or not. */
export function pathFor(pattern: string): string {
  return pattern
    .replace(/:blog\{[^}]*\}/, '@khunamnuay_muang')
    .replace(/:number(\{[^}]*\})?/, '1')
    .replace(/:year\{[^}]*\}/, '2549')
    .replace(/:\w+/g, 'x')
    .replace('*', 'x');
}

/** An actor elsewhere, found. */
export function foundActor(actor: KnownActor): LookedUp {
  return { kind: 'actor', actor, aliases: [] };
}
