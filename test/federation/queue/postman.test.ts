// The worker that empties the lanes, in real time and over real sockets.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { standingClock, systemClock } from '../../../src/domain/clock.ts';
import { deadLetters } from '../../../src/federation/queue/dead-letters.ts';
import { outcomeOf } from '../../../src/federation/queue/outcomes.ts';
import { openPostman, type PostmanOptions } from '../../../src/federation/queue/postman.ts';
import { claimOne, mail, openBase, states } from './base.ts';

const OK = { kind: 'delivered', status: 202 } as const;

async function soon(ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 8_000;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A peer on loopback whose inboxes at `/silent` never answer and elsewhere say 202. */
async function openPeer() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    if (request.url !== '/silent') response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const post: PostmanOptions['post'] = async ({ inbox, body }) => {
    // Every peer of these tests lives behind one socket; its host name stands for its lane.
    const url = `http://127.0.0.1:${port}${new URL(inbox).pathname}`;
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(6_000),
    });
    await response.arrayBuffer();
    return outcomeOf({ status: response.status, retryAfter: null, detail: '', now: Date.now(), attempts: 1 });
  };
  return { heard, post };
}

test('silent hosts, more than there are places, do not hinder fifty others', async () => {
  const { db } = await openBase();
  const { post } = await openPeer();
  const silent = Array.from({ length: 6 }, (_, i) => `https://0-silent-${i}.example/silent`);
  const others = Array.from({ length: 50 }, (_, i) => `https://h${i}.example/inbox`);
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes: [...silent, ...others] });
  const started = Date.now();
  const postman = openPostman({ db, clock: systemClock, post, concurrency: 4 });
  await soon(async () => (await states(db)).filter((state) => state === 'Create delivered').length === 50);
  // A silent one keeps its place for 150 ms; its post is given up after six seconds.
  expect(Date.now() - started).toBeLessThan(2_500);
  await postman.stop();
  expect((await states(db)).filter((state) => state === 'Create waiting')).toHaveLength(6);
}, 20_000);

test('mail is posted as soon as it is enqueued here, and within a second when another process enqueued it', async () => {
  const { db } = await openBase();
  const { post, heard } = await openPeer();
  const postman = openPostman({ db, clock: systemClock, post, pollMs: 60_000 });
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes: ['https://a.example/here'] });
  await soon(() => heard.length === 1);
  await postman.stop();
  await mail(db, { clock: systemClock, verb: 'Create', about: '2', inboxes: ['https://a.example/there'] });
  // As another process would: the rows are there, but nobody rings.
  await db
    .updateTable('lanes')
    .set({ due: Date.now() + 300 })
    .execute();
  const second = openPostman({ db, clock: systemClock, post });
  await soon(() => heard.length === 2);
  await second.stop();
  expect(heard).toEqual(['/here', '/there']);
});

test('one host’s mail arrives in order and never two at once; many hosts at most as many as there are places', async () => {
  const { db } = await openBase();
  const seen: Record<string, string[]> = {};
  const open = new Set<string>();
  let overlaps = 0;
  let most = 0;
  const hosts = Array.from({ length: 8 }, (_, i) => `h${i}.example`);
  for (let i = 0; i < 12; i++) {
    const inboxes = hosts.map((host) => `https://${host}/inbox`);
    await mail(db, { clock: systemClock, verb: 'Create', about: `${i}`, inboxes });
  }
  const postman = openPostman({
    db,
    clock: systemClock,
    concurrency: 3,
    async post({ inbox, activity }) {
      const { host } = new URL(inbox);
      if (open.has(host)) overlaps++;
      open.add(host);
      most = Math.max(most, open.size);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen[host] = [...(seen[host] ?? []), activity.split('/').at(-1) ?? ''];
      open.delete(host);
      return OK;
    },
  });
  await soon(() => hosts.every((host) => seen[host]?.length === 12));
  await postman.stop();
  const order = Array.from({ length: 12 }, (_, i) => `${i}-create-1`);
  expect(seen).toEqual(Object.fromEntries(hosts.map((host) => [host, order])));
  expect(overlaps).toBe(0);
  expect(most).toBe(3);
});

test('what the poster throws counts as a failure with its text, and is tried again', async () => {
  const { db } = await openBase();
  const clock = standingClock('2026-11-23T02:00:00Z');
  let posts = 0;
  const postman = openPostman({
    db,
    clock,
    pollMs: 10,
    async post() {
      if (++posts === 1) throw new TypeError('no key');
      return OK;
    },
  });
  await mail(db, { clock, verb: 'Create', about: '1', inboxes: ['https://a.example/inbox'] });
  await soon(
    async () => (await db.selectFrom('lanes').select('reason').executeTakeFirst())?.reason === 'TypeError: no key',
  );
  clock.pass({ minutes: 1 });
  postman.wake();
  await soon(async () => (await states(db))[0] === 'Create delivered');
  await postman.stop();
  expect(posts).toBe(2);
  expect(await deadLetters(db, { limit: 1 })).toEqual([]);
});

test('stop waits for what is under way and takes nothing new', async () => {
  const { db } = await openBase();
  let answer = () => {};
  let posts = 0;
  const postman = openPostman({
    db,
    clock: systemClock,
    pollMs: 10,
    async post() {
      posts++;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return OK;
    },
  });
  const inboxes = ['https://a.example/1', 'https://a.example/2'];
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes });
  await soon(() => posts === 1);
  let stopped = false;
  const stopping = postman.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(stopped).toBe(false);
  answer();
  await stopping;
  expect(await states(db)).toEqual(['Create delivered', 'Create waiting']);
  expect((await claimOne(db, { clock: systemClock }))?.inbox).toBe('https://a.example/2');
});

test('stop gives up after seven seconds on what never ends; its late answer touches nothing', async () => {
  const { db } = await openBase();
  let answer = () => {};
  let posts = 0;
  const postman = openPostman({
    db,
    clock: systemClock,
    async post() {
      posts++;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return OK;
    },
  });
  await mail(db, { clock: systemClock, verb: 'Create', about: '1', inboxes: ['https://a.example/1'] });
  await soon(() => posts === 1);
  const started = Date.now();
  await postman.stop();
  const took = Date.now() - started;
  expect(took).toBeGreaterThanOrEqual(6_900);
  expect(took).toBeLessThan(8_000);
  answer();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await states(db)).toEqual(['Create waiting']);
}, 20_000);
