// HTTP Message Signatures (RFC 9421): a label must cover what it is to vouch for, as Mastodon demands as well. The
// grammar is a strict part of structured fields (RFC 8941), so that all readers read it alike.
import { createHash } from 'node:crypto';
import { type Arriving, findTimeFault, isBase64, type Shape } from './shape.ts';

/** A peer needs one; a second may stand there while it changes its ways. */
const LABELS_MAX = 2;

const ALGORITHMS = new Set([
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
  'rsa-pss-sha512',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ed25519',
]);

const PARAMETER = /;\s*([a-z][a-z0-9_.*-]*)=(?:"([^"\\]*)"|(\d{1,12}))/;
const INPUT = new RegExp(`\\s*([a-z*][a-z0-9_.*-]*)=\\(([^()]*)\\)((?:${PARAMETER.source})*)\\s*(,|$)`, 'y');
const VALUE = /\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]+):\s*(,|$)/y;

interface Label {
  components: string[];
  parameters: Map<string, string>;
}

/**
 * Reads `Signature-Input` and `Signature`. Every label must cover `@method`, `@target-uri` (or `@authority` and
 * `@path`) and `content-digest`, as Mastodon's SignedRequest demands, say when it was made, and name the same key, so
 * that one request costs one key at most.
 */
export function readRfc9421(arriving: Arriving): Shape {
  const inputs = readDictionary(arriving.headers.get('signature-input') ?? '', INPUT, (match) => readLabel(match));
  const values = readDictionary(arriving.headers.get('signature') ?? '', VALUE, (match) => match[2] ?? '');
  if (inputs === null || values === null) return { ok: false, wrong: 'The signature headers cannot be read.' };
  if (inputs.size > LABELS_MAX) return { ok: false, wrong: `There are more than ${LABELS_MAX} signatures.` };
  const named = inputs.size === values.size && [...inputs.keys()].every((label) => values.has(label));
  if (!named) return { ok: false, wrong: 'Signature and Signature-Input do not name the same labels.' };
  if (![...values.values()].every(isBase64)) return { ok: false, wrong: 'The signature is not base64.' };
  const labels = [...inputs.values()];
  if (new Set(labels.map(({ parameters }) => parameters.get('keyid'))).size > 1) {
    return { ok: false, wrong: 'The signatures name several keys.' };
  }
  for (const label of labels) {
    const wrong = findLabelFault(label, arriving);
    if (wrong !== null) return { ok: false, wrong };
  }
  const wrong = findDigestFault(arriving.headers.get('content-digest'), arriving.body);
  return wrong === null ? { ok: true, keyId: labels[0]?.parameters.get('keyid') } : { ok: false, wrong };
}

/** Members of a structured-field dictionary by name; null when it is not wholly of that shape or names one twice. */
function readDictionary<T>(
  text: string,
  member: RegExp,
  read: (match: RegExpExecArray) => T | null,
): Map<string, T> | null {
  const members = new Map<string, T>();
  member.lastIndex = 0;
  for (;;) {
    const match = member.exec(text);
    const value = match === null ? null : read(match);
    if (match === null || value === null || members.has(match[1] ?? '')) return null;
    members.set(match[1] ?? '', value);
    if (match.at(-1) === '') return members;
    member.lastIndex = match.index + match[0].length;
  }
}

/** Components with parameters of their own (`;sf`, `;req`, `;key`) change what is signed; nobody sends them, so none pass. */
function readLabel(match: RegExpExecArray): Label | null {
  const [, , list = '', given = ''] = match;
  const items = list.split(' ').filter((item) => item !== '');
  if (!items.every((item) => /^"@?[a-z0-9-]+"$/.test(item)) || new Set(items).size !== items.length) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', text, number] of given.matchAll(new RegExp(PARAMETER, 'g'))) {
    if (parameters.has(name)) return null;
    parameters.set(name, text ?? number ?? '');
  }
  return { components: items.map((item) => item.slice(1, -1)), parameters };
}

function findLabelFault({ components, parameters }: Label, { headers, now }: Arriving): string | null {
  const covers = (...names: string[]) => names.every((name) => components.includes(name));
  if (!covers('@method', 'content-digest') || !(covers('@target-uri') || covers('@authority', '@path'))) {
    return 'A signature must cover @method, @target-uri and content-digest.';
  }
  if (!components.every((name) => name.startsWith('@') || headers.has(name))) {
    return 'A signature covers something that is not there.';
  }
  const algorithm = parameters.get('alg');
  if (algorithm !== undefined && !ALGORITHMS.has(algorithm)) return 'The algorithm is unknown.';
  const expires = parameters.get('expires');
  return findTimeFault({
    made: Number(parameters.get('created') ?? Number.NaN),
    ends: expires === undefined ? undefined : Number(expires),
    now,
  });
}

/** `Content-Digest` (RFC 9530) must hold a SHA-256 or SHA-512, and each that it holds must be the body's. */
function findDigestFault(header: string | null, body: Uint8Array): string | null {
  const digests = readDictionary(header ?? '', VALUE, (match) => match[2] ?? '');
  if (digests === null) return 'The Content-Digest header cannot be read.';
  let matched = false;
  for (const algorithm of ['sha-256', 'sha-512']) {
    const given = digests.get(algorithm);
    if (given === undefined) continue;
    const expected = createHash(algorithm.replace('-', '')).update(body).digest('base64');
    if (given !== expected) return 'The Content-Digest header is not that of the body.';
    matched = true;
  }
  return matched ? null : 'The Content-Digest header must hold a SHA-256 or SHA-512.';
}
