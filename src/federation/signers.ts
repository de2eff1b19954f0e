// Who signed an arrival. The library verifies; this remembers for five minutes which key is whose, because the library would
// fetch and read the same actor anew for every letter (fedify.md G11). Every signature is verified, remembered key or not.
// What the way out remembers may be five minutes old itself, so a key is ten at most, or an hour while its server is silent.
import { doesActorOwnKey, type FetchKeyErrorResult, fetchKeyDetailed, verifyRequestDetailed } from '@fedify/fedify/sig';
import { Activity, CryptographicKey } from '@fedify/vocab';
import type { DocumentLoader } from '@fedify/vocab-runtime';
import type { Clock } from '../domain/clock.ts';
import { shippedContext } from './contexts.ts';
import { ACTOR_KEPT_MS } from './egress/actor-cache.ts';
import { saysLater, unlessUnreadable } from './unreadable.ts';

/**
 * A signature that does not fit has the key asked for anew, for its owner may have changed it. But anybody can write another's
 * key id, so then not again for a minute, and after a vain try not for ten (T25, CVE-2026-34148).
 */
const RENEWED_AFTER_MS = 60_000;
const RENEWED_IN_VAIN_MS = 600_000;
const KEYS_MAX = 1_000;
/** So long a key is used on when its server does not answer, asked once a minute; its owner may be down, and still be honest. */
const KEPT_IN_NEED_MS = 3_600_000;

/** `actor`: its actor signed it. `nobody`: the signature is wrong, or by somebody else. `no-key`: the key cannot be had. */
export type Signer = 'actor' | 'nobody' | 'no-key';

interface Known {
  key: CryptographicKey;
  /** The actor whose own document names the key; null as long as nobody signed with it. */
  owner: string | null;
  /** When it was read, and when it was asked for in vain since. */
  fetched: number;
  missed: number | null;
  /** Before this, in epoch milliseconds, the key is not asked for anew. */
  renewable: number;
}

export interface Loaders {
  documentLoader: DocumentLoader;
  contextLoader: DocumentLoader;
}

export type Signers = ReturnType<typeof openSigners>;

/** Opens the memory. `loaders` ask other servers, within the scope that the caller has opened. */
export function openSigners({ clock, loaders }: { clock: Clock; loaders: Loaders }) {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Known | 'silent' | null>>();

  /** The key, from memory or its server; of many who ask at once one does. Null when it cannot be had. */
  async function keyOf(keyId: string): Promise<Known | null> {
    const kept = known.get(keyId);
    if (kept !== undefined && (isYounger(kept.fetched, ACTOR_KEPT_MS) || isYounger(kept.missed, RENEWED_AFTER_MS))) {
      return kept;
    }
    const under = asking.get(keyId) ?? fetched(keyId);
    asking.set(keyId, under);
    try {
      const found = await under;
      if (found !== 'silent') return found;
      // It may have been forgotten meanwhile, by a word of its owner.
      if (kept === undefined || known.get(keyId) !== kept || !isYounger(kept.fetched, KEPT_IN_NEED_MS)) return null;
      kept.missed = clock.now();
      return kept;
    } finally {
      if (asking.get(keyId) === under) asking.delete(keyId);
    }
  }

  /** Whether it happened less than `ms` ago. A clock may be set back: what lies ahead is not young but unknown. */
  function isYounger(then: number | null, ms: number): boolean {
    if (then === null) return false;
    const age = clock.now() - then;
    return age >= 0 && age < ms;
  }

  /** The key as its server gives it now. Null when there is none; `silent` when its server could not be asked. */
  async function fetched(keyId: string): Promise<Known | 'silent' | null> {
    const found = await unlessUnreadable(() => fetchKeyDetailed(new URL(keyId), CryptographicKey, loaders));
    const key = bare(found?.key ?? null);
    if (key === null && isSilence(found?.fetchError)) return 'silent';
    if (key === null) {
      // Its server says that there is none, so it is not to come back when the server is silent.
      known.delete(keyId);
      return null;
    }
    const renewable = known.get(keyId)?.renewable ?? 0;
    known.delete(keyId);
    const entry: Known = { key, owner: null, fetched: clock.now(), missed: null, renewable };
    for (const oldest of known.keys()) {
      if (known.size < KEYS_MAX) break;
      known.delete(oldest);
    }
    known.set(keyId, entry);
    return entry;
  }

  async function owns(entry: Known, actor: string): Promise<boolean> {
    if (entry.owner === actor) return true;
    const activity = new Activity({ actor: new URL(actor) });
    if (!(await unlessUnreadable(() => doesActorOwnKey(activity, entry.key, loaders)))) return false;
    entry.owner = actor;
    return true;
  }

  return {
    /** Says whether `actor` signed `request` with the key `keyId`. The gate has looked at the signature's shape. */
    async signerOf({ request, keyId, actor }: { request: Request; keyId: string; actor: string }): Promise<Signer> {
      let entry = await keyOf(keyId);
      if (entry === null) return 'no-key';
      if (!(await fits(request, entry.key))) {
        if (clock.now() < entry.renewable) return 'nobody';
        // Noted before it is asked for, so that of many forgeries at once only the first has it asked for.
        entry.renewable = clock.now() + RENEWED_IN_VAIN_MS;
        const renewed = await fetched(keyId);
        // A forger's letter while the owner's server is down says nothing about the key that we have.
        if (renewed === null || renewed === 'silent' || !(await fits(request, renewed.key))) return 'nobody';
        entry = renewed;
        entry.renewable = clock.now() + RENEWED_AFTER_MS;
      }
      return (await owns(entry, actor)) ? 'actor' : 'nobody';
    },

    /** Forgets an actor's keys, after its Update or Delete. Returns their ids: GoToSocial's have documents of their own. */
    forget(actor: string): string[] {
      const keyIds = [...known.keys()].filter((id) => known.get(id)?.owner === actor || id.split('#')[0] === actor);
      return keyIds.filter((id) => known.delete(id));
    },
  };
}

function isSilence(fault: FetchKeyErrorResult | undefined): boolean {
  return fault !== undefined && (!('status' in fault) || saysLater(fault.status));
}

/** The key alone: as it was read it holds on to the whole document around it, which anybody can make as large as they like. */
function bare(key: CryptographicKey | null): CryptographicKey | null {
  if (key === null || key.id === null || key.publicKey === null) return null;
  return new CryptographicKey({ id: key.id, owner: key.ownerId, publicKey: key.publicKey });
}

/** Whether the signature is right under this key. Given another key to try, the library would fetch one by itself. */
async function fits(request: Request, key: CryptographicKey): Promise<boolean> {
  const { verified } = await verifyRequestDetailed(request, {
    keyCache: { get: async () => key, set: async () => undefined },
    documentLoader: noOther,
    contextLoader: shippedContext,
  });
  return verified;
}

async function noOther(url: string): Promise<never> {
  throw new Error(`${url} is not asked for: only one key is tried`);
}
