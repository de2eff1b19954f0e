// Which key is whose: remembered by itself, used on while its server is silent, and not when its server says that it is gone.
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FetchError } from '@fedify/vocab-runtime';
import { expect, test } from 'vitest';
import { standingClock } from '../../src/domain/clock.ts';
import { shippedContext } from '../../src/federation/contexts.ts';
import { openSigners } from '../../src/federation/signers.ts';
import { asRequest, openPeer, type Peer, signCavage } from './peer.ts';
import { activityOf, actorDocument, type Json } from './scripted.ts';

const url = 'https://wethi.example/ap/inbox';

/** A memory whose world answers by `documents`; `asked` is what was asked for. */
function openMemory(documents: { get(address: string): Json | Error | undefined }) {
  const clock = standingClock('2026-11-20T08:00:00Z');
  const asked: string[] = [];
  const documentLoader = async (address: string) => {
    asked.push(address);
    const document = documents.get(address.split('#')[0] ?? '');
    if (document === undefined || document instanceof Error) throw document ?? new Error(`nothing at ${address}`);
    return { document, documentUrl: address, contextUrl: null };
  };
  return { clock, asked, signers: openSigners({ clock, loaders: { documentLoader, contextLoader: shippedContext } }) };
}

function letterBy(peer: Peer): { request: Request; keyId: string; actor: string } {
  const activity = activityOf(peer, 'Like', 'https://wethi.example/ap/articles/1');
  const request = asRequest(signCavage(peer, { url, activity, at: new Date() }));
  return { request, keyId: peer.keyId, actor: peer.actor };
}

test('a key is asked for once in five minutes, and then again', async () => {
  const peer = openPeer('https://peer.example');
  const { clock, asked, signers } = openMemory(new Map([[peer.actor, actorDocument(peer)]]));
  for (let i = 0; i < 3; i++) expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  const first = asked.length;
  clock.pass({ minutes: 4, seconds: 59 });
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  expect(asked.length).toBe(first);
  clock.pass({ seconds: 1 });
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  expect(asked.length).toBeGreaterThan(first);
});

test('a clock that was set back does not make a key young', async () => {
  const peer = openPeer('https://peer.example');
  const { clock, asked, signers } = openMemory(new Map([[peer.actor, actorDocument(peer)]]));
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  const first = asked.length;
  clock.pass({ hours: -1 });
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  expect(asked.length).toBeGreaterThan(first);
});

test('while its server is silent a key is used on for an hour, asked for once a minute; a first one cannot be had', async () => {
  const peer = openPeer('https://peer.example');
  const documents = new Map<string, Json | Error>([[peer.actor, actorDocument(peer)]]);
  const { clock, asked, signers } = openMemory(documents);
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  documents.set(peer.actor, new Error('connect ETIMEDOUT'));
  clock.pass({ minutes: 6 });
  const before = asked.length;
  for (let i = 0; i < 5; i++) expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  expect(asked.length - before).toBe(1);
  clock.pass({ minutes: 55 });
  expect(await signers.signerOf(letterBy(peer))).toBe('no-key');
  expect(await openMemory(documents).signers.signerOf(letterBy(peer))).toBe('no-key');
});

test('a key whose server says that it is gone is not used on, nor when the server is silent later', async () => {
  const peer = openPeer('https://peer.example');
  const documents = new Map<string, Json | Error>([[peer.actor, actorDocument(peer)]]);
  const { clock, signers } = openMemory(documents);
  expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  documents.set(peer.actor, new FetchError(peer.actor, 'gone', new Response(null, { status: 410 })));
  clock.pass({ minutes: 6 });
  expect(await signers.signerOf(letterBy(peer))).toBe('no-key');
  documents.set(peer.actor, new Error('connect ETIMEDOUT'));
  clock.pass({ minutes: 11 });
  expect(await signers.signerOf(letterBy(peer))).toBe('no-key');
});

test.each([408, 425, 429, 503])(
  'a server that answers %i is silent, and does not say that the key is gone',
  async (status) => {
    const peer = openPeer('https://peer.example');
    const documents = new Map<string, Json | Error>([[peer.actor, actorDocument(peer)]]);
    const { clock, signers } = openMemory(documents);
    expect(await signers.signerOf(letterBy(peer))).toBe('actor');
    documents.set(peer.actor, new FetchError(peer.actor, 'later', new Response(null, { status })));
    clock.pass({ minutes: 6 });
    expect(await signers.signerOf(letterBy(peer))).toBe('actor');
  },
);

test('a key is remembered without the document that it stood in, however large that is', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const liar = openPeer('https://peer.example');
  const forger = openPeer('https://peer.example');
  const { signers } = openMemory({
    get(actor: string) {
      const publicKey = { id: `${actor}#main-key`, owner: actor, publicKeyPem: liar.publicKeyPem };
      return actorDocument(
        { ...liar, actor },
        { publicKey: { ...publicKey, summary: randomBytes(200_000).toString('hex') } },
      );
    },
  });
  const forged = (i: number) => {
    const actor = `https://peer.example/users/liar-${i}`;
    return signers.signerOf(letterBy({ ...forger, actor, keyId: `${actor}#main-key` }));
  };
  expect(await forged(0)).toBe('nobody');
  const before = held();
  for (let i = 1; i <= 40; i++) expect(await forged(i)).toBe('nobody');
  expect(held() - before).toBeLessThan(4_000_000);
});
