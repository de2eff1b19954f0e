// Security tests T26, T28: a letter that somebody else passes on must carry its author's own signature or proof inside,
// and that of nobody else. The forwarder signs the request each time.
import { describe, expect, test } from 'vitest';
import { openPeer, signCavage } from '../peer.ts';
import { CONTEXT, createNote, INBOX, NOW, openDesk, peer, statusOf } from './desk.ts';

const forwarder = openPeer('https://forwarder.example');

const UPLOAD = 'https://peer.example/uploads/key';
const SIGNATURE = {
  type: 'RsaSignature2017',
  creator: peer.keyId,
  created: '2026-11-23T05:00:00Z',
  signatureValue: 'c2lnbmF0dXJl',
};
const PROOF = {
  type: 'DataIntegrityProof',
  cryptosuite: 'eddsa-jcs-2022',
  created: '2026-11-23T05:00:00Z',
  verificationMethod: `${peer.actor}#ed25519-key`,
  proofPurpose: 'assertionMethod',
  proofValue: 'z5EUSZ7oqy9WaSwN',
};

async function forward(changes: Record<string, unknown>): Promise<number> {
  const letter = signCavage(forwarder, { url: INBOX, activity: createNote(changes), at: NOW });
  return statusOf(await openDesk().admit(letter));
}

describe('what a forwarder brings', () => {
  test.each([
    ['with the author’s LD signature', { signature: SIGNATURE }],
    ['with the author’s proof', { proof: PROOF }],
    ['with both', { signature: SIGNATURE, proof: [PROOF] }],
  ])('%s comes in', async (_, changes) => expect(await forward(changes)).toBe(200));

  test.each([
    ['with neither', {}],
    ['with an LD signature by the forwarder', { signature: { ...SIGNATURE, creator: forwarder.keyId } }],
    [
      'with an LD signature by a key elsewhere on the author’s server',
      { signature: { ...SIGNATURE, creator: UPLOAD } },
    ],
    ['with an LD signature by a neighbour', { signature: { ...SIGNATURE, creator: `${peer.actor}2#main-key` } }],
    ['with a proof by a key elsewhere on the author’s server', { proof: { ...PROOF, verificationMethod: UPLOAD } }],
    ['with an LD signature by nobody', { signature: { ...SIGNATURE, creator: undefined } }],
    ['with an LD signature by an embedded key', { signature: { ...SIGNATURE, creator: { id: peer.keyId } } }],
    ['with an LD signature of another type', { signature: { ...SIGNATURE, type: 'RsaSignature2016' } }],
    ['with two LD signatures', { signature: [SIGNATURE, SIGNATURE] }],
    ['with an LD signature without value', { signature: { ...SIGNATURE, signatureValue: '' } }],
    ['with a proof by the forwarder', { proof: { ...PROOF, verificationMethod: forwarder.keyId } }],
    [
      'with a proof by the author and one by the forwarder',
      { proof: [PROOF, { ...PROOF, verificationMethod: forwarder.keyId }] },
    ],
    ['with three proofs', { proof: [PROOF, PROOF, PROOF] }],
    ['with no proof in a list', { proof: [] }],
    ['with a proof to be fetched', { proof: 'https://peer.example/proofs/1' }],
  ])('%s: 401', async (_, changes) => expect(await forward(changes)).toBe(401));
});

describe('an LD-signed document', () => {
  const own = (context: unknown) => forward({ signature: SIGNATURE, '@context': context });

  test('comes in with well-known contexts and terms of its own', async () => {
    expect(await own([CONTEXT, 'https://w3id.org/security/v1', { toot: 'http://joinmastodon.org/ns#' }])).toBe(200);
  });

  test.each([
    ['a context of the author’s server', [CONTEXT, 'https://peer.example/schemas/litepub-0.1.jsonld']],
    ['schema.org, which takes `actor` for itself', [CONTEXT, 'http://schema.org/']],
    ['a signature that means nothing (GHSA-rwcw)', [CONTEXT, { signature: null }]],
    ['another meaning of inReplyTo', [CONTEXT, { inReplyTo: 'https://evil.example/ns#x' }]],
  ])('does not with %s: 400', async (_, context) => expect(await own(context)).toBe(400));
});
