// The gate: the one way into the inbox. It looks at every POST first and refuses what is too large, shaped
// to harm, signed for nothing, or claims what is not its own. It never fetches and never verifies: the signers do, with the
// library.
import { getLogger } from '@logtape/logtape';
import type { Clock } from '../domain/clock.ts';
import { type Claim, idOf, readClaim } from './gate/activity.ts';
import { findBodyFault, unread } from './gate/body.ts';
import { findContextFault } from './gate/contexts.ts';
import { type JsonObject, readJson } from './gate/json.ts';
import { LIMITS, type Limits, openBadKeys, openMeter } from './gate/limits.ts';
import type { Parcel } from './gate/parcel.ts';
import { acknowledge, type Problem, type Reply } from './gate/reply.ts';
import { readSignature } from './gate/signature.ts';
import { findVouchingFault, isLdSigned } from './gate/vouching.ts';

/** Beyond these a 202 would be a promise we cannot keep; peers come again after a 503. */
export const BACKLOG_MAX = 5_000;
export const BACKLOG_SECONDS_MAX = 60;
const BACKLOG_RETRY_SECONDS = 120;

/** A request that Fedify may look at: its body is whole and can be read once more. Nothing in it is verified yet. */
export interface Arrival {
  request: Request;
  activity: Claim;
  /** The key that the HTTP signature names, for `report`. */
  keyId: string;
  /** The whole activity, as it was parsed. */
  document: JsonObject;
}

export type Admission = { ok: true; arrival: Arrival } | { ok: false; reply: Reply };

export interface GateOptions {
  /** Our pinned origin, e.g. `https://wethi.example`. */
  origin: string;
  clock: Clock;
  /** Tests and demo: actors and keys may be named by http. */
  allowPrivateAddress: boolean;
  /** Whether the effect of an activity was applied already. */
  seen(activity: { id: string; actor: string }): Promise<boolean>;
  /** Whether we keep anything of this actor. */
  knowsActor(actor: string): Promise<boolean>;
  /** Inbound work not yet done. */
  backlog(): Promise<{ waiting: number; oldestSeconds: number }>;
  limits?: Partial<Limits>;
}

export type Gate = ReturnType<typeof openGate>;

const log = getLogger(['wethi', 'federation']);

/** Opens a gate; its counters and its memory of bad keys live as long as it does. */
export function openGate(options: GateOptions) {
  const limits = { ...LIMITS, ...options.limits };
  const meter = openMeter(limits);
  const badKeys = openBadKeys(options.clock);

  /** Turns down a key that cannot be fetched, a host that brings too much, and everybody while work piles up. */
  async function findLoad(keyId: URL): Promise<Problem | null> {
    if (badKeys.has(keyId.href)) return { status: 401, detail: 'The key could not be fetched a short while ago.' };
    const wait = await meter.hostWait(keyId.host);
    if (wait > 0) return { status: 429, detail: 'Your server sends too much.', retryAfterSeconds: wait };
    const { waiting, oldestSeconds } = await options.backlog();
    if (waiting <= BACKLOG_MAX && oldestSeconds <= BACKLOG_SECONDS_MAX) return null;
    return { status: 503, detail: 'Too much work is waiting here.', retryAfterSeconds: BACKLOG_RETRY_SECONDS };
  }

  return {
    /**
     * Lets a POST to an inbox in or answers it. Its URL must stand on the pinned origin already. Refusals are 400, 401,
     * 408, 413, 415, 429 or 503, the last two with `Retry-After`; 202 stands for what needs nothing further: an activity
     * applied before, and an unknown actor's Delete of itself, which Mastodon sends to everybody it ever met.
     */
    async admit(parcel: Parcel, from: { address: string }): Promise<Admission> {
      const wait = await meter.charge(from.address);
      if (wait > 0) {
        const detail = 'Your address sends too much.';
        return turnAway(unread(parcel, { status: 429, detail, retryAfterSeconds: wait }));
      }
      const letter = await openLetter(parcel, { ...options, bodySeconds: limits.bodySeconds });
      if (!letter.ok) return turnAway(letter.problem);
      const { claim, document, keyId, bytes } = letter;
      if (claim.type === 'Delete' && idOf(claim.object) === claim.actor && !(await options.knowsActor(claim.actor))) {
        // Such letters come in storms and cost nothing, so they do not use up their sender's share.
        await meter.refund(from.address);
        return { ok: false, reply: acknowledge('Nothing of this actor is kept here.') };
      }
      if (await options.seen({ id: claim.id, actor: claim.actor })) {
        return { ok: false, reply: acknowledge('This activity was received before.') };
      }
      const problem = await findLoad(keyId);
      if (problem !== null) return turnAway(problem);
      const whole = new Request(parcel.url, { method: 'POST', headers: parcel.lines(), body: bytes });
      return { ok: true, arrival: { request: whole, activity: claim, keyId: keyId.href, document } };
    },

    /**
     * Tells the gate how an arrival fared. `good`: its signature was right, whose host is charged with it. `bad-key`: the
     * key could not be fetched or is none, and will not be asked for again for ten minutes. A signature that is wrong
     * under a key that was fetched is neither, and must not be reported: anybody can write another's key id.
     */
    report(keyId: string, outcome: 'bad-key' | 'good'): void {
      const { href, host } = new URL(keyId);
      if (outcome === 'bad-key') {
        badKeys.note(href);
      } else {
        badKeys.forget(href);
        meter.chargeHost(host);
      }
    },
  };
}

type Letter =
  | { ok: true; claim: Claim; document: JsonObject; keyId: URL; bytes: Uint8Array<ArrayBuffer> }
  | { ok: false; problem: Problem };

/** Everything that can be said by looking at the request alone, cheapest first. */
async function openLetter(
  parcel: Parcel,
  at: { origin: string; clock: Clock; allowPrivateAddress: boolean; bodySeconds: number },
): Promise<Letter> {
  const no = (status: 400 | 401, detail: string): Letter => ({ ok: false, problem: { status, detail } });
  const unfit = findBodyFault(parcel);
  if (unfit !== null) return { ok: false, problem: unfit };
  if (!parcel.headers.has('signature')) {
    return { ok: false, problem: unread(parcel, { status: 401, detail: 'Sign the request.' }) };
  }
  const body = await parcel.read({ seconds: at.bodySeconds });
  if (!body.ok) return body;
  const signed = readSignature(parcel, { ...at, body: body.bytes, now: at.clock.now() });
  if (!signed.ok) return no(401, signed.wrong);
  const json = readJson(body.bytes);
  if (!json.ok) return no(400, json.wrong);
  const claimed = readClaim(json.document, at);
  if (!claimed.ok) return no(400, claimed.wrong);
  const { actor } = claimed;
  const ambiguous = findContextFault(json.document, { actor, ldSigned: isLdSigned(json.document) });
  if (ambiguous !== null) return no(400, ambiguous);
  const unvouched = findVouchingFault(json.document, { ...at, actor, keyId: signed.keyId });
  if (unvouched !== null) return no(401, unvouched);
  return { ok: true, claim: claimed.claim, document: json.document, keyId: signed.keyId, bytes: body.bytes };
}

function turnAway(problem: Problem): Admission {
  log.debug('Turned away with {status}: {detail}', { status: problem.status, detail: problem.detail });
  return { ok: false, reply: problem };
}
