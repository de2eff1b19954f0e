// Draft-cavage signatures (draft-cavage-http-signatures-12), as almost every server sends them: is the header of a shape
// that can vouch for this request? Whether the signature is right is the library's to say.

import { hash } from 'node:crypto';
import type { HeaderLines } from './parcel.ts';
import { type Arriving, findTimeFault, isBase64, type Shape } from './shape.ts';

/** The draft's own grammar is loose; a header that could be read in two ways is refused. */
const PARAMETER = /^\s*([A-Za-z]+)=(?:"([^"]*)"|(\d{1,12}))\s*$/;

/** Mastodon and snac say rsa-sha256, GoToSocial says hs2019, which leaves the algorithm to the key. */
const ALGORITHMS = new Set(['rsa-sha256', 'hs2019']);

const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Reads a `Signature` header. It must cover `(request-target)`, `host`, `digest` and `date` or `(created)`, as Mastodon
 * and Misskey demand (CVE-2023-49079 is what follows without), and the digest must be the body's.
 */
export function readCavage(arriving: Arriving): Shape {
  const { headers } = arriving;
  const parameters = new Map<string, string>();
  for (const part of (headers.get('signature') ?? '').split(',')) {
    const match = part.match(PARAMETER);
    if (match?.[1] === undefined) return { ok: false, wrong: 'The Signature header cannot be read.' };
    if (parameters.has(match[1])) return { ok: false, wrong: 'The Signature header says a thing twice.' };
    parameters.set(match[1], match[2] ?? match[3] ?? '');
  }
  if (!isBase64(parameters.get('signature'))) return { ok: false, wrong: 'The signature is not base64.' };
  const algorithm = parameters.get('algorithm')?.toLowerCase();
  if (algorithm !== undefined && !ALGORITHMS.has(algorithm)) {
    return { ok: false, wrong: 'The algorithm must be rsa-sha256 or hs2019.' };
  }
  const wrong =
    findCoverageFault(parameters, headers) ??
    findDigestFault(headers.get('digest'), arriving.body) ??
    findDateFault(parameters, arriving);
  return wrong === null ? { ok: true, keyId: parameters.get('keyId') } : { ok: false, wrong };
}

function findCoverageFault(parameters: Map<string, string>, headers: HeaderLines): string | null {
  const covered = (parameters.get('headers') ?? '').split(' ');
  if (new Set(covered).size !== covered.length) return 'The signature covers a header twice.';
  for (const name of ['(request-target)', 'host', 'digest']) {
    if (!covered.includes(name)) return `The signature must cover ${name}.`;
  }
  if (!covered.includes('date') && !covered.includes('(created)')) return 'The signature must cover date or (created).';
  for (const name of covered) {
    const present = name.startsWith('(')
      ? name === '(request-target)' || (/^\((?:created|expires)\)$/.test(name) && parameters.has(name.slice(1, -1)))
      : /^[a-z0-9-]+$/.test(name) && headers.has(name);
    if (!present) return 'The signature covers something that is not there.';
  }
  return null;
}

/** `Digest` (RFC 3230) must hold the body's SHA-256, once. Other algorithms beside it count for nothing. */
function findDigestFault(header: string | null, body: Uint8Array): string | null {
  const expected = hash('sha256', body, 'base64');
  const values = (header ?? '').split(',').map((part) => part.trim().match(/^sha-256=(.*)$/i)?.[1]);
  const given = values.filter((value) => value !== undefined);
  if (given.length !== 1) return 'The Digest header must hold one SHA-256.';
  return given[0] === expected ? null : 'The Digest header is not that of the body.';
}

/** `date`, `(created)` and `(expires)` are looked at wherever they stand, covered or not. */
function findDateFault(parameters: Map<string, string>, { headers, now }: Arriving): string | null {
  const date = headers.get('date');
  if (date !== null && !IMF_FIXDATE.test(date)) return 'The Date header cannot be read.';
  const seconds = (name: string) => (parameters.has(name) ? Number(parameters.get(name)) : undefined);
  const ends = seconds('expires');
  for (const made of [date === null ? undefined : Date.parse(date) / 1_000, seconds('created')]) {
    const wrong = made === undefined ? null : findTimeFault({ made, ends, now });
    if (wrong !== null) return wrong;
  }
  return null;
}
