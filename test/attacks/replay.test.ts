// The right letter at the wrong time: T24, T25 and T29 of the threat list. Once, and once only, whatever comes again.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import { likeCount } from '../../src/domain/likes.ts';
import type { Peer } from '../federation/peer.ts';
import {
  activitiesAt,
  activityOf,
  actorDocument,
  createOf,
  drop,
  type Json,
  noteOf,
  openActor,
  publish,
} from '../federation/scripted.ts';
import { type Arena, accepted, commentAt, letterOf, openArena, refused, traces } from './arena.ts';
import { attack, measured, printLedger } from './ledger.ts';

let arena: Arena;
let peer: Peer;

beforeAll(async () => {
  arena = await openArena();
  peer = arena.victim;
});
afterAll(() => arena.close());
printLedger();

const fresh = (by = peer, changes: Json = {}) => createOf(by, noteOf(by, arena.entryId, changes));

async function commentsAt(note: unknown): Promise<number> {
  const { db } = arena.node.world;
  const rows = await db
    .selectFrom('comments')
    .select('id')
    .where('uri', '=', String((note as Json).id))
    .execute();
  return rows.length;
}

attack('T24', '§15.95 the same bytes twice, ten times at once, and after a day have one effect', async () => {
  const create = fresh();
  const letter = letterOf(arena, peer, create);
  const answers = await Promise.all(Array.from({ length: 10 }, () => drop(letter)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
  await arena.node.settled();
  expect(await commentsAt(create.object)).toBe(1);
  const after = await traces(arena);
  expect((await drop(letter)).status).toBe(202);
  // The library forgets ids after a day; ours are in the database for good, restart or not.
  await arena.node.world.db.deleteFrom('kv').execute();
  expect((await drop(letterOf(arena, peer, create))).status).toBe(202);
  await arena.node.settled();
  expect(await traces(arena)).toBe(after);
  await accepted(arena, letterOf(arena, peer, fresh()));
});

attack('T24', 'a Follow and a Like ten times at once are one follower, one Accept and one like', async () => {
  const follow = letterOf(arena, peer, activityOf(peer, 'Follow', arena.node.blog));
  const like = letterOf(arena, peer, activityOf(peer, 'Like', arena.entryId));
  await Promise.all([follow, like].flatMap((letter) => Array.from({ length: 10 }, () => drop(letter))));
  await arena.node.settled();
  expect(await arena.node.world.db.selectFrom('followers').select('actor').execute()).toEqual([{ actor: peer.actor }]);
  expect(activitiesAt(arena.victims, 'Accept')).toHaveLength(1);
  expect(await likeCount(arena.node.world.db, { entry: arena.entry.id })).toBe(1);
});

attack('T24', 'a Create replayed after its Delete stays buried', async () => {
  const create = fresh();
  const letter = letterOf(arena, peer, create);
  await accepted(arena, letter);
  const { id } = create.object as Json;
  await accepted(arena, letterOf(arena, peer, activityOf(peer, 'Delete', id)));
  await arena.node.world.db.deleteFrom('kv').execute();
  expect(await refused(arena, letter)).toBe(202);
  // Nor under a new activity around the same words.
  await drop(letterOf(arena, peer, { ...create, id: `${create.id}-again` }));
  await arena.node.settled();
  expect((await commentAt(arena, id))?.state).toBe('deleted');
});

function rekeyed(old: Peer): Peer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...old, privateKey, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

attack('T25', 'after Update(actor) the new key is good after one look, and the old one is not', async () => {
  const old = openActor(arena.victims, 'turning');
  await accepted(arena, letterOf(arena, old, fresh(old)));
  const renewed = rekeyed(old);
  publish(actorDocument(renewed, { name: 'ชื่อใหม่' }));
  const before = arena.victims.gets.length;
  const update = activityOf(old, 'Update', actorDocument(renewed, { name: 'ชื่อใหม่' }));
  await accepted(arena, letterOf(arena, renewed, update));
  await accepted(arena, letterOf(arena, renewed, fresh(renewed)));
  await accepted(arena, letterOf(arena, renewed, fresh(renewed)));
  for (let i = 0; i < 5; i++) expect(await refused(arena, letterOf(arena, old, fresh(old)))).toBe(401);
  const looks = arena.victims.gets.slice(before).filter(({ path }) => path === '/users/turning').length;
  measured(
    `the actor was read ${looks} times for a new key, two letters under it and five forgeries under the old one`,
  );
  expect(looks).toBeLessThanOrEqual(3);
  const row = await arena.node.world.db
    .selectFrom('actors')
    .select('name')
    .where('id', '=', old.actor)
    .executeTakeFirst();
  expect(row?.name).toBe('ชื่อใหม่');
});

attack(
  'T25',
  'a key that was changed without a word is found, and forgeries do not make us ask again and again',
  async () => {
    const old = openActor(arena.victims, 'silent');
    await accepted(arena, letterOf(arena, old, fresh(old)));
    const renewed = rekeyed(old);
    publish(actorDocument(renewed));
    const before = arena.victims.gets.length;
    await accepted(arena, letterOf(arena, renewed, fresh(renewed)));
    for (let i = 0; i < 20; i++) await refused(arena, letterOf(arena, arena.evil, fresh(old), { keyId: old.keyId }));
    const looks = arena.victims.gets.slice(before).filter(({ path }) => path === '/users/silent').length;
    measured(`the actor was read ${looks} times for a new key and twenty forgeries`);
    expect(looks).toBeLessThanOrEqual(3);
  },
);

attack(
  'T25',
  'a key that cannot be fetched is not asked for again, and the honest peer is not locked out',
  async () => {
    const keyId = `${arena.evils.origin}/users/nobody#main-key`;
    const nobody = { ...arena.evil, actor: `${arena.evils.origin}/users/nobody`, keyId };
    const before = arena.evils.gets.length;
    for (let i = 0; i < 5; i++) expect(await refused(arena, letterOf(arena, nobody, fresh(nobody)))).toBe(401);
    expect(arena.evils.gets.length - before).toBeLessThanOrEqual(2);
    await accepted(arena, letterOf(arena, arena.evil, fresh(arena.evil)));
  },
);

attack('T29', 'a text from the future or from before the web stands at the hour it came', async () => {
  const before = Date.now();
  const strange = ['2099-01-01T00:00:00Z', new Date(Date.now() + 13 * 3_600_000).toISOString(), '1969-07-20T00:00:00Z'];
  for (const published of [...strange, '+275760-09-13T00:00:00Z']) {
    const create = fresh(peer, { published });
    expect((await drop(letterOf(arena, peer, create))).status).toBe(202);
    await arena.node.settled();
    const at = Date.parse((await commentAt(arena, (create.object as Json).id))?.published ?? '');
    expect(at, published).toBeGreaterThanOrEqual(before);
    expect(at, published).toBeLessThanOrEqual(Date.now());
  }
  const honest = fresh(peer, { published: '2026-11-20T08:00:00Z' });
  await accepted(arena, letterOf(arena, peer, honest));
  expect((await commentAt(arena, (honest.object as Json).id))?.published).toBe('2026-11-20T08:00:00.000Z');
});

attack('T29', 'an edit from the future does not freeze the words for ever', async () => {
  const create = fresh();
  await accepted(arena, letterOf(arena, peer, create));
  const note = create.object as Json;
  const edit = (content: string, updated: string) =>
    letterOf(arena, peer, activityOf(peer, 'Update', { ...note, content, updated }, { to: note.to }));
  await accepted(arena, edit('<p>ปีหน้า</p>', '2099-01-01T00:00:00Z'));
  await accepted(arena, edit('<p>วันนี้</p>', '2099-01-02T00:00:00Z'));
  expect((await commentAt(arena, note.id))?.html).toBe('<p>วันนี้</p>');
});

attack('T29', 'a date that is none leaves nothing and stops nothing', async () => {
  for (const published of ['yesterday', '2026-13-45T99:99:99Z', 'P1D']) {
    const create = fresh(peer, { published });
    const { status } = await drop(letterOf(arena, peer, create));
    await arena.node.settled();
    expect([400, 202], published).toContain(status);
    const row = await commentAt(arena, (create.object as Json).id);
    expect(row === undefined || Date.parse(row.published ?? '') <= Date.now(), published).toBe(true);
  }
  await accepted(arena, letterOf(arena, peer, fresh()));
});
