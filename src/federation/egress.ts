// The choke point under every outgoing request of the node. Fedify 2.3.8 asks for everything through `globalThis.fetch`,
// without deadlines, size limits or a look at the address dialled (CVE-2026-96623, GHSA-97w4, GHSA-8863, GHSA-r48c,
// GHSA-fq5h), so we stand in its place. Custom loaders would do less: they switch `allowPrivateAddress` off.
import { AsyncLocalStorage } from 'node:async_hooks';
import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { getLogger } from '@logtape/logtape';
import { Agent } from 'undici';
import type { Clock } from '../domain/clock.ts';
import { openActorCache } from './egress/actor-cache.ts';
import { ruleFor } from './egress/addresses.ts';
import { ask, type Ways } from './egress/ask.ts';
import { currentScope, openScope, type Scope, type ScopeLimits } from './egress/budget.ts';
import { checkedLookup, guardedConnector, type Resolve } from './egress/connect.ts';
import { withoutFragment } from './egress/documents.ts';
import { redirected, redirectTarget } from './egress/redirects.ts';
import { EgressRefusal } from './egress/refusal.ts';
import type { Answer, Outgoing } from './egress/transfer.ts';

export { EgressRefusal } from './egress/refusal.ts';

const logger = getLogger(['wethi', 'egress']);

/** Times in milliseconds. */
export interface EgressLimits {
  connect: number;
  /** Until the answer's headers are here. */
  headers: number;
  /** Until a request's answer is wholly here, however it drips. */
  total: number;
  /** Of a body, decoded; as Mastodon's body_with_limit. */
  bytesMax: number;
  /** Redirects that `redirect: 'follow'` follows. */
  hopsMax: number;
  /** Ports that may be asked on the public internet. */
  ports: readonly number[];
  actorsMax: number;
  actorBytesMax: number;
}

const LIMITS: EgressLimits = {
  connect: 5_000,
  headers: 10_000,
  total: 20_000,
  bytesMax: 1024 * 1024,
  hopsMax: 3,
  ports: [443],
  actorsMax: 500,
  actorBytesMax: 8 * 1024 * 1024,
};

/** How long work may take to notice that there is no way out any more, in milliseconds. */
const FAILING_MS_MAX = 1_000;

export interface Egress {
  /**
   * As the standard's, for http(s) only; the body has been read when it returns. Throws `EgressRefusal` where it
   * refuses, a `TypeError` where the network fails, and the caller's reason where the caller aborts.
   */
  fetch: typeof globalThis.fetch;
  /** Runs `work` under one budget. A scope inside another spends from both and ends with the earlier. */
  scope<T>(limits: ScopeLimits, work: () => Promise<T>): Promise<T>;
  /** Forgets an actor's document, after its Update or Delete. */
  forget(url: string): void;
  /**
   * Closes all connections and waits a moment for the scopes that are left to fail: a peer that never answers must not keep the
   * node from closing, nor may what waited for it try again when the global `fetch` is the old one.
   */
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Tests and demo only. Private addresses, all ports and http are allowed, and https on loopback is asked over http. */
  allowPrivateAddress: boolean;
  /** Sent where the caller names none. */
  userAgent: string;
  clock: Clock;
  /** Instead of the system's look-up. */
  resolve?: Resolve;
  limits?: Partial<EgressLimits>;
}

/** Opens the way out of the node. Nothing uses it before `installEgress`. */
export function openEgress(options: EgressOptions): Egress {
  const { allowPrivateAddress, clock } = options;
  const limits = { ...LIMITS, ...options.limits };
  const dispatcher = openAgent(options, limits);
  const cache = openActorCache({ clock, entriesMax: limits.actorsMax, bytesMax: limits.actorBytesMax });
  const ways = { dispatcher, cache, allowPrivateAddress, limits };
  const scopes = new AsyncLocalStorage<Scope>();
  const running = new Set<Promise<void>>();

  return {
    async fetch(input, init) {
      try {
        const request = requestOf(input, init);
        const outgoing = await takenApart(request, options.userAgent);
        const scope =
          currentScope(scopes) ?? openScope({ requestsMax: 1 + limits.hopsMax, deadline: limits.total }, undefined);
        return await follow(ways, { request, outgoing, scope, hopsMax: limits.hopsMax });
      } catch (error) {
        if (!(error instanceof EgressRefusal)) throw error;
        logger.info('Refused {url}: {reason}', { url: error.url, reason: error.reason });
        throw error;
      }
    },
    async scope(wanted, work) {
      const scope = openScope(wanted, currentScope(scopes));
      const run = scopes.run(scope, work);
      const settled = run.then(
        () => undefined,
        () => undefined,
      );
      running.add(settled);
      try {
        return await run;
      } finally {
        scope.over = true;
        running.delete(settled);
      }
    },
    forget: (url) => cache.forget(withoutFragment(new URL(url))),
    async close() {
      await dispatcher.destroy();
      await Promise.race([Promise.all(running), setTimeout(FAILING_MS_MAX, undefined, { ref: false })]);
    },
  };
}

/** Puts an egress under everything that calls `globalThis.fetch`; returns what puts the old one back. */
export function installEgress(egress: Egress): () => void {
  const before = globalThis.fetch;
  globalThis.fetch = egress.fetch;
  return () => {
    globalThis.fetch = before;
  };
}

function openAgent({ allowPrivateAddress, resolve }: EgressOptions, { connect }: EgressLimits): Agent {
  const connectorFor = (protocol: 'http:' | 'https:') => {
    const rule = ruleFor(protocol, { allowPrivateAddress });
    const found = resolve ?? ((hostname: string) => lookup(hostname, { all: true }));
    return guardedConnector({ rule, lookup: checkedLookup({ resolve: found, rule }), connect });
  };
  const plain = connectorFor('http:');
  const secure = connectorFor('https:');
  return new Agent({
    connect: (options, callback) => (options.protocol === 'https:' ? secure : plain)(options, callback),
    allowH2: false,
    // `transfer` has its own clocks: undici's start anew with every byte that drips in.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** Hop by hop to the answer, as `request.redirect` says. */
async function follow(
  ways: Ways,
  { request, outgoing, scope, hopsMax }: { request: Request; outgoing: Outgoing; scope: Scope; hopsMax: number },
): Promise<Response> {
  let hop = outgoing;
  for (let hops = 0; ; hops++) {
    const answer = await ask(ways, { outgoing: hop, scope, signal: request.signal });
    const target = request.redirect === 'manual' ? null : redirectTarget(hop.url, answer);
    if (target === null) return responseOf(answer, { url: withoutFragment(hop.url), hops });
    if (request.redirect === 'error') throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
    if (hops >= hopsMax) throw new EgressRefusal('too-many-requests', hop.url.href);
    hop = redirected(hop, { status: answer.status, target });
  }
}

function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  const url = new URL(input instanceof Request ? input.url : input);
  // Request would throw on these itself, without saying why. They are not repeated: one may be a password.
  if (url.username !== '' || url.password !== '') throw new EgressRefusal('userinfo', url.origin);
  return new Request(input, init);
}

async function takenApart(request: Request, userAgent: string): Promise<Outgoing> {
  const headers = new Headers(request.headers);
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  headers.set('accept-encoding', 'gzip, br');
  // Written from the URL again; another value would also choose the name that the certificate is checked for.
  headers.delete('host');
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  return { url: new URL(request.url), method: request.method, headers, body };
}

/** A Response of the global class, which is the one that callers know, with the two fields that no constructor sets. */
function responseOf(answer: Answer, { url, hops }: { url: string; hops: number }): Response {
  const { status, statusText, headers } = answer;
  const bodiless = status === 204 || status === 205 || status === 304;
  const response = new Response(bodiless ? null : answer.bytes, { status, statusText, headers });
  Object.defineProperties(response, { url: { value: url }, redirected: { value: hops > 0 } });
  return response;
}
