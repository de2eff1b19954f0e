// The ring's front: everything that crosses between this node and others goes through what is opened here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFederation, type Federation } from '@fedify/fedify';
import {
  Accept,
  Announce,
  Block,
  Create,
  Delete,
  EmojiReact,
  Flag,
  Follow,
  Like,
  Move,
  QuoteRequest,
  Reject,
  Undo,
  Update,
} from '@fedify/vocab';
import { getLogger } from '@logtape/logtape';
import { knowsActor } from '../domain/actors.ts';
import type { Clock } from '../domain/clock.ts';
import type { LookedUp } from '../domain/lookup.ts';
import { INSTANCE } from '../domain/organisations.ts';
import { wasApplied } from '../domain/received.ts';
import type { Telling } from '../domain/refusal.ts';
import type { Db } from '../storage/database.ts';
import { wantsData } from './accept.ts';
import { registerActors } from './actors.ts';
import { activityJson, KEPT } from './answers.ts';
import { collectionAt, registerCollections } from './collections.ts';
import { documentAt, type Shelf } from './documents.ts';
import { readContextsFromMemory } from './egress/contexts.ts';
import { installEgress, openEgress } from './egress.ts';
import { openHands } from './gate/hands.ts';
import { LIMITS, openMeter } from './gate/limits.ts';
import { parcelOf } from './gate/parcel.ts';
import { responseOf } from './gate/reply.ts';
import { openGate } from './gate.ts';
import type { Here } from './here.ts';
import { hostMetaAt } from './host-meta.ts';
import { onAnnounce } from './inbox/announce.ts';
import { onAccept, onReject } from './inbox/answer.ts';
import { onBlock } from './inbox/block.ts';
import { onCreate } from './inbox/create.ts';
import { onDelete } from './inbox/delete.ts';
import { onFlag } from './inbox/flag.ts';
import { onFollow } from './inbox/follow.ts';
import { onEmojiReact, onLike } from './inbox/like.ts';
import { onMove } from './inbox/move.ts';
import { onQuoteRequest } from './inbox/quote-request.ts';
import { onUndo } from './inbox/undo.ts';
import { onUpdate } from './inbox/update.ts';
import { openKv, withoutIdempotence } from './kv.ts';
import { isVouched, type Listening, openListeners } from './listening.ts';
import { lookUp, remoteTemplate } from './look-up.ts';
import { nodeinfoAt } from './nodeinfo.ts';
import { type InboundQueue, openMessages } from './queue/messages.ts';
import { openBacklog } from './queue/status.ts';
import { readdressed } from './readdressed.ts';
import { bringsMail, isInbox, listeningAs, type Reception, received, receivedEarly } from './reception.ts';
import { openSigners } from './signers.ts';
import { isDifference, isPartial, openSynchronisation, partialFollowers } from './synchronisation.ts';
import { isWebfinger, registerWebfingerLinks, withCanonicalResource } from './webfinger.ts';
import { BUDGET, openWorkers } from './workers.ts';

const logger = getLogger(['wethi', 'federation']);

/** What one inbound activity may ask of others: less time than a look-up, for others wait behind it. */
const LISTENER_BUDGET = { ...BUDGET, deadline: 15_000 };

export interface FederationOptions {
  db: Db;
  clock: Clock;
  /** The pinned origin. */
  origin: string;
  version: string;
  allowPrivateAddress: boolean;
  /** A proxy in front may have written another `Host`. */
  trustProxy: boolean;
  /** Practice mode keeps everything at home (design §4.7). */
  mouth: 'open' | 'closed';
}

/** What a door hands in for requests that turn out to be pages. */
export interface Turns {
  /** The peer's address, for the gate's meter. */
  address: string;
  notFound(): Promise<Response> | Response;
  notAcceptable(): Promise<Response> | Response;
}

export interface Fediverse {
  fetch(request: Request, turns: Turns): Promise<Response>;
  /** Takes mail from the bare socket, and says whether it is mail. `lines` are the headers that every answer carries. */
  early(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    given: { address: string; lines: Record<string, string> },
  ): boolean;
  lookUp(text: string): Promise<LookedUp>;
  remoteTemplate(account: string, object: string): Promise<{ ok: true; url: string } | { ok: false; telling: Telling }>;
  /** Starts telling, posting and listening. */
  start(): Promise<void>;
  /** Looks for work at once. */
  wake(): void;
  close(): Promise<void>;
}

/** Opens the ring. One for a process: egress takes the place of the global `fetch`. */
export function openFederation(options: FederationOptions): Fediverse {
  const { db, clock, origin, allowPrivateAddress } = options;
  const egress = openEgress({ allowPrivateAddress, userAgent: `Wethi/${options.version} (+${origin}/)`, clock });
  const uninstall = installEgress(egress);
  let wake: () => void = () => undefined;
  const here: Here = {
    db,
    clock,
    origin,
    forget(url) {
      for (const document of [url, ...signers.forget(url)]) egress.forget(document);
    },
    wake: () => wake(),
  };
  const gate = openGate({
    origin,
    clock,
    allowPrivateAddress,
    seen: (activity) => wasApplied(db, activity),
    knowsActor: (id) => knowsActor(db, { id }),
    backlog: openBacklog(db, { clock }),
  });
  const context = () => federation.createContext(new URL(origin), here);
  const listening = listeningAs(here, context);
  const signers = openSigners({ clock, loaders: listening });
  const inbox = openMessages(db, { clock });
  const listeners = openListeners(listening, { inbox });
  const synchronisation = openSynchronisation(listening, { inbox });
  const federation = registered(options, { egress, gate, inbox, listeners, synchronisation });
  const shelf: Shelf = new Map();
  const askers = openMeter(LIMITS);
  const workers = openWorkers({ here, federation, egress, mouth: options.mouth });
  wake = workers.wake;
  const reception = { here, federation, egress, gate, hands: openHands(), signers, listeners, synchronisation };
  return {
    fetch: (request, turns) =>
      answered(
        { reception, listening, shelf, askers, version: options.version },
        { request: onOrigin(request, options), turns },
      ),
    early(incoming, outgoing, { address, lines }) {
      const { method, url = '' } = incoming;
      // Whatever has a query, or an address of its own before the path, is the framework's to read.
      if (!bringsMail(method, url)) return false;
      // Behind a TLS proxy a peer signed the host that the world sees (fedify.md §0.5).
      const host = options.trustProxy ? new URL(origin).host : null;
      void receivedEarly(reception, {
        incoming,
        outgoing,
        parcel: { url: `${origin}${url}`, host },
        from: address,
        lines,
      });
      return true;
    },
    // Mastodon serves an actor under a page's address too, so what people paste is asked again under its own id.
    lookUp: (text) => egress.scope({ ...BUDGET, ids: 'asked-again' }, () => lookUp(context(), text)),
    remoteTemplate: (account, object) =>
      egress.scope(BUDGET, () =>
        remoteTemplate(context(), { account, object, plainHttp: allowPrivateAddress ? 'allowed' : 'refused' }),
      ),
    start: workers.start,
    wake: workers.wake,
    async close() {
      await workers.stop();
      // First this: what the workers left behind fails then, and its next request must not find the way out unguarded.
      await egress.close();
      uninstall();
    },
  };
}

function registered(
  options: FederationOptions,
  {
    egress,
    gate,
    inbox,
    listeners,
    synchronisation,
  }: Pick<Reception, 'egress' | 'gate' | 'listeners' | 'synchronisation'> & { inbox: InboundQueue },
): Federation<Here> {
  const { db, clock, origin, allowPrivateAddress } = options;
  const listen = inbox.listen.bind(inbox);
  // What a listener asks of others is bounded, however long a chain a peer lays out.
  inbox.listen = (handler, listening) =>
    listen(async (message) => {
      await egress.scope(LISTENER_BUDGET, async () => {
        if (isVouched(message)) await listeners.listen(message);
        else if (isDifference(message)) await synchronisation.mend(message);
        else await handler(message);
      });
    }, listening);
  const federation = createFederation<Here>({
    kv: withoutIdempotence(openKv(db, { clock })),
    queue: { inbox },
    manuallyStartQueue: true,
    origin,
    allowPrivateAddress,
    // snac answers 202 to an RFC 9421 first knock and drops the mail (design §4.3).
    firstKnock: 'draft-cavage-http-signatures-12',
    circuitBreaker: false,
  });
  readContextsFromMemory(federation);
  registerActors(federation);
  registerWebfingerLinks(federation);
  registerCollections(federation);
  federation
    .setInboxListeners('/ap/actors/{identifier}/inbox', '/ap/inbox')
    // GoToSocial answers 401 to an unsigned GET, so the shared inbox asks as the instance actor (design §4.3).
    .setSharedKeyDispatcher(() => ({ identifier: INSTANCE }))
    .on(Follow, onFollow)
    .on(Accept, onAccept)
    .on(Reject, onReject)
    .on(Create, onCreate)
    .on(Update, onUpdate)
    .on(Delete, onDelete)
    .on(Like, onLike)
    .on(EmojiReact, onEmojiReact)
    .on(Announce, onAnnounce)
    .on(Block, onBlock)
    .on(QuoteRequest, onQuoteRequest)
    .on(Flag, onFlag)
    .on(Move, onMove)
    .on(Undo, onUndo)
    .onUnverifiedActivity((_context, _activity, reason) => {
      if (reason.type === 'keyFetchError') gate.report(reason.keyId.href, 'bad-key');
    })
    .onError((_context, error) => logger.error('A listener failed: {error}', { error }));
  return federation;
}

/** Behind a TLS proxy the request says http and perhaps another host; signatures cover what the world sees (fedify.md §0.5). */
function onOrigin(request: Request, { origin, trustProxy }: Pick<FederationOptions, 'origin' | 'trustProxy'>): Request {
  const url = new URL(request.url);
  const pinned = new URL(`${url.pathname}${url.search}`, origin);
  const rebuilt = pinned.href === request.url ? request : readdressed(request, pinned);
  if (!trustProxy || request.headers.get('host') === pinned.host) return rebuilt;
  // A peer signed the host that the world sees. Whatever the proxy wrote instead, the signature has to fit this one.
  const headers = new Headers(request.headers);
  headers.set('host', pinned.host);
  return new Request(rebuilt, { headers });
}

interface Rooms {
  reception: Reception;
  listening: Listening;
  shelf: Shelf;
  /** Whoever asks who somebody is or follows, by address. */
  askers: ReturnType<typeof openMeter>;
  version: string;
}

async function answered(
  { reception, listening, shelf, askers, version }: Rooms,
  { request, turns }: { request: Request; turns: Turns },
): Promise<Response> {
  const { here, federation, egress } = reception;
  const url = new URL(request.url);
  if (bringsMail(request.method, url.pathname)) {
    return responseOf(await received(reception, { parcel: parcelOf(request), from: turns.address }));
  }
  // To the library a letter is a letter whatever its method: a PUT to the shared inbox would pass the gate by.
  if (isInbox(url.pathname))
    return new Response('Send letters by POST.\n', { status: 405, headers: { allow: 'POST' } });
  if (request.method !== 'GET' && request.method !== 'HEAD') return await turns.notFound();
  const own =
    (await ownDocument({ here, shelf }, { request, url, turns })) ??
    hostMetaAt(here, url) ??
    (await nodeinfoAt(here, { pathname: url.pathname, version }));
  if (own !== null) return own;
  const wait = isWebfinger(url) || isPartial(url.pathname) ? await askers.charge(turns.address) : 0;
  if (wait > 0) {
    return new Response('Your address asks too much.\n', { status: 429, headers: { 'retry-after': String(wait) } });
  }
  if (isPartial(url.pathname)) {
    const listed = await egress.scope(BUDGET, () => partialFollowers(listening, { federation, request }));
    return listed ?? (await turns.notFound());
  }
  let ours = true;
  const elsewhere = (turn: () => Promise<Response> | Response) => () => {
    ours = false;
    return turn();
  };
  const response = await federation.fetch(inOneWord(withCanonicalResource(request)), {
    contextData: here,
    onNotFound: elsewhere(turns.notFound),
    onNotAcceptable: elsewhere(turns.notAcceptable),
  });
  // Nobody is asked who they are before they may read, so everybody is answered the same.
  if (ours && request.method === 'GET' && response.status === 200) response.headers.set('cache-control', KEPT);
  return response;
}

/**
 * The request with what it wants in one word. To the library `application/xml, text/html;q=0.9, application/activity+json;q=0.1`
 * asks for data, to us for a page, and what is kept in memory for those who want pages must be one for all of them. So ours
 * is the only rule.
 */
function inOneWord(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('accept', wantsData(headers.get('accept')) ? 'application/activity+json' : 'text/html');
  return new Request(request, { headers });
}

async function ownDocument(
  { here, shelf }: { here: Here; shelf: Shelf },
  { request, url, turns }: { request: Request; url: URL; turns: Turns },
): Promise<Response | null> {
  const collection = await collectionAt(here, url);
  if (collection === 'missing') return await turns.notFound();
  const data = wantsData(request.headers.get('accept'));
  if (collection !== null) return data ? activityJson(JSON.stringify(collection), 200) : await turns.notAcceptable();
  const found = await documentAt(here, { pathname: url.pathname, shelf });
  if (found === null) return null;
  if (found.status === 404) return await turns.notFound();
  return data ? activityJson(found.bytes, found.status) : await turns.notAcceptable();
}
