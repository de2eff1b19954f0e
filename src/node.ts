// The node: the only file that knows everybody. Database, then federation, then the web doors; opened, served, closed.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Config, isPractice } from './config.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { retryUntellable, untellable } from './domain/happenings.ts';
import type { LookedUp } from './domain/lookup.ts';
import { openReadCounter } from './domain/reads.ts';
import { Refusal } from './domain/refusal.ts';
import { keepIndexCurrent } from './domain/search/reindex.ts';
import { checkOrigin } from './domain/settings.ts';
import { wantsData } from './federation/accept.ts';
import { type Fediverse, openFederation } from './federation/federation.ts';
import {
  deadLetters,
  deadMessages,
  dropDead,
  dropDeadMessages,
  retryDead,
  retryDeadMessages,
  type Which,
} from './federation/queue/dead-letters.ts';
import { queueStatus } from './federation/queue/status.ts';
import { addressFrom } from './http/address.ts';
import { type App, createApp } from './http/app.ts';
import { type Db, openDatabase, shownVersion, takeWorkerLock } from './storage/database.ts';
import { migrate } from './storage/migrate.ts';

export interface Node {
  config: Config;
  clock: Clock;
  /** The writer. */
  db: Db;
  /** A read-only connection, for pages. */
  pages: Db;
  /** Finds an actor or a post by handle or address; asks the other server. */
  lookUp(text: string): Promise<LookedUp>;
  /**
   * Starts listening and the workers, as far as the role asks for them.
   * @throws Refusal `conflict` when another process works on this database already.
   */
  serve(): Promise<{ address: string }>;
  /** Has what was just written told at once. */
  wake(): void;
  /** Answers one request without a socket. */
  fetch(request: Request): Promise<Response>;
  /** Every route with whether it needs somebody signed in. */
  routes(): ReturnType<ReturnType<typeof createApp>['routes']>;
  queue: Queue;
  close(): Promise<void>;
}

/** What an operator may ask of the queue and do with dead letters. */
export interface Queue {
  status(): Promise<
    Awaited<ReturnType<typeof queueStatus>> & {
      deadLetters: Awaited<ReturnType<typeof deadLetters>>;
      deadMessages: Awaited<ReturnType<typeof deadMessages>>;
      untellable: Awaited<ReturnType<typeof untellable>>;
    }
  >;
  retry(which: Which): Promise<number>;
  drop(which: Which): Promise<number>;
}

const DEAD_SHOWN_MAX = 100;

/** The program's own version, from package.json beside src, or beside dist in the packed package. */
export const VERSION: string = JSON.parse(
  readFileSync(
    new URL(import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json', import.meta.url),
    'utf8',
  ),
).version;

/**
 * Opens the database, brings it forward and builds the node on it. Nothing listens yet.
 * @throws NewerSchema, or Refusal `conflict` when the database belongs to another origin.
 */
export async function openNode(config: Config, { clock = systemClock }: { clock?: Clock } = {}): Promise<Node> {
  const db = openDatabase({ path: config.databasePath });
  try {
    await migrate(db, { path: config.databasePath });
    await checkOrigin(db, { origin: config.origin });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const pages = openDatabase({ path: config.databasePath, readonly: true });
  const practice = isPractice(config);
  const federation = openFederation({
    db,
    clock,
    origin: config.origin,
    version: VERSION,
    allowPrivateAddress: config.allowPrivateAddress,
    trustProxy: config.trustProxy,
    mouth: practice ? 'closed' : 'open',
  });
  const reads = openReadCounter(db);
  const app = createApp({
    db,
    pages,
    clock,
    origin: config.origin,
    practice,
    allowPrivateAddress: config.allowPrivateAddress,
    trustProxy: config.trustProxy,
    lookUp: federation.lookUp,
    remoteTemplate: federation.remoteTemplate,
    wake: federation.wake,
    read: reads.count,
    shown: () => shownVersion(pages),
    wantsDocument: wantsData,
    federate: federation.fetch,
  });
  let server: Server | undefined;
  let release: () => void = () => undefined;
  let index: ReturnType<typeof keepIndexCurrent> | undefined;
  return {
    config,
    clock,
    db,
    pages,
    lookUp: federation.lookUp,
    wake: federation.wake,
    fetch: async (request) => await app.fetch(request),
    routes: () => app.routes(),
    queue: queueOf(db, clock),
    async serve() {
      if (config.role !== 'web') {
        release = becomeWorker(config);
        await federation.start();
        index = keepIndexCurrent(db);
      }
      if (config.role === 'worker') return { address: config.origin };
      server = await listening(app, federation, config);
      const { port } = server.address() as AddressInfo;
      return { address: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}` };
    },
    async close() {
      await closed(server);
      await index?.stop();
      await federation.close();
      release();
      await reads.close();
      await pages.destroy();
      await db.destroy();
    },
  };
}

/** Two workers on one database would take each other's work. Returns what gives the place back. @throws Refusal `conflict` */
function becomeWorker({ databasePath }: Config): () => void {
  const lock = takeWorkerLock({ path: databasePath });
  if (lock.ok) return lock.release;
  throw new Refusal('conflict', {
    th: `โปรเซส ${lock.pid} ทำงานกับฐานข้อมูล ${databasePath} อยู่แล้ว หยุดโปรเซสนั้นก่อน หรือตั้ง WETHI_ROLE=web ให้ตัวนี้เปิดเฉพาะหน้าเว็บ`,
    en: `process ${lock.pid} already works on the database ${databasePath}; stop it first, or set WETHI_ROLE=web to serve only pages here`,
  });
}

function queueOf(db: Db, clock: Clock): Queue {
  return {
    status: async () => ({
      ...(await queueStatus(db, { clock })),
      deadLetters: await deadLetters(db, { limit: DEAD_SHOWN_MAX }),
      deadMessages: await deadMessages(db, { limit: DEAD_SHOWN_MAX }),
      untellable: await untellable(db, { limit: DEAD_SHOWN_MAX }),
    }),
    async retry(which) {
      const letters = await retryDead(db, { clock, which });
      if (which !== 'all') return letters;
      return letters + (await retryDeadMessages(db, { clock, which })) + (await retryUntellable(db));
    },
    drop: async (which) =>
      (await dropDead(db, { which })) + (which === 'all' ? await dropDeadMessages(db, { which }) : 0),
  };
}

/**
 * Slow senders are cut off, so that a few hundred of them cannot hold the door (security.md T45). Who is late is noticed at
 * the next check, so that everybody has less than 30 seconds.
 */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 25_000, connectionsCheckingInterval: 2_000 };

/**
 * Connections that the system keeps waiting for us. A boosted entry brings a visit from each server at once (performance.md §3),
 * and a visitor who finds no place comes back after a second at the soonest.
 */
const WAITING_MAX = 4_096;

/** How long requests under way may take when the node closes; the workers need the rest of the ten seconds that `serve` has. */
const ANSWERING_MS_MAX = 1_500;

/** What is in memory and what is mail is answered at the socket; the rest is the framework's. */
async function listening(
  app: Pick<App, 'fetch' | 'early' | 'lines'>,
  federation: Pick<Fediverse, 'early'>,
  { host, port, trustProxy }: Config,
): Promise<Server> {
  const make = getRequestListener(app.fetch, { hostname: host });
  const lines = { ...(await app.lines()), vary: 'Accept' };
  const server = createServer(PATIENCE, (incoming, outgoing) => {
    if (app.early(incoming, outgoing)) return;
    const forwarded = trustProxy ? incoming.headers['x-forwarded-for'] : undefined;
    const address = addressFrom({ forwarded: forwarded?.toString(), remote: incoming.socket.remoteAddress });
    if (!federation.early(incoming, outgoing, { address, lines })) void make(incoming, outgoing);
  });
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: WAITING_MAX }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

async function closed(server: Server | undefined): Promise<void> {
  if (server === undefined) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    // Browsers keep connections open; what is being answered still is, unless it waits for a peer that does not answer.
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), ANSWERING_MS_MAX).unref();
  });
}
