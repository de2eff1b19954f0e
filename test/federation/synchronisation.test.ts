// Followers that two servers count differently are mended (FEP-8fcf), and what we count may be asked for by those it concerns.
import { createHash, createVerify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reviseBlog } from '../../src/domain/blogs.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { askToFollow, followingOf } from '../../src/domain/following.ts';
import { followersAt, mendFollowings } from '../../src/domain/synchronise.ts';
import { readHeader } from '../../src/federation/synchronisation.ts';
import { absolute, path } from '../../src/urls.ts';
import { reader as afar, meet, published } from '../world.ts';
import { openPeer, type Peer, signCavage, signGet } from './peer.ts';
import {
  type Arrived,
  activitiesAt,
  activityOf,
  drop,
  type Json,
  knock,
  openActor,
  openServer,
  type Server,
  send,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let author: Peer;
let count = 0;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
});
afterAll(async () => {
  await node.close();
  await server.close();
});

const sorted = (ids: string[]) => ids.toSorted();

/** The digest as FEP-8fcf has it, by plain node:crypto: SHA-256 of each id, all XORed. */
function digestOf(ids: string[]): string {
  const sum = Buffer.alloc(32);
  for (const id of ids) {
    for (const [index, byte] of createHash('sha256').update(id).digest().entries()) {
      sum[index] = (sum[index] ?? 0) ^ byte;
    }
  }
  return sum.toString('hex');
}

describe('what a followed actor’s server says', () => {
  const state = async (follower: string = node.world.blog.id) =>
    (await followingOf(node.world.db, { follower, actor: author.actor }))?.state ?? null;
  const list = () => `${author.actor}/followers_synchronization`;

  beforeEach(async () => {
    author = openActor(server, `author${count++}`);
    const known = {
      ...afar,
      id: author.actor,
      host: server.host,
      url: author.actor,
      followers: `${author.actor}/followers`,
    };
    await meet(node.world, { ...known, inbox: `${author.actor}/inbox`, sharedInbox: null });
    await askToFollow(node.world.db, { follower: node.world.blog.id, actor: author.actor, clock: systemClock });
    await node.settled();
    server.posts.length = 0;
    server.gets.length = 0;
  });

  /** Has our Follow accepted, as far as we know. */
  async function accepted(): Promise<void> {
    await node.world.db.updateTable('following').set({ state: 'accepted' }).where('actor', '=', author.actor).execute();
  }

  /** Sends a letter with the header; the list behind it names `listed`. */
  async function said(
    listed: string[],
    changes: { digest?: string; url?: string; collectionId?: string; status?: number } = {},
  ): Promise<void> {
    server.pages.set(new URL(list()).pathname, {
      status: changes.status ?? 200,
      body: JSON.stringify({
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: list(),
        type: 'OrderedCollection',
        orderedItems: listed,
      }),
    });
    const { digest = digestOf(listed), url = list(), collectionId = `${author.actor}/followers` } = changes;
    const letter = signCavage(author, {
      url: node.inbox,
      activity: activityOf(author, 'Create', {
        id: `${author.actor}/notes/${count++}`,
        type: 'Note',
        attributedTo: author.actor,
      }),
      at: new Date(),
      headers: { 'collection-synchronization': `collectionId="${collectionId}", url="${url}", digest="${digest}"` },
    });
    expect((await drop(letter)).status).toBe(202);
    await node.settled();
  }

  const asked = () => server.gets.filter(({ path }) => path === new URL(list()).pathname);

  test('costs nothing where both count the same', async () => {
    await accepted();
    await said([node.blog]);
    expect([await state(), asked().length]).toEqual(['accepted', 0]);
  });

  test('ends a following that it does not count, asked for with a signature', async () => {
    await accepted();
    await said([]);
    expect(await state()).toBeNull();
    expect(activitiesAt(server, 'Undo')[0]).toMatchObject({
      actor: node.blog,
      object: { type: 'Follow', object: author.actor },
    });
    expect(asked()[0]?.headers.signature).toContain('/ap/actors/instance#main-key');
  });

  test('stands for an Accept that never came', async () => {
    await said([node.blog]);
    expect(await state()).toBe('accepted');
    expect(activitiesAt(server, 'Undo')).toEqual([]);
  });

  test('is told of a follower that we know nothing of', async () => {
    await accepted();
    const organisation = absolute(node.origin, path.actor('organisation'));
    await said([node.blog, organisation, `${node.origin}/ap/actors/nobody`, 'https://elsewhere.example/users/x']);
    expect([await state(), await state('organisation')]).toEqual(['accepted', null]);
    const undos = activitiesAt(server, 'Undo');
    expect(undos).toHaveLength(1);
    expect(undos[0]).toMatchObject({
      actor: organisation,
      object: { type: 'Follow', actor: organisation, object: author.actor },
    });
  });

  test.each([401, 403, 404])('holds no mail back where its list answers %i', async (status) => {
    await accepted();
    await said([], { status });
    expect([await state(), asked().length > 0]).toEqual(['accepted', true]);
    expect(await node.world.db.selectFrom('messages').select('number').execute()).toEqual([]);
  });

  test('says nothing of a relay that the node itself follows', async () => {
    const instance = absolute(node.origin, path.actor('instance'));
    await accepted();
    await said([node.blog, instance]);
    expect([await state(), activitiesAt(server, 'Undo')]).toEqual(['accepted', []]);
    const { db } = node.world;
    await mendFollowings(db, { actor: author.actor, listed: [node.world.blog.id, 'instance'], clock: systemClock });
    await node.settled();
    expect(activitiesAt(server, 'Undo')).toEqual([]);
  });

  test('is asked for once an hour at most', async () => {
    await accepted();
    await said([node.blog], { digest: '0'.repeat(64) });
    await said([node.blog], { digest: '1'.repeat(64) });
    expect([await state(), asked().length]).toEqual(['accepted', 1]);
  });

  test('is not asked for elsewhere, nor about another list, nor on the word of a header that is none', async () => {
    await accepted();
    await said([], { url: 'https://elsewhere.example/followers_synchronization' });
    await said([], { collectionId: `${server.origin}/users/another/followers` });
    await said([], { digest: 'abc' });
    expect([await state(), asked().length]).toEqual(['accepted', 0]);
  });

  test('is worth nothing in a letter that somebody else signed', async () => {
    await accepted();
    const forger = openPeer(server.origin, author.actor.split('/').at(-1));
    const letter = signCavage(forger, {
      url: node.inbox,
      activity: activityOf(forger, 'Like', node.blog),
      at: new Date(),
      headers: {
        'collection-synchronization': `collectionId="${author.actor}/followers", url="${list()}", digest="${digestOf([])}"`,
      },
    });
    expect((await drop(letter)).status).toBe(401);
    await node.settled();
    expect([await state(), asked().length]).toEqual(['accepted', 0]);
  });
});

describe('the partial list of followers', () => {
  const list = () => absolute(node.origin, path.partialFollowers(node.world.blog.id));
  let reader: Peer;

  beforeAll(async () => {
    reader = openActor(server, 'reader');
    const other = openActor(server, 'other');
    const neighbours = await openServer();
    const neighbour = openActor(neighbours, 'neighbour');
    for (const peer of [reader, other, neighbour]) await send(peer, node.inbox, activityOf(peer, 'Follow', node.blog));
    await node.settled();
    await neighbours.close();
  });

  test('names to a server its own people, and nobody else’s', async () => {
    const { status, headers, text } = await knock({
      url: list(),
      headers: signGet(reader, { url: list(), at: new Date() }),
    });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/activity+json',
      'no-store',
    ]);
    const json = JSON.parse(text) as Json;
    expect(json).toMatchObject({ id: list(), type: 'OrderedCollection', partOf: `${node.blog}/followers` });
    const own = [`${server.origin}/users/other`, `${server.origin}/users/reader`];
    expect(sorted(json.orderedItems as string[])).toEqual(sorted(own));
  });

  test('names nobody to somebody without a signature, or with a wrong one', async () => {
    const stolen = signGet({ ...openPeer(server.origin, 'x'), keyId: reader.keyId }, { url: list(), at: new Date() });
    const another = signGet(reader, { url: `${list()}?`, at: new Date(Date.now() - 3 * 3_600_000) });
    for (const headers of [{ accept: 'application/activity+json' }, stolen, another]) {
      expect((await knock({ url: list(), headers })).status).toBe(401);
    }
  });

  test('is there for blogs and the organisation only', async () => {
    for (const [id, status] of [
      ['organisation', 200],
      ['instance', 404],
      ['nobody', 404],
    ] as const) {
      const url = absolute(node.origin, path.partialFollowers(id));
      expect((await knock({ url, headers: signGet(reader, { url, at: new Date() }) })).status, id).toBe(status);
    }
  });
});

describe('what our letters say of followers', () => {
  let home: Server;
  let people: Peer[];
  beforeEach(async () => {
    home = await openServer();
    people = ['faithful', 'second'].map((name) => openActor(home, `${name}${count++}`));
    for (const peer of people) await send(peer, node.inbox, activityOf(peer, 'Follow', node.blog));
    await node.settled();
    home.posts.length = 0;
    return () => home.close();
  });
  const list = () => absolute(node.origin, path.partialFollowers(node.world.blog.id));
  const ids = () => people.map(({ actor }) => actor);
  const letters = (type: string) =>
    home.posts.filter(({ bytes }) => (JSON.parse(bytes.toString()) as Json).type === type);
  const said = ({ headers }: { headers: Record<string, unknown> } = { headers: {} }) =>
    headers['collection-synchronization'];

  async function publishedOnce(): Promise<void> {
    await published(node.world, {}, node.origin);
    await node.settled();
  }

  /** As another server does with the header: compares, asks for the list, ends what is not its own. */
  async function compared(believed: string[]): Promise<{ strangers: string[]; lost: string[] } | 'the same'> {
    const header = readHeader(String(said(letters('Create')[0])));
    expect(header).toMatchObject({ collectionId: `${node.blog}/followers`, url: list() });
    if (header?.digest === digestOf(believed)) return 'the same';
    const asker = people[0] as Peer;
    const { text } = await knock({ url: list(), headers: signGet(asker, { url: list(), at: new Date() }) });
    const { orderedItems } = JSON.parse(text) as { orderedItems: string[] };
    return {
      strangers: orderedItems.filter((id) => !believed.includes(id)),
      lost: believed.filter((id) => !orderedItems.includes(id)),
    };
  }

  test('goes with a Create, covered by its signature, and fits what the other server counts', async () => {
    await publishedOnce();
    const [create] = letters('Create');
    expect(create?.headers.signature).toMatch(/headers="[^"]*collection-synchronization[^"]*"/);
    expect(await compared(ids())).toBe('the same');
  });

  test('has the other server find a follower that we should not have, and its Undo ends them here', async () => {
    await publishedOnce();
    const [faithful, second] = people as [Peer, Peer];
    const found = await compared([faithful.actor]);
    expect(found).toEqual({ strangers: [second.actor], lost: [] });
    const follow = { type: 'Follow', id: `${second.actor}/any`, actor: second.actor, object: node.blog };
    await send(second, node.inbox, activityOf(second, 'Undo', follow));
    await node.settled();
    const kept = await followersAt(node.world.db, { followed: node.world.blog.id, origin: home.origin });
    expect(kept).toEqual([faithful.actor]);
  });

  test('has the other server find a follower that we lack', async () => {
    await node.world.db
      .deleteFrom('followers')
      .where('actor', '=', people[1]?.actor ?? '')
      .execute();
    await publishedOnce();
    expect(await compared(ids())).toEqual({ strangers: [], lost: [people[1]?.actor] });
  });

  test('is said once a day to a host, and with nothing that is no news', async () => {
    const { db, blog } = node.world;
    await publishedOnce();
    await publishedOnce();
    await reviseBlog(db, { handle: blog.handle, summary: `เรื่องที่ ${count++}`, clock: systemClock });
    await node.settled();
    expect(letters('Create').map((letter) => said(letter) !== undefined)).toEqual([true, false]);
    expect(letters('Update').map(said)).toEqual([undefined]);
    const day = 24 * 3_600_000;
    await db
      .updateTable('kv')
      .set((kv) => ({ expires: kv('expires', '-', day) }))
      .execute();
    await publishedOnce();
    expect(said(letters('Create')[2])).toBe(said(letters('Create')[0]));
  });

  test('is said again where the letter that said it was not taken', async () => {
    home.answer = () => ({ status: 404 });
    await publishedOnce();
    home.answer = () => ({ status: 202 });
    await publishedOnce();
    expect(letters('Create').map((letter) => said(letter) !== undefined)).toEqual([true, true]);
  });

  test('is covered by an RFC 9421 signature too, where a host wants one', async () => {
    home.answer = ({ headers }) => ({ status: headers['signature-input'] === undefined ? 401 : 202 });
    await publishedOnce();
    const [first, second] = letters('Create');
    expect(second?.headers['signature-input']).toContain('"content-digest"');
    expect(second?.headers['signature-input']).toContain('"collection-synchronization"');
    expect(said(second)).toBe(said(first));
    await verified(second);
  });

  test('is said of the organisation with its boosts, and never of more than fit into one list', async () => {
    const { db } = node.world;
    const [peer] = people as [Peer];
    const organisation = absolute(node.origin, path.actor('organisation'));
    await send(peer, node.inbox, activityOf(peer, 'Follow', organisation));
    await publishedOnce();
    const header = readHeader(String(said(letters('Announce')[0])));
    expect(header).toMatchObject({ collectionId: `${organisation}/followers`, digest: digestOf([peer.actor]) });
    await db.deleteFrom('kv').execute();
    await crowd(home.origin);
    expect(await followersAt(db, { followed: node.world.blog.id, origin: home.origin })).toBeNull();
    await publishedOnce();
    expect(said(letters('Create')[1])).toBeUndefined();
    const asked = await knock({ url: list(), headers: signGet(peer, { url: list(), at: new Date() }) });
    expect(asked.status).toBe(404);
    await db.deleteFrom('followers').where('activity', '=', 'crowd').execute();
  });

  /** The signature as a server that reads RFC 9421 checks it, by plain node:crypto. */
  async function verified(letter: Arrived | undefined): Promise<void> {
    const { headers = {}, path: at = '' } = letter ?? {};
    const [, label, covered, parameters] = /^(\w+)=\(([^)]*)\)(;.*)$/.exec(String(headers['signature-input'])) ?? [];
    const derived: Json = { '@method': 'POST', '@target-uri': `${home.origin}${at}`, '@authority': home.host };
    const names = (covered ?? '').split(' ').map((name) => name.slice(1, -1));
    const lines = names.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
    const base = [...lines, `"@signature-params": (${covered})${parameters}`].join('\n');
    const signature = String(headers.signature).slice(`${label}=:`.length, -1);
    const { json } = await getJson(node.blog);
    const key = (json.publicKey as Json).publicKeyPem as string;
    expect(createVerify('sha256').update(base).verify(key, signature, 'base64')).toBe(true);
  }

  async function crowd(origin: string): Promise<void> {
    const { db, blog } = node.world;
    const { host } = new URL(origin);
    const actors = Array.from({ length: 10_000 }, (_, index) => `${origin}/users/c${index}`);
    for (let from = 0; from < actors.length; from += 500) {
      const some = actors.slice(from, from + 500);
      const row = { ...afar, host, inbox: `${origin}/inbox`, sharedInbox: `${origin}/inbox`, fetched: '', gone: null };
      const known = some.map((id) => ({ ...row, id, movedTo: null, moved: null }));
      await db.insertInto('actors').values(known).execute();
      const following = some.map((actor) => ({ followed: blog.id, actor, activity: 'crowd', since: '' }));
      await db.insertInto('followers').values(following).execute();
    }
  }
});

test.each(['', 'nonsense', 'collectionId="a"', `collectionId="a", url="b", digest="${'g'.repeat(64)}"`])(
  '%s is no header',
  (header) => {
    expect(readHeader(header)).toBeNull();
  },
);
