// Followers that two servers count differently (FEP-8fcf). What others say with their letters of their followers here is compared
// and mended; what we count of their people they may ask for, signed. What we say with our own letters is followers-header.ts's.
import type { Federation } from '@fedify/fedify';
import { getLogger } from '@logtape/logtape';
import { knownActor } from '../domain/actors.ts';
import { INSTANCE } from '../domain/organisations.ts';
import { FOLLOWERS_MAX, followersAmong, followersAt, followersHere, mendFollowings } from '../domain/synchronise.ts';
import { named, path } from '../urls.ts';
import { localActor } from './actors.ts';
import { AS } from './collections/addresses.ts';
import { digestIn } from './followers-header.ts';
import { at, type Here } from './here.ts';
import type { Listening } from './listening.ts';
import type { InboundQueue } from './queue/messages.ts';
import { unlessRefused, unlessUnreadable } from './unreadable.ts';

const logger = getLogger(['wethi', 'federation']);

/** So long a followed actor's word is not asked for again, in milliseconds: a digest that never fits must not cost more. */
const AGAIN_AFTER_MS = 3_600_000;
const ASKED_MAX = 1_000;

/** A difference that waits in the queue to be mended. */
export interface Difference {
  kind: 'difference';
  /** The followed actor, whose signature was verified. */
  actor: string;
  /** Where its server lists which of our actors it counts. */
  url: string;
}

/** Whether a message of the queue is one of these. */
export function isDifference(message: unknown): message is Difference {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'difference';
}

export type Synchronisation = ReturnType<typeof openSynchronisation>;

/** Opens the memory of whom was asked lately. `inbox` is the queue in which differences wait. */
export function openSynchronisation(listening: Listening, { inbox }: { inbox: InboundQueue }) {
  const here = listening.data;
  const asked = new Map<string, number>();

  function isAskedLately(actor: string): boolean {
    const age = here.clock.now() - (asked.get(actor) ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < AGAIN_AFTER_MS) return true;
    if (asked.size >= ASKED_MAX) asked.clear();
    asked.set(actor, here.clock.now());
    return false;
  }

  return {
    /** Compares what came with a letter that `actor` signed, and has a difference mended later: it must be asked for. */
    async compare({ header, actor }: { header: string | null; actor: string }): Promise<void> {
      const claim = header === null ? null : readHeader(header);
      if (claim === null || URL.parse(claim.url)?.origin !== new URL(actor).origin) return;
      // Only what the actor's own document names is its list of followers.
      if ((await knownActor(here.db, { id: actor }))?.followers !== claim.collectionId) return;
      if (claim.digest === (await digestOf(here, actor)) || isAskedLately(actor)) return;
      await inbox.enqueue({ kind: 'difference', actor, url: claim.url } satisfies Difference);
    },

    /**
     * Asks for the list and mends what differs. Throws what may pass, to be tried again; a lasting refusal ends it, because the
     * actor's mail waits behind it.
     */
    async mend({ actor, url }: Difference): Promise<void> {
      const asked = await unlessRefused(() => listening.documentLoader(url));
      const listed = asked === null ? null : await actorsListed(here, asked.document);
      if (listed === null) return logger.info('{url} is no list of followers', { url });
      const mended = await mendFollowings(here.db, { actor, listed, clock: here.clock });
      logger.info('followings of {actor} were mended: {mended}', { actor, mended });
      here.wake();
    },
  };
}

/** The parts of a `Collection-Synchronization` header; null when one is missing or is not what it should be. */
export function readHeader(header: string): { collectionId: string; url: string; digest: string } | null {
  const parts = new Map(
    [...header.matchAll(/(?:^|,)\s*(\w+)\s*=\s*"([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const [collectionId, url, hash] = ['collectionId', 'url', 'digest'].map((name) => parts.get(name));
  if (collectionId === undefined || url === undefined || hash === undefined) return null;
  return /^[0-9a-f]{64}$/i.test(hash) ? { collectionId, url, digest: hash.toLowerCase() } : null;
}

/** The digest of our actors who follow this one, as its server would make it. */
async function digestOf(here: Here, actor: string): Promise<string> {
  return await digestIn((await followersHere(here.db, { actor })).map((id) => at(here, path.actor(id)).href));
}

/**
 * Our actors in a list of followers, by their ids here; null when it is no list of addresses, or names more of us than are ever
 * counted: half of it would end the followings of the rest. Others in it are not ours to mend.
 */
export async function actorsListed(
  { db, origin }: Pick<Here, 'db' | 'origin'>,
  document: unknown,
): Promise<string[] | null> {
  if (typeof document !== 'object' || document === null) return null;
  const items = 'orderedItems' in document ? document.orderedItems : 'items' in document ? document.items : null;
  if (items === null) return null;
  const ids = new Set<string>();
  for (const item of [items].flat()) {
    const ours = typeof item === 'string' ? named(origin, item) : null;
    if (ours?.kind === 'actor') ids.add(ours.id);
  }
  // The instance actor follows relays, and those are remembered elsewhere: whoever counts it is right.
  ids.delete(INSTANCE);
  return ids.size > FOLLOWERS_MAX ? null : await followersAmong(db, { ids: [...ids] });
}

const PARTIAL = /^\/ap\/actors\/([a-z0-9]+)\/followers-synchronization$/;

/** Whether somebody asks which of their people we count as followers. */
export function isPartial(pathname: string): boolean {
  return PARTIAL.test(pathname);
}

/**
 * Which followers of a local actor are of the signer's own server. 401 without a good signature, because the answer is meant
 * for that server alone; null when there is no such actor, or when there are too many. It asks others for the signer's key.
 */
export async function partialFollowers(
  { data: here, documentLoader }: Listening,
  { federation, request }: { federation: Federation<Here>; request: Request },
): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const local = await localActor(here, pathname.match(PARTIAL)?.[1] ?? '');
  if (local === null || local.kind === 'instance') return null;
  const context = federation.createContext(request, here);
  const signed = request.headers.has('signature');
  const owner = signed ? await unlessUnreadable(() => context.getSignedKeyOwner({ documentLoader })) : null;
  const origin = owner?.id?.origin;
  if (origin === undefined) return new Response('Sign the request.\n', { status: 401, headers: PRIVATE });
  const orderedItems = await followersAt(here.db, { followed: local.id, origin });
  if (orderedItems === null) return null;
  const id = at(here, pathname).href;
  const partOf = at(here, path.followers(local.id)).href;
  const document = {
    '@context': AS,
    id,
    type: 'OrderedCollection',
    partOf,
    totalItems: orderedItems.length,
    orderedItems,
  };
  const headers = { ...PRIVATE, 'content-type': 'application/activity+json' };
  return new Response(JSON.stringify(document), { headers });
}

const PRIVATE = { 'cache-control': 'no-store', vary: 'Accept, Signature' };
