// One hop: judged by its URL, answered from memory or the network, then judged by what came.
import type { Dispatcher } from 'undici';
import type { ActorCache } from './actor-cache.ts';
import { isLoopback, urlRefusal } from './addresses.ts';
import { askersOf, passOn, type Scope, spend } from './budget.ts';
import { judge, withoutFragment } from './documents.ts';
import { redirectTarget, redirectTo } from './redirects.ts';
import { EgressRefusal } from './refusal.ts';
import { type Answer, type Outgoing, transfer } from './transfer.ts';

/** What all requests of an egress share. */
export interface Ways {
  dispatcher: Dispatcher;
  cache: ActorCache;
  allowPrivateAddress: boolean;
  /** Milliseconds and decoded bytes; `ports` may be asked on the public internet. */
  limits: { headers: number; total: number; bytesMax: number; ports: readonly number[] };
}

/**
 * Asks for `outgoing` on behalf of `scope`. A page that names its ActivityPub document comes back as a redirect to it.
 * Throws `EgressRefusal`, or what `transfer` throws.
 */
export async function ask(
  ways: Ways,
  { outgoing, scope, signal }: { outgoing: Outgoing; scope: Scope; signal: AbortSignal },
): Promise<Answer> {
  const { cache } = ways;
  const refused = urlRefusal(outgoing.url, { allowPrivateAddress: ways.allowPrivateAddress, ports: ways.limits.ports });
  if (refused !== null) throw new EgressRefusal(refused, outgoing.url.href);
  const url = withoutFragment(outgoing.url);
  const key = `${url} ${outgoing.headers.get('accept') ?? ''}`;
  // Asked for in its own right, and not because another URL led here.
  const itself = outgoing.method === 'GET' && !scope.askers.has(url);
  const kept = itself ? cache.recall(key) : null;
  // Fedify keeps keys itself. If it asks for one (they carry a fragment), or asks twice, the one it has does not verify.
  const again = outgoing.url.hash !== '' || scope.recalled.has(key);
  if (kept !== null && !(again && cache.renew(key))) {
    scope.recalled.add(key);
    return kept;
  }

  const lenient = scope.ids === 'asked-again' && itself;
  const askers = askersOf(scope, url);
  const answer = await send(ways, { outgoing, scope, signal });
  const verdict = judge({ outgoing, askers, answer });
  const target = verdict.kind === 'alternate' ? verdict.url : redirectTarget(outgoing.url, answer);
  if (target !== null && !lenient) passOn(scope, { to: withoutFragment(target), askers });
  if (itself && verdict.kind === 'actor') cache.keep(key, answer);
  if (answer.status === 404 || answer.status === 410) cache.forget(url);

  if (verdict.kind === 'refused') throw new EgressRefusal(verdict.reason, outgoing.url.href);
  if (verdict.kind === 'alternate') return redirectTo(verdict.url);
  if (verdict.kind !== 'foreign') return answer;
  if (!lenient) throw new EgressRefusal('foreign-id', outgoing.url.href);
  const named = withoutFragment(verdict.url);
  passOn(scope, { to: named, askers: [named] });
  return redirectTo(verdict.url);
}

async function send(
  { dispatcher, allowPrivateAddress, limits }: Ways,
  { outgoing, scope, signal }: { outgoing: Outgoing; scope: Scope; signal: AbortSignal },
): Promise<Answer> {
  const dialled = new URL(outgoing.url);
  // Handles are always looked up over https, and nodes on one machine, as in the demo, have no certificates.
  if (allowPrivateAddress && isLoopback(dialled)) dialled.protocol = 'http:';
  const { href, host } = outgoing.url;
  // Fedify asks a peer that does not answer again and again: for the key, by another signature, for the actor. One wait is
  // enough, or whoever named a silent host in a letter would keep us for a minute (GHSA-fq5h).
  if (scope.slow.has(host)) throw new EgressRefusal('too-slow', href);
  const left = spend(scope, outgoing.url);
  const { headers, total, bytesMax } = limits;
  try {
    return await transfer(dispatcher, {
      outgoing,
      dialled,
      signal,
      limits: { headers, total: Math.min(total, left), bytesMax },
    });
  } catch (error) {
    if (error instanceof EgressRefusal && error.reason === 'too-slow') scope.slow.add(host);
    throw error;
  }
}
