// Seals an outgoing activity: its proof (FEP-8b32) and LD signature are made once, whatever the number of inboxes.
import { signJsonLd, signObject } from '@fedify/fedify/sig';
import { type Activity, Update } from '@fedify/vocab';
import { keyId, signingKeys } from './actors.ts';
import { shippedContext } from './contexts.ts';
import { type Here, PUBLIC } from './here.ts';

/** Misskey's inbox reads no more (federation.md §0.3). */
export const WIRE_BYTES_MAX = 64 * 1024;

/**
 * The activity as bytes, proved with the actor's Ed25519 key and LD-signed with its RSA key, so that whoever gets it
 * forwarded can trust it (federation.md §10).
 */
export async function seal(
  here: Here,
  { actor, activity }: { actor: string; activity: Activity },
): Promise<Uint8Array> {
  const [rsa, ed25519] = await signingKeys(here, actor);
  if (rsa === undefined || ed25519 === undefined) throw new Error(`the local actor ${actor} has no keys`);
  const proved = await signObject(activity, ed25519.privateKey, keyId(here, actor, 'multikey-2'), {
    contextLoader: shippedContext,
  });
  const document = spellPublic(await proved.toJsonLd({ format: 'compact', contextLoader: shippedContext }));
  if (isProfile(activity)) return Buffer.from(JSON.stringify(document));
  const signed = await signJsonLd(document, rsa.privateKey, keyId(here, actor, 'main-key'), {
    contextLoader: shippedContext,
  });
  return Buffer.from(JSON.stringify(signed));
}

/**
 * An actor's Update of itself has only its proof: nobody passes it on, and to JSON-LD its `attributionDomains` are relative
 * addresses, which the library signs in no graph. Mastodon reads them as they stand only where there is no LD signature.
 */
function isProfile(activity: Activity): boolean {
  return activity instanceof Update && activity.objectId?.href === activity.actorId?.href;
}

const AUDIENCE = new Set(['to', 'cc', 'audience']);

/**
 * Writes `as:Public` out in full in every audience: some servers compare the text (federation.md §7). The proof was made
 * over the full spelling, so this must be done before anything is signed or sent.
 */
export function spellPublic(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => spellPublic(item, key));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spellPublic(item, name)]));
  }
  return AUDIENCE.has(key) && (value === 'as:Public' || value === 'Public') ? PUBLIC.href : value;
}
