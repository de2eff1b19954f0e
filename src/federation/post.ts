// Posts one delivery: signed anew at every attempt, because Misskey takes a Date of five minutes at most (federation.md §6).
import { signRequest } from '@fedify/fedify/sig';
import { keyId, signingKeys } from './actors.ts';
import { EgressRefusal } from './egress.ts';
import { followersHeader } from './followers-header.ts';
import type { Here } from './here.ts';
import type { Delivery } from './queue/deliveries.ts';
import { type Outcome, outcomeOf } from './queue/outcomes.ts';

type Scheme = 'draft-cavage-http-signatures-12' | 'rfc9421';

/** Which scheme a host last took. Only a memory: forgetting it costs one more knock. */
export type Schemes = Map<string, Scheme>;

const FOLLOWERS = 'collection-synchronization';
/** What the library covers by itself, beside the digest of the body. */
const COVERED = ['@method', '@target-uri', '@authority', 'host', 'date'];
const component = (value: string) => ({ value, params: {} });

const DETAIL_MAX = 300;
const SCHEMES_MAX = 10_000;

/**
 * Signs and sends. The first knock is draft-cavage: snac answers 202 to an RFC 9421 knock and drops the mail, while a
 * server that wants RFC 9421 says 401 (design §4.3). Redirects are not followed: an inbox that moved is told by its actor.
 */
export async function post(
  here: Here,
  {
    schemes,
    delivery,
  }: { schemes: Schemes; delivery: Pick<Delivery, 'actor' | 'verb' | 'inbox' | 'body' | 'attempts'> },
): Promise<Outcome> {
  const { attempts } = delivery;
  const followers = await followersHeader(here, delivery);
  const letter = { ...delivery, followers };
  const outcome = await outcomeOfRequest(here, { attempts, send: () => posted(here, { schemes, letter }) });
  return outcome.kind === 'delivered' && followers !== null ? { ...outcome, said: 'followers' } : outcome;
}

/** What became of a request: its answer judged, or why there was none. `attempts` counts this one. Bugs are thrown on. */
export async function outcomeOfRequest(
  here: Here,
  { attempts, send }: { attempts: number; send: () => Promise<Response> },
): Promise<Outcome> {
  try {
    return await judged(here, await send(), attempts);
  } catch (error) {
    // It answered, and said more than anybody reads: what it answered counts.
    if (error instanceof EgressRefusal && error.status !== undefined) {
      const { status, reason: detail } = error;
      return outcomeOf({ status, retryAfter: null, detail, now: here.clock.now(), attempts });
    }
    return unreached(error);
  }
}

/** What goes out, with what it says of followers. */
type Letter = Pick<Delivery, 'actor' | 'inbox' | 'body'> & { followers: string | null };

async function posted(here: Here, { schemes, letter }: { schemes: Schemes; letter: Letter }): Promise<Response> {
  const { host } = new URL(letter.inbox);
  const first = schemes.get(host) ?? 'draft-cavage-http-signatures-12';
  const second = first === 'rfc9421' ? 'draft-cavage-http-signatures-12' : 'rfc9421';
  const knock = await knocked(here, letter, first);
  if (knock.status !== 401 && knock.status !== 400) return knock;
  const again = await knocked(here, letter, second);
  // Only a success says that the other scheme was the trouble; a second refusal says nothing about schemes.
  if (!again.ok) return knock;
  if (schemes.size >= SCHEMES_MAX) schemes.clear();
  schemes.set(host, second);
  return again;
}

async function knocked(here: Here, { actor, inbox, body, followers }: Letter, spec: Scheme): Promise<Response> {
  const [rsa] = await signingKeys(here, actor);
  if (rsa === undefined) throw new Error(`the local actor ${actor} has no keys`);
  const bytes = new Uint8Array(body);
  const request = new Request(inbox, {
    method: 'POST',
    headers: {
      'content-type': 'application/activity+json',
      accept: 'application/activity+json',
      ...(followers === null ? {} : { [FOLLOWERS]: followers }),
    },
    body: bytes,
    redirect: 'manual',
  });
  const signed = await signRequest(request, rsa.privateKey, keyId(here, actor, 'main-key'), {
    spec,
    body: bytes.buffer,
    // By draft-cavage every header is covered.
    ...(followers === null ? {} : { rfc9421: { components: [...COVERED, FOLLOWERS].map(component) } }),
  });
  return await fetch(signed, { redirect: 'manual' });
}

/** Nobody answered. `fetch` only says that it failed; an operator needs to read what happened. Bugs are thrown on. */
function unreached(error: unknown): Outcome {
  if (error instanceof EgressRefusal) return { kind: 'failed', reason: error.message };
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) throw error;
  // A host with several addresses fails with an error that has no message, only a code.
  const { cause } = error;
  return { kind: 'failed', reason: cause.message || ('code' in cause ? String(cause.code) : cause.name) };
}

async function judged(here: Here, response: Response, attempts: number): Promise<Outcome> {
  const detail = response.ok ? '' : (await response.text()).replaceAll(/\s+/g, ' ').slice(0, DETAIL_MAX);
  return outcomeOf({
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    detail,
    now: here.clock.now(),
    attempts,
  });
}
