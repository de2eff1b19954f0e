// Whether a document is what its address says. A key or an actor found under one address but naming another is how one
// actor posts as another (GHSA-8863); Fedify 2.3.8 does not look, and reads JSON of any media type (CVE-2024-25623).
import { alternateOf } from './alternates.ts';
import type { EgressReason } from './refusal.ts';
import type { Answer, Outgoing } from './transfer.ts';

const ACTIVITY_PUB = /^application\/(?:activity|ld)\+json\s*(?:;|$)/i;
const ACTIVITY_PUB_WANTED = /application\/(?:activity|ld)\+json/i;

/** What is to become of an answer. */
export type Verdict =
  | { kind: 'passed' }
  /** An actor under its own address, fit to be remembered. */
  | { kind: 'actor' }
  | { kind: 'refused'; reason: EgressReason }
  /** A page that names its document. */
  | { kind: 'alternate'; url: URL }
  /** A document that names itself otherwise. */
  | { kind: 'foreign'; url: URL };

/** A URL as ids are compared: parsed, without its fragment. Slashes and the case of percent-encoding still count. */
export function withoutFragment(url: URL): string {
  const bare = new URL(url);
  bare.hash = '';
  return bare.href;
}

/**
 * Judges the answer to a request that was made for `askers`: the URL itself, or those that redirected to it. Only
 * successful GETs are judged, if they brought an ActivityPub document or should have.
 */
export function judge({ outgoing, askers, answer }: { outgoing: Outgoing; askers: string[]; answer: Answer }): Verdict {
  if (outgoing.method !== 'GET' || answer.status < 200 || answer.status > 299) return { kind: 'passed' };
  const { url } = outgoing;
  if (ACTIVITY_PUB.test(answer.headers.get('content-type') ?? '')) {
    return judgeDocument({ url, askers, document: parsed(answer.bytes) });
  }
  if (!ACTIVITY_PUB_WANTED.test(outgoing.headers.get('accept') ?? '')) return { kind: 'passed' };
  const alternate = alternateOf({ url, headers: answer.headers, bytes: answer.bytes });
  if (alternate !== null) return { kind: 'alternate', url: alternate };
  return isContext(parsed(answer.bytes)) ? { kind: 'passed' } : { kind: 'refused', reason: 'media-type' };
}

function judgeDocument({ url, askers, document }: { url: URL; askers: string[]; document: unknown }): Verdict {
  if (isContext(document)) return { kind: 'passed' };
  // The origin that was asked does not answer itself any more. What comes may hide its id behind a context of its own.
  if (askers.some((asker) => new URL(asker).origin !== url.origin)) return { kind: 'refused', reason: 'foreign-id' };
  for (const node of [document].flat()) {
    if (!isRecord(node)) continue;
    const ids = [node.id, node['@id']].filter((id) => typeof id === 'string');
    for (const id of ids) {
      const named = URL.parse(id);
      if (named === null) return { kind: 'refused', reason: 'foreign-id' };
      if (askers.every((asker) => asker === withoutFragment(named) || isKeyStub({ node, named, asker }))) continue;
      return { kind: 'foreign', url: named };
    }
  }
  const actor = isRecord(document) && 'inbox' in document && 'publicKey' in document;
  return actor ? { kind: 'actor' } : { kind: 'passed' };
}

// GoToSocial serves, at a key's own URL, its owner cut down to that key.
function isKeyStub({ node, named, asker }: { node: Record<string, unknown>; named: URL; asker: string }): boolean {
  return isRecord(node.publicKey) && node.publicKey.id === asker && named.origin === new URL(asker).origin;
}

/** A JSON-LD context by itself describes nobody. */
function isContext(document: unknown): boolean {
  return isRecord(document) && Object.keys(document).join() === '@context';
}

// Undefined where it is no JSON: its reader fails on it by itself, and says so better.
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
