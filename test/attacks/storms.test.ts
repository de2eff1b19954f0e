// Many at once: Deletes of strangers, messages that poison the queue, and sockets that drip: T40, T41 and T45 of the threat
// list. Each stands beside honest traffic that must not notice.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { standingClock } from '../../src/domain/clock.ts';
import { incoming } from '../../src/federation/queue/bell.ts';
import { deadMessages } from '../../src/federation/queue/dead-letters.ts';
import { openMessages } from '../../src/federation/queue/messages.ts';
import { signCavage } from '../federation/peer.ts';
import { openBase } from '../federation/queue/base.ts';
import { activityOf, createOf, drop, knock, noteOf } from '../federation/scripted.ts';
import { freePort, serveNode } from '../journeys/nodes.ts';
import { type Arena, accepted, letterOf, openArena, traces } from './arena.ts';
import { attack, measured, printLedger } from './ledger.ts';

let arena: Arena;
beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close());
printLedger();

attack('T40', 'a storm of 400 strangers that delete themselves costs no fetch, no row and little time', async () => {
  const { evil, evils, node } = arena;
  const letters = Array.from({ length: 400 }, (_, n) => {
    const actor = `${evils.origin}/users/gone${n}`;
    const gone = { ...evil, actor, keyId: `${actor}#main-key` };
    return signCavage(gone, { url: node.inbox, activity: activityOf(gone, 'Delete', actor), at: new Date() });
  });
  const before = await traces(arena);
  const asked = evils.gets.length;
  const started = performance.now();
  const cpu = process.cpuUsage();
  const statuses = new Set<number>();
  for (let i = 0; i < letters.length; i += 20) {
    for (const { status } of await Promise.all(letters.slice(i, i + 20).map(drop))) statuses.add(status);
  }
  const { user, system } = process.cpuUsage(cpu);
  measured(`${letters.length} in ${Math.round(performance.now() - started)} ms, their sending included`);
  measured(
    `CPU ${((user + system) / 1_000 / letters.length).toFixed(2)} ms each, their sending included (less than 5)`,
  );
  expect([...statuses]).toEqual([202]);
  expect(evils.gets.length).toBe(asked);
  expect(await traces(arena)).toBe(before);
  expect((user + system) / 1_000 / letters.length).toBeLessThan(5);
  await accepted(arena, letterOf(arena, evil, createOf(evil, noteOf(evil, arena.entryId))));
});

attack(
  'T41',
  'messages that are no JSON, always fail or weigh 10 MB end as dead letters; others do not wait',
  async () => {
    const { db } = await openBase();
    const clock = standingClock('2026-11-23T05:00:00Z');
    const queue = openMessages(db, { clock, pollMs: 5 });
    const from = (host: string) => ({ orderingKey: `https://${host}/users/a` });
    await queue.enqueue({ poison: 'bytes' }, from('bytes.example'));
    await db
      .updateTable('messages')
      .set({ payload: Buffer.from('{"cut": ') })
      .execute();
    await queue.enqueue({ poison: 'throws' }, from('throws.example'));
    await queue.enqueue({ poison: 'x'.repeat(10 * 1024 * 1024) }, from('heavy.example'));
    for (let n = 0; n < 200; n++) await queue.enqueue({ honest: n }, from(`honest${n % 10}.example`));
    const done: number[] = [];
    const stop = new AbortController();
    const listening = queue.listen(
      (message) => {
        if (typeof message === 'object' && message !== null && 'honest' in message) done.push(Number(message.honest));
        else throw new Error('ไม่มีใครอ่านออก');
      },
      { signal: stop.signal },
    );
    const until = async (happened: () => boolean | Promise<boolean>) => {
      const end = performance.now() + 10_000;
      while (!(await happened())) {
        if (performance.now() > end) throw new Error('it did not happen within ten seconds');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    // No time passes on the queue's clock, so none of the poisonous is tried a second time before all honest are through.
    await until(() => done.length === 200);
    const dead = async () => await deadMessages(db, { limit: 10 });
    for (const seconds of [1, 5, 30, 120, 600]) {
      await until(async () => (await queue.getDepth()).delayed === 3);
      clock.pass({ seconds });
      incoming.ring();
    }
    await until(async () => (await dead()).length === 3);
    stop.abort();
    await listening;
    const reasons = (await dead()).map(({ reason, attempts }) => `${attempts} ${reason.split(':')[0]}`).toSorted();
    measured(`given up: ${reasons.join(', ')}; honest messages worked off: ${new Set(done).size} of 200`);
    expect(reasons).toEqual(['6 Error', '6 Error', '6 SyntaxError']);
    expect(new Set(done).size).toBe(200);
  },
);

/** A socket that sends `opening` and then a byte a second; resolves with the seconds until the node hung up. */
function dripping(port: number, { opening, byte }: { opening: string; byte: string }): Promise<number> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket: Socket = connect(port, '127.0.0.1');
    socket.write(opening);
    const timer = setInterval(() => socket.write(byte), 1_000);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
      resolve((performance.now() - started) / 1_000);
    };
    socket.on('error', end);
    socket.on('close', end);
    socket.resume();
  });
}

attack(
  'T45',
  'sixty sockets that drip headers or bodies are closed within 30 s, and readers do not notice',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wethi-loris-'));
    const port = await freePort();
    const node = await serveNode({ origin: `http://localhost:${port}`, port, folder, network: 'public' });
    try {
      const post = (path: string, headers: string) =>
        `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 900\r\n${headers}\r\n`;
      const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
      const letter = 'Content-Type: application/activity+json\r\nSignature: x\r\n';
      const kinds = {
        headers: { opening: `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nX-Slow: `, byte: 'x' },
        'a form': { opening: post('/set-up', `${form}Origin: http://localhost:${port}\r\n`), byte: 'x' },
        'a letter': { opening: post('/ap/inbox', letter), byte: '{' },
      };
      const sockets = Object.entries(kinds).flatMap(([name, kind]) =>
        Array.from({ length: 20 }, async () => ({ name, seconds: await dripping(port, kind) })),
      );
      const times: number[] = [];
      let over = false;
      const reading = (async () => {
        while (!over) {
          const started = performance.now();
          const { status } = await knock({
            url: `http://127.0.0.1:${port}/`,
            headers: { host: `localhost:${port}` },
          });
          expect(status).toBeLessThan(500);
          times.push(performance.now() - started);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })();
      const ended = await Promise.all(sockets);
      over = true;
      await reading;
      const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.POSITIVE_INFINITY;
      for (const name of Object.keys(kinds)) {
        const seconds = Math.max(...ended.filter((one) => one.name === name).map((one) => one.seconds));
        measured(`${name}: the last of 20 was closed after ${seconds.toFixed(1)} s (at most 30)`);
        expect(seconds, name).toBeLessThanOrEqual(30.5);
      }
      measured(`${times.length} readers meanwhile: p95 ${p95.toFixed(1)} ms (less than 200)`);
      expect(times.length).toBeGreaterThan(20);
      expect(p95).toBeLessThan(200);
    } finally {
      await node.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  { seconds: 60 },
);
