// Servers elsewhere, scripted: real sockets on loopback that serve actors, notes and WebFinger, write down what is asked
// and what arrives at their inboxes, and knock at the node in plain node:http, which no egress stands under.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Letter, openPeer, type Peer, signCavage } from './peer.ts';

export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
export const CONTEXT = 'https://www.w3.org/ns/activitystreams';
export const SECURITY = 'https://w3id.org/security/v1';
export const AP = 'application/activity+json';

export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Something that came to a scripted server. */
export interface Arrived {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** What a path answers; a function is asked at every request. */
export type Page = { status?: number; type?: string; headers?: Record<string, string>; body?: string };
export type Script = Page | ((arrived: Arrived) => Page);

export interface Server {
  origin: string;
  host: string;
  /** What a GET of a path answers. */
  pages: Map<string, Script>;
  /** What any other path answers. */
  otherwise: Script;
  /** What a POST is answered with; 202 unless told. */
  answer: (arrived: Arrived) => Page;
  gets: Arrived[];
  posts: Arrived[];
  /** `signed`: a GET without a signature is answered with 401, as GoToSocial does. */
  gate: 'open' | 'signed';
  close(): Promise<void>;
}

/** Opens a server on 127.0.0.1; its port is its name. */
export async function openServer(): Promise<Server> {
  const listener = createServer(async (incoming, outgoing) => {
    const arrived = await arrivedOf(incoming);
    const { status = 200, type = AP, headers = {}, body = '' } = pageFor(server, arrived);
    outgoing.writeHead(status, { 'content-type': type, ...headers }).end(body);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const server: Server = {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    pages: new Map(),
    otherwise: { status: 404 },
    answer: () => ({ status: 202 }),
    gets: [],
    posts: [],
    gate: 'open',
    async close() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return server;
}

async function arrivedOf(incoming: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, bytes: Buffer.concat(chunks) };
}

function pageFor(server: Server, arrived: Arrived): Page {
  if (arrived.method === 'POST') {
    server.posts.push(arrived);
    return server.answer(arrived);
  }
  server.gets.push(arrived);
  const script = server.pages.get(arrived.path) ?? server.otherwise;
  if (
    server.gate === 'signed' &&
    arrived.headers.signature === undefined &&
    !arrived.path.startsWith('/.well-known/')
  ) {
    return { status: 401 };
  }
  return typeof script === 'function' ? script(arrived) : script;
}

/** What arrived at a server's inboxes, parsed, of one type or of all. */
export function activitiesAt(server: Server, type?: string): Json[] {
  const all = server.posts.map(({ bytes }) => JSON.parse(bytes.toString()) as Json);
  return type === undefined ? all : all.filter((activity) => activity.type === type);
}

/** Serves a document at the path of its own id. */
export function publish(document: Json): void {
  const { origin, pathname } = new URL(String(document.id));
  serverAt(origin).pages.set(pathname, { body: JSON.stringify(document) });
}

const servers = new Map<string, Server>();

function serverAt(origin: string): Server {
  const server = servers.get(origin);
  if (server === undefined) throw new Error(`no scripted server at ${origin}`);
  return server;
}

/** An actor of a scripted server, with its document and its WebFinger in place. `changes` go over the document. */
export function openActor(server: Server, name: string, changes: Json = {}): Peer {
  servers.set(server.origin, server);
  const peer = openPeer(server.origin, name);
  publish(actorDocument(peer, changes));
  const resource = encodeURIComponent(`acct:${name}@${server.host}`);
  server.pages.set(`/.well-known/webfinger?resource=${resource}`, webfingerOf(peer, server, name));
  // The library leaves the colon and the at sign of a resource as they are.
  server.pages.set(`/.well-known/webfinger?resource=acct:${name}@${server.host}`, webfingerOf(peer, server, name));
  return peer;
}

function webfingerOf(peer: Peer, server: Server, name: string): Page {
  const body = JSON.stringify({
    subject: `acct:${name}@${server.host}`,
    links: [{ rel: 'self', type: AP, href: peer.actor }],
  });
  return { type: 'application/jrd+json', body };
}

/** An actor as Mastodon would describe it. */
export function actorDocument(peer: Peer, changes: Json = {}): Json {
  const { origin } = new URL(peer.actor);
  return {
    '@context': [CONTEXT, SECURITY],
    id: peer.actor,
    type: 'Person',
    preferredUsername: peer.actor.split('/').at(-1),
    name: 'ผู้อ่านจากที่อื่น',
    url: `${origin}/@${peer.actor.split('/').at(-1)}`,
    inbox: `${peer.actor}/inbox`,
    outbox: `${peer.actor}/outbox`,
    followers: `${peer.actor}/followers`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    publicKey: { id: peer.keyId, owner: peer.actor, publicKeyPem: peer.publicKeyPem },
    ...changes,
  };
}

/** Asks as any client would: no egress, no redirects followed, no cache. */
export async function knock({
  url,
  method = 'GET',
  headers = {},
  bytes,
}: Partial<Letter> & { url: string; method?: string }): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const request = open(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(bytes);
  });
}

/** Posts a letter as it is. */
export async function drop(letter: Letter): Promise<Answer> {
  return await knock({ ...letter, method: 'POST' });
}

/** Signs an activity by draft-cavage, now, and posts it. */
export async function send(peer: Peer, url: string, activity: Json): Promise<Answer> {
  return await drop(signCavage(peer, { url, activity, at: new Date() }));
}

let count = 0;

/** An activity of the peer with a fresh id. */
export function activityOf(peer: Peer, type: string, object: unknown, changes: Json = {}): Json {
  count += 1;
  return {
    '@context': CONTEXT,
    id: `${peer.actor}/activities/${type.toLowerCase()}-${count}`,
    type,
    actor: peer.actor,
    object,
    ...changes,
  };
}

/** A public note of the peer with a fresh id, answering `inReplyTo`. */
export function noteOf(peer: Peer, inReplyTo: string | null, changes: Json = {}): Json {
  count += 1;
  return {
    id: `${peer.actor}/notes/${count}`,
    type: 'Note',
    attributedTo: peer.actor,
    inReplyTo,
    content: '<p>ขอบคุณค่ะ อ่านแล้วได้ความรู้</p>',
    published: new Date().toISOString(),
    to: [PUBLIC],
    cc: [`${peer.actor}/followers`],
    ...changes,
  };
}

/** A Create around a note, addressed as the note is. */
export function createOf(peer: Peer, note: Json, changes: Json = {}): Json {
  return activityOf(peer, 'Create', note, { to: note.to, cc: note.cc, ...changes });
}
