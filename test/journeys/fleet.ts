// One node as four processes on one server's database, two that serve pages and inboxes and two that work, with readers on three
// servers elsewhere who follow its blog.
import { expect } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { absolute, path } from '../../src/urls.ts';
import { databaseUrl } from '../databases.ts';
import { type Peer, signCavage } from '../federation/peer.ts';
import { type Json, knock, openActor, openServer, type Server } from '../federation/scripted.ts';
import { meet, office, openWorld, reader, type World } from '../world.ts';
import { freePort, type ServingNode, serveNode } from './nodes.ts';

export interface Fleet {
  world: World;
  origin: string;
  webs: [ServingNode, ServingNode];
  workers: ServingNode[];
  servers: Server[];
  peers: Peer[];
  /** Starts one process more, which `close` stops. */
  start(role: 'web' | 'worker'): Promise<ServingNode>;
  close(): Promise<void>;
}

export async function openFleet(): Promise<Fleet> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const world = await openWorld({ origin, comments: 'open' });
  const servers = await Promise.all([1, 2, 3].map(() => openServer()));
  const peers = servers.map((server) => openActor(server, 'reader'));
  for (const peer of peers) await follow(world, peer);
  const place = { origin, folder: world.folder, database: databaseUrl(world), network: 'loopback' } as const;
  const started: ServingNode[] = [];
  const start = async (role: 'web' | 'worker', port: number) => {
    const node = await serveNode({ ...place, role, port });
    started.push(node);
    return node;
  };
  const webs = await Promise.all([start('web', port), start('web', await freePort())]);
  const workers = await Promise.all([start('worker', 0), start('worker', 0)]);
  return {
    ...{ world, origin, webs, workers, servers, peers },
    start: async (role) => await start(role, role === 'web' ? await freePort() : 0),
    async close() {
      await Promise.all(started.map((node) => node.stop()));
      await Promise.all(servers.map((server) => server.close()));
      await world.close();
    },
  };
}

async function follow({ db, blog, clock }: World, { actor }: Peer): Promise<void> {
  const { origin: home, host } = new URL(actor);
  const known = { ...reader, id: actor, host, inbox: `${actor}/inbox`, sharedInbox: `${home}/inbox` };
  await meet({ db, clock }, known);
  await addFollower(db, { followed: blog.id, actor, activity: `${actor}/follow`, clock: systemClock });
}

/** Where one of the processes that serve pages listens. */
export function portOf(web: ServingNode): number {
  return Number(/127\.0\.0\.1:(\d+)\n/.exec(web.printed.split('listening on')[1] ?? '')?.[1]);
}

/** What a browser sends to one of them, as the proxy in front would hand it on. */
async function post({ origin }: Fleet, web: ServingNode, at: string, fields: Record<string, string>, cookie = '') {
  const headers = {
    host: new URL(origin).host,
    origin,
    cookie,
    accept: 'text/html',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const bytes = new TextEncoder().encode(new URLSearchParams(fields).toString());
  return await knock({ url: `http://127.0.0.1:${portOf(web)}${at}`, method: 'POST', headers, bytes });
}

/** The author comes in; the cookie counts at every process. */
export async function signIn(fleet: Fleet, web: ServingNode): Promise<string> {
  const { username, password } = office.person;
  const { headers } = await post(fleet, web, '/sign-in', { username, password });
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

/** The author publishes an entry with a form of which `title` is also the one-time id. */
export async function publishThrough(
  fleet: Fleet,
  web: ServingNode,
  { title, cookie }: { title: string; cookie: string },
) {
  const { handle: blog } = fleet.world.blog;
  const form = { blog, highlight: '', tags: 'ปุ๋ย', series: '', part: '', licence: 'cc-by-4.0', form: title };
  return await post(fleet, web, '/write', { ...form, title, source: 'กลับกองแล้ว', act: 'publish' }, cookie);
}

/** A letter to the node's shared inbox, at the door of one of the two. */
export async function letter({ origin }: Fleet, web: ServingNode, peer: Peer, activity: Json): Promise<number> {
  const url = absolute(origin, path.sharedInbox());
  const { headers, bytes } = signCavage(peer, { url, activity, at: new Date() });
  const door = new URL(url);
  door.port = String(portOf(web));
  return (await knock({ url: door.href, method: 'POST', headers, bytes })).status;
}

/** Waits until nothing is left to tell, to deliver or to listen to. */
export async function idle({ world: { db } }: Fleet): Promise<void> {
  await expect
    .poll(
      async () => {
        // In the order in which one becomes the next, or what moves on meanwhile would be seen by neither question.
        const messages = await db.selectFrom('messages').select('number').where('dead', 'is', null).execute();
        const untold = await db.selectFrom('happenings').select('number').where('told', 'is', null).execute();
        const waiting = await db.selectFrom('deliveries').select('number').where('state', '=', 'waiting').execute();
        return untold.length + waiting.length + messages.length;
      },
      { timeout: 60_000 },
    )
    .toBe(0);
}
