// Contexts from memory: what other servers mean by theirs is still read, whatever stands beside it, and nothing is fetched.
import { createFederation, fetchKey, MemoryKvStore } from '@fedify/fedify';
import { CryptographicKey, Hashtag, isActor, Like, Note, Object as Thing } from '@fedify/vocab';
import { preloadedContexts } from '@fedify/vocab-runtime';
import { expect, onTestFinished, test } from 'vitest';
import { contextFromMemory, readContextsFromMemory } from '../../../src/federation/egress/contexts.ts';
import { installEgress } from '../../../src/federation/egress.ts';
import { openPeer } from '../peer.ts';
import { actorDocument, CONTEXT } from '../scripted.ts';
import { egressOf, openDoor } from './peer.ts';

const loaders = {
  contextLoader: contextFromMemory,
  documentLoader: async (): Promise<never> => {
    throw new Error('nothing is to be fetched');
  },
};
const peer = openPeer('https://peer.example', 'a');

/** As the servers whose context stands on their own host write it, after ActivityStreams. */
const OWN_HOST: [server: string, contexts: unknown[]][] = [
  ['Akkoma', ['https://peer.example/schemas/litepub-0.1.jsonld', { '@language': 'und' }]],
  ['Mbin', ['https://peer.example/contexts']],
  ['Hubzilla', ['https://w3id.org/security/v1', 'https://peer.example/apschema/v1.22']],
  ['PieFed', ['https://w3id.org/security/v1', { lemmy: 'https://join-lemmy.org/ns#' }, 'https://peer.example/x']],
  ['Funkwhale', ['https://w3id.org/security/v1', 'https://funkwhale.audio/ns']],
];

test.each(OWN_HOST)('the key of an actor of %s is read', async (_server, contexts) => {
  const document = actorDocument(peer, { '@context': [CONTEXT, ...contexts] });
  const documentLoader = async (url: string) => ({ contextUrl: null, documentUrl: url, document });
  const { key } = await fetchKey(peer.keyId, CryptographicKey, { ...loaders, documentLoader });
  expect([key?.id?.href, key?.ownerId?.href]).toEqual([peer.keyId, peer.actor]);
});

test.each(OWN_HOST)('a note of %s keeps its hashtags and what it says', async (_server, contexts) => {
  const note = await Note.fromJsonLd(
    {
      '@context': [CONTEXT, ...contexts],
      id: 'https://peer.example/notes/1',
      type: 'Note',
      content: '<p>สวัสดี</p>',
      sensitive: true,
      tag: [{ type: 'Hashtag', name: '#ปุ๋ยหมัก', href: 'https://peer.example/tags/1' }],
    },
    loaders,
  );
  expect([note.content?.toString(), note.sensitive]).toEqual(['<p>สวัสดี</p>', true]);
  const names: unknown[] = [];
  for await (const tag of note.getTags(loaders)) names.push(tag instanceof Hashtag && tag.name?.toString());
  expect(names).toEqual(['#ปุ๋ยหมัก']);
});

test('an unknown context stands beside any that ships with the library, protected terms or not', async () => {
  const known = Object.keys(preloadedContexts).filter((url) => url !== 'http://schema.org/');
  expect(known.length).toBeGreaterThan(10);
  for (const one of known) {
    for (const contexts of [
      [one, CONTEXT, 'https://peer.example/any'],
      ['https://peer.example/any', one, CONTEXT],
    ]) {
      const document = actorDocument(peer, { '@context': contexts });
      const actor = await Thing.fromJsonLd(document, loaders);
      if (!isActor(actor)) throw new Error(`no actor under ${contexts.join()}`);
      expect(actor.inboxId?.href, contexts.join()).toBe(`${peer.actor}/inbox`);
      expect((await actor.getPublicKey(loaders))?.id?.href, contexts.join()).toBe(peer.keyId);
    }
  }
});

test('what stands for their contexts says nothing about the terms that decide', async () => {
  const { document } = await contextFromMemory('https://peer.example/any');
  expect(JSON.stringify(document)).not.toMatch(/"(?:actor|object|to|cc|content|attributedTo|inReplyTo)"/);
  const like = {
    '@context': [CONTEXT, 'https://peer.example/any'],
    type: 'Like',
    actor: peer.actor,
    object: peer.keyId,
  };
  const read = await Like.fromJsonLd(like, loaders);
  expect([read.actorId?.href, read.objectId?.href]).toEqual([peer.actor, peer.keyId]);
});

test('a federation reads contexts without a request, also under the private-address flag', async () => {
  const door = await openDoor();
  const egress = egressOf();
  onTestFinished(installEgress(egress));
  const federation = createFederation<void>({ kv: new MemoryKvStore(), allowPrivateAddress: true });
  const url = `http://127.0.0.1:${door.port}/context`;
  const scope = { requestsMax: 9, deadline: 300 };
  const context = () => federation.createContext(new URL('https://wethi.example'), undefined);
  await expect(egress.scope(scope, () => context().contextLoader(url))).rejects.toThrow('too-slow');
  expect(door.knocks()).toBe(1);
  readContextsFromMemory(federation);
  expect((await context().contextLoader(url)).documentUrl).toBe(url);
  expect(door.knocks()).toBe(1);
});
