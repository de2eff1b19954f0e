// What leaves the node when a blog publishes, revises and withdraws: once per inbox, signed so that anybody can check it,
// small enough for every server, and again when a server was away.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { verifyJsonLd, verifyObject } from '@fedify/fedify/sig';
import { Activity } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deleteComment, writeComment } from '../../src/domain/comments/write.ts';
import { pinEntry } from '../../src/domain/entries/pin.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { type Entry, reviseEntry } from '../../src/domain/entries/write.ts';
import { absolute, path } from '../../src/urls.ts';
import { published, withSeed, words } from '../world.ts';
import {
  type Arrived,
  activitiesAt,
  activityOf,
  type Json,
  openActor,
  openServer,
  PUBLIC,
  type Server,
  send,
} from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let server: Server;

beforeAll(async () => {
  node = await openServed();
  server = await openServer();
  for (const name of ['reader', 'neighbour']) {
    const follower = openActor(server, name);
    await send(follower, node.inbox, activityOf(follower, 'Follow', node.blog));
  }
  await node.settled();
});
afterEach(() => {
  server.posts.length = 0;
  server.answer = () => ({ status: 202 });
});
afterAll(async () => {
  await node.close();
  await server.close();
});

const addressOf = ({ id }: Entry) => absolute(node.origin, path.article(id));

async function told(
  given: Parameters<typeof published>[1] = {},
): Promise<{ entry: Entry; create: Json; arrived: Arrived }> {
  server.posts.length = 0;
  const entry = await published(node.world, given, node.origin);
  await node.settled();
  const create = activitiesAt(server).find(({ object }) => (object as Json).id === addressOf(entry));
  const arrived = server.posts.at(-1);
  if (create === undefined || arrived === undefined) throw new Error('nothing arrived');
  return { entry, create, arrived };
}

/** The actor's RSA key, read as a stranger would. */
async function publicKey(): Promise<ReturnType<typeof createPublicKey>> {
  const { json } = await getJson(node.blog);
  return createPublicKey(String((json.publicKey as Json).publicKeyPem));
}

function parametersOf(header: string): Record<string, string> {
  return Object.fromEntries([...header.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

describe('publishing', () => {
  test('§15.53 tells a server once, at its shared inbox, however many follow there', async () => {
    const { entry, create } = await told();
    expect(server.posts.map((post) => post.path)).toEqual(['/inbox']);
    expect(create).toMatchObject({
      id: absolute(node.origin, path.activity(`create-${entry.id}-0`)),
      type: 'Create',
      actor: node.blog,
      to: PUBLIC,
      cc: `${node.blog}/followers`,
      object: { type: 'Article', attributedTo: node.blog, to: PUBLIC, cc: `${node.blog}/followers` },
    });
    expect(server.posts[0]?.headers['content-type']).toBe('application/activity+json');
    expect(server.posts[0]?.headers['user-agent']).toMatch(/^Wethi\//);
  });

  test('§15.51 is signed by draft-cavage over target, host, date and digest, as plain node:crypto sees it', async () => {
    const { headers, bytes, path: target } = (await told()).arrived;
    const { signature = '', headers: covered = '', keyId, algorithm } = parametersOf(String(headers.signature));
    expect([keyId, algorithm]).toEqual([`${node.blog}#main-key`, 'rsa-sha256']);
    const names = covered.split(' ');
    expect(names).toEqual(expect.arrayContaining(['(request-target)', 'host', 'date', 'digest']));
    const base = names
      .map((name) => (name === '(request-target)' ? `${name}: post ${target}` : `${name}: ${headers[name]}`))
      .join('\n');
    expect(verify('sha256', Buffer.from(base), await publicKey(), Buffer.from(signature, 'base64'))).toBe(true);
    expect(headers.digest).toBe(`SHA-256=${createHash('sha256').update(bytes).digest('base64')}`);
    expect(Math.abs(Date.parse(String(headers.date)) - Date.now())).toBeLessThan(60_000);
  });

  test('§15.53 tells each inbox once where a server shares none', async () => {
    const apart = await openServer();
    for (const name of ['one', 'two']) {
      const follower = openActor(apart, name, { endpoints: undefined });
      await send(follower, node.inbox, activityOf(follower, 'Follow', node.blog));
    }
    await node.settled();
    apart.posts.length = 0;
    await told();
    expect(apart.posts.map((post) => post.path).toSorted()).toEqual(['/users/one/inbox', '/users/two/inbox']);
    await node.world.db.deleteFrom('followers').where('actor', 'like', `${apart.origin}/%`).execute();
    await apart.close();
  });

  test('§15.61 of what was brought home with an old date tells nobody; it stands in the outbox and may be featured', async () => {
    const { db, clock } = node.world;
    const old = await withSeed(node.world, node.origin);
    await node.settled();
    expect(server.posts).toEqual([]);
    const first = (await getJson((await getJson(`${node.blog}/outbox`)).json.first as string)).json;
    const items = first.orderedItems as Json[];
    expect(items.at(-1)).toMatchObject({
      type: 'Create',
      object: { id: addressOf(old), published: '2006-11-09T02:30:00Z' },
    });
    await pinEntry(db, { id: old.id, place: 'first', clock });
    await node.settled();
    expect((await getJson(`${node.blog}/featured`)).json.orderedItems).toEqual([addressOf(old)]);
    expect(activitiesAt(server, 'Create')).toEqual([]);
  });

  test('§15.59 carries a proof and an LD signature that stand without the request', async () => {
    const { create } = await told({ tags: ['น้ำ'] });
    const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
    const options = { documentLoader, contextLoader: documentLoader };
    expect(await verifyJsonLd(create, options)).toBe(true);
    const { signature: _, ...proved } = create;
    expect((await verifyObject(Activity, proved, options))?.id?.href).toBe(create.id);
    const bent = { ...proved, object: { ...(create.object as Json), name: 'อื่น' } };
    expect(await verifyObject(Activity, bent, options)).toBeNull();
    expect(await verifyJsonLd({ ...create, object: bent.object }, options)).toBe(false);
  });

  test('§15.59 so do an Update, a comment and both their Deletes', async () => {
    const { entry } = await told();
    const { db, clock, blog } = node.world;
    const { origin } = node;
    const place = { entry: entry.id, parent: null };
    const comment = await writeComment(db, { blog: blog.id, place, source: 'ขอบคุณ', language: 'th', origin, clock });
    await node.settled();
    await deleteComment(db, { id: comment.id, clock });
    await reviseEntry(db, { id: entry.id, words: words({ title: 'แก้' }), as: 'published', origin, clock });
    await node.settled();
    await withdrawEntry(db, { id: entry.id, clock });
    await node.settled();
    const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
    const options = { documentLoader, contextLoader: documentLoader };
    const all = activitiesAt(server);
    expect(all.map(({ type }) => type)).toEqual(['Create', 'Create', 'Delete', 'Update', 'Delete']);
    for (const activity of all) {
      expect(await verifyJsonLd(activity, options), String(activity.id)).toBe(true);
      const { signature: _, ...proved } = activity;
      expect((await verifyObject(Activity, proved, options))?.id?.href).toBe(activity.id);
      expect((proved.proof as Json).cryptosuite).toBe('eddsa-jcs-2022');
    }
  });

  test.each([
    ['a short entry', 1, ['content', 'contentMap']],
    ['one of 40 kB', 40_000, ['content']],
  ])('§15.29 %s travels whole within 64 KiB', async (_, bytes, kept) => {
    const { create, arrived } = await told({ source: 'ปุ๋ย '.repeat(Math.ceil(bytes / 13)) });
    const object = create.object as Json;
    expect(arrived.bytes.length).toBeLessThanOrEqual(64 * 1024);
    expect(['content', 'contentMap'].filter((name) => name in object)).toEqual(kept);
    expect(Buffer.byteLength(String(object.content))).toBeGreaterThan(bytes);
  });

  test('§15.29 one of 300 kB travels as an excerpt with a link, and is whole at its id', async () => {
    const { entry, create, arrived } = await told({ source: 'ปุ๋ยหมักระบบกองเติมอากาศ '.repeat(4_150) });
    const object = create.object as Json;
    expect(arrived.bytes.length).toBeLessThanOrEqual(64 * 1024);
    expect(object.content).toContain(`<a href="${node.origin}/@khunamnuay_muang/${entry.number}">`);
    expect(object.contentMap).toBeUndefined();
    expect(object.nameMap).toEqual({ th: object.name });
    const { text, json } = await getJson(addressOf(entry));
    expect(Buffer.byteLength(String(json.content))).toBeGreaterThan(300_000);
    expect(json.contentMap).toEqual({ th: json.content });
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  });
});

describe('a server that', () => {
  test('§15.51 refuses draft-cavage gets RFC 9421, covering what it must, and from then on at once', async () => {
    server.answer = ({ headers }) => ({ status: headers['signature-input'] === undefined ? 401 : 202 });
    const { arrived } = await told();
    expect(server.posts.map(({ headers }) => 'signature-input' in headers)).toEqual([false, true]);
    const { headers, bytes } = arrived;
    const input = String(headers['signature-input']);
    const [, label, covered = ''] = input.match(/^([a-z0-9]+)=\(([^)]*)\)/) ?? [];
    const names = [...covered.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(names).toEqual(expect.arrayContaining(['@method', '@target-uri', 'content-digest']));
    const derived: Record<string, string> = {
      '@method': 'POST',
      '@target-uri': `${server.origin}${arrived.path}`,
      '@authority': server.host,
    };
    const base = [
      ...names.map((name) => `"${name}": ${derived[name] ?? headers[name]}`),
      `"@signature-params": ${input.slice(`${label}=`.length)}`,
    ].join('\n');
    const value = String(headers.signature).match(/:([^:]+):/)?.[1] ?? '';
    expect(verify('sha256', Buffer.from(base), await publicKey(), Buffer.from(value, 'base64'))).toBe(true);
    expect(headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);

    await told();
    expect(server.posts.map(({ headers }) => 'signature-input' in headers)).toEqual([true]);
  });

  test.each([
    ['WordPress', 400],
    ['Akkoma', 401],
    ['GoToSocial', 406],
    ['Misskey', 413],
  ])('§15.60 answers as %s does, %i, keeps neither its own next mail nor anybody else’s waiting', async (_, status) => {
    const elsewhere = await openServer();
    const follower = openActor(elsewhere, 'follower');
    await send(follower, node.inbox, activityOf(follower, 'Follow', node.blog));
    await node.settled();
    const first = await published(node.world, {}, node.origin);
    server.answer = ({ bytes }) => ({ status: bytes.includes(addressOf(first)) ? status : 202 });
    const second = await published(node.world, {}, node.origin);
    await node.settled();
    const arrived = (at: Server) => activitiesAt(at, 'Create').map(({ object }) => (object as Json).id);
    expect(arrived(elsewhere)).toEqual([addressOf(first), addressOf(second)]);
    expect(arrived(server)).toContain(addressOf(second));
    const { db } = node.world;
    await db.deleteFrom('deliveries').where('state', '!=', 'delivered').execute();
    await db.deleteFrom('followers').where('actor', '=', follower.actor).execute();
    await elsewhere.close();
  });

  test('§15.55 refuses both for good leaves a dead letter that says why, and the next mail goes', async () => {
    server.answer = () => ({ status: 400, body: 'no Articles, please' });
    await published(node.world, {}, node.origin);
    await node.settled();
    const dead = await node.world.db.selectFrom('deliveries').select('reason').where('state', '=', 'dead').execute();
    expect(dead).toEqual([{ reason: 'answered 400: no Articles, please' }]);
    server.answer = () => ({ status: 202 });
    await told();
  });

  test('takes it and then says more than anybody reads has taken it', async () => {
    server.answer = () => ({ status: 200, body: 'x'.repeat(1024 * 1024 + 1) });
    const { entry } = await told();
    const states = await node.world.db
      .selectFrom('deliveries')
      .innerJoin('activities', 'activities.id', 'deliveries.activity')
      .select('deliveries.state')
      .where('activities.object', '=', addressOf(entry))
      .execute();
    expect(states).toEqual([{ state: 'delivered' }]);
    server.answer = () => ({ status: 202 });
  });

  test.each([503, 429])(
    '§15.51 §15.55 says %i is asked again when it said, in order, and signed anew',
    async (status) => {
      let answered = 0;
      server.answer = () => (answered++ === 0 ? { status, headers: { 'retry-after': '1' } } : { status: 202 });
      const first = await published(node.world, {}, node.origin);
      const second = await published(node.world, {}, node.origin);
      await expect.poll(() => server.posts.length, { timeout: 10_000 }).toBe(3);
      const ids = activitiesAt(server).map(({ object }) => (object as Json).id);
      expect(ids).toEqual([addressOf(first), addressOf(first), addressOf(second)]);
      const dates = server.posts.map(({ headers }) => Date.parse(String(headers.date)));
      expect(dates[1]).toBeGreaterThan(dates[0] ?? 0);
      expect(new Set(server.posts.map(({ headers }) => headers.signature)).size).toBe(3);
    },
  );

  test('is away for long is posted to as soon as it writes to us', async () => {
    server.answer = () => ({ status: 503 });
    const entry = await published(node.world, {}, node.origin);
    await node.settled();
    const lane = () => node.world.db.selectFrom('lanes').selectAll().where('host', '=', server.host).executeTakeFirst();
    await expect.poll(async () => (await lane())?.failures).toBe(1);
    expect((await lane())?.due ?? 0).toBeGreaterThan(Date.now() + 30_000);
    await node.world.db.updateTable('lanes').set({ failures: 9 }).where('host', '=', server.host).execute();
    server.answer = () => ({ status: 202 });
    const writer = openActor(server, 'writer');
    await send(writer, node.inbox, activityOf(writer, 'Follow', node.blog));
    await node.settled();
    expect(activitiesAt(server, 'Create').at(-1)?.object).toMatchObject({ id: addressOf(entry) });
    expect((await lane())?.failingSince).toBeNull();
  });
});
