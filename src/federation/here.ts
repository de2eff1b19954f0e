// What every file of this ring needs to know of the node it stands in. Fedify hands it along as its context data.
import type { Clock } from '../domain/clock.ts';
import type { Db } from '../storage/database.ts';
import { absolute } from '../urls.ts';

export interface Here {
  db: Db;
  clock: Clock;
  /** The pinned origin, such as `https://wethi.example`. */
  origin: string;
  /** Forgets what is remembered of an actor's document, because its owner said that it changed. */
  forget(url: string): void;
  /** Has what was just written told at once. */
  wake(): void;
}

/** The whole address of one of our paths. */
export function at(here: { origin: string }, path: string): URL {
  return new URL(absolute(here.origin, path));
}

/** "Everybody", as ActivityStreams names it. */
export const PUBLIC = new URL('https://www.w3.org/ns/activitystreams#Public');
