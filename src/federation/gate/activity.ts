// What an activity may claim before anybody verified it: ids on its actor's origin, objects that are the actor's own
// (GHSA-4qhx-hhwf-8685, CVE-2024-23832, CVE-2024-37903).
import { readIri, type Schemes } from './iri.ts';
import { isObject, type JsonObject } from './json.ts';

/** What the rest of the node may know of an activity that is not verified yet. */
export interface Claim {
  id: string;
  type: string;
  actor: string;
  object: unknown;
}

export type Claimed = { ok: true; claim: Claim; actor: URL } | { ok: false; wrong: string };

/** Activity Streams 2.0, litepub's EmojiReact, and the requests of FEP-044f and of GoToSocial's interaction policies. */
const TYPES = new Set(
  `Accept Add Announce AnnounceRequest Arrive Block Create Delete Dislike EmojiReact Flag Follow Ignore Invite Join Leave
  Like LikeRequest Listen Move Offer Question QuoteRequest Read Reject Remove ReplyRequest TentativeAccept
  TentativeReject Travel Undo Update View`.split(/\s+/),
);

/** The types whose object is exactly one thing. */
const OF_ONE_OBJECT = new Set(['Accept', 'Announce', 'Follow', 'Like', 'Reject']);

/** Reads id, type, actor and object, and refuses what no honest server sends. */
export function readClaim(document: JsonObject, schemes: Schemes): Claimed {
  const { id, type, object } = document;
  const actor = readIri(idOf(document.actor), schemes);
  if (actor === null) return { ok: false, wrong: 'The actor is not one https URL.' };
  if (typeof id !== 'string' || readIri(id, schemes)?.origin !== actor.origin) {
    return { ok: false, wrong: "The id is not a URL on the actor's origin." };
  }
  if (typeof type !== 'string' || !TYPES.has(type)) return { ok: false, wrong: 'The type is not one known activity.' };
  const wrong = findObjectFault(type, object, { ...schemes, actor });
  if (wrong !== null) return { ok: false, wrong };
  return { ok: true, actor, claim: { id, type, actor: String(idOf(document.actor)), object } };
}

/** The id that a property names, whether it stands there itself or in an object. */
export function idOf(value: unknown): unknown {
  return isObject(value) ? value.id : value;
}

function findObjectFault(type: string, object: unknown, by: Schemes & { actor: URL }): string | null {
  if (type === 'Create' || type === 'Update') return findPublishedFault(object, by);
  if (type === 'Delete' || type === 'Undo') return findTakenBackFault(object, by);
  if (OF_ONE_OBJECT.has(type)) return readIri(idOf(object), by) === null ? 'The object is not one URL.' : null;
  const named = [object ?? []].flat().every((one) => readIri(idOf(one), by) !== null);
  return named ? null : 'An object has no id.';
}

/**
 * Create and Update: the object is on the actor's origin and says that it is by the actor, and by nobody elsewhere. An
 * actor that updates itself is attributed to nobody.
 */
function findPublishedFault(object: unknown, by: Schemes & { actor: URL }): string | null {
  const id = readIri(idOf(object), by);
  if (id?.origin !== by.actor.origin) return "The object is not on the actor's origin.";
  if (!isObject(object) || (object.attributedTo === undefined && id.href === by.actor.href)) return null;
  const authors = [object.attributedTo].flat().map((author) => readIri(idOf(author), by));
  const own = authors.every((author) => author?.origin === by.actor.origin);
  return own && authors.some((author) => author?.href === by.actor.href) ? null : 'The object is not by the actor.';
}

/** Delete and Undo: the object is on the actor's origin; an activity that is undone is the actor's own. */
function findTakenBackFault(object: unknown, by: Schemes & { actor: URL }): string | null {
  if (readIri(idOf(object), by)?.origin !== by.actor.origin) return "The object is not on the actor's origin.";
  if (!isObject(object) || object.actor === undefined) return null;
  return readIri(idOf(object.actor), by)?.href === by.actor.href ? null : 'The object is not by the actor.';
}
