// Who vouches for an activity: the key of its HTTP signature, or, when somebody else passes it on, the LD signature or
// the integrity proof inside. The first must be of the actor's origin, the others stand in the actor's own document.
import { readIri, type Schemes } from './iri.ts';
import { isObject, type JsonObject } from './json.ts';
import { isBase64 } from './shape.ts';

/** Each proof costs a key. */
const PROOFS_MAX = 2;

/** Whether the document carries an LD signature, so that Fedify will try that first. */
export function isLdSigned(document: JsonObject): boolean {
  return document.signature !== undefined;
}

/** Whether the document brings a signature or a proof of its own, so that it could be passed on by anybody. */
export function vouchesForItself(document: JsonObject): boolean {
  return document.signature !== undefined || document.proof !== undefined;
}

/**
 * What is wrong with the vouching, or null. A `signature` must be a whole RsaSignature2017, a `proof` a
 * DataIntegrityProof (FEP-8b32), both by a key that is a fragment of the actor's id: Fedify 2.3.8 takes a key for an LD
 * signature at the word of the document that it stands in (CVE-2026-96625), and anybody's upload on the actor's server
 * could be that document. Without either, the HTTP key must be of the actor's origin.
 */
export function findVouchingFault(document: JsonObject, by: Schemes & { actor: URL; keyId: URL }): string | null {
  const { signature, proof } = document;
  if (signature !== undefined && !isOwnLdSignature(signature, by)) return 'The LD signature is not of the actor.';
  const proofs = proof === undefined ? [] : [proof].flat();
  if (proofs.length > PROOFS_MAX || !proofs.every((one) => isOwnProof(one, by)))
    return 'The proof is not of the actor.';
  if (signature === undefined && proofs.length === 0 && by.keyId.origin !== by.actor.origin) {
    return 'The key is not of the actor.';
  }
  return null;
}

function isOwnLdSignature(signature: unknown, by: Schemes & { actor: URL }): boolean {
  return (
    isObject(signature) &&
    signature.type === 'RsaSignature2017' &&
    isInDocumentOf(signature.creator, by) &&
    typeof signature.created === 'string' &&
    typeof signature.signatureValue === 'string' &&
    isBase64(signature.signatureValue)
  );
}

function isOwnProof(proof: unknown, by: Schemes & { actor: URL }): boolean {
  return (
    isObject(proof) &&
    proof.type === 'DataIntegrityProof' &&
    isInDocumentOf(proof.verificationMethod, by) &&
    typeof proof.proofValue === 'string'
  );
}

/** Mastodon, Misskey, Hollo and everything that Fedify drives name such keys `ACTOR#…`; GoToSocial and snac make none. */
function isInDocumentOf(key: unknown, by: Schemes & { actor: URL }): boolean {
  const url = readIri(key, by);
  return url !== null && url.href.split('#')[0] === by.actor.href.split('#')[0];
}
