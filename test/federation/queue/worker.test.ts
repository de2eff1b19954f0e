// One worker a file: a second is refused by name, a killed one leaves nothing in the way, and one that is told to stop while
// peers do not answer ends in peace and in time. Real processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { enqueueActivity } from '../../../src/federation/queue/deliveries.ts';
import { openMessages } from '../../../src/federation/queue/messages.ts';
import { takeWorkerLock } from '../../../src/storage/database.ts';
import { absolute, path } from '../../../src/urls.ts';
import { databaseUrl } from '../../databases.ts';
import { freePort, signalTo } from '../../journeys/nodes.ts';
import { openWorld } from '../../world.ts';
import { asRequest, openPeer, signCavage } from '../peer.ts';

const originAt = (port: number) => `http://127.0.0.1:${port}`;
const ENTRY = fileURLToPath(new URL('../../../src/cli/wethi.ts', import.meta.url));

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wethi-worker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Wanted {
  port: number;
  role?: string;
  /** A file in the folder unless told. */
  database?: string;
}

interface Serving {
  child: ChildProcess;
  said: () => string;
  /** Resolves with what it printed once it listens, or with null when it ended first. */
  ready: Promise<string | null>;
  /** Its exit code, when it ends. */
  ended: Promise<number | null>;
}

function serve(folder: string, { port, role = 'all', database = '' }: Wanted): Serving {
  const child = spawn(process.execPath, [ENTRY, 'serve'], {
    env: {
      WETHI_ORIGIN: originAt(port),
      WETHI_PORT: String(port),
      WETHI_DATA: folder,
      DATABASE_URL: database,
      WETHI_ROLE: role,
      WETHI_LOG: 'error',
      WETHI_ALLOW_PRIVATE_ADDRESS: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const printed = once(child.stdout, 'data').then(([chunk]) => String(chunk));
  return { child, said: () => words, ended, ready: Promise.race([printed, ended.then(() => null)]) };
}

test('a second worker on one database refuses to start and names the first; one that serves only pages may', async () => {
  const folder = openFolder();
  const first = serve(folder, { port: await freePort() });
  expect(await first.ready, first.said()).not.toBeNull();
  const second = serve(folder, { port: await freePort() });
  expect(await second.ended).toBe(1);
  expect(second.said()).toContain(`โปรเซส ${first.child.pid} `);
  expect(second.said()).toContain(`process ${first.child.pid} already works on the database`);
  const pages = serve(folder, { port: await freePort(), role: 'web' });
  expect(await pages.ready, pages.said()).not.toBeNull();
}, 40_000);

test('a worker that was killed leaves no lock behind, and one that was stopped neither', async () => {
  const folder = openFolder();
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
    const worker = serve(folder, { port: await freePort() });
    expect(await worker.ready, worker.said()).not.toBeNull();
    worker.child.kill(signal);
    await worker.ended;
  }
  const last = serve(folder, { port: await freePort() });
  expect(await last.ready, last.said()).not.toBeNull();
}, 60_000);

test('the lock is held until it is released, also against its own process, and its file is the owner’s alone', () => {
  const database = { path: join(openFolder(), 'wethi.db') };
  const first = takeWorkerLock(database);
  expect(takeWorkerLock(database)).toEqual({ ok: false, pid: process.pid });
  expect(takeWorkerLock(database)).toEqual({ ok: false, pid: process.pid });
  expect(statSync(`${database.path}.worker`).mode & 0o777).toBe(0o600);
  if (first.ok) first.release();
  expect(takeWorkerLock(database)).toMatchObject({ ok: true });
});

/** A server that takes every request and never answers. */
async function openSilence(): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request) => void asked.push(`${request.method} ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('a node that is told to stop while a peer never answers a post, a key or a listener ends with 0 within ten seconds', async () => {
  const port = await freePort();
  const origin = originAt(port);
  const world = await openWorld({ origin });
  onTestFinished(() => world.close());
  const [mailbox, keys, author] = [await openSilence(), await openSilence(), await openSilence()];
  const node = serve(world.folder, { port, database: databaseUrl(world) });
  expect(await node.ready, node.said()).not.toBeNull();

  const { db } = world;
  const blog = absolute(origin, path.actor(world.blog.id));
  const id = `${origin}/ap/activities/1`;
  const activity = {
    id,
    actor: world.blog.id,
    verb: 'Create',
    object: `${id}#object`,
    shown: 1 as const,
    body: Buffer.from('{}'),
  };
  await enqueueActivity(db, { clock: systemClock, activity, inboxes: [`${mailbox.origin}/inbox`] });
  const follow = { '@context': 'https://www.w3.org/ns/activitystreams', type: 'Follow', object: blog };
  const stranger = `${author.origin}/users/a`;
  await openMessages(db, { clock: systemClock }).enqueue({
    type: 'inbox',
    id: 'message-1',
    baseUrl: origin,
    activity: { ...follow, id: `${stranger}/follow`, actor: stranger },
    started: '2026-11-23T02:00:00Z',
    attempt: 0,
    identifier: null,
    traceContext: {},
  });
  const peer = openPeer(keys.origin);
  const letter = signCavage(peer, {
    url: absolute(origin, path.sharedInbox()),
    activity: { ...follow, id: `${peer.actor}/follow`, actor: peer.actor },
    at: new Date(),
  });
  const knocking = fetch(asRequest(letter)).catch(() => null);
  await expect
    .poll(() => [mailbox, keys, author].map(({ asked }) => asked.length > 0), { timeout: 15_000 })
    .toEqual([true, true, true]);

  const started = Date.now();
  signalTo(node.child, 'SIGTERM');
  expect({ code: await node.ended, said: node.said() }).toMatchObject({ code: 0 });
  expect(Date.now() - started).toBeLessThan(10_000);
  await knocking;
}, 60_000);
