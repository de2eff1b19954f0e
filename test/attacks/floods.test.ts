// Too much of something: bodies without end (T31), chains without end (T7), and addresses that lead back into the house (T1, T3).
// Measured at the sockets of the node and of whoever would have been asked. Redirects from the public internet into the house
// stand in redirects.test.ts.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { rememberActor } from '../../src/domain/actors.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { addFollower } from '../../src/domain/followers.ts';
import { openPeer, signCavage } from '../federation/peer.ts';
import { AP, createOf, drop, noteOf, openActor, openServer, type Server } from '../federation/scripted.ts';
import { openServed, type Served } from '../federation/served.ts';
import { published } from '../world.ts';
import { type Arena, accepted, letterOf, openArena, refused } from './arena.ts';
import { attack, measured, printLedger } from './ledger.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
printLedger();

describe('against a node that may speak with loopback', () => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await openArena();
  });
  afterAll(() => arena.close());

  /** Posts what never ends, a piece at a time as the socket takes it; resolves with the status when the node hangs up. */
  async function pour(node: Served, headers: Record<string, string>): Promise<string> {
    const { hostname, port, host } = new URL(node.origin);
    const socket = connect(Number(port), hostname);
    const lines = Object.entries({ host, 'content-type': AP, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`POST /ap/inbox HTTP/1.1\r\n${lines.join('')}\r\n`);
    const piece = Buffer.from(`10000\r\n${'ก'.repeat(21_845)}x\r\n`);
    let poured = 0;
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    return await new Promise((resolve) => {
      const end = () => resolve(answer.split(' ')[1] ?? 'none');
      const more = () => {
        while (poured < GIB && !socket.destroyed) {
          poured += piece.length;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('drain', more);
      // Whoever is hung up on while sending sees a reset; the answer was read before.
      socket.on('error', end);
      socket.on('close', end);
      more();
    });
  }

  attack('T31', 'a body of 1 GB in chunks costs at most 1 MiB of reading and 32 MiB of memory', async () => {
    const signature = `keyId="${arena.evil.keyId}",headers="(request-target) host date digest",signature="AAAA"`;
    const [read, memory] = [arena.node.bytesRead(), process.memoryUsage().rss];
    const started = performance.now();
    const status = await pour(arena.node, { 'transfer-encoding': 'chunked', signature });
    const bytes = arena.node.bytesRead() - read;
    const growth = process.memoryUsage().rss - memory;
    measured(`answered ${status} after ${Math.round(performance.now() - started)} ms`);
    measured(`bytes read ${bytes} (at most ${MIB}), memory grown by ${(growth / MIB).toFixed(1)} MiB (at most 32)`);
    expect(status).toBe('413');
    expect(bytes).toBeLessThanOrEqual(MIB);
    expect(growth).toBeLessThanOrEqual(32 * MIB);
    const { evil } = arena;
    await accepted(arena, letterOf(arena, evil, createOf(evil, noteOf(evil, arena.entryId))));
  });

  attack('T31', 'a body that says it has 1 GB, or comes without a signature, is not read', async () => {
    for (const [headers, status] of [
      [{ 'content-length': String(GIB), signature: 'x' }, '413'],
      [{ 'transfer-encoding': 'chunked' }, '401'],
      [{ 'transfer-encoding': 'chunked', 'content-encoding': 'gzip', signature: 'x' }, '415'],
    ] as const) {
      const read = arena.node.bytesRead();
      expect(await pour(arena.node, headers)).toBe(status);
      expect(arena.node.bytesRead() - read).toBeLessThanOrEqual(MIB);
    }
  });

  attack(
    'T31',
    'large letters whose keys never come are in hand three at a time, and an honest one passes them',
    async () => {
      const knocks: Socket[] = [];
      const silent = createServer((socket) => knocks.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const statuses: number[] = [];
      const letters = Array.from({ length: 8 }, async (_, i) => {
        const peer = openPeer(origin, `silent${i}`);
        const content = `<p>${'x'.repeat(600 * 1024)}</p>`;
        const { status } = await drop(letterOf(arena, peer, createOf(peer, noteOf(peer, arena.entryId, { content }))));
        statuses.push(status);
      });
      await expect
        .poll(() => statuses.filter((status) => status === 429).length, { timeout: 8_000 })
        .toBeGreaterThanOrEqual(5);
      expect(knocks.length).toBeLessThanOrEqual(3);
      await accepted(arena, letterOf(arena, arena.evil, createOf(arena.evil, noteOf(arena.evil, arena.entryId))));
      for (const knock of knocks) knock.destroy();
      silent.close();
      await Promise.all(letters);
      expect(statuses.filter((status) => status === 401).length).toBe(knocks.length);
      expect(knocks.length).toBeGreaterThan(0);
    },
  );

  attack('T7', 'a key id that leads from page to page without end (GHSA-97w4)', async () => {
    const { evils, evil } = arena;
    let count = 0;
    const chains = {
      redirects: () => ({ status: 302, headers: { location: `${evils.origin}/chain/${++count}` } }),
      'Link alternates': () => ({
        type: 'text/html',
        headers: { link: `<${evils.origin}/chain/${++count}>; rel="alternate"; type="${AP}"` },
      }),
      'HTML alternates': () => ({
        type: 'text/html',
        body: `<link rel="alternate" type="${AP}" href="${evils.origin}/chain/${++count}">`,
      }),
    };
    for (const [name, script] of Object.entries(chains)) {
      evils.otherwise = script;
      const [before, started] = [evils.gets.length, performance.now()];
      const actor = `${evils.origin}/start/${encodeURIComponent(name)}`;
      const chained = { ...evil, actor, keyId: `${actor}#main-key` };
      expect(await refused(arena, letterOf(arena, chained, createOf(chained, noteOf(chained, arena.entryId))))).toBe(
        401,
      );
      const asked = evils.gets.length - before;
      measured(`${name}: ${asked} requests in ${Math.round(performance.now() - started)} ms`);
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(12);
      expect(performance.now() - started).toBeLessThan(5_000);
    }
    evils.otherwise = { status: 404 };
    await accepted(arena, letterOf(arena, evil, createOf(evil, noteOf(evil, arena.entryId))));
  });
});

describe('addresses inside the house', () => {
  let node: Served;
  let door: { port: number; knocks: () => number; close: () => Promise<void> };
  let server: Server;
  afterEach(async () => {
    await node.close();
    await door.close();
    await server.close();
  });

  /** A TCP listener that only counts. */
  async function openDoor(): Promise<typeof door> {
    let knocks = 0;
    const listener = createServer((socket) => {
      knocks += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const close = () => new Promise<void>((resolve) => void listener.close(() => resolve()));
    return { port, knocks: () => knocks, close };
  }

  const SPELLINGS = ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'];

  /** Names each spelling as key and actor in a letter, as an address to look up, and as the inbox of a follower. */
  async function tryAll(
    network: 'public' | 'loopback',
  ): Promise<{ spelling: string; knocks: number; status: number }[]> {
    node = await openServed({ network });
    door = await openDoor();
    server = await openServer();
    const { db, blog } = node.world;
    const found: { spelling: string; knocks: number; status: number }[] = [];
    for (const [index, spelling] of SPELLINGS.entries()) {
      const before = door.knocks();
      const origin = `https://${spelling}:${door.port}`;
      const stranger = openPeer(origin, `stranger${index}`);
      const activity = createOf(stranger, noteOf(stranger, null));
      const { status } = await drop(signCavage(stranger, { url: node.inbox, activity, at: new Date() }));
      expect((await node.federation.lookUp(stranger.actor)).kind).toBe('nothing');
      expect((await node.federation.lookUp(`@x@${spelling}:${door.port}`)).kind).toBe('nothing');
      const { actor } = openPeer(origin, `follower${index}`);
      const known = {
        id: actor,
        handle: 'x',
        host: new URL(actor).host,
        name: 'x',
        summary: '',
        url: actor,
        icon: null,
      };
      const inboxes = { inbox: `${actor}/inbox`, sharedInbox: null, followers: null };
      await rememberActor(db, { actor: { ...known, ...inboxes }, clock: systemClock });
      await addFollower(db, { followed: blog.id, actor, activity: `${actor}/follows/1`, clock: systemClock });
      await node.settled();
      found.push({ spelling, knocks: door.knocks() - before, status });
    }
    await published(node.world, {}, node.origin);
    await node.settled();
    return found;
  }

  attack('T1', 'as key, actor, address to look up and inbox are never knocked at, and are under the flag', async () => {
    const shut = await tryAll('public');
    expect(shut.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(door.knocks()).toBe(0);
    const lanes = await node.world.db.selectFrom('lanes').select('reason').execute();
    expect(lanes.length).toBeGreaterThan(0);
    expect(lanes.every(({ reason }) => reason?.includes('private-address'))).toBe(true);
    await node.close();
    await door.close();
    await server.close();
    const open = await tryAll('loopback');
    measured(
      `knocks at the door: 0 without the flag, ${open.map(({ spelling, knocks }) => `${knocks} for ${spelling}`).join(', ')} with it`,
    );
    expect(open.every(({ knocks }) => knocks > 0)).toBe(true);
  });

  attack(
    'T3',
    'a peer that sends us on to the public internet by plain http, or to a script, is not followed',
    async () => {
      node = await openServed();
      door = await openDoor();
      server = await openServer();
      for (const location of [
        'http://1.1.1.1/',
        'ftp://127.0.0.1/',
        `http://u:p@127.0.0.1:${door.port}/`,
        'data:text/plain,x',
      ]) {
        server.pages.set('/users/moved', { status: 302, headers: { location } });
        expect((await node.federation.lookUp(`${server.origin}/users/moved`)).kind, location).toBe('nothing');
      }
      expect(door.knocks()).toBe(0);
      server.pages.set('/users/moved', { status: 302, headers: { location: `http://127.0.0.1:${door.port}/` } });
      await node.federation.lookUp(`${server.origin}/users/moved`);
      expect(door.knocks()).toBeGreaterThan(0);
      openActor(server, 'honest');
      expect((await node.federation.lookUp(`${server.origin}/users/honest`)).kind).toBe('actor');
    },
  );
});
