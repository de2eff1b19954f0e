// How others find our actors: WebFinger, actor documents as Mastodon's parser reads them, keys, and NodeInfo.
import { createPublicKey } from 'node:crypto';
import { fetchKey } from '@fedify/fedify/sig';
import { CryptographicKey, Multikey } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { absolute, path } from '../../src/urls.ts';
import { office, published } from '../world.ts';
import { type Answer, type Json, knock } from './scripted.ts';
import { getJson, openServed, type Served } from './served.ts';

let node: Served;
let host: string;
const { handle } = office.blog;

beforeAll(async () => {
  node = await openServed();
  host = new URL(node.origin).host;
});
afterAll(() => node.close());

async function finger(resource: string): Promise<Answer & { json: Json }> {
  return await getJson(`${node.origin}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`, '*/*');
}

async function actor(id: string): Promise<Json> {
  return (await getJson(absolute(node.origin, path.actor(id)))).json;
}

const selfOf = ({ json }: { json: Json }) =>
  (json.links as { rel: string; href: string; type: string }[]).find(({ rel }) => rel === 'self');

describe('WebFinger', () => {
  test.each([handle, handle.toUpperCase(), 'KhunAmnuay_Muang'])(
    'answers acct:%s with the canonical handle (federation.md items 1, 2)',
    async (asked) => {
      const answer = await finger(`acct:${asked}@${host}`);
      expect(answer.status).toBe(200);
      expect(answer.json.subject).toBe(`acct:${handle}@${host}`);
      expect(selfOf(answer)).toEqual({ rel: 'self', href: node.blog, type: 'application/activity+json' });
    },
  );

  test.each([
    ['the actor’s id', () => node.blog],
    ['the profile page', () => `${node.origin}/@${handle}`],
    ['the English profile page', () => `${node.origin}/en/@${handle}`],
  ])('answers %s', async (_, resource) => {
    const answer = await finger(resource());
    expect(answer.status).toBe(200);
    expect(answer.json.aliases).toContain(`acct:${handle}@${host}`);
    expect(selfOf(answer)?.href).toBe(node.blog);
  });

  test('answers an entry’s page with its blog', async () => {
    const { number } = await published(node.world, {}, node.origin);
    expect(selfOf(await finger(`${node.origin}/@${handle}/${number}`))?.href).toBe(node.blog);
  });

  test('answers the node’s own address with the organisation', async () => {
    for (const resource of [node.origin, `${node.origin}/`, `acct:${office.organisation.handle}@${host}`]) {
      expect(selfOf(await finger(resource))?.href).toBe(absolute(node.origin, path.actor('organisation')));
    }
  });

  test('may be read by a browser on another site (item 4)', async () => {
    const { headers } = await finger(`acct:${handle}@${host}`);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['content-type']).toBe('application/jrd+json');
  });

  test('names where this node wants to be told of others’ things (item 5)', async () => {
    const { json } = await finger(`acct:${handle}@${host}`);
    const links = json.links as { rel: string; template?: string }[];
    const templateOf = (rel: string) => links.find((link) => link.rel === rel)?.template;
    expect(templateOf('http://ostatus.org/schema/1.0/subscribe')).toBe(
      `${node.origin}/authorize_interaction?uri={uri}`,
    );
    expect(templateOf('https://w3id.org/fep/3b86/Object')).toBe(`${node.origin}/authorize_interaction?uri={object}`);
  });

  test.each([
    ['a stranger', () => `acct:nobody@${host}`],
    ['another host', () => `acct:${handle}@elsewhere.example`],
    ['another host’s address', () => 'https://elsewhere.example/'],
    ['a page that is nobody’s', () => `${node.origin}/@nobody`],
    ['an actor’s id that is nobody’s', () => absolute(node.origin, path.actor('nobody'))],
  ])('knows nothing of %s', async (_, resource) => {
    expect((await finger(resource())).status).toBe(404);
  });

  test('wants to be asked for something', async () => {
    expect((await knock({ url: `${node.origin}/.well-known/webfinger` })).status).toBe(400);
    expect((await finger('not a resource')).status).toBe(400);
  });
});

describe('a blog’s actor document', () => {
  let document: Json;
  beforeAll(async () => {
    document = await actor(node.world.blog.id);
  });

  test('has what Mastodon’s parser asks for (items 14–17)', () => {
    expect(document).toMatchObject({
      id: node.blog,
      type: 'Person',
      preferredUsername: handle,
      name: office.blog.title,
      url: `${node.origin}/@${handle}`,
      inbox: `${node.blog}/inbox`,
      outbox: `${node.blog}/outbox`,
      followers: `${node.blog}/followers`,
      following: `${node.blog}/following`,
      featured: `${node.blog}/featured`,
      endpoints: { sharedInbox: node.inbox },
      manuallyApprovesFollowers: false,
      discoverable: true,
      indexable: true,
      published: '2026-11-23T03:00:00Z',
    });
    expect(document['@context']).toContain('https://www.w3.org/ns/activitystreams');
  });

  test('has one RSA key that it owns, as PEM (item 18)', () => {
    const key = document.publicKey as Record<string, string>;
    expect(key).toMatchObject({ id: `${node.blog}#main-key`, owner: node.blog });
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(key.publicKeyPem ?? '');
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 2048]);
  });

  test('has an Ed25519 Multikey that it controls (FEP-521a)', () => {
    const keys = document.assertionMethod as Record<string, string>[];
    const ed25519 = keys.find(({ publicKeyMultibase }) => publicKeyMultibase?.startsWith('z6Mk'));
    expect(ed25519).toMatchObject({ type: 'Multikey', controller: node.blog });
    expect(keys.map(({ id }) => id?.split('#')[0])).toEqual([node.blog, node.blog]);
  });

  test('is data to servers and a page to browsers, at the same address', async () => {
    const data = await getJson(node.blog);
    expect([data.status, data.headers['content-type'], data.headers.vary]).toEqual([
      200,
      'application/activity+json',
      'Accept',
    ]);
    const page = await knock({ url: node.blog, headers: { accept: 'text/html' } });
    expect(page.text).toBe('หน้าเว็บ');
  });
});

test('the instance actor can be read without a signature and cannot be followed for nothing (item 13)', async () => {
  const document = await actor('instance');
  const id = absolute(node.origin, path.actor('instance'));
  expect(document).toMatchObject({ id, type: 'Application', preferredUsername: 'instance', inbox: `${id}/inbox` });
  expect(document.publicKey).toMatchObject({ id: `${id}#main-key`, owner: id });
  expect(document.followers).toBeUndefined();
});

test('the organisation is an Organization that can be followed', async () => {
  const id = absolute(node.origin, path.actor('organisation'));
  expect(await actor('organisation')).toMatchObject({
    type: 'Organization',
    name: office.organisation.name,
    followers: `${id}/followers`,
  });
});

test('an actor that is not there is not found, nor is anything of it', async () => {
  const paths = [path.actor('nobody'), path.outbox('nobody'), path.followers('nobody'), path.following('nobody')];
  for (const one of [...paths, path.featured('nobody'), `${path.outbox('nobody')}?cursor=-`]) {
    expect((await getJson(absolute(node.origin, one))).status, one).toBe(404);
  }
});

test('every key can be fetched by its own id, as others fetch it', async () => {
  const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
  const options = { documentLoader, contextLoader: documentLoader };
  for (const actor of [node.blog, absolute(node.origin, path.actor('instance'))]) {
    const { key: rsa } = await fetchKey(new URL(`${actor}#main-key`), CryptographicKey, options);
    expect([rsa?.ownerId?.href, rsa?.publicKey.algorithm.name]).toEqual([actor, 'RSASSA-PKCS1-v1_5']);
    const { key: ed25519 } = await fetchKey(new URL(`${actor}#multikey-2`), Multikey, options);
    expect([ed25519?.controllerId?.href, ed25519?.publicKey.algorithm.name]).toEqual([actor, 'Ed25519']);
  }
});

test('a blog that was closed is gone, to WebFinger too (item 3)', async () => {
  const { db, clock, author } = node.world;
  const closed = await addBlog(db, { handle: 'closed_blog', title: 'เคยมี', author: author.username, clock });
  const id = absolute(node.origin, path.actor(closed.id));
  expect((await getJson(id)).status).toBe(200);
  await db.updateTable('blogs').set({ closed: '2026-11-23T04:00:00.000Z' }).where('id', '=', closed.id).execute();
  const gone = await getJson(id);
  expect([gone.status, gone.json.type]).toEqual([410, 'Tombstone']);
  expect((await finger(`acct:closed_blog@${host}`)).status).toBe(410);
});

test('NodeInfo 2.1 says what this is and how much is here (item 7)', async () => {
  const { json } = await getJson(`${node.origin}/.well-known/nodeinfo`, 'application/json');
  const [link] = json.links as { rel: string; href: string }[];
  expect(link?.rel).toBe('http://nodeinfo.diaspora.software/ns/schema/2.1');
  const info = (await getJson(link?.href ?? '', 'application/json')).json;
  expect(info).toMatchObject({
    version: '2.1',
    software: { name: 'wethi', version: '0.0.1-test' },
    protocols: ['activitypub'],
    openRegistrations: false,
    usage: { users: { total: 1 }, localComments: 0 },
  });
});
