// The node under test: the named world behind the federation ring, served over a real socket. While one is open the
// global `fetch` is its egress, so a test file opens one at a time.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { vi } from 'vitest';
import type { CommentPolicy } from '../../src/domain/blogs.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { type Fediverse, openFederation } from '../../src/federation/federation.ts';
import { absolute, path } from '../../src/urls.ts';
import { openWorld, type World } from '../world.ts';
import { type Answer, AP, type Json, knock } from './scripted.ts';

export interface Served {
  world: World;
  origin: string;
  federation: Fediverse;
  /** The shared inbox. */
  inbox: string;
  /** The actor id of the world's blog. */
  blog: string;
  /** Bytes read so far from sockets that are open or have been. */
  bytesRead(): number;
  /** Has everything that waits told, posted and worked off. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface ServedOptions {
  comments?: CommentPolicy;
  mouth?: 'open' | 'closed';
  network?: 'loopback' | 'public';
  trustProxy?: boolean;
}

/** Opens the world's node on 127.0.0.1 and starts its workers. `public` is a node as in production: no private addresses. */
export async function openServed({
  comments = 'open',
  mouth = 'open',
  network = 'loopback',
  trustProxy = false,
}: ServedOptions = {}): Promise<Served> {
  let federation: Fediverse | undefined;
  const sockets = new Set<{ bytesRead: number }>();
  const make = getRequestListener(
    (request) =>
      federation?.fetch(request, {
        address: '127.0.0.1',
        notFound: () => new Response('ไม่พบ', { status: 404 }),
        notAcceptable: () => new Response('หน้าเว็บ', { headers: { 'content-type': 'text/html', vary: 'Accept' } }),
      }) ?? new Response('not open yet', { status: 503 }),
  );
  // Mail comes in at the socket, as it does in node.ts.
  const server = createServer((incoming, outgoing) => {
    if (federation?.early(incoming, outgoing, { address: '127.0.0.1', lines: {} })) return;
    void make(incoming, outgoing);
  }).listen(0, '127.0.0.1');
  server.on('connection', (socket: { bytesRead: number }) => sockets.add(socket));
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const world = await openWorld({ origin, comments });
  const ring = openFederation({
    db: world.db,
    clock: systemClock,
    origin,
    version: '0.0.1-test',
    allowPrivateAddress: network === 'loopback',
    trustProxy,
    mouth,
  });
  federation = ring;
  await ring.start();
  return {
    world,
    origin,
    federation: ring,
    inbox: absolute(origin, path.sharedInbox()),
    blog: absolute(origin, path.actor(world.blog.id)),
    bytesRead: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    async settled() {
      const work = async () => {
        ring.wake();
        const left = await workLeft(world);
        if (Object.values(left).some((count) => count > 0)) throw new Error(`work is left: ${JSON.stringify(left)}`);
      };
      await vi.waitFor(work, { timeout: 15_000, interval: 15 });
    },
    async close() {
      await ring.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.close();
    },
  };
}

/**
 * Inbound messages not worked off, happenings not told, deliveries due now: in the order in which one becomes the next, or what
 * moves on between two questions would be seen by neither.
 */
async function workLeft({ db }: World): Promise<{ inbound: number; untold: number; mail: number }> {
  const messages = await db.selectFrom('messages').select('number').where('dead', 'is', null).execute();
  const happenings = await db.selectFrom('happenings').select('number').where('told', 'is', null).execute();
  const deliveries = await db
    .selectFrom('deliveries')
    .innerJoin('lanes', 'lanes.host', 'deliveries.host')
    .select('deliveries.number')
    .where('deliveries.state', '=', 'waiting')
    .where((e) => e.or([e('lanes.due', '<=', Date.now()), e('lanes.lease', 'is not', null)]))
    .execute();
  return { inbound: messages.length, untold: happenings.length, mail: deliveries.length };
}

/** GETs as another server does and reads the JSON that comes. */
export async function getJson(url: string, accept: string = AP): Promise<Answer & { json: Json }> {
  const answer = await knock({ url, headers: { accept } });
  return { ...answer, json: answer.text.startsWith('{') ? (JSON.parse(answer.text) as Json) : {} };
}
