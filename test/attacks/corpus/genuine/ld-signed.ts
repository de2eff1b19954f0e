// LD signatures over whole documents with blank nodes, as Mastodon makes them. The statements are put in order by the
// reference implementation of JSON-LD; the signature itself is plain node:crypto.
import { createHash, createSign } from 'node:crypto';
import jsonld from '@fedify/vocab-runtime/jsonld';
import type { NodeObject } from 'jsonld';
import { shippedContext } from '../../../../src/federation/contexts.ts';
import type { Peer } from '../../../federation/peer.ts';
import type { Json } from '../../../federation/scripted.ts';

/** The activity with its author's RsaSignature2017. */
export async function ldSignedWhole(peer: Peer, activity: Json): Promise<Json> {
  const options = { creator: peer.keyId, created: new Date().toISOString() };
  const base = `${await hashOf({ '@context': 'https://w3id.org/identity/v1', ...options })}${await hashOf(activity)}`;
  const signatureValue = createSign('sha256').update(base).sign(peer.privateKey, 'base64');
  return { ...activity, signature: { type: 'RsaSignature2017', ...options, signatureValue } };
}

async function hashOf(document: Json): Promise<string> {
  const quads = await jsonld.canonize(document, { format: 'application/n-quads', documentLoader: loaded });
  return createHash('sha256').update(String(quads)).digest('hex');
}

async function loaded(url: string): Promise<{ documentUrl: string; document: NodeObject }> {
  const { document } = await shippedContext(url);
  return { documentUrl: url, document: document as NodeObject };
}
