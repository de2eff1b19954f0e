// What ties a node to others, decided at the command line while the node runs: relays, links that are looked at, followers of the
// organisation, an old account that moves here. Real processes on both sides of a socket, and a scripted server elsewhere.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { absolute, path } from '../../src/urls.ts';
import { databaseUrl } from '../databases.ts';
import type { Peer } from '../federation/peer.ts';
import {
  activitiesAt,
  activityOf,
  type Json,
  openActor,
  openServer,
  type Server,
  send,
} from '../federation/scripted.ts';
import { getJson } from '../federation/served.ts';
import { freePort, type Place, type ServingNode, serveNode, wethi } from '../journeys/nodes.ts';
import { office, openWorld, published, type World } from '../world.ts';

let world: World;
let place: Place;
let node: ServingNode;
let server: Server;
let inbox: string;
let blog: string;

beforeAll(async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  world = await openWorld({ origin });
  server = await openServer();
  place = { origin, port, folder: world.folder, database: databaseUrl(world), network: 'loopback' };
  await wethi(place, 'blog', 'link', 'add', world.blog.handle, 'เว็บไซต์', profilePage());
  node = await serveNode(place);
  inbox = absolute(origin, path.sharedInbox());
  blog = absolute(origin, path.actor(world.blog.id));
}, 60_000);
afterAll(async () => {
  await node?.stop();
  await server?.close();
  await world?.close();
});
beforeEach(() => {
  server.posts.length = 0;
});

/** A page elsewhere that links back to the blog, under an address as a link must be written; loopback is asked over http. */
function profilePage(): string {
  const body = `<a rel="me" href="${place.origin}${path.blog(world.blog.handle)}">เวที</a>`;
  server.pages.set('/about', { type: 'text/html; charset=utf-8', body });
  return `https://${server.host}/about`;
}

/** The first activity of a type that arrives. */
async function arrived(type: string): Promise<Json> {
  const seen = async () => {
    const [activity] = activitiesAt(server, type);
    if (activity === undefined) throw new Error(`no ${type} came:\n${node.complaints()}`);
    return activity;
  };
  return await vi.waitFor(seen, { timeout: 15_000, interval: 25 });
}

async function sent(peer: Peer, activity: Json): Promise<void> {
  expect((await send(peer, inbox, activity)).status).toBe(202);
}

const followers = (handle: string) => wethi(place, 'follower', 'list', '--blog', handle);
const account = (peer: Peer) => `@${peer.actor.split('/').at(-1)}@${server.host}`;

test('a LitePub relay named by its actor is asked, answers, and hears of a new entry by a boost', async () => {
  const relay = openActor(server, 'relay', { type: 'Application' });
  const asked = { url: relay.actor, style: 'litepub', state: 'requested' };
  expect(await wethi(place, 'relay', 'add', '--style', 'litepub', relay.actor)).toMatchObject(asked);
  const follow = await arrived('Follow');
  const instance = absolute(place.origin, path.actor('instance'));
  expect(follow).toMatchObject({ actor: instance, object: relay.actor });
  await sent(relay, activityOf(relay, 'Accept', follow));
  expect(await wethi(place, 'relay', 'list')).toMatchObject([{ ...asked, state: 'accepted' }]);
  const entry = await published(world, {}, place.origin);
  const object = absolute(place.origin, path.article(entry.id));
  expect(await arrived('Announce')).toMatchObject({ actor: instance, object });
  await wethi(place, 'relay', 'remove', relay.actor);
  expect(await arrived('Undo')).toMatchObject({ actor: instance, object: { id: follow.id } });
  expect(await wethi(place, 'relay', 'list')).toEqual([]);
});

test('what is no actor is refused as a LitePub relay, with what to do', async () => {
  const page = { '@context': 'https://www.w3.org/ns/activitystreams', id: `${server.origin}/n/1`, type: 'Note' };
  server.pages.set('/n/1', { body: JSON.stringify(page) });
  await expect(wethi(place, 'relay', 'add', '--style', 'litepub', page.id)).rejects.toMatchObject({ code: 1 });
  expect(await wethi(place, 'relay', 'list')).toEqual([]);
});

test('the running node looks by itself whether a page links back, and the mark stands on the blog’s page', async () => {
  const { handle } = world.blog;
  const marked = async () => {
    const links = await wethi(place, 'blog', 'link', 'list', handle);
    expect(links).toMatchObject([{ url: profilePage(), verified: expect.stringMatching(/^20/) }]);
  };
  await vi.waitFor(marked, { timeout: 15_000, interval: 250 });
  expect(server.gets.some(({ path }) => path === '/about')).toBe(true);
  const page = await getJson(`${place.origin}${path.blog(handle)}`, 'text/html');
  expect(page.text).toMatch(new RegExp(`href="${profilePage()}"[^<]*</a> <span class="tie-mark"`));
});

test('§15.49 the organisation’s followers are listed and sent away as a blog’s are', async () => {
  const { handle } = office.organisation;
  const reader = openActor(server, 'reader');
  const organisation = absolute(place.origin, path.actor('organisation'));
  const follow = activityOf(reader, 'Follow', organisation);
  await sent(reader, follow);
  await arrived('Accept');
  expect(await followers(handle)).toMatchObject([{ actor: reader.actor, account: account(reader) }]);
  const gone = await wethi(place, 'follower', 'remove', account(reader), '--blog', `@${handle}`);
  expect(gone).toEqual({ blog: handle, actor: reader.actor, account: account(reader) });
  expect(await arrived('Reject')).toMatchObject({ actor: organisation, object: { id: follow.id } });
  expect(await followers(handle)).toEqual([]);
});

test('§15.87 an account elsewhere moves here: the blog names it, and its followers come by their own Follow', async () => {
  const { handle } = world.blog;
  const old = openActor(server, 'old', { movedTo: blog });
  const reader = openActor(server, 'faithful');
  expect(await wethi(place, 'blog', 'alias', handle, account(old))).toEqual({ handle, aliases: [old.actor] });
  expect((await getJson(blog)).json.alsoKnownAs).toEqual([old.actor]);
  // Both get the Move; to us it says nothing, to their own server that they follow us now.
  await sent(old, activityOf(old, 'Move', old.actor, { target: blog, to: [`${old.actor}/followers`] }));
  await sent(reader, activityOf(reader, 'Follow', blog));
  await arrived('Accept');
  expect(await followers(handle)).toMatchObject([{ actor: reader.actor }]);
  expect(await wethi(place, 'blog', 'alias', handle, account(old), '--remove')).toEqual({ handle, aliases: [] });
});
