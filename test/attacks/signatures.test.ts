// Signatures that vouch for too little, for something else, or for another time: T19 to T23 and T26 to T27 of the threat
// list. Each letter that is refused stands beside the same one, right in that single respect, which is taken.
import { afterAll, beforeAll, expect } from 'vitest';
import { openPeer, type Peer, signCavage, signRfc9421 } from '../federation/peer.ts';
import {
  activitiesAt,
  activityOf,
  actorDocument,
  createOf,
  drop,
  type Json,
  noteOf,
  publish,
  send,
} from '../federation/scripted.ts';
import { published } from '../world.ts';
import { type Arena, accepted, letterOf, openArena, refused } from './arena.ts';
import { attack, printLedger } from './ledger.ts';

let arena: Arena;
let peer: Peer;
let inbox: string;

beforeAll(async () => {
  arena = await openArena();
  peer = arena.victim;
  inbox = arena.node.inbox;
});
afterAll(() => arena.close());
printLedger();

const fresh = (by = peer) => createOf(by, noteOf(by, arena.entryId));
const MINUTE = 60_000;
const minutesAway = (minutes: number) => new Date(Date.now() + minutes * MINUTE);

/** By both schemes: a letter as it should be with the given changes. */
const schemes = {
  cavage: (activity: Json, changes: Partial<Parameters<typeof signCavage>[1]> = {}) =>
    signCavage(peer, { url: inbox, activity, at: new Date(), ...changes }),
  rfc9421: (activity: Json, changes: Partial<Parameters<typeof signRfc9421>[1]> = {}) =>
    signRfc9421(peer, { url: inbox, activity, at: new Date(), ...changes }),
};

attack('T19', 'a body that was swapped after signing (CVE-2023-49079)', async () => {
  for (const sign of [schemes.cavage, schemes.rfc9421]) {
    const letter = sign(fresh());
    const bytes = new TextEncoder().encode(JSON.stringify(fresh()));
    const headers = { ...letter.headers, 'content-length': String(bytes.length) };
    expect(await refused(arena, { ...letter, bytes, headers })).toBe(401);
    await accepted(arena, letter);
  }
});

attack('T19', 'a digest that is missing, wrong, of another kind, or not covered', async () => {
  const uncovered = ['(request-target)', 'host', 'date'];
  const activity = fresh();
  for (const letter of [
    schemes.cavage(activity, { cover: uncovered }),
    schemes.cavage(activity, { cover: uncovered, afterwards: { digest: null } }),
    schemes.cavage(activity, { afterwards: { digest: null } }),
    schemes.cavage(activity, { headers: { digest: 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' } }),
    schemes.cavage(activity, { headers: { digest: 'MD5=1B2M2Y8AsgTpgAmY7PhCfg==' } }),
    schemes.rfc9421(activity, { labels: [{ cover: ['@method', '@target-uri'] }] }),
    schemes.rfc9421(activity, { afterwards: { 'content-digest': null } }),
    schemes.rfc9421(activity, { headers: { 'content-digest': 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' } }),
  ]) {
    expect(await refused(arena, letter), JSON.stringify(letter.headers)).toBe(401);
  }
  await accepted(arena, schemes.cavage(activity));
});

attack('T20', 'a right signature that covers nothing, or not enough, in both schemes', async () => {
  const activity = fresh();
  const weak = [[], ['@scheme'], ['content-type'], ['@method', 'content-digest'], ['@target-uri', 'content-digest']];
  for (const cover of weak) {
    expect(await refused(arena, schemes.rfc9421(activity, { labels: [{ cover }] })), cover.join()).toBe(401);
    expect(await refused(arena, schemes.rfc9421(activity, { labels: [{}, { cover }] })), `two, ${cover.join()}`).toBe(
      401,
    );
    expect(await refused(arena, schemes.rfc9421(activity, { labels: [{ cover }, {}] })), `${cover.join()}, two`).toBe(
      401,
    );
  }
  for (const cover of [['date'], ['host', 'date', 'digest'], ['(request-target)', 'date', 'digest'], ['digest'], []]) {
    expect(await refused(arena, schemes.cavage(activity, { cover })), cover.join()).toBe(401);
  }
  expect(await refused(arena, schemes.cavage(activity, { cover: ['(request-target)', 'host', 'digest'] }))).toBe(401);
  expect(await refused(arena, schemes.rfc9421(activity, { labels: [{ parameters: { created: null } }] }))).toBe(401);
  await accepted(arena, schemes.rfc9421(activity, { labels: [{}, {}] }));
  await accepted(
    arena,
    schemes.rfc9421(fresh(), { labels: [{ cover: ['@method', '@authority', '@path', 'content-digest'] }] }),
  );
  await accepted(arena, schemes.cavage(fresh()));
});

attack('T20', 'no signature, an empty one, one of both kinds at once, and 20 at once', async () => {
  const activity = fresh();
  const { headers } = schemes.rfc9421(activity);
  const many = Array.from({ length: 20 }, () => ({}));
  for (const letter of [
    schemes.cavage(activity, { afterwards: { signature: null } }),
    schemes.cavage(activity, { afterwards: { signature: '' } }),
    schemes.cavage(activity, { afterwards: { 'signature-input': headers['signature-input'] ?? '' } }),
    schemes.rfc9421(activity, { labels: many }),
  ]) {
    const before = arena.victims.gets.length;
    expect(await refused(arena, letter)).toBe(401);
    expect(arena.victims.gets.length).toBe(before);
  }
  await accepted(arena, schemes.rfc9421(activity));
});

attack('T21', 'a peer that asks for signatures that cover nothing never gets one', async () => {
  const oracle = 's=();created;keyid="x", t=("date");created';
  arena.evils.answer = () => ({ status: 401, headers: { 'accept-signature': oracle } });
  await send(arena.evil, inbox, activityOf(arena.evil, 'Follow', arena.node.blog));
  await published(arena.node.world, {}, arena.node.origin);
  arena.evils.otherwise = { status: 401, headers: { 'accept-signature': oracle } };
  await arena.node.federation.lookUp(`${arena.evils.origin}/users/nobody`);
  await arena.node.settled();
  const asked = [...arena.evils.posts, ...arena.evils.gets.filter(({ headers }) => headers.signature !== undefined)];
  expect(arena.evils.posts.length).toBeGreaterThanOrEqual(2);
  for (const { method, headers } of asked) {
    const covered = String(headers['signature-input'] ?? headers.signature);
    const rfc9421 = 'signature-input' in headers;
    const needed = rfc9421 ? ['"@method"', '"@target-uri"'] : ['(request-target)', 'host', 'date'];
    if (method === 'POST') needed.push(rfc9421 ? '"content-digest"' : 'digest');
    for (const name of needed) expect(covered, covered).toContain(name);
  }
  arena.evils.answer = () => ({ status: 202 });
  arena.evils.otherwise = { status: 404 };
  await accepted(arena, letterOf(arena, arena.evil, createOf(arena.evil, noteOf(arena.evil, arena.entryId))));
  expect(activitiesAt(arena.evils).length).toBeGreaterThan(0);
});

attack('T22', 'a letter replayed to another path or another host', async () => {
  for (const sign of [schemes.cavage, schemes.rfc9421]) {
    const letter = sign(fresh());
    const { host } = new URL(inbox);
    expect(await refused(arena, { ...letter, url: `${arena.node.blog}/inbox` })).toBe(401);
    expect(await refused(arena, { ...letter, url: `${arena.node.origin}/ap/actors/organisation/inbox` })).toBe(401);
    expect(await refused(arena, { ...letter, headers: { ...letter.headers, host: 'other.example' } })).toBe(401);
    const elsewhere = sign(fresh(), { url: inbox.replace(host, 'other.example') });
    expect(await refused(arena, { ...elsewhere, url: inbox })).toBe(401);
    expect(await refused(arena, { ...elsewhere, url: inbox, headers: { ...elsewhere.headers, host } })).toBe(401);
    await accepted(arena, letter);
  }
});

attack('T23', 'a date over an hour away, none, or a life without end', async () => {
  const at = (minutes: number) => Math.floor(minutesAway(minutes).getTime() / 1_000);
  const ends = (minutes: number) => [{ parameters: { expires: at(minutes) } }];
  const late = fresh();
  for (const minutes of [-61, 61, 24 * 60, -365 * 24 * 60]) {
    expect(await refused(arena, schemes.cavage(late, { at: minutesAway(minutes) })), `${minutes}`).toBe(401);
    expect(await refused(arena, schemes.rfc9421(late, { at: minutesAway(minutes) })), `${minutes}`).toBe(401);
  }
  const undated = ['(request-target)', 'host', 'digest'];
  for (const letter of [
    schemes.cavage(late, { cover: undated, afterwards: { date: null } }),
    schemes.cavage(late, { headers: { date: 'yesterday' } }),
    schemes.rfc9421(late, { labels: ends(-1) }),
    schemes.rfc9421(late, { labels: ends(10 * 365 * 24 * 60) }),
  ]) {
    expect(await refused(arena, letter)).toBe(401);
  }
  for (const minutes of [-59, 59]) {
    await accepted(arena, schemes.cavage(fresh(), { at: minutesAway(minutes) }));
    await accepted(arena, schemes.rfc9421(fresh(), { at: minutesAway(minutes) }));
  }
  await accepted(arena, schemes.rfc9421(fresh(), { labels: ends(5) }));
});

attack('T26', 'the key of another actor on the same server, and tricks with fragments', async () => {
  const { neighbour, victim } = arena;
  const create = fresh(victim);
  const tricks = [
    neighbour.keyId,
    `${neighbour.actor}#${encodeURIComponent(victim.keyId)}`,
    `${neighbour.actor}?${victim.keyId}`,
    `${victim.actor}#../neighbour#main-key`,
    `${victim.actor}/../neighbour#main-key`,
    `${victim.actor}#other-key`,
    victim.keyId,
  ];
  for (const keyId of tricks) {
    expect(await refused(arena, letterOf(arena, neighbour, create, { keyId })), keyId).toBe(401);
  }
  // A document of the neighbour's that lists the victim's key id as its own.
  publish(actorDocument({ ...neighbour, keyId: victim.keyId }));
  expect(await refused(arena, letterOf(arena, neighbour, create, { keyId: victim.keyId }))).toBe(401);
  publish(actorDocument(neighbour));
  await accepted(arena, letterOf(arena, victim, create));
});

attack('T26', 'a key id that is no https address, or hides a password', async () => {
  const { host } = new URL(peer.actor);
  for (const keyId of [
    '',
    'main-key',
    'data:text/plain,x',
    `ftp://${host}/key`,
    `http://u:p@${host}/users/victim#main-key`,
  ]) {
    const before = arena.victims.gets.length;
    expect(await refused(arena, letterOf(arena, peer, fresh(), { keyId })), keyId).toBe(401);
    expect(arena.victims.gets.length).toBe(before);
  }
  await accepted(arena, letterOf(arena, peer, fresh()));
});

attack('T27', 'an actor’s document as text, HTML, plain JSON or octets (CVE-2024-25623)', async () => {
  const PROFILED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
  const types = ['text/plain', 'application/json', 'application/octet-stream', 'text/html', 'image/png'];
  for (const [index, type] of [...types, 'application/activity+json', PROFILED].entries()) {
    const uploader = openPeer(arena.evils.origin, `uploader${index}`);
    const body = JSON.stringify(actorDocument(uploader));
    arena.evils.pages.set(`/users/uploader${index}`, { type, body });
    const letter = letterOf(arena, uploader, createOf(uploader, noteOf(uploader, arena.entryId)));
    if (types.includes(type)) expect(await refused(arena, letter), type).toBe(401);
    else await accepted(arena, letter);
  }
});

attack('T36', 'letters that break parsers leave the node as it was', async () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const bodies = [
    '',
    '[]',
    'null',
    '{',
    '"x"',
    `${'['.repeat(5_000)}`,
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '{"a":1e999}',
  ];
  for (const body of bodies) {
    expect(await refused(arena, schemes.cavage({}, { bytes: bytesOf(body) })), body.slice(0, 20)).toBe(400);
  }
  expect((await drop(schemes.cavage(fresh()))).status).toBe(202);
});
