// Who vouches for an activity: the key of its HTTP signature, or, when somebody else passes it on, the LD signature or
// the integrity proof inside. All of them must be of the actor's origin.
import { readIri, type Schemes } from './iri.ts';
import { isObject, type JsonObject } from './json.ts';
import { isBase64 } from './shape.ts';

/** Each proof costs a key. */
const PROOFS_MAX = 2;

/** Whether the document carries an LD signature, so that Fedify will try that first. */
export function isLdSigned(document: JsonObject): boolean {
  return document.signature !== undefined;
}

/**
 * What is wrong with the vouching, or null. A `signature` must be a whole RsaSignature2017, a `proof` a
 * DataIntegrityProof (FEP-8b32), both by a key on the actor's origin. Without either, the HTTP key must be there.
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
    readIri(signature.creator, by)?.origin === by.actor.origin &&
    typeof signature.created === 'string' &&
    typeof signature.signatureValue === 'string' &&
    isBase64(signature.signatureValue)
  );
}

function isOwnProof(proof: unknown, by: Schemes & { actor: URL }): boolean {
  return (
    isObject(proof) &&
    proof.type === 'DataIntegrityProof' &&
    readIri(proof.verificationMethod, by)?.origin === by.actor.origin &&
    typeof proof.proofValue === 'string'
  );
}
