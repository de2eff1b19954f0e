// Opens a node under fire and the servers round it, and sends one thing after the other.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startFlags } from '../../bench/flags.ts';
import type { Entry } from '../../src/domain/entries/write.ts';
import { openPeer, type Peer } from '../federation/peer.ts';
import { type Arrived, actorDocument, openServer, type Page, type Server } from '../federation/scripted.ts';
import { freePort } from '../journeys/nodes.ts';
import { openWorld, published, type World } from '../world.ts';
import type { Question, Word } from './under-fire.ts';
import { exchange, type Heard, type Spoken } from './wire.ts';

const NODE = fileURLToPath(new URL('./under-fire.ts', import.meta.url));

/** A request that was answered, and what the node asked of others for it. What it knew from memory is not in it. */
export interface Answered extends Heard {
  asked: string[];
}

export interface Target {
  world: World;
  entry: Entry;
  origin: string;
  host: string;
  /** Actors on servers of their own; one key, for making many takes a minute. */
  peers: Peer[];
  /** Sends a request and waits for its answer. One at a time: what is asked in between is laid to it. */
  send(spoken: Spoken): Promise<Answered>;
  /** Waits until all that was taken in is worked off and all that happened is told. @throws Error when it is not within half a minute. */
  settled(): Promise<void>;
  /** The node's last words on itself. */
  vitals(): Promise<Pick<Word, 'unhandled' | 'peakBytes'>>;
  close(): Promise<void>;
}

/** Opens a node with one entry, and so many servers with an actor each. */
export async function openTarget({ peers: count }: { peers: number }): Promise<Target> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const world = await openWorld({ origin, comments: 'open' });
  const entry = await published(world, {}, origin);
  const node = fork(NODE, [origin, String(port), world.folder, world.path], {
    // So that its memory is that of a node in production.
    execArgv: startFlags(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await wordOf(node);
  const { servers, peers } = await openPeers(count);
  return {
    ...{ world, entry, origin, host, peers },
    async send(spoken) {
      const heard = await exchange(port, spoken);
      return { ...heard, asked: (await asked(node)).asked };
    },
    settled: () => settled(world),
    vitals: () => asked(node),
    async close() {
      if (node.connected) {
        const gone = once(node, 'exit');
        node.send('end' satisfies Question);
        await gone;
      }
      await Promise.all(servers.map((one) => one.close()));
      await world.close();
    },
  };
}

async function asked(node: ChildProcess): Promise<Word> {
  if (!node.connected) throw new Error(`the node ended by itself: ${node.signalCode ?? node.exitCode}`);
  node.send('asked' satisfies Question);
  return await wordOf(node);
}

/** The next word of the node. @throws Error when it ends instead. */
async function wordOf(node: ChildProcess): Promise<Word> {
  return await new Promise((resolve, reject) => {
    const gone = (code: number | null, signal: string | null) =>
      reject(new Error(`the node ended by itself: ${signal ?? code}`));
    node.once('exit', gone);
    node.once('message', (word) => {
      node.off('exit', gone);
      resolve(word as Word);
    });
  });
}

async function openPeers(count: number): Promise<{ servers: Server[]; peers: Peer[] }> {
  const key = openPeer('http://127.0.0.1');
  const servers = await Promise.all(Array.from({ length: count }, () => openServer()));
  const peers = servers.map((server): Peer => {
    const actor = `${server.origin}/users/peer`;
    const peer = { ...key, actor, keyId: `${actor}#main-key` };
    server.otherwise = (arrived) => pageOf(server, { arrived, peer });
    return peer;
  });
  return { servers, peers };
}

/** Every path is an actor with the one key, but for those whose names say what is wrong with them. */
function pageOf(server: Server, { arrived: { path }, peer }: { arrived: Arrived; peer: Peer }): Page {
  const actor = `${server.origin}${path}`;
  const document = actorDocument({ ...peer, actor, keyId: `${actor}#main-key` });
  const key = { id: `${actor}#main-key`, owner: actor };
  switch (path.split('/').at(-1)) {
    case 'missing':
      return { status: 404 };
    case 'gone':
      return { status: 410 };
    case 'failing':
      return { status: 500 };
    case 'nothing':
      return {};
    case 'text':
      return { type: 'text/html', body: '<p>x' };
    case 'halfway':
      return { body: '{"id":' };
    case 'array':
      return { body: `[${JSON.stringify(document)}]` };
    case 'round':
      return { status: 302, headers: { location: path } };
    case 'pem':
      return {
        body: JSON.stringify({ ...document, publicKey: { ...key, publicKeyPem: '-----BEGIN PUBLIC KEY-----\nAA' } }),
      };
    case 'keyless':
      return { body: JSON.stringify({ ...document, publicKey: undefined }) };
    case 'languages':
      return { body: JSON.stringify({ ...document, nameMap: { x_: 'x', '': 'y', th: 1 } }) };
    case 'context':
    case 'other':
      return {
        type: 'application/ld+json',
        body: JSON.stringify({ '@context': { toot: 'http://joinmastodon.org/ns#' } }),
      };
    default:
      return { body: JSON.stringify(document) };
  }
}

async function settled({ db }: World): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const messages = await db.selectFrom('messages').select('number').where('dead', 'is', null).limit(1).execute();
    const happenings = await db.selectFrom('happenings').select('number').where('told', 'is', null).limit(1).execute();
    if (messages.length + happenings.length === 0) return;
    if (performance.now() > until) throw new Error('work is left after thirty seconds');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
