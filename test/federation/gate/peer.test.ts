// The scripted peer and the gate against the library: what the peer signs must verify there after the gate let it in,
// and what the library itself signs must come in.

import { createPublicKey } from 'node:crypto';
import { signRequest, verifyRequest } from '@fedify/fedify';
import { describe, expect, test } from 'vitest';
import { type Clock, standingClock, systemClock } from '../../../src/domain/clock.ts';
import { parcelOf } from '../../../src/federation/gate/parcel.ts';
import { asRequest, type Letter, signCavage, signRfc9421 } from '../peer.ts';
import { CONTEXT, createNote, HOUR, INBOX, NOW, openDesk, peer } from './desk.ts';

const honest = { url: INBOX, activity: createNote(), at: NOW };
const bent = { ...honest, activity: createNote({ published: HOUR }) };

/** The peer's actor, whatever is asked for. */
async function documentLoader(url: string) {
  const publicKey = { id: peer.keyId, type: 'CryptographicKey', owner: peer.actor, publicKeyPem: peer.publicKeyPem };
  const document = { '@context': [CONTEXT, 'https://w3id.org/security/v1'], id: peer.actor, type: 'Person', publicKey };
  return { contextUrl: null, documentUrl: url, document };
}

async function admitted(request: Request, clock: Clock = standingClock(HOUR)): Promise<Request> {
  const admission = await openDesk({ clock }).gate.admit(parcelOf(request), { address: '203.0.113.7' });
  if (!admission.ok) throw new Error(admission.reply.detail);
  return admission.arrival.request;
}

describe.each([
  ['draft-cavage', (letter: typeof honest): Letter => signCavage(peer, letter)],
  ['RFC 9421', (letter: typeof honest): Letter => signRfc9421(peer, letter)],
])('%s', (_, sign) => {
  test('§15.51 a letter that came in verifies', async () => {
    const request = await admitted(asRequest(sign(honest)));
    const key = await verifyRequest(request, { documentLoader, timeWindow: false });
    expect(key?.ownerId?.href).toBe(peer.actor);
  });

  test('the same with another letter’s signature does not', async () => {
    const letter = sign(honest);
    const { headers } = sign({ ...bent, url: `${INBOX}/other` });
    letter.headers.signature = headers.signature ?? '';
    const request = await admitted(asRequest(letter));
    expect(await verifyRequest(request, { documentLoader, timeWindow: false })).toBeNull();
  });
});

describe.each(['draft-cavage-http-signatures-12', 'rfc9421'] as const)('the library’s own %s', (spec) => {
  test('comes in', async () => {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const jwk = peer.privateKey.export({ format: 'jwk' });
    const privateKey = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['sign']);
    const request = new Request(INBOX, {
      method: 'POST',
      headers: { 'content-type': 'application/activity+json' },
      body: JSON.stringify(createNote()),
    });
    const signed = await signRequest(request, privateKey, new URL(peer.keyId), { spec });
    expect(await (await admitted(signed, systemClock)).json()).toEqual(createNote());
  });
});

test('the peer’s key is an RSA key of 2048 bits', () => {
  expect(createPublicKey(peer.publicKeyPem).asymmetricKeyDetails?.modulusLength).toBe(2048);
});
