// Security tests T9, T31, T45 over real sockets: what is too large, too slow or no JSON costs us no memory and no time.

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { afterEach, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../../src/federation/gate/body.ts';
import type { Limits } from '../../../src/federation/gate/limits.ts';
import { parcelOf } from '../../../src/federation/gate/parcel.ts';
import { responseOf } from '../../../src/federation/gate/reply.ts';
import { asRequest, signCavage } from '../peer.ts';
import { createNote, INBOX, NOW, openDesk, peer, statusOf } from './desk.ts';

const MIB = 1024 * 1024;
const honest = { url: INBOX, activity: createNote(), at: NOW };

describe('the headers that say what the body is', () => {
  test.each([
    ['application/activity+json', 200],
    ['application/activity+json; charset=utf-8', 200],
    ['Application/Activity+JSON', 200],
    ['application/ld+json; profile="https://www.w3.org/ns/activitystreams"', 200],
    ['application/ld+json;profile="https://www.w3.org/ns/activitystreams https://x.example/"; charset="UTF-8"', 200],
    ['application/ld+json', 415],
    ['application/ld+json; profile="https://www.w3.org/ns/activitystreams2"', 415],
    ['application/json', 415],
    ['text/html', 415],
    ['application/activity+json; charset=tis-620', 415],
  ])('%s: %i', async (contentType, status) => {
    expect(statusOf(await openDesk().admit(signCavage(peer, { ...honest, contentType })))).toBe(status);
  });

  test.each([
    ['identity', 200],
    ['gzip', 415],
    ['br', 415],
    ['identity, gzip', 415],
  ])('Content-Encoding %s: %i', async (encoding, status) => {
    const letter = signCavage(peer, { ...honest, headers: { 'content-encoding': encoding } });
    expect(statusOf(await openDesk().admit(letter))).toBe(status);
  });

  test('no Content-Type: 415', async () => {
    const letter = signCavage(peer, { ...honest, afterwards: { 'content-type': null } });
    expect(statusOf(await openDesk().admit(letter))).toBe(415);
  });

  test.each([
    [BODY_BYTES_MAX, 200],
    [BODY_BYTES_MAX + 1, 413],
  ])('a body of %i bytes: %i', async (size, status) => {
    const text = JSON.stringify(createNote());
    const bytes = new TextEncoder().encode(text + ' '.repeat(size - Buffer.byteLength(text)));
    expect(statusOf(await openDesk().admit(signCavage(peer, { url: INBOX, bytes, at: NOW })))).toBe(status);
  });
});

describe('over a socket', () => {
  let server: ServerType | undefined;
  let accepted: Socket | undefined;

  afterEach(() => {
    server?.close();
    accepted?.destroy();
  });

  /** A node that is nothing but a gate: 202 for what it lets in. */
  async function listen(limits: Partial<Limits> = {}): Promise<number> {
    const { gate } = openDesk({ limits });
    const listening = serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const admission = await gate.admit(parcelOf(request), { address: '127.0.0.1' });
        return admission.ok
          ? new Response(await admission.arrival.request.text(), { status: 202 })
          : responseOf(admission.reply);
      },
    });
    listening.on('connection', (socket: Socket) => {
      accepted = socket;
    });
    server = listening;
    await once(listening, 'listening');
    return (listening.address() as AddressInfo).port;
  }

  function knock(port: number, headers: Record<string, string>): Socket {
    const socket = connect(port, '127.0.0.1');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /ap/inbox HTTP/1.1\r\n${lines.join('')}\r\n`);
    // A server that hangs up while we send resets the connection.
    socket.on('error', (error: NodeJS.ErrnoException) => expect(['ECONNRESET', 'EPIPE']).toContain(error.code));
    return socket;
  }

  const closing = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  const chunked = (headers: Record<string, string>) => {
    const { 'content-length': _, ...others } = headers;
    return { ...others, 'transfer-encoding': 'chunked' };
  };

  /** Pours pieces into a socket until the other side has had enough, or a GiB is gone. */
  async function pour(socket: Socket, piece: Buffer): Promise<void> {
    const closed = closing(socket);
    for (let poured = 0; !socket.destroyed && poured < 1024 * MIB; poured += piece.length) {
      if (socket.write(piece)) continue;
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    await closed;
  }

  test('an honest letter comes in with all its bytes', async () => {
    const port = await listen();
    const { headers, bytes } = signCavage(peer, honest);
    const socket = knock(port, { ...headers, connection: 'close' });
    socket.write(bytes);
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(answer).toContain(new TextDecoder().decode(bytes));
  });

  test('so does a chunked one', async () => {
    const port = await listen();
    const { headers, bytes } = signCavage(peer, honest);
    const socket = knock(port, { ...chunked(headers), connection: 'close' });
    const text = Buffer.from(bytes).toString('latin1');
    for (let at = 0; at < text.length; at += 100) {
      const piece = text.slice(at, at + 100);
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`, 'latin1');
    }
    socket.write('0\r\n\r\n');
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 202 /);
  });

  test.each([
    ['64 KiB', 64 * 1024, 1],
    ['one byte', 1, 10_000],
  ])('a chunked GiB in pieces of %s costs 1 MiB of reading, 32 MB of memory and the line', async (_, size, pieces) => {
    const port = await listen();
    const { headers } = signCavage(peer, honest);
    const piece = Buffer.from(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`.repeat(pieces));
    // Once for the machine to warm up, once to measure.
    for (const measured of [false, true]) {
      const before = process.memoryUsage.rss();
      await pour(knock(port, chunked(headers)), piece);
      const grown = process.memoryUsage.rss() - before;
      expect(accepted?.destroyed).toBe(true);
      expect(accepted?.bytesRead).toBeGreaterThan(0);
      expect(accepted?.bytesRead).toBeLessThanOrEqual(MIB);
      if (!measured) continue;
      console.info(`${accepted?.bytesRead} bytes were read; resident memory grew by ${grown} bytes`);
      expect(grown).toBeLessThanOrEqual(32 * MIB);
    }
  });

  test('a body that says it is 1 GiB is refused without reading it', async () => {
    const port = await listen();
    const { headers } = signCavage(peer, honest);
    await pour(knock(port, { ...headers, 'content-length': String(1024 * MIB) }), Buffer.alloc(64 * 1024));
    expect(accepted?.destroyed).toBe(true);
    expect(accepted?.bytesRead).toBeLessThanOrEqual(256 * 1024);
  });

  test('an endless body of the wrong type is refused without reading it', async () => {
    const port = await listen();
    const { headers } = signCavage(peer, { ...honest, contentType: 'text/plain' });
    await pour(knock(port, chunked(headers)), Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`));
    expect(accepted?.destroyed).toBe(true);
    expect(accepted?.bytesRead).toBeLessThanOrEqual(256 * 1024);
  });

  test('a short letter that is refused unread gets its answer', async () => {
    const port = await listen();
    const { headers, bytes } = signCavage(peer, { ...honest, contentType: 'text/plain' });
    const socket = knock(port, headers);
    socket.write(bytes);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 415 /);
    socket.destroy();
  });

  test('a body that drips is cut off after its time: 408', async () => {
    const port = await listen({ bodySeconds: 1 });
    const { headers } = signCavage(peer, honest);
    const start = performance.now();
    const socket = knock(port, headers);
    const closed = closing(socket);
    const drip = setInterval(() => socket.write('{'), 100);
    const [answer] = await once(socket, 'data');
    await closed;
    clearInterval(drip);
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  test('a peer that leaves in the middle is no error of ours', async () => {
    const port = await listen();
    const { headers } = signCavage(peer, honest);
    const socket = knock(port, headers);
    socket.write('{"@context":', () => socket.destroy());
    await closing(socket);
    const second = knock(port, { ...headers, connection: 'close' });
    second.write(signCavage(peer, honest).bytes);
    expect(Buffer.concat(await second.toArray()).toString()).toMatch(/^HTTP\/1\.1 202 /);
  });
});

test('a body that breaks off is answered 400', async () => {
  const letter = signCavage(peer, honest);
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  const request = new Request(asRequest(letter), { body: broken, duplex: 'half' } as RequestInit);
  const { gate } = openDesk();
  expect(statusOf(await gate.admit(parcelOf(request), { address: '203.0.113.7' }))).toBe(400);
});
