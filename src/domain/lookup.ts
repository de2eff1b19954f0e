// What a look-up on the fediverse found, as plain data. The federation ring does the asking.
import type { KnownActor } from './actors.ts';
import type { Telling } from './refusal.ts';
import type { SafeHtml } from './text/sanitise.ts';

/** An actor's `aliases` are the ids of the accounts that it says are its own, too. */
export type LookedUp =
  | { kind: 'actor'; actor: KnownActor; aliases: string[] }
  | { kind: 'post'; post: FoundPost; author: KnownActor }
  | { kind: 'nothing'; telling: Telling };

/** Somebody else's post, sanitised. */
export interface FoundPost {
  id: string;
  url: string;
  type: 'Article' | 'Note' | 'Page' | 'Question';
  title: string | null;
  summary: string | null;
  html: SafeHtml;
  published: string;
}
