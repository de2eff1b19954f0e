// The whole node for attacks that come by the web: the named world served on a real socket, pages and documents alike, and
// somebody who asks it without a browser's good manners.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { type Node, openNode } from '../../src/node.ts';
import { type Answer, knock } from '../federation/scripted.ts';
import { office, openWorld, type World } from '../world.ts';

export interface WebNode {
  world: World;
  node: Node;
  origin: string;
  /** The clock that the node goes by. */
  clock: Clock;
  /** GETs a path as it is written, no redirect followed. */
  ask(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form as a page of ours would. */
  send(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Signs somebody in, the world's author unless told, and returns the Cookie header of that session. */
  cookie(who?: { username: string; password: string }): Promise<string>;
  close(): Promise<void>;
}

export const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/**
 * Serves the world on 127.0.0.1. Tests' peers stand on loopback too, so private addresses are allowed; `public` is a node
 * as in production, which asks none.
 */
export async function openWebNode({
  network = 'loopback',
}: {
  network?: 'loopback' | 'public';
} = {}): Promise<WebNode> {
  const port = await quietPort();
  const origin = `http://127.0.0.1:${port}`;
  const world = await openWorld({ origin, comments: 'open' });
  const config = {
    origin,
    data: world.folder,
    host: '127.0.0.1',
    port,
    databasePath: world.path,
    role: 'all' as const,
    allowPrivateAddress: network === 'loopback',
    trustProxy: false,
    language: 'th' as const,
    log: 'error' as const,
  };
  const node = await openNode(config);
  await node.serve();
  const send: WebNode['send'] = async (path, fields, headers = {}) =>
    await knock({
      url: origin + path,
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded', accept: BROWSER, ...headers },
      bytes: new TextEncoder().encode(new URLSearchParams(fields).toString()),
    });
  return {
    world,
    node,
    origin,
    clock: systemClock,
    ask: (path, headers = { accept: BROWSER }) => knock({ url: origin + path, headers }),
    send,
    async cookie({ username, password } = office.person) {
      const [line = ''] = (await send('/sign-in', { username, password })).headers['set-cookie'] ?? [];
      return line.split(';')[0] ?? '';
    },
    async close() {
      await node.close();
      await world.close();
    },
  };
}

/** A port that nobody listens on, below those that the system gives to connections: none of them can take it meanwhile. */
export async function quietPort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return free ? port : await quietPort();
}
