// One node as four processes on one server's database: two that serve pages and inboxes, two that work. What is published comes
// to every follower once, and what is said in answer stands there once, whoever took it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { absolute, path } from '../../src/urls.ts';
import { databaseUrl, engine } from '../databases.ts';
import { type Peer, signCavage } from '../federation/peer.ts';
import {
  activitiesAt,
  activityOf,
  createOf,
  type Json,
  knock,
  noteOf,
  openActor,
  openServer,
  type Server,
} from '../federation/scripted.ts';
import { meet, office, openWorld, reader, type World } from '../world.ts';
import { freePort, type ServingNode, serveNode } from './nodes.ts';

const ENTRIES = 12;

/** A file has one worker; the second would be refused (test/federation/queue/worker.test.ts). */
const onServer = test.skipIf(engine === 'sqlite');

let world: World;
let origin: string;
let webs: ServingNode[] = [];
let workers: ServingNode[] = [];
let servers: Server[] = [];
let peers: Peer[] = [];
beforeAll(async () => {
  if (engine === 'sqlite') return;
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  world = await openWorld({ origin, comments: 'open' });
  servers = await Promise.all([1, 2, 3].map(() => openServer()));
  peers = servers.map((server) => openActor(server, 'reader'));
  for (const peer of peers) await follow(peer);
  const place = { origin, folder: world.folder, database: databaseUrl(world), network: 'loopback' } as const;
  const start = (role: 'web' | 'worker', port: number) => serveNode({ ...place, role, port });
  webs = await Promise.all([start('web', port), start('web', await freePort())]);
  workers = await Promise.all([start('worker', 0), start('worker', 0)]);
}, 60_000);
afterAll(async () => {
  await Promise.all([...webs, ...workers].map((node) => node.stop()));
  await Promise.all(servers.map((server) => server.close()));
  await world?.close();
});

async function follow({ actor }: Peer): Promise<void> {
  const { db, blog } = world;
  const { origin: home, host } = new URL(actor);
  const known = { ...reader, id: actor, host, inbox: `${actor}/inbox`, sharedInbox: `${home}/inbox` };
  await meet({ db, clock: world.clock }, known);
  await addFollower(db, { followed: blog.id, actor, activity: `${actor}/follow`, clock: systemClock });
}

/** What a browser sends to one of the two that serve pages, as the proxy in front would hand it on. */
async function post(web: ServingNode, at: string, fields: Record<string, string>, cookie = '') {
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

function portOf(web: ServingNode): number {
  return Number(/127\.0\.0\.1:(\d+)\n/.exec(web.printed.split('listening on')[1] ?? '')?.[1]);
}

async function publishAll(): Promise<string[]> {
  const [web] = webs as [ServingNode];
  const { username, password } = office.person;
  const signedIn = await post(web, '/sign-in', { username, password });
  const cookie = (signedIn.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const form = { blog: world.blog.handle, highlight: '', tags: 'ปุ๋ย', series: '', part: '', licence: 'cc-by-4.0' };
  const answers = await Promise.all(
    Array.from({ length: ENTRIES }, (_, i) =>
      post(web, '/write', { ...form, title: `ครั้งที่ ${i}`, source: 'กลับกองแล้ว', act: 'publish' }, cookie),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
  return answers.map(({ headers }) => headers.location ?? '');
}

async function idle(): Promise<void> {
  const { db } = world;
  await expect
    .poll(
      async () => {
        const untold = await db.selectFrom('happenings').select('number').where('told', 'is', null).execute();
        const waiting = await db.selectFrom('deliveries').select('number').where('state', '=', 'waiting').execute();
        const messages = await db.selectFrom('messages').select('number').where('dead', 'is', null).execute();
        return untold.length + waiting.length + messages.length;
      },
      { timeout: 60_000 },
    )
    .toBe(0);
}

onServer(
  'entries published through one web process come to every follower once',
  async () => {
    const places = await publishAll();
    expect(new Set(places).size).toBe(ENTRIES);
    await idle();
    for (const server of servers) {
      const told = activitiesAt(server, 'Create').map(({ id }) => id);
      expect(told).toHaveLength(ENTRIES);
      expect(new Set(told).size).toBe(ENTRIES);
    }
    // The other one shows them, although nobody told it but the server.
    const [, other] = webs as [ServingNode, ServingNode];
    const page = await knock({
      url: `http://127.0.0.1:${portOf(other)}${places[0]}`,
      headers: { accept: 'text/html' },
    });
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('กลับกองแล้ว') });
  },
  120_000,
);

onServer(
  'an answer that comes through both stands there once, and both show it',
  async () => {
    const entries = await world.db.selectFrom('entries').select(['id', 'number']).orderBy('number').execute();
    const [entry] = entries;
    const about = absolute(origin, path.article(entry?.id ?? ''));
    const letters = peers.flatMap((peer) => [1, 2].map(() => [peer, createOf(peer, noteOf(peer, about))] as const));
    const answers = await Promise.all(
      letters.flatMap(([peer, create]) => webs.map((web) => letter(web, peer, create))),
    );
    expect(new Set(answers)).toEqual(new Set([202]));
    await idle();
    const comments = await world.db.selectFrom('comments').select(['uri', 'state']).execute();
    expect(comments.map(({ uri }) => uri).sort()).toEqual(letters.map(([, { object }]) => (object as Json).id).sort());
    expect(new Set(comments.map(({ state }) => state))).toEqual(new Set(['shown']));
    for (const web of webs) {
      const url = `http://127.0.0.1:${portOf(web)}/@${world.blog.handle}/${entry?.number}`;
      const shown = async () => (await knock({ url, headers: { accept: 'text/html' } })).text;
      await expect.poll(shown).toContain('อ่านแล้วได้ความรู้');
    }
  },
  120_000,
);

onServer(
  'likes that come at once through both are all counted, and one that comes twice once',
  async () => {
    const { db } = world;
    const entry = await db
      .selectFrom('entries')
      .select(['id', 'version'])
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow();
    const object = absolute(origin, path.article(entry.id));
    const likes = peers.map((peer) => [peer, activityOf(peer, 'Like', object)] as const);
    await Promise.all(likes.flatMap(([peer, like]) => webs.map((web) => letter(web, peer, like))));
    await idle();
    expect(await db.selectFrom('likes').select('id').execute()).toHaveLength(peers.length);
    const after = await db.selectFrom('entries').select('version').where('id', '=', entry.id).executeTakeFirstOrThrow();
    expect(after.version).toBe(entry.version + peers.length);
  },
  120_000,
);

/** A letter to the node's shared inbox, at the door of one of the two. */
async function letter(web: ServingNode, peer: Peer, activity: Json): Promise<number> {
  const url = absolute(origin, path.sharedInbox());
  const { headers, bytes } = signCavage(peer, { url, activity, at: new Date() });
  const door = new URL(url);
  door.port = String(portOf(web));
  return (await knock({ url: door.href, method: 'POST', headers, bytes })).status;
}
