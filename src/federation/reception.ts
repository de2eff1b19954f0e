// Where mail arrives: an inbox POST goes through the gate, is verified, and is on disk before it is acknowledged.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Federation } from '@fedify/fedify';
import { getLogger } from '@logtape/logtape';
import { INSTANCE } from '../domain/organisations.ts';
import { localActor } from './actors.ts';
import { contextFromMemory } from './egress/contexts.ts';
import type { Egress } from './egress.ts';
import type { Hands } from './gate/hands.ts';
import { networkOf } from './gate/limits.ts';
import { type Parcel, parcelFrom, type Reading } from './gate/parcel.ts';
import { acknowledge, headersOf, type Reply } from './gate/reply.ts';
import { vouchesForItself } from './gate/vouching.ts';
import type { Arrival, Gate } from './gate.ts';
import type { Here } from './here.ts';
import type { Listeners, Listening } from './listening.ts';
import { wakeHost } from './queue/lanes.ts';
import type { Signers } from './signers.ts';
import type { Synchronisation } from './synchronisation.ts';
import { unlessUnreadable } from './unreadable.ts';
import { BUDGET } from './workers.ts';

const logger = getLogger(['wethi', 'inbox']);

/** Those who have a part in it. */
export interface Reception {
  here: Here;
  federation: Federation<Here>;
  egress: Egress;
  gate: Gate;
  hands: Hands;
  signers: Signers;
  listeners: Listeners;
  synchronisation: Synchronisation;
}

/** An inbox's address, whoever's; the name it catches is missing in the shared one. */
const INBOX = /^\/ap\/(?:inbox|actors\/([a-z0-9]+)\/inbox)$/;

/** Whether this is an inbox's path, whatever is wanted there. */
export function isInbox(pathname: string): boolean {
  return INBOX.test(pathname);
}

/** Whether a request brings mail. */
export function bringsMail(method: string | undefined, pathname: string): boolean {
  return method === 'POST' && isInbox(pathname);
}

/** Takes mail in or refuses it. It is in hand until it is answered. */
export async function received(
  reception: Reception,
  { parcel, from }: { parcel: Parcel; from: string },
): Promise<Reply> {
  const held = reception.hands.hold(networkOf(from));
  const weighed = { ...parcel, read: ({ seconds }: Reading) => parcel.read({ seconds, weigh: held.weigh }) };
  try {
    return await admitted(reception, { parcel: weighed, from });
  } finally {
    held.release();
  }
}

/** Everything that a letter has us ask of others is under one budget. */
async function admitted(reception: Reception, { parcel, from }: { parcel: Parcel; from: string }): Promise<Reply> {
  const { here, gate, egress } = reception;
  const admission = await gate.admit(parcel, { address: from });
  if (!admission.ok) return admission.reply;
  const { arrival } = admission;
  const recipient = new URL(parcel.url).pathname.match(INBOX)?.[1];
  if (recipient !== undefined && !(await isAtHome(here, recipient))) {
    return { status: 404, detail: 'Nobody of this name takes mail here.' };
  }
  return await egress.scope(BUDGET, () => judged(reception, arrival));
}

/**
 * Takes mail from the bare socket. Through the framework a refusal would cost three times as much, and whoever wants to keep us
 * busy sends nothing else. `lines` are the headers that every answer of the node carries.
 */
export async function receivedEarly(
  reception: Reception,
  {
    incoming,
    outgoing,
    parcel,
    from,
    lines,
  }: {
    incoming: IncomingMessage;
    outgoing: ServerResponse;
    parcel: Pick<Parcel, 'url'> & { host: string | null };
    from: string;
    lines: Record<string, string>;
  },
): Promise<void> {
  try {
    const reply = await received(reception, { parcel: parcelFrom(incoming, parcel), from });
    const text = `${reply.detail}\n`;
    // With its length said it leaves in one piece.
    const length = { 'content-length': Buffer.byteLength(text) };
    outgoing.writeHead(reply.status, { ...lines, ...headersOf(reply), ...length }).end(text);
  } catch (error) {
    logger.error('A letter could not be taken: {error}', { error });
    outgoing.writeHead(500, { ...lines, connection: 'close' }).end();
  }
}

/** Whether mail for this actor is taken: not for strangers, nor for a blog that was closed. */
async function isAtHome(here: Here, id: string): Promise<boolean> {
  const local = await localActor(here, id);
  return local !== null && !(local.kind === 'blog' && local.blog.closed !== null);
}

/**
 * The actor's own signature is looked at first: it is on almost every letter, and says all there is to say. Only where it is
 * another's or wrong, the library looks for what vouches for the letter inside it (federation.md §10).
 */
async function judged(
  { here, federation, gate, signers, listeners, synchronisation }: Reception,
  { request, keyId, document, activity: { id, actor } }: Arrival,
): Promise<Reply> {
  const { origin, host } = new URL(keyId);
  const signer = origin === new URL(actor).origin ? await signers.signerOf({ request, keyId, actor }) : 'nobody';
  if (signer === 'actor') {
    const wrong = await listeners.take({ kind: 'vouched', id, actor, activity: document });
    if (wrong !== null) return { status: 400, detail: wrong };
    // Only here it is known who sent it: a letter that vouches for itself is taken whatever key its request names.
    gate.report(keyId, 'good');
    await wakeHost(here.db, { clock: here.clock, host });
    await synchronisation.compare({ header: request.headers.get('collection-synchronization'), actor });
    return acknowledge('The activity was taken.');
  }
  if (signer === 'no-key') gate.report(keyId, 'bad-key');
  if (vouchesForItself(document)) {
    const response = await unlessUnreadable(() => federation.fetch(request, { contextData: here }));
    if (response?.ok) return acknowledge('The activity will be worked on.');
    if (response !== null && response.status < 500) return { status: 401, detail: await response.text() };
    if (response !== null) throw new Error(`the library answered ${response.status}: ${await response.text()}`);
  }
  const detail = signer === 'no-key' ? 'The key could not be fetched.' : "The signature is not the actor's.";
  return { status: 401, detail };
}

/** How what others wrote is read. Whoever asks for a document signs as the instance, once there is something to ask. */
export function listeningAs(here: Here, context: () => Context<Here>): Listening {
  return {
    data: here,
    documentLoader: async (url, options) => {
      const loader = await context().getDocumentLoader({ identifier: INSTANCE });
      return await loader(url, options);
    },
    contextLoader: contextFromMemory,
  };
}
