// How much one sender may bring, and which keys are not worth another fetch.
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../../domain/clock.ts';

/** How long a key that could not be fetched is left alone. */
const BAD_KEY_MILLISECONDS = 600_000;
const BAD_KEYS_MAX = 10_000;

const MINUTE_SECONDS = 60;

export interface Limits {
  /** Requests a minute from one address, good or bad. Several servers may stand behind one: 1,200. */
  addressPerMinute: number;
  /** Verified activities a minute from one key's host; GoToSocial takes 60, a room of twenty needs more: 600. */
  hostPerMinute: number;
  /** Seconds in which a body must have come: 20. */
  bodySeconds: number;
}

export const LIMITS: Limits = { addressPerMinute: 1_200, hostPerMinute: 600, bodySeconds: 20 };

/**
 * Counts by address and by host, in memory: after a restart everybody starts anew. It measures by the machine's time.
 *
 * A host is charged for what was verified only. Anybody may write another's key id into a request, and must not be able
 * to use up the other's share by it.
 */
export function openMeter({ addressPerMinute, hostPerMinute }: Limits) {
  const addresses = new RateLimiterMemory({ points: addressPerMinute, duration: MINUTE_SECONDS });
  const hosts = new RateLimiterMemory({ points: hostPerMinute, duration: MINUTE_SECONDS });
  return {
    /** Charges an address with a request; the seconds to wait when it has used up its share, else 0. */
    async charge(address: string): Promise<number> {
      try {
        await addresses.consume(networkOf(address));
        return 0;
      } catch (spent) {
        if (spent instanceof RateLimiterRes) return secondsOf(spent);
        throw spent;
      }
    },
    /** Takes a charge back. */
    async refund(address: string): Promise<void> {
      await addresses.reward(networkOf(address));
    },
    /** Charges a host with a verified activity. */
    chargeHost(host: string): void {
      // Counted before it returns; the promise of a limiter in memory has nothing more to say.
      void hosts.penalty(host);
    },
    /** The seconds to wait when a host has used up its share, else 0. */
    async hostWait(host: string): Promise<number> {
      const used = await hosts.get(host);
      return used !== null && used.consumedPoints >= hostPerMinute ? secondsOf(used) : 0;
    },
  };
}

function secondsOf(spent: RateLimiterRes): number {
  return Math.max(1, Math.ceil(spent.msBeforeNext / 1_000));
}

/** An IPv6 customer owns a /64 and could come from a new address each time; IPv4 stands for itself. */
export function networkOf(address: string): string {
  const mapped = address.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * Remembers for ten minutes which keys could not be fetched (CVE-2026-34148). Signatures that merely
 * fail are not to be noted here: whoever names another's key in a bad request would lock the other out.
 */
export function openBadKeys(clock: Clock) {
  const until = new Map<string, number>();
  return {
    has(keyId: string): boolean {
      const end = until.get(keyId);
      if (end === undefined) return false;
      if (end > clock.now()) return true;
      until.delete(keyId);
      return false;
    },
    note(keyId: string): void {
      until.delete(keyId);
      const oldest = until.keys().next();
      if (until.size >= BAD_KEYS_MAX && !oldest.done) until.delete(oldest.value);
      until.set(keyId, clock.now() + BAD_KEY_MILLISECONDS);
    },
    forget(keyId: string): void {
      until.delete(keyId);
    },
  };
}
