// The other servers, in a process of their own: many ports on loopback that show actors to whoever asks and take letters.
// `neighbours.ts` starts it and asks it.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onAsk } from './gauge.ts';
import { documentOf } from './letters.ts';
import type { Behaving, Manner, Opening, Seen, Taken } from './neighbours.ts';

/** One letter in so many is kept whole, so that its signature can be looked at afterwards. */
const KEPT_EVERY = 50;
const SLOW_MS = 9_000;

const servers = new Map<string, Server>();
const manners = new Map<string, Manner>();
let seen: Seen = nothing();
/** Letters taken since the last report by those who take them without delay. */
let atOnce = 0;

function nothing(): Seen {
  return { gets: 0, first: null, badDigests: 0, taken: [], kept: [], knocks: {} };
}

onAsk('open', async ({ count, ...keys }: Opening) => {
  await Promise.all(Array.from({ length: count }, () => listen(keys)));
  return [...servers.keys()];
});
onAsk('behave', async ({ origins, manner }: Behaving) => {
  for (const origin of origins) {
    manners.set(origin, manner);
    if (manner === 'refuses') await shut(servers.get(origin));
  }
});
onAsk('taken', () => atOnce);
onAsk('report', () => {
  const then = seen;
  seen = nothing();
  atOnce = 0;
  return then;
});

async function listen(keys: Omit<Opening, 'count'>): Promise<void> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer({ request, response, keys }).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.set(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
}

async function shut(server: Server | undefined): Promise<void> {
  if (server === undefined) throw new Error('nobody by that name is here');
  const gone = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await gone;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  keys: Omit<Opening, 'count'>;
}

async function answer({ request, response, keys }: Exchange): Promise<void> {
  const origin = `http://${request.headers.host}`;
  const path = request.url ?? '/';
  if (request.method === 'GET') {
    seen.gets++;
    if (!/^\/users\/[a-z0-9_]+$/.test(path)) return void response.writeHead(404).end();
    const type = { 'content-type': 'application/activity+json' };
    return void response.writeHead(200, type).end(JSON.stringify(documentOf(origin + path, keys)));
  }
  const body = await bodyOf(request);
  seen.first ??= now();
  const manner = manners.get(origin) ?? 'takes';
  if (manner !== 'takes') seen.knocks[origin] = (seen.knocks[origin] ?? 0) + 1;
  if (manner === 'hangs') return;
  if (manner === 'fails') return void response.writeHead(500).end();
  const end = () => {
    take(origin + path, { request, body });
    response.writeHead(202).end();
  };
  if (manner === 'slow') return void setTimeout(end, SLOW_MS);
  atOnce++;
  end();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function take(inbox: string, { request, body }: { request: IncomingMessage; body: Buffer }): void {
  const { headers, url: path = '/' } = request;
  const taken: Taken = { inbox, at: now() };
  if (headers.digest !== `SHA-256=${createHash('sha256').update(body).digest('base64')}`) seen.badDigests++;
  if (seen.taken.length % KEPT_EVERY === 0) {
    seen.kept.push({ ...taken, path, headers: headers as Record<string, string>, body: body.toString() });
  }
  seen.taken.push(taken);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
