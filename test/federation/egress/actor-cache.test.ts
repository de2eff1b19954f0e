// Actors for five minutes, and the ways round that memory.
import { expect, test } from 'vitest';
import { standingClock } from '../../../src/domain/clock.ts';
import { openActorCache } from '../../../src/federation/egress/actor-cache.ts';
import { AS_FEDIFY, actorAt, egressOf, openPeer, serve } from './peer.ts';

const START = '2006-11-09T02:30:00Z';
const SCOPE = { requestsMax: 9, deadline: 5_000 };

async function openActor() {
  const clock = standingClock(START);
  const state = { pem: 'first', status: 200 };
  const peer = await openPeer((request, response) => {
    const actor = actorAt(`http://${request.headers.host}${request.url}`);
    if (state.status !== 200) return response.writeHead(state.status).end();
    serve(response, request.url === '/note' ? { id: actor.id, type: 'Note' } : { ...actor, publicKeyPem: state.pem });
  });
  const egress = egressOf({ clock });
  const pem = async (path: string, headers: Record<string, string> = {}) => {
    const response = await egress.fetch(peer.origin + path, { headers: { ...AS_FEDIFY.headers, ...headers } });
    return response.ok ? (await response.json()).publicKeyPem : response.status;
  };
  return { clock, state, peer, egress, pem };
}

test('thirty activities of one actor cost one request', async () => {
  const { clock, peer, egress, pem } = await openActor();
  for (let i = 0; i < 30; i++) {
    await egress.scope(SCOPE, () => pem('/a', { signature: `keyId="x",n=${i}` }));
    clock.pass({ seconds: 9 });
  }
  expect(peer.asked).toEqual(['/a']);
  clock.pass({ seconds: 30 });
  await pem('/a');
  expect(peer.asked).toEqual(['/a', '/a']);
});

test('only actors are remembered, by URL and Accept', async () => {
  const { peer, pem } = await openActor();
  for (const path of ['/note', '/note', '/a', '/b', '/a']) await pem(path);
  expect(peer.asked).toEqual(['/note', '/note', '/a', '/b']);
  await pem('/a', { accept: 'application/ld+json' });
  expect(peer.asked.length).toBe(5);
});

test('asked for twice in one scope, it is fetched again, once a minute (a rotated key)', async () => {
  const { clock, state, peer, egress, pem } = await openActor();
  await pem('/a');
  state.pem = 'second';
  const twice = () => egress.scope(SCOPE, async () => [await pem('/a'), await pem('/a')]);
  expect(await twice()).toEqual(['first', 'second']);
  expect(await pem('/a')).toBe('second');
  state.pem = 'third';
  clock.pass({ seconds: 59 });
  expect(await twice()).toEqual(['second', 'second']);
  expect(peer.asked.length).toBe(2);
  clock.pass({ seconds: 1 });
  expect(await twice()).toEqual(['second', 'third']);
  expect(peer.asked.length).toBe(3);
});

test('an actor that this scope fetched itself is not fetched twice', async () => {
  const { peer, egress, pem } = await openActor();
  await egress.scope(SCOPE, async () => [await pem('/a'), await pem('/a')]);
  expect(peer.asked.length).toBe(1);
});

test('a key, which carries a fragment, is fetched at once, also once a minute', async () => {
  const { clock, state, peer, pem } = await openActor();
  await pem('/a');
  state.pem = 'second';
  expect(await pem('/a#main-key')).toBe('second');
  expect(await pem('/a')).toBe('second');
  state.pem = 'third';
  expect(await pem('/a#forged')).toBe('second');
  clock.pass({ minutes: 1 });
  expect(await pem('/a#main-key')).toBe('third');
  expect(peer.asked.length).toBe(3);
});

test('a refusal on the way does not lift the limit of once a minute', async () => {
  const { state, peer, pem } = await openActor();
  await pem('/a');
  state.status = 401;
  expect(await pem('/a#main-key')).toBe(401);
  state.status = 200;
  expect(await pem('/a#main-key')).toBe('first');
  expect(peer.asked.length).toBe(2);
});

test('an actor is forgotten when told, and when it is gone', async () => {
  const { state, peer, egress, pem } = await openActor();
  await pem('/a');
  await pem('/ab');
  egress.forget(`${peer.origin}/a#main-key`);
  await pem('/ab');
  await pem('/a');
  expect(peer.asked).toEqual(['/a', '/ab', '/a']);
  state.status = 410;
  expect(await pem('/a#main-key')).toBe(410);
  expect(await pem('/a')).toBe(410);
});

test('memory is bounded in entries and in bytes, and what is used stays', () => {
  const clock = standingClock(START);
  const answer = (size: number) => ({
    status: 200,
    statusText: '',
    headers: new Headers(),
    bytes: new Uint8Array(size),
  });
  const known = (cache: ReturnType<typeof openActorCache>) =>
    ['a', 'b', 'c', 'd'].filter((key) => cache.recall(key) !== null).join('');
  const few = openActorCache({ clock, entriesMax: 2, bytesMax: 1_000 });
  few.keep('a', answer(1));
  few.keep('b', answer(1));
  few.recall('a');
  few.keep('c', answer(1));
  expect(known(few)).toBe('ac');

  const small = openActorCache({ clock, entriesMax: 9, bytesMax: 100 });
  for (const key of ['a', 'b', 'c']) small.keep(key, answer(40));
  expect(known(small)).toBe('bc');
  small.keep('c', answer(60));
  expect(known(small)).toBe('bc');
  small.keep('d', answer(101));
  expect(known(small)).toBe('bc');
});
