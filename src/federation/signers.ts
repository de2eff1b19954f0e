// Who signed an arrival. The library verifies; this remembers for five minutes which key is whose, because the library would
// fetch and read the same actor anew for every letter (fedify.md G11). Every signature is verified, remembered key or not.
import { doesActorOwnKey, fetchKeyDetailed, verifyRequestDetailed } from '@fedify/fedify/sig';
import { Activity, CryptographicKey } from '@fedify/vocab';
import type { DocumentLoader } from '@fedify/vocab-runtime';
import type { Clock } from '../domain/clock.ts';
import { shippedContext } from './contexts.ts';
import { ACTOR_KEPT_MS } from './egress/actor-cache.ts';
import { unlessUnreadable } from './unreadable.ts';

/**
 * A signature that does not fit has the key asked for anew, for its owner may have changed it. But anybody can write another's
 * key id, so then not again for a minute, and after a vain try not for ten (T25, CVE-2026-34148).
 */
const RENEWED_AFTER_MS = 60_000;
const RENEWED_IN_VAIN_MS = 600_000;
const KEYS_MAX = 1_000;

/** `actor`: its actor signed it. `nobody`: the signature is wrong, or by somebody else. `no-key`: the key cannot be had. */
export type Signer = 'actor' | 'nobody' | 'no-key';

interface Known {
  key: CryptographicKey;
  /** The actor whose own document names the key; null as long as nobody signed with it. */
  owner: string | null;
  fetched: number;
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
  const asking = new Map<string, Promise<Known | null>>();

  /** The key, from memory or its server; of many who ask at once one does. Null when it cannot be had. */
  async function keyOf(keyId: string): Promise<Known | null> {
    const kept = known.get(keyId);
    if (kept !== undefined && clock.now() - kept.fetched < ACTOR_KEPT_MS) return kept;
    const under = asking.get(keyId) ?? fetched(keyId);
    asking.set(keyId, under);
    try {
      return await under;
    } finally {
      asking.delete(keyId);
    }
  }

  async function fetched(keyId: string): Promise<Known | null> {
    const found = await unlessUnreadable(() => fetchKeyDetailed(new URL(keyId), CryptographicKey, loaders));
    const key = found?.key ?? null;
    if (key === null) return null;
    const renewable = known.get(keyId)?.renewable ?? 0;
    known.delete(keyId);
    const entry = { key, owner: null, fetched: clock.now(), renewable };
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
        if (renewed === null || !(await fits(request, renewed.key))) return 'nobody';
        entry = renewed;
        entry.renewable = clock.now() + RENEWED_AFTER_MS;
      }
      return (await owns(entry, actor)) ? 'actor' : 'nobody';
    },

    /** Forgets what is known of an actor's keys, after its Update or Delete. */
    forget(actor: string): void {
      for (const [keyId, { owner }] of known) if (owner === actor || keyId.split('#')[0] === actor) known.delete(keyId);
    },
  };
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
