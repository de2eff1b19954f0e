// A scripted peer: an actor somewhere else that signs what it is told to, in plain node:crypto and never by our own
// signer, so that a mistake on our side cannot agree with itself. It can be told to leave out or to bend one thing.
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface Peer {
  /** The actor's id. */
  actor: string;
  keyId: string;
  privateKey: KeyObject;
  publicKeyPem: string;
}

/** A request as it goes over the wire. */
export interface Letter {
  url: string;
  headers: Record<string, string>;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What is sent where. `bytes` are sent as they are, anything else as JSON. */
export interface Sending {
  /** The inbox. */
  url: string;
  activity?: unknown;
  bytes?: Uint8Array<ArrayBuffer>;
  at: Date;
  contentType?: string;
  /** Headers that are set before signing, over those that would be there. */
  headers?: Record<string, string>;
  /** Headers that are changed after signing; null takes one away. */
  afterwards?: Record<string, string | null>;
  keyId?: string;
}

/** A peer with an RSA key of 2048 bits, as Mastodon makes them. */
export function openPeer(origin: string, name = 'peer'): Peer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const actor = `${origin}/users/${name}`;
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { actor, keyId: `${actor}#main-key`, privateKey, publicKeyPem };
}

/** Signs by draft-cavage-http-signatures-12. `parameters` are added to the Signature header or take the place of others. */
export function signCavage(
  peer: Peer,
  sending: Sending & { cover?: string[]; parameters?: Record<string, string | number | null> },
): Letter {
  const bytes = bytesOf(sending);
  const url = new URL(sending.url);
  const headers: Record<string, string> = {
    host: url.host,
    date: sending.at.toUTCString(),
    digest: `SHA-256=${hash('sha256', bytes)}`,
    'content-type': sending.contentType ?? 'application/activity+json',
    'content-length': String(bytes.length),
    ...sending.headers,
  };
  const cover = sending.cover ?? ['(request-target)', 'host', 'date', 'digest'];
  const given: Record<string, string | number | null> = {
    keyId: sending.keyId ?? peer.keyId,
    algorithm: 'rsa-sha256',
    headers: cover.join(' '),
    ...sending.parameters,
  };
  const base = cover.map((name) => {
    if (name === '(request-target)') return `${name}: post ${url.pathname}${url.search}`;
    return name.startsWith('(') ? `${name}: ${given[name.slice(1, -1)]}` : `${name}: ${headers[name]}`;
  });
  const all: Record<string, string | number | null> = { signature: sign(peer, base.join('\n')), ...given };
  headers.signature = Object.entries(all)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => (typeof value === 'number' ? `${name}=${value}` : `${name}="${value}"`))
    .join(',');
  return { url: sending.url, headers: changed(headers, sending.afterwards), bytes };
}

/** Signs a GET by draft-cavage, as Mastodon does in secure mode; the headers to ask with. */
export function signGet(peer: Peer, { url, at }: Pick<Sending, 'url' | 'at'>): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const headers = { host, date: at.toUTCString(), accept: 'application/activity+json' };
  const base = `(request-target): get ${pathname}${search}\nhost: ${host}\ndate: ${headers.date}`;
  const parts = `keyId="${peer.keyId}",algorithm="rsa-sha256",headers="(request-target) host date"`;
  return { ...headers, signature: `${parts},signature="${sign(peer, base)}"` };
}

/**
 * Signs by RFC 9421 with RSA v1.5. `labels` stand beside each other in the headers; each covers what it names and says
 * what `parameters` say over `created`, `keyid` and `alg`.
 */
export function signRfc9421(
  peer: Peer,
  sending: Sending & { labels?: { cover?: string[]; parameters?: Record<string, string | number | null> }[] },
): Letter {
  const bytes = bytesOf(sending);
  const url = new URL(sending.url);
  const headers: Record<string, string> = {
    host: url.host,
    'content-digest': `sha-256=:${hash('sha256', bytes)}:`,
    'content-type': sending.contentType ?? 'application/activity+json',
    'content-length': String(bytes.length),
    ...sending.headers,
  };
  const derived: Record<string, string> = {
    '@method': 'POST',
    '@target-uri': url.href,
    '@authority': url.host,
    '@path': url.pathname,
    '@scheme': url.protocol.slice(0, -1),
  };
  const inputs: string[] = [];
  const values: string[] = [];
  for (const [index, { cover, parameters }] of (sending.labels ?? [{}]).entries()) {
    const covered = cover ?? ['@method', '@target-uri', 'content-digest'];
    const given: Record<string, string | number | null> = {
      created: Math.floor(sending.at.getTime() / 1_000),
      keyid: sending.keyId ?? peer.keyId,
      alg: 'rsa-v1_5-sha256',
      ...parameters,
    };
    const said = Object.entries(given)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `;${name}=${typeof value === 'number' ? value : `"${value}"`}`);
    const input = `(${covered.map((name) => `"${name}"`).join(' ')})${said.join('')}`;
    const base = [
      ...covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`),
      `"@signature-params": ${input}`,
    ];
    inputs.push(`sig${index + 1}=${input}`);
    values.push(`sig${index + 1}=:${sign(peer, base.join('\n'))}:`);
  }
  headers['signature-input'] = inputs.join(', ');
  headers.signature = values.join(', ');
  return { url: sending.url, headers: changed(headers, sending.afterwards), bytes };
}

/** The letter as a server would see it. */
export function asRequest({ url, headers, bytes }: Letter): Request {
  return new Request(url, { method: 'POST', headers, body: bytes });
}

function bytesOf(sending: Sending): Uint8Array<ArrayBuffer> {
  return sending.bytes ?? new TextEncoder().encode(JSON.stringify(sending.activity));
}

function hash(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('base64');
}

function sign(peer: Peer, base: string): string {
  return createSign('sha256').update(base).sign(peer.privateKey, 'base64');
}

function changed(headers: Record<string, string>, changes: Record<string, string | null> = {}): Record<string, string> {
  const kept = Object.entries({ ...headers, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return Object.fromEntries(kept);
}
