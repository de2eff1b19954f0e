// Relays of both kinds: asked by the instance actor, told what is published, and believed no more than anybody else.

import { verifyJsonLd, verifyObject } from '@fedify/fedify/sig';
import { Activity } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { writeComment } from '../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { reviseEntry } from '../../src/domain/entries/write.ts';
import { addRelay, allRelays, removeRelay } from '../../src/domain/relays.ts';
import { absolute, path } from '../../src/urls.ts';
import { dump, published, withSeed, words } from '../world.ts';
import type { Peer } from './peer.ts';
import {
  activitiesAt,
  activityOf,
  createOf,
  type Json,
  noteOf,
  openActor,
  openServer,
  PUBLIC,
  type Server,
  send,
} from './scripted.ts';
import { openServed, type Served } from './served.ts';

let node: Served;
let server: Server;
let relay: Peer;
let instance: string;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  relay = openActor(server, 'relay', { type: 'Application' });
  instance = absolute(node.origin, path.actor('instance'));
});
afterAll(async () => {
  await node.close();
  await server.close();
});

/** Loopback is asked over http, but an operator has to write https. */
const inbox = () => `https://${server.host}/inbox`;
const state = async () => (await allRelays(node.world.db))[0]?.state ?? null;

async function received(activity: Json, peer = relay): Promise<number> {
  const { status } = await send(peer, node.inbox, activity);
  await node.settled();
  return status;
}

/** What arrived since it was last asked. */
async function heard(): Promise<Json[]> {
  await node.settled();
  return activitiesAt(server).splice(0, server.posts.splice(0).length);
}

afterEach(async () => {
  for (const { url } of await allRelays(node.world.db)) await removeRelay(node.world.db, { url, clock: systemClock });
  await heard();
});

async function expectSealed(activity: Json | undefined): Promise<void> {
  const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
  const options = { documentLoader, contextLoader: documentLoader };
  expect(await verifyJsonLd(activity, options)).toBe(true);
  const { signature: _, ...proved } = activity as Json;
  expect((await verifyObject(Activity, proved, options))?.id?.href).toBe(activity?.id);
}

describe('a Mastodon-style relay', () => {
  let follow: Json;
  beforeEach(async () => {
    await addRelay(node.world.db, { relay: { style: 'mastodon', url: inbox() }, clock: systemClock });
    [follow] = (await heard()) as [Json];
  });

  test('is asked by a Follow of everybody, spelt out, from the instance actor', async () => {
    expect(follow).toMatchObject({ type: 'Follow', actor: instance, object: PUBLIC });
    await expectSealed(follow);
    expect(await state()).toBe('requested');
  });

  test.each([
    ['Accept', 'accepted'],
    ['Reject', 'rejected'],
  ])('answers by an %s, embedded or by id', async (type, wanted) => {
    await received(activityOf(relay, type, follow));
    expect(await state()).toBe(wanted);
    await node.world.db.updateTable('relays').set({ state: 'requested' }).execute();
    await received(activityOf(relay, type, follow.id));
    expect(await state()).toBe(wanted);
  });

  test('is not answered for by somebody elsewhere', async () => {
    const elsewhere = await openServer();
    const stranger = openActor(elsewhere, 'stranger');
    await received(activityOf(stranger, 'Accept', follow), stranger);
    expect(await state()).toBe('requested');
    await elsewhere.close();
  });

  test('hears nothing before it agreed', async () => {
    await published(node.world, {}, node.origin);
    expect(await heard()).toEqual([]);
  });

  test('hears of an entry all its life under our own proofs, and of no comment', async () => {
    await received(activityOf(relay, 'Accept', follow));
    await heard();
    const { db, clock, blog } = node.world;
    const { origin } = node;
    const entry = await published(node.world, {}, origin);
    await node.settled();
    const place = { entry: entry.id, parent: null };
    await writeComment(db, { blog: blog.id, place, source: 'ขอบคุณ', language: 'th', origin, clock });
    await reviseEntry(db, { id: entry.id, words: words({ title: 'แก้' }), as: 'published', origin, clock });
    await node.settled();
    await withdrawEntry(db, { id: entry.id, clock });
    const told = await heard();
    expect(told.map(({ type }) => type)).toEqual(['Create', 'Update', 'Delete']);
    for (const activity of told) {
      expect(activity.actor).toBe(node.blog);
      await expectSealed(activity);
    }
  });

  test('hears nothing of an old entry that was brought home', async () => {
    await received(activityOf(relay, 'Accept', follow));
    await heard();
    const old = await withSeed(node.world, node.origin);
    const { clock } = node.world;
    await reviseEntry(node.world.db, { id: old.id, words: words(), as: 'published', origin: node.origin, clock });
    expect(await heard()).toEqual([]);
  });

  test('is left by an Undo with the very Follow inside, and hears nothing more', async () => {
    await received(activityOf(relay, 'Accept', follow));
    await heard();
    await removeRelay(node.world.db, { url: inbox(), clock: systemClock });
    await published(node.world, {}, node.origin);
    const [undo, ...more] = await heard();
    expect(undo).toMatchObject({
      type: 'Undo',
      actor: instance,
      object: { id: follow.id, type: 'Follow', actor: instance, object: PUBLIC },
    });
    await expectSealed(undo);
    expect(more).toEqual([]);
  });

  test('is asked again only after a refusal', async () => {
    const again = async () => {
      await addRelay(node.world.db, { relay: { style: 'mastodon', url: inbox() }, clock: systemClock });
      return (await heard()).map(({ type }) => type);
    };
    expect(await again()).toEqual([]);
    await received(activityOf(relay, 'Reject', follow));
    expect(await again()).toEqual(['Follow']);
    expect(await state()).toBe('requested');
  });
});

describe('a LitePub relay', () => {
  let follow: Json;
  beforeEach(async () => {
    const found = await node.federation.lookUp(relay.actor);
    if (found.kind !== 'actor') throw new Error('the relay was not found');
    const asked = { style: 'litepub', url: found.actor.id, inbox: found.actor.inbox } as const;
    await addRelay(node.world.db, { relay: asked, clock: systemClock });
    [follow] = (await heard()) as [Json];
  });

  test('is asked by a Follow of its actor, accepts, follows back and is accepted', async () => {
    expect(follow).toMatchObject({ type: 'Follow', actor: instance, object: relay.actor });
    await received(
      activityOf(relay, 'Accept', { type: 'Follow', id: `${relay.actor}#f`, actor: instance, object: relay.actor }),
    );
    expect(await state()).toBe('accepted');
    await received(activityOf(relay, 'Follow', instance));
    expect((await heard()).map(({ type, actor }) => [type, actor])).toEqual([['Accept', instance]]);
  });

  test('hears of a new entry by a boost of its id, and of its end', async () => {
    await received(activityOf(relay, 'Accept', follow));
    await heard();
    const entry = await published(node.world, {}, node.origin);
    const [announce, ...more] = await heard();
    const id = absolute(node.origin, path.article(entry.id));
    expect(announce).toMatchObject({ type: 'Announce', actor: instance, object: id, to: PUBLIC });
    expect(more).toEqual([]);
    await expectSealed(announce);
    await withdrawEntry(node.world.db, { id: entry.id, clock: node.world.clock });
    expect((await heard()).map(({ type }) => type)).toEqual(['Delete']);
  });

  test('is let go of as a follower when it is left', async () => {
    await received(activityOf(relay, 'Accept', follow));
    await received(activityOf(relay, 'Follow', instance));
    await removeRelay(node.world.db, { url: relay.actor, clock: systemClock });
    const followers = await node.world.db
      .selectFrom('followers')
      .selectAll()
      .where('followed', '=', 'instance')
      .execute();
    expect(followers).toEqual([]);
  });
});

test('the instance actor has no other followers', async () => {
  expect(await received(activityOf(relay, 'Follow', instance))).toBe(202);
  expect(await heard()).toEqual([]);
});

describe('§15.92 what a relay brings in is not believed without its author’s own proof', () => {
  let author: Peer;
  let elsewhere: Server;
  let entry: string;
  beforeEach(async () => {
    elsewhere = await openServer();
    author = openActor(elsewhere, 'author');
    await addRelay(node.world.db, { relay: { style: 'mastodon', url: inbox() }, clock: systemClock });
    const [follow] = (await heard()) as [Json];
    await received(activityOf(relay, 'Accept', follow));
    entry = absolute(node.origin, path.article((await published(node.world, {}, node.origin)).id));
    await heard();
  });
  afterEach(() => elsewhere.close());

  const kept = () => {
    const { comments, posts } = dump(node.world);
    return [comments?.length, posts?.length];
  };

  test('a bare Create of another author is refused', async () => {
    const before = kept();
    const create = createOf(author, noteOf(author, entry));
    expect(await received(create, { ...author, ...relayKey() })).toBe(401);
    expect(kept()).toEqual(before);
  });

  test('so is one under a signature or a proof that is not the author’s', async () => {
    const before = kept();
    const create = createOf(author, noteOf(author, entry));
    const created = new Date().toISOString();
    const signature = {
      type: 'RsaSignature2017',
      creator: author.keyId,
      created,
      signatureValue: Buffer.alloc(256).toString('base64'),
    };
    const proof = {
      type: 'DataIntegrityProof',
      cryptosuite: 'eddsa-jcs-2022',
      verificationMethod: `${author.actor}#ed25519`,
      proofPurpose: 'assertionMethod',
      created,
      proofValue: 'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n9nPPj',
    };
    for (const vouching of [{ signature }, { proof }]) {
      expect(await received({ ...create, ...vouching }, { ...author, ...relayKey() })).toBe(401);
    }
    expect(kept()).toEqual(before);
  });

  test('the relay’s own Create or boost of another’s words leaves nothing of them', async () => {
    const before = kept();
    const note = noteOf(author, entry, { content: '<p>ถ้อยคำปลอม</p>' });
    await received(activityOf(relay, 'Create', note, { to: [PUBLIC] }));
    await received(activityOf(relay, 'Announce', note, { to: [PUBLIC] }));
    await received(activityOf(relay, 'Announce', note.id, { to: [PUBLIC] }));
    expect(kept()).toEqual(before);
  });

  /** The relay signs the request with its own key, whoever's activity it is. */
  function relayKey(): Pick<Peer, 'keyId' | 'privateKey'> {
    return { keyId: relay.keyId, privateKey: relay.privateKey };
  }
});
