// Time, size and number, with the budget that bounds what cannot be told apart from outside.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { brotliCompressSync, createGzip, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attack, printLedger } from '../../attacks/ledger.ts';
import { AS_FEDIFY, actorAt, egressOf, openDoor, openPeer, reasonOf, serve } from './peer.ts';

const MIB = 1024 * 1024;
printLedger();

/** The sockets that undici opens while the test runs: what they read is what we read. */
function watchSockets(): Socket[] {
  const sockets: Socket[] = [];
  const onConnected = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe('undici:client:connected', onConnected);
  onTestFinished(() => {
    unsubscribe('undici:client:connected', onConnected);
  });
  return sockets;
}

describe('size', () => {
  attack('T9', 'a body of one gigabyte in chunks is left after one mebibyte (CVE-2026-96623)', async () => {
    const sockets = watchSockets();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const peer = await openPeer((_request, response) => {
      let left = 16 * 1024;
      const pour = () => {
        while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', pour);
        response.end();
      };
      pour();
    });
    const before = process.memoryUsage().rss;
    expect(await reasonOf(egressOf().fetch(peer.origin))).toBe('too-large');
    const read = sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
    expect(read).toBeGreaterThan(MIB);
    expect(read).toBeLessThan(1.2 * MIB);
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * MIB);
  });

  attack('T9', '§15.93 one byte more than a mebibyte is too much, one mebibyte is not', async () => {
    const peer = await openPeer((request, response) => {
      response.write(Buffer.alloc(MIB - 1));
      response.end(Buffer.alloc(request.url === '/more' ? 2 : 1));
    });
    const egress = egressOf();
    expect((await (await egress.fetch(`${peer.origin}/`)).bytes()).byteLength).toBe(MIB);
    expect(await reasonOf(egress.fetch(`${peer.origin}/more`))).toBe('too-large');
  });

  attack('T9', 'a Content-Length above the limit is enough to refuse; a HEAD may name any', async () => {
    const sockets = watchSockets();
    const peer = await openPeer((_request, response) => {
      response.writeHead(200, { 'content-length': 50 * MIB });
      response.flushHeaders();
    });
    expect(await reasonOf(egressOf().fetch(peer.origin))).toBe('too-large');
    expect(sockets[0]?.bytesRead).toBeLessThan(1024);
    expect((await egressOf().fetch(peer.origin, { method: 'HEAD' })).status).toBe(200);
  });

  attack('T9', 'a gzip bomb is stopped at one mebibyte decoded', async () => {
    const sockets = watchSockets();
    const bomb = await new Promise<Buffer>((resolve) => {
      const gzip = createGzip();
      const parts: Buffer[] = [];
      gzip.on('data', (part: Buffer) => parts.push(part));
      gzip.on('end', () => resolve(Buffer.concat(parts)));
      for (let i = 0; i < 200; i++) gzip.write(Buffer.alloc(MIB));
      gzip.end();
    });
    const peer = await openPeer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.byteLength });
      response.end(bomb);
    });
    const before = process.memoryUsage().rss;
    expect(await reasonOf(egressOf().fetch(peer.origin))).toBe('too-large');
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * MIB);
    expect(sockets[0]?.bytesRead).toBeLessThan(MIB);
  });

  test('gzip and brotli are read, other encodings refused, a broken one fails', async () => {
    const text = 'สรุปบทเรียน'.repeat(100);
    const bodies: Record<string, [string, Buffer]> = {
      '/gzip': ['gzip', gzipSync(text)],
      '/br': ['br', brotliCompressSync(text)],
      '/identity': ['identity', Buffer.from(text)],
      '/zstd': ['zstd', Buffer.from(text)],
      '/twice': ['gzip, gzip', gzipSync(gzipSync(text))],
      '/broken': ['gzip', gzipSync(text).fill(7, 20, 30)],
      '/empty': ['gzip', Buffer.alloc(0)],
      '/empty-br': ['br', Buffer.alloc(0)],
    };
    const peer = await openPeer((request, response) => {
      const [encoding, body] = bodies[request.url ?? ''] ?? ['', Buffer.alloc(0)];
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(body);
    });
    const egress = egressOf();
    for (const path of ['/gzip', '/br', '/identity']) {
      const response = await egress.fetch(peer.origin + path);
      expect(await response.text(), path).toBe(text);
      expect(response.headers.get('content-encoding'), path).toBeNull();
    }
    for (const path of ['/empty', '/empty-br'])
      expect(await (await egress.fetch(peer.origin + path)).text(), path).toBe('');
    for (const path of ['/zstd', '/twice'])
      expect(await reasonOf(egress.fetch(peer.origin + path)), path).toBe('encoding');
    await expect(egress.fetch(`${peer.origin}/broken`)).rejects.toThrow('fetch failed');
    expect(peer.requests[0]?.headers['accept-encoding']).toBe('gzip, br');
  });
});

describe('time', () => {
  const hasty = { connect: 200, headers: 200, total: 10_000 };

  attack('T8', '§15.93 a silent peer is left when the headers are late (GHSA-fq5h)', async () => {
    const door = await openDoor();
    const started = performance.now();
    expect(await reasonOf(egressOf({ limits: hasty }).fetch(`http://127.0.0.1:${door.port}/`))).toBe('too-slow');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  attack('T8', 'headers that never end are late too', async () => {
    const peer = await openPeer((_request, response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => response.socket?.write('X-Drip: 1\r\n'), 20);
      response.socket?.on('close', () => clearInterval(drip));
    });
    const started = performance.now();
    expect(await reasonOf(egressOf({ limits: hasty }).fetch(peer.origin))).toBe('too-slow');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  attack('T8', 'a dripping body is cut by the total; a brisk one is not', async () => {
    const peer = await openPeer((request, response) => {
      response.writeHead(200);
      if (request.url === '/brisk') return response.end('x');
      const drip = setInterval(() => response.write('x'), 50);
      response.socket?.on('close', () => clearInterval(drip));
    });
    const egress = egressOf({ limits: { ...hasty, total: 500 } });
    const started = performance.now();
    expect(await reasonOf(egress.fetch(`${peer.origin}/drip`))).toBe('too-slow');
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(400);
    expect(took).toBeLessThan(5_000);
    expect((await egress.fetch(`${peer.origin}/brisk`)).status).toBe(200);
  });

  test('the caller may abort, with a reason of his own', async () => {
    const door = await openDoor();
    const abort = new AbortController();
    const asked = egressOf().fetch(`http://127.0.0.1:${door.port}/`, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('เลิกแล้ว')), 50);
    await expect(asked).rejects.toThrow('เลิกแล้ว');
    await expect(egressOf().fetch(`http://127.0.0.1:${door.port}/`, { signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/,
    );
  });

  attack(
    'T8',
    'a host that was too slow once is not waited for again in the same scope, nor in one inside',
    async () => {
      const door = await openDoor();
      const peer = await openPeer((_request, response) => response.end('ok'));
      const egress = egressOf({ limits: { ...hasty, headers: 300 } });
      const slow = `http://127.0.0.1:${door.port}`;
      const started = performance.now();
      await egress.scope({ requestsMax: 9, deadline: 10_000 }, async () => {
        for (const path of ['/key', '/key', '/actor']) {
          expect(await reasonOf(egress.fetch(slow + path))).toBe('too-slow');
          const inside = { requestsMax: 9, deadline: 10_000 };
          expect(await reasonOf(egress.scope(inside, () => egress.fetch(slow + path)))).toBe('too-slow');
        }
        expect((await egress.fetch(peer.origin)).status).toBe(200);
      });
      expect(performance.now() - started).toBeLessThan(900);
      expect(door.knocks()).toBe(1);
      expect(await reasonOf(egress.scope({ requestsMax: 9, deadline: 10_000 }, () => egress.fetch(slow)))).toBe(
        'too-slow',
      );
      expect(door.knocks()).toBe(2);
    },
  );

  attack('T8', 'a scope has one deadline for all that is asked in it', async () => {
    const peer = await openPeer((_request, response) => setTimeout(() => response.end('ok'), 150));
    const egress = egressOf();
    const started = performance.now();
    const reason = await reasonOf(
      egress.scope({ requestsMax: 100, deadline: 400 }, async () => {
        for (;;) await egress.fetch(peer.origin);
      }),
    );
    expect(reason).toBe('too-slow');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(peer.asked.length).toBeLessThanOrEqual(3);
  });
});

describe('number', () => {
  attack('T7', '§15.93 three redirects are followed, a fourth is not', async () => {
    const peer = await openPeer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) return response.end('ถึงแล้ว');
      response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const egress = egressOf();
    const response = await egress.fetch(`${peer.origin}/3`);
    expect(await response.text()).toBe('ถึงแล้ว');
    expect([response.url, response.redirected]).toEqual([`${peer.origin}/0`, true]);
    expect(await reasonOf(egress.fetch(`${peer.origin}/4`))).toBe('too-many-requests');
    await expect(egress.fetch(`${peer.origin}/1`, { redirect: 'error' })).rejects.toThrow('fetch failed');

    const manual = await egress.fetch(`${peer.origin}/3`, { redirect: 'manual' });
    expect([manual.status, manual.headers.get('location'), manual.url]).toEqual([302, '/2', `${peer.origin}/3`]);
    expect(manual.redirected).toBe(false);
  });

  test('a redirected POST becomes a GET after 303 and stays itself after 307, and identifies us to its own origin only', async () => {
    const seen: string[] = [];
    const other = await openPeer((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization ?? '-'} ${request.headers.host}`);
      response.end();
    });
    const peer = await openPeer((request, response) => {
      const [, status, where] = request.url?.split('/') ?? [];
      if (status === 'here') {
        seen.push(`${request.method} ${request.headers.authorization ?? '-'} ${request.headers.host}`);
        return response.end();
      }
      response.writeHead(Number(status), { location: where === 'here' ? '/here' : other.origin }).end();
    });
    const post = { method: 'POST', body: '{}', headers: { authorization: 'x' } };
    for (const path of ['/303/here', '/307/here', '/303/other', '/307/other'])
      await egressOf().fetch(peer.origin + path, post);
    const [here, there] = [`127.0.0.1:${peer.port}`, `127.0.0.1:${other.port}`];
    expect(seen).toEqual([`GET x ${here}`, `POST x ${here}`, `GET - ${there}`, `POST - ${there}`]);
  });

  test('§15.94 a scope bounds redirects without end, followed or not (CVE-2026-34148)', async () => {
    const peer = await openPeer((request, response) =>
      response.writeHead(302, { location: `/${Number(request.url?.slice(1)) + 1}` }).end(),
    );
    const egress = egressOf();
    const chase = egress.scope({ requestsMax: 6, deadline: 5_000 }, async () => {
      let url = `${peer.origin}/0`;
      for (;;) {
        const response = await egress.fetch(url, AS_FEDIFY);
        url = new URL(response.headers.get('location') ?? '', url).href;
      }
    });
    expect(await reasonOf(chase)).toBe('too-many-requests');
    expect(peer.asked.length).toBe(6);
  });

  test('a scope inside another spends from both', async () => {
    const peer = await openPeer((_request, response) => response.end('ok'));
    const egress = egressOf();
    const inner = () =>
      egress.scope({ requestsMax: 2, deadline: 5_000 }, async () => {
        await egress.fetch(peer.origin);
        await egress.fetch(peer.origin);
      });
    const outer = egress.scope({ requestsMax: 3, deadline: 5_000 }, async () => {
      await inner();
      await inner();
    });
    expect(await reasonOf(outer)).toBe('too-many-requests');
    expect(peer.asked.length).toBe(3);
    await inner();
    const tooMuch = egress.scope({ requestsMax: 9, deadline: 5_000 }, async () => {
      await inner();
      await egress.scope({ requestsMax: 0, deadline: 5_000 }, () => egress.fetch(peer.origin));
    });
    expect(await reasonOf(tooMuch)).toBe('too-many-requests');
    expect(peer.asked.length).toBe(7);
  });

  test('what a scope leaves behind is no longer under it', async () => {
    const peer = await openPeer((_request, response) => response.end('ok'));
    const egress = egressOf();
    const later = await egress.scope({ requestsMax: 0, deadline: 1 }, async () => ({
      work: new Promise<number>((resolve, reject) => {
        setTimeout(() => egress.fetch(peer.origin).then(({ status }) => resolve(status), reject), 20);
      }),
    }));
    expect(await later.work).toBe(200);
  });

  test('answers from memory are free', async () => {
    const peer = await openPeer((request, response) => serve(response, actorAt(`http://${request.headers.host}/a`)));
    const egress = egressOf();
    await egress.fetch(`${peer.origin}/a`, AS_FEDIFY);
    const recalled = egress.scope({ requestsMax: 0, deadline: 5_000 }, () =>
      egress.fetch(`${peer.origin}/a`, AS_FEDIFY),
    );
    expect((await recalled).status).toBe(200);
    expect(peer.asked.length).toBe(1);
  });
});
