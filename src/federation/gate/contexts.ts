// Holds JSON-LD to the meaning that its plain JSON shows. Fedify reads an activity through its `@context`, which the
// sender writes; without these rules `actor` here and `actor` there could be two people (CVE-2026-42462,
// Mastodon's GHSA-rwcw, CVE-2026-46349).
import { isObject, type JsonObject, nodesOf } from './json.ts';

const ACTIVITY_STREAMS = 'https://www.w3.org/ns/activitystreams';
const AS = `${ACTIVITY_STREAMS}#`;
const SECURITY = 'https://w3id.org/security#';

/** Contexts that Fedify carries with it and that leave the core terms alone (schema.org does not: it takes `actor`). */
const BUNDLED = new Set([
  ACTIVITY_STREAMS,
  'https://w3id.org/identity/v1',
  'https://w3id.org/security/v1',
  'https://w3id.org/security/data-integrity/v1',
  'https://w3id.org/security/data-integrity/v2',
  'https://w3id.org/security/multikey/v1',
  'https://www.w3.org/ns/did/v1',
  'https://www.w3.org/ns/cid/v1',
  'https://gotosocial.org/ns',
  'https://join-lemmy.org/context.json',
  'http://joinmastodon.org/ns',
  'https://purl.archive.org/miscellany',
  'https://purl.archive.org/socialweb/webfinger',
  'https://w3id.org/fep/5711',
  'https://w3id.org/fep/ef61',
]);

/** Registries of contexts. Beside them only the actor's own server may define one, as Akkoma, Hubzilla and Mbin do. */
const REGISTRIES = new Set(['https://w3id.org', 'https://www.w3.org', 'https://purl.archive.org']);

/** Each context that is not bundled may cost a fetch before the signature is checked. */
const UNBUNDLED_MAX = 2;

const AS_TERMS = [
  ...['actor', 'object', 'target', 'to', 'cc', 'bto', 'bcc', 'audience', 'attributedTo', 'inReplyTo', 'content'],
  ...['Accept', 'Add', 'Announce', 'Block', 'Create', 'Delete', 'Dislike', 'Flag', 'Follow', 'Like', 'Move', 'Reject'],
  ...['Remove', 'Undo', 'Update'],
];

/** The terms that decide who did what to whom, with what each must mean. */
const CORE = new Map<string, string>([
  ['id', '@id'],
  ['type', '@type'],
  ['as', AS],
  ['sec', SECURITY],
  ...AS_TERMS.map((term): [string, string] => [term, AS + term]),
  ['contentMap', `${AS}content`],
  ...['signature', 'proof', 'publicKey'].map((term): [string, string] => [term, SECURITY + term]),
]);
const CORE_MEANINGS = new Set(CORE.values());

/** JSON-LD keywords that may stand in a document; `@graph`, `@included`, `@reverse`, `@id`, `@nest` … move statements. */
const DOCUMENT_KEYWORDS = new Set(['@context', '@value', '@language']);
const CONTEXT_KEYWORDS = new Set(['@language', '@version']);
const DEFINITION_KEYWORDS = new Set(['@id', '@type', '@container', '@language', '@protected', '@prefix']);
const CONTAINERS = new Set(['@list', '@set', '@language', '@index']);

/** Everything that the document's contexts say, taken together: a term means one thing in the whole document. */
interface Vocabulary {
  references: Set<string>;
  terms: Map<string, unknown>;
}

/**
 * What is wrong with the document's contexts and keywords, or null. `ldSigned` documents take bundled contexts only:
 * an LD signature covers the meaning and not the context, so that whoever forwards one could write another context.
 */
export function findContextFault(document: JsonObject, of: { actor: URL; ldSigned: boolean }): string | null {
  const vocabulary: Vocabulary = { references: new Set(), terms: new Map() };
  const names: string[] = [];
  for (const node of nodesOf(document)) {
    for (const key of Object.keys(node)) {
      if (key.startsWith('@') && !DOCUMENT_KEYWORDS.has(key))
        return 'A JSON-LD keyword is not allowed in the document.';
      if (key.includes(':')) names.push(key);
    }
    const wrong = node['@context'] === undefined ? null : collect(node['@context'], vocabulary);
    if (wrong !== null) return wrong;
  }
  const contexts = document['@context'];
  if (![contexts].flat().includes(ACTIVITY_STREAMS)) return 'The ActivityStreams @context is missing.';
  return (
    findReferenceFault(vocabulary.references, of) ??
    findTermFault(vocabulary.terms) ??
    (names.some((name) => CORE_MEANINGS.has(expand(name, vocabulary.terms)))
      ? 'A core term is written in another way.'
      : null)
  );
}

function collect(contexts: unknown, vocabulary: Vocabulary): string | null {
  for (const context of Array.isArray(contexts) ? contexts : [contexts]) {
    if (typeof context === 'string') {
      vocabulary.references.add(context);
      continue;
    }
    if (!isObject(context)) return 'A @context is neither a URL nor an object.';
    for (const [term, definition] of Object.entries(context)) {
      if (term.startsWith('@')) {
        if (!CONTEXT_KEYWORDS.has(term)) return 'A JSON-LD keyword is not allowed in @context.';
        continue;
      }
      const earlier = vocabulary.terms.get(term);
      if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(definition)) {
        return 'A term is defined in two ways.';
      }
      vocabulary.terms.set(term, definition);
    }
  }
  return null;
}

function findReferenceFault(references: Set<string>, { actor, ldSigned }: { actor: URL; ldSigned: boolean }) {
  const others = [...references]
    .filter((reference) => !BUNDLED.has(reference))
    .map((reference) => URL.parse(reference));
  if (others.length === 0) return null;
  if (ldSigned) return 'An LD-signed document may use well-known contexts only.';
  const known = (url: URL | null) => url !== null && (url.origin === actor.origin || REGISTRIES.has(url.origin));
  return others.length <= UNBUNDLED_MAX && others.every(known) ? null : 'A @context is of an unknown place.';
}

function findTermFault(terms: Map<string, unknown>): string | null {
  for (const [term, definition] of terms) {
    if (/[:/]/.test(term)) return 'A @context defines a URL.';
    if (isObject(definition)) {
      const { '@container': container } = definition;
      const containers = container === undefined ? [] : [container].flat();
      const strange = Object.keys(definition).some((key) => !DEFINITION_KEYWORDS.has(key));
      if (strange || definition['@type'] === '@json' || !containers.every((kind) => CONTAINERS.has(String(kind)))) {
        return 'A @context defines a term in a way that is not allowed.';
      }
    } else if (typeof definition !== 'string' && definition !== null) {
      return 'A @context defines a term by something that is no definition.';
    }
    const meaning = expand(term, terms);
    if (CORE.has(term) ? CORE.get(term) !== meaning : CORE_MEANINGS.has(meaning) || meaning.startsWith('@')) {
      return 'A @context gives a core term another meaning or another name.';
    }
  }
  return null;
}

/** What a term, a compact IRI or an IRI means under these terms. A loop means nothing. */
function expand(name: string, terms: Map<string, unknown>, hops = 0): string {
  const [prefix = '', ...rest] = name.split(':');
  const suffix = rest.join(':');
  if (name.startsWith('@') || suffix.startsWith('//') || hops > 8) return name;
  const definition = terms.get(prefix);
  const given = isObject(definition) ? definition['@id'] : definition;
  if (typeof given === 'string') return expand(given, terms, hops + 1) + suffix;
  // A definition without @id falls to the vocabulary, which is a blank node in ActivityStreams: the term says nothing.
  if (terms.has(prefix)) return `_:${prefix}${suffix}`;
  return CORE.has(prefix) ? `${CORE.get(prefix)}${suffix}` : rest.length > 0 ? name : `_:${prefix}`;
}
