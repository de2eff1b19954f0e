// Somebody speaks as somebody else: T11 to T18 of the threat list. Each forgery stands beside the honest letter that differs
// in one thing, in the same run; both are signed by plain node:crypto, and what they did is read from the database.
import { afterAll, beforeAll, expect } from 'vitest';
import { openPeer, type Peer } from '../federation/peer.ts';
import {
  activityOf,
  actorDocument,
  CONTEXT,
  createOf,
  drop,
  type Json,
  noteOf,
  PUBLIC,
  publish,
  SECURITY,
} from '../federation/scripted.ts';
import { type Arena, accepted, commentAt, letterOf, openArena, refused } from './arena.ts';
import { attack, printLedger } from './ledger.ts';

let arena: Arena;
let victim: Peer;
let neighbour: Peer;
let evil: Peer;

beforeAll(async () => {
  arena = await openArena();
  ({ victim, neighbour, evil } = arena);
});
afterAll(() => arena.close());
printLedger();

const note = (peer: Peer, changes: Json = {}) => noteOf(peer, arena.entryId, changes);

attack('T11', 'a right signature by evil under an activity of the victim (CVE-2025-54888)', async () => {
  const create = createOf(victim, note(victim));
  expect(await refused(arena, letterOf(arena, evil, create))).toBe(401);
  // Of a neighbour, whose key is on the very origin of the victim.
  expect(await refused(arena, letterOf(arena, neighbour, create))).toBe(401);
  expect(await refused(arena, letterOf(arena, evil, create, { keyId: victim.keyId }))).toBe(401);
  await accepted(arena, letterOf(arena, victim, create));
});

attack('T12', 'a key’s document that says whose it is (CVE-2026-96625)', async () => {
  const { origin } = new URL(victim.actor);
  const key = (name: string, owner: string, { publicKeyPem }: Peer, host = origin) => {
    const id = `${host}/uploads/${name}`;
    publish({ '@context': [CONTEXT, SECURITY], id, type: 'CryptographicKey', owner, publicKeyPem });
    return id;
  };
  const create = createOf(victim, note(victim));
  const [mine, foreign] = [key('mine', victim.actor, evil), key('theirs', victim.actor, evil, arena.evils.origin)];
  for (const keyId of [mine, foreign]) {
    expect(await refused(arena, letterOf(arena, evil, create, { keyId })), keyId).toBe(401);
  }
  // A whole actor that calls itself the victim, at another path of the victim's server.
  const impostor = `${origin}/uploads/actor`;
  arena.victims.pages.set('/uploads/actor', {
    body: JSON.stringify(actorDocument({ ...evil, actor: victim.actor, keyId: `${impostor}#main-key` })),
  });
  expect(await refused(arena, letterOf(arena, evil, create, { keyId: `${impostor}#main-key` }))).toBe(401);
  // A key that stands by itself is good when its owner names it back.
  const owner = openPeer(origin, 'owner');
  const keyId = key('owners', owner.actor, owner);
  publish(actorDocument({ ...owner, keyId }));
  await accepted(arena, letterOf(arena, owner, createOf(owner, note(owner)), { keyId }));
});

attack('T13', 'the victim’s address leads to evil’s document (GHSA-8863)', async () => {
  const { origin } = new URL(victim.actor);
  const moved = openPeer(origin, 'moved');
  arena.victims.pages.set('/users/moved', { status: 302, headers: { location: evil.actor } });
  expect(await refused(arena, letterOf(arena, evil, createOf(moved, note(moved)), { keyId: moved.keyId }))).toBe(401);
  arena.victims.pages.delete('/users/moved');
  const honest = openPeer(origin, 'honest');
  publish(actorDocument(honest));
  await accepted(arena, letterOf(arena, honest, createOf(honest, note(honest))));
});

attack('T14', 'an activity’s id on another origin, and the genuine one later (GHSA-4qhx)', async () => {
  const genuine = createOf(victim, note(victim));
  const stolen = createOf(evil, note(evil), { id: genuine.id });
  expect(await refused(arena, letterOf(arena, evil, stolen))).toBe(400);
  await accepted(arena, letterOf(arena, victim, genuine));
  await accepted(arena, letterOf(arena, evil, { ...stolen, id: `${evil.actor}/activities/own` }));
});

attack('T15', 'no id at all', async () => {
  const create = createOf(evil, note(evil));
  const { id: _, ...nameless } = create;
  expect(await refused(arena, letterOf(arena, evil, nameless))).toBe(400);
  for (const id of [null, '', 7, [create.id], { id: create.id }]) {
    expect(await refused(arena, letterOf(arena, evil, { ...create, id })), JSON.stringify(id)).toBe(400);
  }
  await accepted(arena, letterOf(arena, evil, create));
});

attack('T16', 'an object on another origin, or by somebody else (CVE-2024-37903, CVE-2024-23832)', async () => {
  const own = note(evil);
  const forged: [string, Json][] = [
    ['id elsewhere', { ...own, id: `${victim.actor}/notes/x` }],
    ['by the victim', { ...own, attributedTo: victim.actor }],
    ['by both', { ...own, attributedTo: [evil.actor, victim.actor] }],
    ['by nobody', { ...own, attributedTo: undefined }],
    ['without id', { ...own, id: undefined }],
  ];
  for (const [name, object] of forged) {
    expect(await refused(arena, letterOf(arena, evil, createOf(evil, object))), name).toBe(400);
  }
  const sneaky = note(neighbour, { attributedTo: victim.actor });
  expect(await refused(arena, letterOf(arena, neighbour, createOf(neighbour, sneaky)))).toBe(400);
  await accepted(arena, letterOf(arena, evil, createOf(evil, own)));
});

attack('T16', 'an object named by its address, whose document is another’s', async () => {
  const claimed = note(evil);
  const create = createOf(evil, claimed, { object: claimed.id });
  const { pathname } = new URL(String(claimed.id));
  const serving = (document: Json, type = 'application/activity+json') =>
    arena.evils.pages.set(pathname, { type, body: JSON.stringify({ '@context': CONTEXT, ...document }) });
  serving({ ...claimed, id: `${victim.actor}/notes/y`, attributedTo: victim.actor });
  await refused(arena, letterOf(arena, evil, create));
  const attempts: [Json, string?][] = [
    [{ ...claimed, attributedTo: victim.actor }],
    [claimed, 'text/plain'],
    [claimed, 'application/json'],
  ];
  for (const [document, type] of attempts) {
    serving(document, type);
    await refused(arena, letterOf(arena, evil, { ...create, id: `${create.id}-${type ?? 'by'}` }));
  }
  serving(claimed);
  await accepted(arena, letterOf(arena, evil, { ...create, id: `${create.id}-honest` }));
});

attack('T17', 'Update, Delete and Undo of what is the victim’s', async () => {
  const words = note(victim);
  const follow = activityOf(victim, 'Follow', arena.node.blog);
  const like = activityOf(victim, 'Like', arena.entryId);
  for (const activity of [createOf(victim, words), follow, like])
    await accepted(arena, letterOf(arena, victim, activity));
  const later = { updated: '2099-01-01T00:00:00Z' };
  for (const thief of [evil, neighbour]) {
    const stolen: Json[] = [
      activityOf(thief, 'Update', { ...words, ...later, content: '<p>ปลอม</p>' }, { to: [PUBLIC] }),
      activityOf(
        thief,
        'Update',
        { ...words, ...later, attributedTo: thief.actor, content: '<p>ปลอม</p>' },
        { to: [PUBLIC] },
      ),
      activityOf(thief, 'Undo', follow),
      activityOf(thief, 'Undo', { ...follow, actor: thief.actor, id: `${thief.actor}/follows/1` }),
      activityOf(thief, 'Undo', { type: 'Follow', id: follow.id, object: follow.object }),
      activityOf(thief, 'Undo', follow.id),
      activityOf(thief, 'Undo', like),
      activityOf(thief, 'Undo', { ...like, actor: thief.actor }),
      activityOf(thief, 'Undo', like.id),
      activityOf(thief, 'Delete', words.id),
      activityOf(thief, 'Delete', { id: words.id, type: 'Tombstone' }),
      activityOf(thief, 'Delete', victim.actor),
    ];
    for (const activity of stolen) {
      const before = await kept();
      const { status } = await drop(letterOf(arena, thief, activity));
      await arena.node.settled();
      expect(await kept(), `${status} ${JSON.stringify(activity)}`).toBe(before);
    }
  }
  const edit = { ...words, content: '<p>แก้เอง</p>', updated: new Date().toISOString() };
  const own = [activityOf(victim, 'Update', edit, { to: [PUBLIC] }), activityOf(victim, 'Undo', follow)];
  own.push(activityOf(victim, 'Undo', like), activityOf(victim, 'Delete', words.id));
  for (const activity of own) await accepted(arena, letterOf(arena, victim, activity));
  expect(await commentAt(arena, words.id)).toMatchObject({ state: 'deleted' });

  // A thief's activity may be noted as received; what counts is that the victim's things stand as they stood.
  async function kept(): Promise<string> {
    const { db } = arena.node.world;
    const followers = await db.selectFrom('followers').selectAll().execute();
    const likes = await db.selectFrom('likes').selectAll().execute();
    return JSON.stringify([await commentAt(arena, words.id), followers, likes]);
  }
});

attack('T17', 'a neighbour that buries what the victim has yet to say', async () => {
  const words = note(victim);
  await drop(letterOf(arena, neighbour, activityOf(neighbour, 'Delete', words.id)));
  await arena.node.settled();
  await accepted(arena, letterOf(arena, victim, createOf(victim, words)));
  expect((await commentAt(arena, words.id))?.state).toBe('shown');
  const silenced = note(victim);
  await accepted(arena, letterOf(arena, victim, activityOf(victim, 'Delete', silenced.id)));
  await drop(letterOf(arena, victim, createOf(victim, silenced)));
  await arena.node.settled();
  expect(await commentAt(arena, silenced.id)).toBeUndefined();
});

attack('T18', 'words of the victim inside an activity of evil (GHSA-39gj, GHSA-r388)', async () => {
  const masked = note(victim, { content: '<p>ไม่ได้พูด</p>' });
  const wrapped: Json[] = [
    activityOf(evil, 'Announce', masked),
    activityOf(evil, 'Announce', createOf(victim, masked)),
    activityOf(evil, 'Create', createOf(victim, masked)),
    activityOf(evil, 'Create', { ...note(evil), object: masked, attributedTo: undefined }),
    activityOf(evil, 'Add', masked, { target: arena.entryId }),
    createOf(evil, { ...masked, id: undefined }),
    { ...createOf(evil, note(evil)), object: [note(evil), masked] },
  ];
  for (const activity of wrapped) {
    await refused(arena, letterOf(arena, evil, activity));
    expect(await commentAt(arena, masked.id)).toBeUndefined();
  }
  await accepted(arena, letterOf(arena, victim, createOf(victim, masked)));
  expect(await commentAt(arena, masked.id)).toMatchObject({ actor: victim.actor });
});
