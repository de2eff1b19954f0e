// Whom we find, and who finds us: side doors of WebFinger, peers that never answer, spoofed handles, and questions that our
// own WebFinger is asked: T5, T6, T8, T64 and T65 of the threat list.
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { knownActor } from '../../src/domain/actors.ts';
import { openPeer } from '../federation/peer.ts';
import {
  AP,
  activityOf,
  actorDocument,
  createOf,
  knock,
  noteOf,
  openActor,
  publish,
  type Server,
} from '../federation/scripted.ts';
import { office } from '../world.ts';
import { type Arena, accepted, commentAt, letterOf, openArena, refused } from './arena.ts';
import { attack, measured, printLedger } from './ledger.ts';

let arena: Arena;

beforeAll(async () => {
  arena = await openArena();
});
afterAll(() => arena.close());
printLedger();

const lookUp = (text: string) => arena.node.federation.lookUp(text);

/** Has a server say in WebFinger that `name` lives at `href`. */
function finger(server: Server, name: string, links: { rel: string; type?: string; href?: string }[]): string {
  const subject = `acct:${name}@${server.host}`;
  const page = { type: 'application/jrd+json', body: JSON.stringify({ subject, links }) };
  for (const asked of [subject, encodeURIComponent(subject)]) {
    server.pages.set(`/.well-known/webfinger?resource=${asked}`, page);
  }
  return `@${name}@${server.host}`;
}

attack('T5', 'an inbox somewhere else than its actor is never written to (CVE-2026-96624)', async () => {
  const { db } = arena.node.world;
  const { origin } = arena.evils;
  const before = arena.victims.posts.length;
  const astray = openPeer(origin, 'astray');
  publish(actorDocument(astray, { inbox: `${arena.victims.origin}/inbox` }));
  expect(await refused(arena, letterOf(arena, astray, activityOf(astray, 'Follow', arena.node.blog)))).toBe(202);
  const shared = openPeer(origin, 'shared');
  publish(actorDocument(shared, { endpoints: { sharedInbox: `${arena.victims.origin}/inbox` } }));
  await accepted(arena, letterOf(arena, shared, activityOf(shared, 'Follow', arena.node.blog)));
  expect(await knownActor(db, { id: shared.actor })).toMatchObject({
    inbox: `${shared.actor}/inbox`,
    sharedInbox: null,
  });
  expect(arena.victims.posts.length).toBe(before);
  expect(arena.evils.posts.map(({ path }) => path)).toEqual(['/users/shared/inbox']);
});

attack('T6', 'WebFinger that points to a file, to data, to ftp or out of the network is not followed', async () => {
  const { evils, victims } = arena;
  const document = JSON.stringify(actorDocument(openPeer(evils.origin, 'inline')));
  const before = victims.gets.length;
  for (const href of [
    'file:///etc/passwd',
    `data:${AP},${encodeURIComponent(document)}`,
    `ftp://${victims.host}/users/victim`,
    `blob:${victims.origin}/1`,
    `javascript:fetch('${victims.origin}')`,
    `http://u:p@${victims.host}/users/victim`,
    'http://1.1.1.1/users/a',
    'http://[::',
    '',
  ]) {
    expect((await lookUp(finger(evils, 'aside', [{ rel: 'self', type: AP, href }]))).kind, href).toBe('nothing');
  }
  expect(victims.gets.length).toBe(before);
  // A WebFinger that never ends leading on: redirects to itself under new names.
  let turns = 0;
  evils.otherwise = () => ({ status: 302, headers: { location: `/.well-known/webfinger?resource=${++turns}` } });
  expect((await lookUp(`@nobody@${evils.host}`)).kind).toBe('nothing');
  measured(`WebFinger that redirects without end was asked ${turns} times (at most 12)`);
  expect(turns).toBeLessThanOrEqual(12);
  evils.otherwise = { status: 404 };
  expect((await lookUp(finger(evils, 'evil', [{ rel: 'self', type: AP, href: arena.evil.actor }]))).kind).toBe('actor');
});

/** A peer that takes a connection and answers as it likes. */
async function openSlow(answer: (socket: Socket) => void): Promise<{ origin: string; listener: Listener }> {
  const listener = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    answer(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, listener };
}

function drip(socket: Socket, first: string, piece: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(piece), 1_000);
  socket.on('close', () => clearInterval(timer));
}

attack('T8', 'silent and dripping peers are cut by the limits of production, 10 s and 20 s', async () => {
  const slow = {
    silent: await openSlow(() => undefined),
    'headers without end': await openSlow((socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X-More: 1\r\n')),
    'a byte a second': await openSlow((socket) =>
      drip(socket, `HTTP/1.1 200 OK\r\nContent-Type: ${AP}\r\nContent-Length: 900\r\n\r\n{`, ' '),
    ),
  };
  try {
    const knocks = Object.entries(slow).map(async ([name, { origin }]) => {
      const started = performance.now();
      // As the key of a letter: what a stranger can make us wait for.
      const stranger = openPeer(origin, 'stranger');
      const letter = letterOf(arena, stranger, createOf(stranger, noteOf(stranger, arena.entryId)));
      const { status } = await knock({ ...letter, method: 'POST' });
      return { name, status, seconds: (performance.now() - started) / 1_000 };
    });
    const { evil } = arena;
    const honest = createOf(evil, noteOf(evil, arena.entryId));
    await accepted(arena, letterOf(arena, evil, honest));
    const results = await Promise.all(knocks);
    for (const { name, status, seconds } of results) {
      measured(`${name}: ${status} after ${seconds.toFixed(1)} s`);
      expect(status, name).toBe(401);
      expect(seconds, name).toBeLessThan(name === 'a byte a second' ? 25 : 15);
    }
  } finally {
    for (const { listener } of Object.values(slow)) listener.close();
  }
});

attack('T64', 'a handle of the victim’s host whose WebFinger leads to evil is shown as evil’s own', async () => {
  const { victims, evils, evil } = arena;
  const borrowed = finger(victims, 'borrowed', [{ rel: 'self', type: AP, href: evil.actor }]);
  const found = await lookUp(borrowed);
  expect(found.kind === 'nothing' || (found.kind === 'actor' && found.actor.host === evils.host)).toBe(true);
  if (found.kind === 'actor') expect(found.actor).toMatchObject({ id: evil.actor, handle: 'evil', host: evils.host });
  // An actor that calls itself by a name with a host in it, or by the victim's whole handle.
  const vain = openPeer(evils.origin, 'vain');
  publish(
    actorDocument(vain, { preferredUsername: `victim@${victims.host}`, webfinger: `acct:victim@${victims.host}` }),
  );
  await accepted(arena, letterOf(arena, vain, createOf(vain, noteOf(vain, arena.entryId))));
  expect(await knownActor(arena.node.world.db, { id: vain.actor })).toMatchObject({ host: evils.host });
  const honest = openActor(victims, 'honest');
  expect(await lookUp(`@honest@${victims.host}`)).toMatchObject({
    kind: 'actor',
    actor: { id: honest.actor, handle: 'honest', host: victims.host },
  });
});

attack('T64', 'words by evil never bear the victim’s host', async () => {
  const { evil, evils } = arena;
  const note = noteOf(evil, arena.entryId, { url: `${arena.victims.origin}/@victim/1` });
  await accepted(arena, letterOf(arena, evil, createOf(evil, note)));
  const comment = await commentAt(arena, note.id);
  expect([comment?.actor, comment?.url]).toEqual([evil.actor, note.id]);
  expect(String(note.id).startsWith(evils.origin)).toBe(true);
});

attack('T65', 'our WebFinger says who is here and nothing else, in JSON for everybody, quickly', async () => {
  const { node } = arena;
  const { host } = new URL(node.origin);
  const { handle } = office.blog;
  const ask = async (query: string) => {
    const started = performance.now();
    const answer = await knock({ url: `${node.origin}/.well-known/webfinger${query}` });
    return { ...answer, ms: performance.now() - started };
  };
  const about = (resource: string) => ask(`?resource=${encodeURIComponent(resource)}`);
  const genuine = await about(`acct:${handle}@${host}`);
  expect([genuine.status, genuine.headers['content-type']]).toEqual([200, 'application/jrd+json']);
  expect(genuine.headers['access-control-allow-origin']).toBe('*');
  const mark = 'zqzqz';
  const hostile = [
    `acct:${mark}@${host}`,
    `acct:${handle}@${mark}.example`,
    `acct:${handle}@${host}@${mark}.example`,
    `acct:${handle}.${mark}@${host}`,
    `acct:<script>${mark}</script>@${host}`,
    `acct:${handle}\r\nX-${mark}: 1@${host}`,
    `acct:${handle}' or '${mark}'='${mark}@${host}`,
    `acct:ＫＨＵＮ${mark}@${host}`,
    `acct:${handle}\u0000${mark}@${host}`,
    `https://${mark}.example/@${handle}`,
    `${node.origin}/@${mark}`,
    `javascript:${mark}`,
    mark,
    `acct:${mark.repeat(1_500)}@${host}`,
  ];
  const times: number[] = [];
  for (const resource of hostile) {
    const answer = await about(resource);
    times.push(answer.ms);
    expect([400, 404], resource).toContain(answer.status);
    expect(answer.text, resource).not.toContain(mark);
    expect(JSON.stringify(answer.headers), resource).not.toContain(mark);
  }
  for (const query of ['', '?', '?resource=', '?rel=self', '?resource[]=x']) {
    expect([400, 404], query).toContain((await ask(query)).status);
  }
  expect((await about('a'.repeat(20 * 1024))).status).toBe(431);
  // So far beyond what a request line may be that we hang up before it has been sent.
  const endless = await about('a'.repeat(1024 * 1024)).catch((error: NodeJS.ErrnoException) => ({
    status: error.code,
  }));
  expect([431, 'ECONNRESET', 'EPIPE']).toContain(endless.status);
  // Whoever is not here and whoever could be are told apart by nothing but the status.
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.POSITIVE_INFINITY;
  measured(
    `answers to ${hostile.length} hostile questions: median ${median.toFixed(1)} ms (less than 5 at the server)`,
  );
  expect(median).toBeLessThan(20);
  for (const spelled of [handle.toUpperCase(), handle]) {
    expect((await about(`acct:${spelled}@${host}`)).text).toBe(genuine.text);
  }
});
