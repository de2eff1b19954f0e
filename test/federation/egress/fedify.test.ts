// Fedify's own loaders over an installed egress: what they follow without end is bounded, what they need still works.
import {
  createFederation,
  fetchKey,
  generateCryptoKeyPair,
  getAuthenticatedDocumentLoader,
  MemoryKvStore,
} from '@fedify/fedify';
import { CryptographicKey } from '@fedify/vocab';
import { exportSpki, getDocumentLoader } from '@fedify/vocab-runtime';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Egress, installEgress } from '../../../src/federation/egress.ts';
import { actorAt, egressOf, openPeer, serve } from './peer.ts';

const AP = 'application/activity+json';
const SCOPE = { requestsMax: 8, deadline: 10_000 };
const load = getDocumentLoader({ allowPrivateAddress: true });
let egress: Egress;

beforeEach(() => {
  egress = egressOf();
  onTestFinished(installEgress(egress));
});

const next = (url: string | undefined) => `/${Number(url?.slice(1)) + 1}`;

async function somePem(): Promise<string> {
  const { publicKey } = await generateCryptoKeyPair('Ed25519');
  return exportSpki(publicKey);
}

describe('chains', () => {
  test.each([
    ['redirects', (url: string | undefined) => ({ status: 302, headers: { location: next(url) }, body: '' })],
    [
      'Link alternates (GHSA-97w4)',
      (url: string | undefined) => ({
        status: 200,
        headers: { 'content-type': 'text/plain', link: `<${next(url)}>; rel="alternate"; type="${AP}"` },
        body: 'x',
      }),
    ],
    [
      'HTML alternates (GHSA-97w4)',
      (url: string | undefined) => ({
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: `<link rel="alternate" type="${AP}" href="${next(url)}">`,
      }),
    ],
  ])('of %s without end stop at the budget of the scope, and at twenty hops outside any', async (_name, answer) => {
    const peer = await openPeer((request, response) => {
      const { status, headers, body } = answer(request.url);
      response.writeHead(status, headers).end(body);
    });
    await expect(egress.scope(SCOPE, () => load(`${peer.origin}/0`))).rejects.toThrow('too-many-requests');
    expect(peer.asked.length).toBe(SCOPE.requestsMax);
    await expect(load(`${peer.origin}/0`)).rejects.toThrow('Too many redirections');
    expect(peer.asked.length).toBe(SCOPE.requestsMax + 21);
  });

  test('of two pages that name each other stop at once', async () => {
    const peer = await openPeer((request, response) => {
      const other = request.url === '/a' ? '/b' : '/a';
      serve(response, `<link rel="alternate" type="${AP}" href="${other}">`, 'text/html');
    });
    await expect(load(`${peer.origin}/a`)).rejects.toThrow('Redirect loop');
    expect(peer.asked).toEqual(['/a', '/b']);
  });
});

test("a page of blanks does not reach Fedify's pattern for tags (CVE-2025-68475)", async () => {
  const peer = await openPeer((_request, response) => serve(response, `<a${' '.repeat(100_000)}`, 'text/html'));
  const started = performance.now();
  await expect(load(`${peer.origin}/`)).rejects.toThrow('media-type');
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a page that names its document is loaded from there, and then is not what was asked for', async () => {
  const peer = await openPeer((request, response) => {
    if (request.url === '/@a') return serve(response, `<link rel=alternate type="${AP}" href="/users/a">`, 'text/html');
    serve(response, actorAt(`http://${request.headers.host}/users/a`));
  });
  await expect(egress.scope(SCOPE, () => load(`${peer.origin}/@a`))).rejects.toThrow('foreign-id');
  const pasted = await egress.scope({ ...SCOPE, ids: 'asked-again' }, () => load(`${peer.origin}/@a`));
  expect(pasted.documentUrl).toBe(`${peer.origin}/users/a`);
});

describe('people are found', () => {
  const context = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true }).createContext(
    new URL('http://localhost:8000'),
    undefined,
  );

  async function openServer() {
    const pem = await somePem();
    return openPeer((request, response) => {
      const host = request.headers.host ?? '';
      const id = `http://${host}/users/a`;
      if (!request.url?.startsWith('/.well-known/webfinger')) return serve(response, actorAt(id, pem));
      const links = [{ rel: 'self', type: AP, href: id }];
      serve(response, { subject: `acct:a@${host}`, links }, 'application/jrd+json');
    });
  }

  test('by handle on loopback, though handles are looked up over https', async () => {
    const peer = await openServer();
    const found = await egress.scope(SCOPE, () => context.lookupObject(`@a@127.0.0.1:${peer.port}`));
    expect(found?.id?.href).toBe(`${peer.origin}/users/a`);
  });

  test('by the address of their profile, if the scope says that it was pasted', async () => {
    const peer = await openServer();
    const lookUp = () => context.lookupObject(`${peer.origin}/@a`);
    const found = await egress.scope({ ...SCOPE, ids: 'asked-again' }, lookUp);
    expect(found?.id?.href).toBe(`${peer.origin}/users/a`);
  });
});

describe('keys and signatures', () => {
  test('a key is read from its actor and from a stub', async () => {
    const pem = await somePem();
    const peer = await openPeer((request, response) => {
      const id = `http://${request.headers.host}/users/a`;
      const actor = actorAt(id, pem);
      const stubKey = { id: `${id}/main-key`, owner: id, publicKeyPem: pem };
      if (request.url === '/users/a/main-key') {
        return serve(response, { '@context': actor['@context'], id, type: 'Person', publicKey: stubKey });
      }
      serve(response, actor);
    });
    for (const path of ['/users/a#main-key', '/users/a/main-key']) {
      const { key } = await fetchKey(`${peer.origin}${path}`, CryptographicKey, { documentLoader: load });
      expect(key?.id?.href, path).toBe(`${peer.origin}${path}`);
    }
  });

  test('no peer talks a signed GET out of what it must cover', async () => {
    const { privateKey } = await generateCryptoKeyPair('RSASSA-PKCS1-v1_5');
    const peer = await openPeer((_request, response) =>
      response.writeHead(401, { 'accept-signature': 'sig1=();created' }).end(),
    );
    const signed = getAuthenticatedDocumentLoader(
      { keyId: new URL(`${peer.origin}/ours#main-key`), privateKey },
      { allowPrivateAddress: true },
    );
    await expect(egress.scope(SCOPE, () => signed(`${peer.origin}/users/a`))).rejects.toThrow('401');
    const covered = peer.requests.map(({ headers }) => headers['signature-input'] ?? headers.signature);
    expect(covered.length).toBe(2);
    for (const one of covered) expect(one).toMatch(/@method.*@target-uri|\(request-target\)/);
  });
});
