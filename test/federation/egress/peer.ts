// A peer on loopback, an egress towards it, and the shape of a refusal, for the tests beside this file.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { type Egress, type EgressOptions, EgressRefusal, openEgress } from '../../../src/federation/egress.ts';

export interface Peer {
  port: number;
  origin: string;
  /** Path of each request, in order. */
  asked: string[];
  requests: IncomingMessage[];
}

/** An http server on 127.0.0.1 that lives as long as its test. */
export async function openPeer(answer: RequestListener): Promise<Peer> {
  const asked: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}`, asked, requests };
}

/** A bare TCP listener on loopback that counts who knocks and what they say. */
export async function openDoor(
  host: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<{ port: number; knocks: () => number; bytes: () => number }> {
  let knocks = 0;
  let bytes = 0;
  const server = createListener((socket) => {
    knocks += 1;
    socket.on('data', (chunk) => {
      bytes += chunk.byteLength;
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, knocks: () => knocks, bytes: () => bytes };
}

/** An egress that may speak with loopback; `allowPrivateAddress: false` makes it the one of production. */
export function egressOf(options: Partial<EgressOptions> = {}): Egress {
  const egress = openEgress({
    allowPrivateAddress: true,
    userAgent: 'Wethi/test (+https://wethi.test/)',
    clock: systemClock,
    ...options,
  });
  onTestFinished(() => egress.close());
  return egress;
}

/** The reason for which `work` was refused; anything else it throws is thrown on. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EgressRefusal) return error.reason;
    throw error;
  }
  return 'accepted';
}

/** Answers with a document, as ActivityPub servers do. */
export function serve(response: ServerResponse, document: unknown, type = 'application/activity+json'): void {
  response.writeHead(200, { 'content-type': type });
  response.end(typeof document === 'string' ? document : JSON.stringify(document));
}

/** An actor as its own server would describe it. */
export function actorAt(id: string, publicKeyPem = 'PEM'): Record<string, unknown> {
  return {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id,
    type: 'Person',
    preferredUsername: 'khunamnuay',
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem },
  };
}

/** What Fedify's loaders send. */
export const AS_FEDIFY = {
  headers: { accept: 'application/activity+json, application/ld+json' },
  redirect: 'manual',
} as const;
