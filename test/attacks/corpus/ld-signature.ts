// LD signatures (RsaSignature2017) by plain node:crypto: the N-Quads of small activities are written out by hand, so that
// no reader of JSON-LD that the node uses can agree with itself. Every thing that is signed must have an id.
import { createHash, createSign } from 'node:crypto';
import type { Peer } from '../../federation/peer.ts';
import { CONTEXT, type Json, SECURITY } from '../../federation/scripted.ts';

const AS = 'https://www.w3.org/ns/activitystreams#';
const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const DATE_TIME = 'http://www.w3.org/2001/XMLSchema#dateTime';
const DC = 'http://purl.org/dc/terms/';

const NAMES = new Set(['actor', 'object', 'to', 'cc', 'attributedTo', 'inReplyTo', 'target']);
const DATES = new Set(['published', 'updated']);
const TEXTS = new Set(['content']);

/** The activity with a signature over all of it by the peer's key, named as `keyId`. */
export function ldSigned(peer: Peer, activity: Json, { keyId = peer.keyId }: { keyId?: string } = {}): Json {
  const created = new Date().toISOString();
  const options = [quad('_:c14n0', `${DC}created`, date(created)), quad('_:c14n0', `${DC}creator`, `<${keyId}>`)];
  const base = `${hashOf(options)}${hashOf(quadsOf(activity))}`;
  const signatureValue = createSign('sha256').update(base).sign(peer.privateKey, 'base64');
  return {
    ...activity,
    '@context': [CONTEXT, SECURITY],
    signature: { type: 'RsaSignature2017', creator: keyId, created, signatureValue },
  };
}

/** Every statement of a thing and of what is embedded in it. @throws Error for a term that is not spelt out here. */
function quadsOf(thing: Json): string[] {
  const subject = `<${String(thing.id)}>`;
  return Object.entries(thing).flatMap(([name, value]) => {
    if (name === 'id' || name === '@context' || value === null) return [];
    if (name === 'type') return [quad(subject, RDF_TYPE, `<${AS}${String(value)}>`)];
    if (DATES.has(name)) return [quad(subject, AS + name, date(String(value)))];
    if (TEXTS.has(name)) return [quad(subject, AS + name, literal(String(value)))];
    if (!NAMES.has(name)) throw new Error(`${name} is not spelt out for LD signatures`);
    return [value].flat().flatMap((one: unknown) => {
      if (typeof one === 'string') return [quad(subject, AS + name, `<${one}>`)];
      const embedded = one as Json;
      return [quad(subject, AS + name, `<${String(embedded.id)}>`), ...quadsOf(embedded)];
    });
  });
}

const quad = (subject: string, predicate: string, object: string) => `${subject} <${predicate}> ${object} .\n`;
const date = (text: string) => `${literal(text)}^^<${DATE_TIME}>`;

function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

/** The same statement twice is one statement; they are hashed in the order of their text. */
function hashOf(quads: string[]): string {
  const sorted = [...new Set(quads)].sort((a, b) => (a < b ? -1 : 1));
  return createHash('sha256').update(sorted.join('')).digest('hex');
}
