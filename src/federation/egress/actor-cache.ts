// Actors for five minutes, in memory: Fedify 2.3.8 fetches the sender's actor again for every activity it receives.
import type { Clock } from '../../domain/clock.ts';
import type { Answer } from './transfer.ts';

/** How long an actor is taken to be as it was read, in milliseconds. */
export const ACTOR_KEPT_MS = 5 * 60_000;
const RENEWED_AFTER = 60_000;

interface Entry {
  answer: Answer;
  kept: number;
  renewed: number;
}

export interface ActorCacheLimits {
  entriesMax: number;
  /** Bodies only. */
  bytesMax: number;
}

export type ActorCache = ReturnType<typeof openActorCache>;

/** Answers by URL and Accept, with a blank between; the longest unused go first. */
export function openActorCache({ clock, entriesMax, bytesMax }: ActorCacheLimits & { clock: Clock }) {
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= entries.get(key)?.answer.bytes.byteLength ?? 0;
    entries.delete(key);
  }

  return {
    /** What was answered less than five minutes ago, or null. */
    recall(key: string): Answer | null {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      drop(key);
      if (clock.now() - entry.kept >= ACTOR_KEPT_MS) return null;
      entries.set(key, entry);
      bytes += entry.answer.bytes.byteLength;
      return entry.answer;
    },

    /** Asks leave to fetch again what is still known: once a minute, so that forged signatures cannot drive us. */
    renew(key: string): boolean {
      const entry = entries.get(key);
      if (entry === undefined) return true;
      if (clock.now() - entry.renewed < RENEWED_AFTER) return false;
      entry.renewed = clock.now();
      return true;
    },

    keep(key: string, answer: Answer): void {
      const renewed = entries.get(key)?.renewed ?? Number.NEGATIVE_INFINITY;
      drop(key);
      if (answer.bytes.byteLength > bytesMax) return;
      entries.set(key, { answer, kept: clock.now(), renewed });
      bytes += answer.bytes.byteLength;
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax && bytes <= bytesMax) break;
        drop(oldest);
      }
    },

    /** Drops a URL under whatever Accept it was asked for. */
    forget(url: string): void {
      for (const key of [...entries.keys()]) if (key.startsWith(`${url} `)) drop(key);
    },
  };
}
