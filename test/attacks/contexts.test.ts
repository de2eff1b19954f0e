// A letter names the contexts that it is to be read by: T34 of the threat list. None of them is ever fetched, and what
// Akkoma, Mbin or Hubzilla send, whose contexts stand on their own hosts, is taken all the same.
import { afterAll, beforeAll, expect } from 'vitest';
import { openPeer, type Peer } from '../federation/peer.ts';
import { actorDocument, CONTEXT, createOf, type Json, noteOf, publish } from '../federation/scripted.ts';
import { type Arena, accepted, commentAt, letterOf, openArena, refused } from './arena.ts';
import { attack, measured, printLedger } from './ledger.ts';

let arena: Arena;
let victim: Peer;

beforeAll(async () => {
  arena = await openArena();
  ({ victim } = arena);
});
afterAll(() => arena.close());
printLedger();

const words = (by: Peer, contexts: unknown[]): Json => ({
  ...createOf(by, noteOf(by, arena.entryId)),
  '@context': [CONTEXT, ...contexts],
});

/** What the peer's server was asked for beside its actors, while `work` ran. */
async function strayGets(work: () => Promise<unknown>): Promise<string[]> {
  const [victims, evils] = [arena.victims.gets.length, arena.evils.gets.length];
  await work();
  const asked = [...arena.victims.gets.slice(victims), ...arena.evils.gets.slice(evils)];
  return asked.map(({ path }) => path).filter((path) => !path.startsWith('/users/'));
}

attack('T34', 'no context is fetched for a letter, forged or genuine, and the genuine ones are taken', async () => {
  const { origin } = arena.victims;
  const own = [
    [`${origin}/schemas/litepub-0.1.jsonld`, { '@language': 'und' }],
    [`${origin}/contexts`],
    ['https://w3id.org/security/v1', `${origin}/apschema/v1.22`],
    ['https://w3id.org/fep/never-heard-of', 'https://purl.archive.org/never/heard/of'],
  ];
  const asked = await strayGets(async () => {
    for (const contexts of own) {
      const genuine = words(victim, contexts);
      // Wrongly signed, before the genuine one could have filled any cache.
      expect(await refused(arena, letterOf(arena, arena.evil, genuine, { keyId: victim.keyId }))).toBe(401);
      await accepted(arena, letterOf(arena, victim, genuine));
      expect(await commentAt(arena, (genuine.object as Json).id)).toMatchObject({ state: 'shown' });
    }
  });
  measured(`contexts fetched for ${own.length} forged and ${own.length} genuine letters: ${asked.length}`);
  expect(asked).toEqual([]);
});

attack('T34', 'nor for an actor whose document names one, whose key is read and whose words are kept', async () => {
  const { origin } = arena.victims;
  const akkoma = openPeer(origin, 'akkoma');
  const contexts = [CONTEXT, `${origin}/schemas/litepub-0.1.jsonld`, { '@language': 'und' }];
  publish(actorDocument(akkoma, { '@context': contexts }));
  const asked = await strayGets(async () => {
    await accepted(arena, letterOf(arena, akkoma, words(akkoma, contexts.slice(1))));
    expect((await arena.node.federation.lookUp(akkoma.actor)).kind).toBe('actor');
  });
  expect(asked).toEqual([]);
});

attack('T34', 'a letter that names a victim’s address as its context plants nothing there', async () => {
  const fresh = openPeer(arena.victims.origin, 'fresh');
  publish(actorDocument(fresh));
  const planted = words(arena.neighbour, [fresh.actor, fresh.keyId]);
  await refused(arena, letterOf(arena, arena.evil, planted, { keyId: arena.neighbour.keyId }));
  await accepted(arena, letterOf(arena, arena.neighbour, { ...planted, id: `${String(planted.id)}-own` }));
  await accepted(arena, letterOf(arena, fresh, words(fresh, [])));
});

attack('T34', 'a remote context that gives terms another meaning is not heard', async () => {
  const { evils, evil } = arena;
  const elsewhere = `${arena.node.origin}/ap/entries/elsewhere`;
  evils.pages.set('/context', {
    type: 'application/ld+json',
    body: JSON.stringify({ '@context': { content: 'as:summary', inReplyTo: 'as:url', said: 'as:content' } }),
  });
  const note = noteOf(evil, arena.entryId, { content: '<p>ตามที่เขียน</p>', said: '<p>ไม่ได้เขียน</p>', url: elsewhere });
  const activity = { ...createOf(evil, note), '@context': [CONTEXT, `${evils.origin}/context`] };
  await accepted(arena, letterOf(arena, evil, activity));
  expect(await commentAt(arena, note.id)).toMatchObject({ entry: arena.entry.id, html: '<p>ตามที่เขียน</p>' });
});
