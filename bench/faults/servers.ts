// The other servers: one process, many ports, actors with a key, and a log of every letter that came whole. The log is the
// truth of the kill tests, for it lives outside the process that is killed.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openPeer, type Peer } from '../../test/federation/peer.ts';
import type { Chance } from './chance.ts';

/** A POST to an inbox, wholly received. */
export interface Letter {
  inbox: string;
  /** The activity's id and type, and the id of its object. */
  id: string;
  type: string;
  object: string;
  /** The name of its object, where that is embedded and has one. */
  title: string | null;
  /** On the monotonic clock, milliseconds. */
  at: number;
  /** Whether it was answered with success; the sender may be dead by then. */
  taken: boolean;
}

/** How a server answers a letter: with what, and after how many milliseconds; null when it never does. */
export type Manner = () => { status: number; after: number; headers?: Record<string, string> } | null;

export interface Servers {
  /** In the order of their text, which is the order in which a node looks at lanes that are due at one time. */
  origins: string[];
  letters: Letter[];
  /** An actor on one of them. All share one key: making two hundred would take a minute. */
  resident(origin: string, name: string): Peer;
  /** From now on `origin` answers letters so. */
  behave(origin: string, manner: Manner): void;
  /** Resolves as soon as `count` letters of this type, from now on, were answered with success. */
  answered(type: string, count: number): Promise<void>;
  close(): Promise<void>;
}

/** Answers 202 within a few milliseconds, as chance will have it. */
export function takesAll(chance: Chance): Manner {
  return () => ({ status: 202, after: chance.between(1, 15) });
}

interface Watch {
  type: string;
  left: number;
  done: () => void;
}

/** Opens `count` servers on ports of their own on loopback; all take everything until told otherwise. */
export async function openServers({ count, chance }: { count: number; chance: Chance }): Promise<Servers> {
  const key = openPeer('http://127.0.0.1');
  const letters: Letter[] = [];
  const manners = new Map<string, Manner>();
  const watches = new Set<Watch>();
  const usual = takesAll(chance);

  function take(letter: Letter): void {
    letter.taken = true;
    for (const watch of [...watches].filter((watch) => watch.type === letter.type)) {
      if (--watch.left > 0) continue;
      watches.delete(watch);
      watch.done();
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = `http://${request.headers.host}`;
    const url = new URL(request.url ?? '/', origin);
    if (request.method === 'GET') return showActor(response, url, key);
    const letter = readLetter(url, await bodyOf(request));
    letters.push(letter);
    const reply = (manners.get(origin) ?? usual)();
    if (reply === null) return;
    const { status, headers, after } = reply;
    if (status < 300) response.once('finish', () => take(letter));
    setTimeout(() => response.writeHead(status, headers).end(), after);
  }

  const listening = await Promise.all(Array.from({ length: count }, () => listen(answer)));
  return {
    origins: listening.map(({ origin }) => origin).sort(),
    letters,
    resident: (origin, name) => ({ ...key, ...namesOf(origin, name) }),
    behave: (origin, manner) => void manners.set(origin, manner),
    answered: (type, count) =>
      new Promise((resolve) => {
        watches.add({ type, left: count, done: resolve });
      }),
    async close() {
      await Promise.all(listening.map(({ server }) => closed(server)));
    },
  };
}

function namesOf(origin: string, name: string): Pick<Peer, 'actor' | 'keyId'> {
  const actor = `${origin}/users/${name}`;
  return { actor, keyId: `${actor}#main-key` };
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    // A sender that is killed in the middle of a letter leaves half of it behind, which counts for nothing.
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}

function showActor(response: ServerResponse, url: URL, key: Peer): void {
  const name = url.pathname.match(/^\/users\/([a-z0-9_]+)$/)?.[1];
  if (name === undefined) return void response.writeHead(404).end();
  const { actor, keyId } = namesOf(url.origin, name);
  const document = {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id: actor,
    type: 'Person',
    preferredUsername: name,
    inbox: `${actor}/inbox`,
    publicKey: { id: keyId, owner: actor, publicKeyPem: key.publicKeyPem },
  };
  response.writeHead(200, { 'content-type': 'application/activity+json' }).end(JSON.stringify(document));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function readLetter(inbox: URL, body: string): Letter {
  const { id, type, object } = JSON.parse(body) as { id: string; type: string; object: string | Embedded };
  const about = typeof object === 'string' ? { id: object } : object;
  const at = performance.now();
  return { inbox: inbox.href, id, type, object: about.id, title: about.name ?? null, at, taken: false };
}

interface Embedded {
  id: string;
  name?: string;
}
