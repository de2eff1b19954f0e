// Followers that two servers count differently are mended (FEP-8fcf), and what we count may be asked for by those it concerns.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { askToFollow, followingOf } from '../../src/domain/following.ts';
import { readHeader } from '../../src/federation/synchronisation.ts';
import { absolute, path } from '../../src/urls.ts';
import { reader as afar, meet } from '../world.ts';
import { openPeer, type Peer, signCavage, signGet } from './peer.ts';
import {
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
import { openServed, type Served } from './served.ts';

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
    changes: { digest?: string; url?: string; collectionId?: string } = {},
  ): Promise<void> {
    server.pages.set(new URL(list()).pathname, {
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

test.each(['', 'nonsense', 'collectionId="a"', `collectionId="a", url="b", digest="${'g'.repeat(64)}"`])(
  '%s is no header',
  (header) => {
    expect(readHeader(header)).toBeNull();
  },
);
