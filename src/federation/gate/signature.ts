// Which of the two kinds of HTTP signature a request carries, and whether it could vouch for anything at all.
import { readCavage } from './cavage.ts';
import { readIri } from './iri.ts';
import type { Parcel } from './parcel.ts';
import { readRfc9421 } from './rfc9421.ts';
import type { Arriving } from './shape.ts';

export type Signed = { ok: true; keyId: URL } | { ok: false; wrong: string };

/**
 * Reads a request's signature; `origin` is ours. `Signature-Input` decides which kind it is, for Fedify goes by it too;
 * a `Signature` that mixes both kinds is readable as neither.
 */
export function readSignature(
  { url, headers }: Parcel,
  at: { body: Uint8Array; now: number; origin: string; allowPrivateAddress: boolean },
): Signed {
  if (headers.get('host')?.toLowerCase() !== new URL(at.origin).host) {
    return { ok: false, wrong: 'The Host header is not ours.' };
  }
  // Fedify takes a draft-cavage signature of the path alone for the same path with any query, as GoToSocial does.
  if (new URL(url).search !== '') return { ok: false, wrong: 'No inbox here has a query.' };
  const arriving: Arriving = { headers, body: at.body, now: at.now };
  const shape = headers.has('signature-input') ? readRfc9421(arriving) : readCavage(arriving);
  if (!shape.ok) return shape;
  const keyId = readIri(shape.keyId, at);
  return keyId === null ? { ok: false, wrong: 'The key id is not an https URL.' } : { ok: true, keyId };
}
