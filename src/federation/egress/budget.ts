// What one piece of work may cost in requests and time, and what must be remembered while it runs. From outside, hops,
// alternates and retries cannot be told apart, so one number bounds them all.
import type { AsyncLocalStorage } from 'node:async_hooks';
import { EgressRefusal } from './refusal.ts';

export interface ScopeLimits {
  /** Requests that may leave, whatever they are for; answers from memory are free. */
  requestsMax: number;
  /** Milliseconds for all of them together. */
  deadline: number;
  /**
   * For addresses that a person typed or pasted, which seldom are ids (Mastodon serves `/users/a` at `/@a`): a document
   * that names itself otherwise is asked for once more under that name, and must then bear it. Without this it is
   * refused, because a key or an actor must be what its address says (GHSA-8863).
   */
  ids?: 'asked-again';
}

export interface Scope {
  readonly ids: 'kept' | 'asked-again';
  readonly outer: Scope | undefined;
  requestsLeft: number;
  /** On the monotonic clock, milliseconds. */
  readonly ends: number;
  /** Work may leave timers and listeners behind that still carry the scope; they are no longer under it. */
  over: boolean;
  /** For a URL that something redirected to: who was asked for in the first place. */
  readonly askers: Map<string, Set<string>>;
  /** What was answered from memory. */
  readonly recalled: Set<string>;
  /** Hosts that kept us waiting until we left. */
  readonly slow: Set<string>;
}

/** A scope inside `outer`, which pays for it and whose deadline it cannot outlast. */
export function openScope(limits: ScopeLimits, outer: Scope | undefined): Scope {
  return {
    ids: limits.ids ?? 'kept',
    outer,
    requestsLeft: limits.requestsMax,
    ends: Math.min(performance.now() + limits.deadline, outer?.ends ?? Number.POSITIVE_INFINITY),
    over: false,
    askers: new Map(),
    recalled: new Set(),
    slow: outer?.slow ?? new Set(),
  };
}

/** The innermost scope whose work still runs. */
export function currentScope(scopes: AsyncLocalStorage<Scope>): Scope | undefined {
  let scope = scopes.getStore();
  while (scope?.over) scope = scope.outer;
  return scope;
}

/** Takes one request off the scope and all around it; returns the milliseconds left. Throws `EgressRefusal`. */
export function spend(scope: Scope, url: URL): number {
  const left = scope.ends - performance.now();
  if (left <= 0) throw new EgressRefusal('too-slow', url.href);
  for (let one: Scope | undefined = scope; one !== undefined; one = one.outer) {
    if (one.requestsLeft <= 0) throw new EgressRefusal('too-many-requests', url.href);
    one.requestsLeft -= 1;
  }
  return left;
}

/** Who `url` is asked for: whoever redirected to it in this scope, or itself. */
export function askersOf(scope: Scope, url: string): string[] {
  return [...(scope.askers.get(url) ?? [url])];
}

/** Remembers that the document at `to` must be the one that `askers` stand for. All of them, if there are several. */
export function passOn(scope: Scope, { to, askers }: { to: string; askers: string[] }): void {
  scope.askers.set(to, new Set([...(scope.askers.get(to) ?? []), ...askers]));
}
