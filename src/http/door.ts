// What every door of the web knows: the node behind it, handed in once, and what one request has found out so far.
import type { Context, Hono } from 'hono';
import type { Clock } from '../domain/clock.ts';
import type { LookedUp } from '../domain/lookup.ts';
import type { Organisation } from '../domain/organisations.ts';
import type { Person } from '../domain/people.ts';
import type { Telling } from '../domain/refusal.ts';
import type { Viewer } from '../domain/visibility.ts';
import type { Db } from '../storage/database.ts';
import type { Limits } from './limits.ts';
import type { PublicFiles } from './public-files.ts';

/** What `createApp` is given; `node.ts` builds it. */
export interface HttpDeps {
  /** The writer. */
  db: Db;
  /** A read-only connection, for pages. */
  pages: Db;
  clock: Clock;
  /** Scheme and host, such as `https://wethi.example`. */
  origin: string;
  /** Practice mode: nothing is told to others. */
  practice: boolean;
  /** Tests and demo only: other servers may be on plain http. */
  allowPrivateAddress: boolean;
  /** Whether a proxy in front writes X-Forwarded-For. */
  trustProxy: boolean;
  /** Finds an actor or a post by handle or address; asks the other server. */
  lookUp(text: string): Promise<LookedUp>;
  /** Asks a visitor's server where its people follow and answer, filled in with `object` (federation.md §11). */
  remoteTemplate(account: string, object: string): Promise<{ ok: true; url: string } | { ok: false; telling: Telling }>;
  /** Somebody reads the entry with this id. */
  read(entry: string): void;
  /** Wakes delivery of what was just written. */
  wake(): void;
  /** A number that is another one as soon as anything changed that everybody may read. */
  shown(): number;
  /** Whether an Accept line asks for a document rather than a page, where an ActivityPub id stands. */
  wantsDocument(accept: string): boolean;
  /** Answers ActivityPub, WebFinger and NodeInfo. */
  federate(
    request: Request,
    next: {
      /** Where the request comes from, for the gate's meter. */
      address: string;
      notFound(): Promise<Response>;
      notAcceptable(): Promise<Response>;
    },
  ): Promise<Response>;
}

/** Who stands at the door. */
export interface Visitor {
  person: Person | null;
  viewer: Viewer;
}

export interface Env {
  /** What the Node adapter hands along; nothing where there is no socket. */
  Bindings: { incoming?: { socket: { remoteAddress?: string } } };
  Variables: {
    deps: HttpDeps;
    limits: Limits;
    files: PublicFiles;
    /** Answers another request as if it had come by the same line. */
    again(request: Request): Promise<Response>;
    visitor: Promise<Visitor> | undefined;
    organisation: Promise<Organisation | null> | undefined;
    /** The entry whose page this visitor is given, unless they write there themselves. */
    read: string | undefined;
    /** The page for everybody that answers, as bytes: a response gives its body back only through a stream. */
    page: Uint8Array<ArrayBuffer> | undefined;
  };
}

/** One request that stands at a door. */
export type Asking = Context<Env>;
/** The doors of one noun. */
export type Doors = Hono<Env>;
