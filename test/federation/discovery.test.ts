// How others find our actors: WebFinger, actor documents as Mastodon's parser reads them, keys, and NodeInfo.
import { createPublicKey } from 'node:crypto';
import { fetchKey, verifyObject } from '@fedify/fedify/sig';
import { Activity, CryptographicKey, Multikey } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addBlog } from '../../src/domain/blogs.ts';
import { withdrawEntry } from '../../src/domain/entries/withdraw.ts';
import { setOrganisation } from '../../src/domain/organisations.ts';
import { absolute, path } from '../../src/urls.ts';
import { office, published } from '../world.ts';
import { type Answer, activitiesAt, activityOf, type Json, knock, openActor, openServer, send } from './scripted.ts';
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
    '§15.1 §15.2 answers acct:%s with the canonical handle',
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
  ])('§15.3 answers %s', async (_, resource) => {
    const answer = await finger(resource());
    expect(answer.status).toBe(200);
    expect(answer.json.aliases).toContain(`acct:${handle}@${host}`);
    expect(selfOf(answer)?.href).toBe(node.blog);
  });

  test('§15.3 answers an entry’s page and its id with its blog, as long as it is published', async () => {
    const { db, clock } = node.world;
    const { id, number } = await published(node.world, {}, node.origin);
    const resources = [`${node.origin}/@${handle}/${number}`, absolute(node.origin, path.article(id))];
    for (const resource of resources) expect(selfOf(await finger(resource))?.href).toBe(node.blog);
    expect((await finger(`${node.origin}/@${office.organisation.handle}/${number}`)).status).toBe(404);
    await withdrawEntry(db, { id, clock });
    for (const resource of resources) expect((await finger(resource)).status).toBe(404);
  });

  test('answers the node’s own address with the instance actor (FEP-d556)', async () => {
    for (const resource of [node.origin, `${node.origin}/`, `acct:instance@${host}`]) {
      expect(selfOf(await finger(resource))?.href).toBe(absolute(node.origin, path.actor('instance')));
    }
  });

  test('answers the organisation by its handle', async () => {
    const answer = await finger(`acct:${office.organisation.handle}@${host}`);
    expect(selfOf(answer)?.href).toBe(absolute(node.origin, path.actor('organisation')));
  });

  test('§15.4 may be read by a browser on another site', async () => {
    const { headers } = await finger(`acct:${handle}@${host}`);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['content-type']).toBe('application/jrd+json');
  });

  test('§15.5 names where this node wants to be told of others’ things', async () => {
    const { json } = await finger(`acct:${handle}@${host}`);
    const links = json.links as { rel: string; template?: string }[];
    const templateOf = (rel: string) => links.find((link) => link.rel === rel)?.template;
    expect(templateOf('http://ostatus.org/schema/1.0/subscribe')).toBe(
      `${node.origin}/authorize_interaction?uri={uri}`,
    );
    for (const intent of ['Object', 'Follow', 'Like']) {
      const template = templateOf(`https://w3id.org/fep/3b86/${intent}`);
      expect(template).toBe(`${node.origin}/authorize_interaction?uri={object}`);
    }
  });

  test.each([
    ['a stranger', () => `acct:nobody@${host}`],
    ['another host', () => `acct:${handle}@elsewhere.example`],
    ['another host’s address', () => 'https://elsewhere.example/'],
    ['a page that is nobody’s', () => `${node.origin}/@nobody`],
    ['an actor’s id that is nobody’s', () => absolute(node.origin, path.actor('nobody'))],
    ['an entry that is nobody’s', () => `${node.origin}/@${handle}/999999`],
  ])('§15.3 knows nothing of %s', async (_, resource) => {
    expect((await finger(resource())).status).toBe(404);
  });

  test('§15.3 wants to be asked for something', async () => {
    expect((await knock({ url: `${node.origin}/.well-known/webfinger` })).status).toBe(400);
    expect((await finger('not a resource')).status).toBe(400);
  });
});

test('§15.97 WebFinger answers so many questions of one address a minute, then says when to come again', async () => {
  const asked = async () =>
    await node.federation.fetch(new Request(`${node.origin}/.well-known/webfinger`), {
      address: '198.51.100.7',
      notFound: () => new Response(null, { status: 404 }),
      notAcceptable: () => new Response(null, { status: 406 }),
    });
  for (let count = 0; count < 1_200; count++) await asked();
  const refused = await asked();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await finger(`acct:${handle}@${host}`)).status).toBe(200);
});

test('§15.6 host-meta says where WebFinger is, as XRD and as JSON', async () => {
  const template = `${node.origin}/.well-known/webfinger?resource={uri}`;
  const xrd = await knock({ url: `${node.origin}/.well-known/host-meta` });
  expect([xrd.status, xrd.headers['content-type']]).toEqual([200, 'application/xrd+xml; charset=utf-8']);
  expect(xrd.text).toContain(`<Link rel="lrdd" type="application/jrd+json" template="${template}"/>`);
  const { headers, json } = await getJson(`${node.origin}/.well-known/host-meta.json`, '*/*');
  expect([headers['content-type'], headers['access-control-allow-origin']]).toEqual(['application/jrd+json', '*']);
  expect(json.links).toEqual([{ rel: 'lrdd', type: 'application/jrd+json', template }]);
});

describe('a blog’s actor document', () => {
  let document: Json;
  beforeAll(async () => {
    document = await actor(node.world.blog.id);
  });

  test('§15.14 §15.15 §15.17 has what Mastodon’s parser asks for, all on one origin', () => {
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
      icon: { type: 'Image', url: `${node.origin}/assets/mark.png`, mediaType: 'image/png' },
      webfinger: `${handle}@${host}`,
      publicKey: { id: `${node.blog}#main-key`, owner: node.blog },
    });
    const { inbox, outbox, followers, following, featured, featuredTags, url } = document;
    const { sharedInbox } = document.endpoints as Json;
    const key = (document.publicKey as Json).id;
    for (const address of [inbox, outbox, followers, following, featured, featuredTags, url, sharedInbox, key]) {
      expect(new URL(String(address)).origin).toBe(new URL(node.blog).origin);
    }
    expect(document['@context']).toContain('https://www.w3.org/ns/activitystreams');
  });

  test('§15.22 names the hosts whose pages may name it as their author', () => {
    expect(document.attributionDomains).toEqual([host]);
  });

  test('§15.18 has one RSA key that it owns, as PEM', () => {
    const key = document.publicKey as Record<string, string>;
    expect(key).toMatchObject({ id: `${node.blog}#main-key`, owner: node.blog });
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(key.publicKeyPem ?? '');
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 2048]);
  });

  test('§15.18 has an Ed25519 Multikey that it controls (FEP-521a)', () => {
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

test('§15.13 the instance actor can be read without a signature and cannot be followed for nothing', async () => {
  const document = await actor('instance');
  const id = absolute(node.origin, path.actor('instance'));
  expect(document).toMatchObject({ id, type: 'Application', preferredUsername: 'instance', inbox: `${id}/inbox` });
  expect(document.publicKey).toMatchObject({ id: `${id}#main-key`, owner: id });
  expect(document.followers).toBeUndefined();
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

test('§15.3 a blog that was closed is gone, to WebFinger too', async () => {
  const { db, clock, author } = node.world;
  const closed = await addBlog(db, { handle: 'closed_blog', title: 'เคยมี', author: author.username, clock });
  const id = absolute(node.origin, path.actor(closed.id));
  expect((await getJson(id)).status).toBe(200);
  await db.updateTable('blogs').set({ closed: '2026-11-23T04:00:00.000Z' }).where('id', '=', closed.id).execute();
  const gone = await getJson(id);
  expect([gone.status, gone.json.type]).toEqual([410, 'Tombstone']);
  expect((await finger(`acct:closed_blog@${host}`)).status).toBe(410);
});

test.each(['2.1', '2.0'])('§15.7 NodeInfo %s says what this is and how much is here', async (version) => {
  const { status, json } = await getJson(`${node.origin}/.well-known/nodeinfo`, 'application/json');
  expect(status).toBe(200);
  const schema = `http://nodeinfo.diaspora.software/ns/schema/${version}`;
  const link = (json.links as { rel: string; href: string }[]).find(({ rel }) => rel === schema);
  const info = await getJson(link?.href ?? '', 'application/json');
  expect(info.headers['content-type']).toBe(`application/json; profile="${schema}#"`);
  expect(info.json).toMatchObject({
    version,
    software: { name: 'wethi', version: '0.0.1-test' },
    protocols: ['activitypub'],
    openRegistrations: false,
    usage: { users: { total: 1 }, localComments: 0 },
  });
});

test('§15.7 NodeInfo names the Application behind the node, which can be read by anybody (FEP-2677)', async () => {
  const { json } = await getJson(`${node.origin}/.well-known/nodeinfo`, 'application/json');
  const rel = 'https://www.w3.org/ns/activitystreams#Application';
  const href = (json.links as { rel: string; href: string }[]).find((link) => link.rel === rel)?.href ?? '';
  expect((await getJson(href)).json).toMatchObject({ id: href, type: 'Application' });
});

test('§15.14 §15.15 the organisation and a team’s blog are Organizations that can be followed, and say as much', async () => {
  const { db, clock, author } = node.world;
  const given = { handle: 'klum_pui', title: 'กลุ่มปุ๋ยหมัก', kind: 'team', author: author.username, clock } as const;
  const team = await addBlog(db, given);
  const own = await actor(node.world.blog.id);
  for (const [name, title] of [
    ['organisation', office.organisation.name],
    [team.id, given.title],
  ] as const) {
    const id = absolute(node.origin, path.actor(name));
    const document = await actor(name);
    expect(document).toMatchObject({ id, type: 'Organization', name: title, followers: `${id}/followers` });
    expect(Object.keys(document).toSorted()).toEqual(Object.keys(own).toSorted());
  }
});

test('§15.23 a change of the organisation is told with all that its document says, under its proof', async () => {
  const { db, clock } = node.world;
  const server = await openServer();
  const peer = openActor(server, 'reader');
  await send(peer, node.inbox, activityOf(peer, 'Follow', absolute(node.origin, path.actor('organisation'))));
  await node.settled();
  await setOrganisation(db, { ...office.organisation, name: 'อบต. ชื่อใหม่', origin: node.origin, clock });
  await node.settled();
  const [update] = activitiesAt(server, 'Update');
  const said = await actor('organisation');
  expect(update?.object).toMatchObject({
    name: 'อบต. ชื่อใหม่',
    webfinger: said.webfinger,
    attributionDomains: said.attributionDomains,
  });
  const documentLoader = getDocumentLoader({ allowPrivateAddress: true });
  const options = { documentLoader, contextLoader: documentLoader };
  const proved = update as Json;
  expect((await verifyObject(Activity, proved, options))?.id?.href).toBe(update?.id);
  const bent = { ...proved, object: { ...(proved.object as Json), attributionDomains: ['evil.example'] } };
  expect(await verifyObject(Activity, bent, options)).toBeNull();
  await server.close();
});
