// The 31 recorded letters of Hollo, GoToSocial and snac, byte for byte and in their order, at the hour that they were sent:
// each comes through the gate, its signature is verified with the sender's recorded key, and it has its effect. They were
// sent to https://node.test/users/kha, an address that no blog here can have, so two things are not those of a whole node:
// the door at which they arrive, and, once they are verified, the two addresses of ours in them (the blog's and the
// entry's), which are written as ours are.

import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { shippedContext } from '../../../../src/federation/contexts.ts';
import type { JsonObject } from '../../../../src/federation/gate/json.ts';
import { parcelOf } from '../../../../src/federation/gate/parcel.ts';
import { openGate } from '../../../../src/federation/gate.ts';
import { type Listening, openListeners } from '../../../../src/federation/listening.ts';
import { openMessages } from '../../../../src/federation/queue/messages.ts';
import { openSigners } from '../../../../src/federation/signers.ts';
import { absolute, path } from '../../../../src/urls.ts';
import { dump, openWorld, published, type World } from '../../../world.ts';

const ORIGIN = 'https://node.test';
const LETTERS = new URL('../../../federation/gate/recorded/', import.meta.url);
const DOCUMENTS = new URL('./documents/', import.meta.url);

interface Recording {
  path: string;
  headers: [string, string][];
  raw: string;
}

const read = <T>(folder: URL, name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
const names = readdirSync(LETTERS).filter((name) => name.endsWith('.json'));

/** What a letter changes: how many more of each there are after it. What is not named here does not change. */
type Change = Partial<Record<'followers' | 'likes' | 'shown' | 'nested' | 'revised' | 'deleted', number>>;

/** By the number of the recording. The empty ones are taken and do nothing here, and it says why. */
const CHANGES: Record<string, Change> = {
  '001': {}, // takes back a block, which this node does not keep yet
  '002': {}, // takes back a Follow that came before the recording began
  '003': {},
  '004': { followers: 1 },
  '005': { followers: 1 },
  '011': { followers: 1 },
  '014': { shown: 1 },
  '016': { likes: 1 },
  '019': { shown: 1 },
  '021': { likes: 1 },
  '022': {}, // boosts are not counted
  '024': { shown: 1 },
  '025': { likes: 1 },
  '026': {},
  '028': { revised: 1 },
  '029': { revised: 1 },
  '031': { shown: 1, nested: 1 },
  '034': {}, // a direct message is never kept
  '035': {}, // mentions the blog and answers nothing
  '036': { shown: 1, nested: 1 },
  '038': { likes: -1 },
  '039': { likes: -1 },
  '040': {},
  '041': { shown: -1, deleted: 1 },
  '042': { shown: -1, deleted: 1 },
  '044': { followers: -1 },
  '045': {}, // blocks are not kept yet
  '046': { followers: -1 },
  '047': { likes: -1 },
  '048': {},
  '049': { followers: -1 },
};

let world: World;
let ours: (text: string) => string;

beforeAll(async () => {
  world = await openWorld({ origin: ORIGIN, comments: 'open' });
  const entry = await published(world, {}, ORIGIN);
  const [blog, article] = [absolute(ORIGIN, path.actor(world.blog.id)), absolute(ORIGIN, path.article(entry.id))];
  ours = (text) =>
    text.replaceAll('https://node.test/users/kha', blog).replaceAll('https://node.test/posts/rec2', article);
});
afterAll(async () => {
  vi.useRealTimers();
  await world.close();
});

/** The senders' servers: an actor under its id, and, as GoToSocial does, cut down to its key under the key's own id. */
async function documentLoader(url: string) {
  for (const name of readdirSync(DOCUMENTS)) {
    const { document } = read<{ document: JsonObject & { publicKey: { id: string } } }>(DOCUMENTS, name);
    if (document.id === url) return { contextUrl: null, documentUrl: url, document };
    if (document.publicKey.id === url) {
      const { '@context': context, id, type, preferredUsername, publicKey } = document;
      return {
        contextUrl: null,
        documentUrl: url,
        document: { '@context': context, id, type, preferredUsername, publicKey },
      };
    }
  }
  throw new Error(`${url} was not recorded`);
}

function counted(): Required<Change> {
  const { followers = [], likes = [], comments = [] } = dump(world) as Record<string, Record<string, unknown>[]>;
  const count = (rows: Record<string, unknown>[], holds: (row: Record<string, unknown>) => boolean) =>
    rows.filter(holds).length;
  return {
    followers: followers.length,
    likes: likes.length,
    shown: count(comments, ({ state }) => state === 'shown'),
    nested: count(comments, ({ parent }) => parent !== null),
    revised: count(comments, ({ revised }) => revised !== null),
    deleted: count(comments, ({ state }) => state === 'deleted'),
  };
}

test('every recording has its line', () => {
  expect(names.map((name) => name.slice(0, 3))).toEqual(Object.keys(CHANGES).sort());
  expect(names).toHaveLength(31);
});

test.each(names)('%s', async (name) => {
  const { path: door, headers, raw } = read<Recording>(LETTERS, name);
  const now = Date.parse(new Headers(headers).get('date') ?? '');
  vi.useFakeTimers({ toFake: ['Date'], now });
  const clock = { now: () => now };
  const here = { db: world.db, clock, origin: ORIGIN, forget: () => undefined, wake: () => undefined };
  const listening: Listening = { data: here, documentLoader, contextLoader: shippedContext };
  const gate = openGate({
    origin: ORIGIN,
    clock,
    allowPrivateAddress: false,
    seen: async () => false,
    knowsActor: async () => true,
    backlog: async () => ({ waiting: 0, oldestSeconds: 0 }),
  });
  const request = new Request(`${ORIGIN}${door}`, { method: 'POST', headers, body: raw });
  const admission = await gate.admit(parcelOf(request), { address: '203.0.113.7' });
  if (!admission.ok) throw new Error(admission.reply.detail);
  const { arrival } = admission;
  const { id, actor } = arrival.activity;
  const signers = openSigners({ clock, loaders: listening });
  expect(await signers.signerOf({ request: arrival.request, keyId: arrival.keyId, actor })).toBe('actor');

  const before = counted();
  const activity = JSON.parse(ours(raw)) as JsonObject;
  await openListeners(listening, { inbox: openMessages(world.db, { clock }) }).listen({
    kind: 'vouched',
    id,
    actor,
    activity,
  });
  const after = counted();
  const change = Object.fromEntries(
    Object.entries(after)
      .map(([what, count]) => [what, count - before[what as keyof Change]] as const)
      .filter(([, more]) => more !== 0),
  );
  expect(change).toEqual(CHANGES[name.slice(0, 3)]);
});

test('nothing of the direct message is kept', () => {
  const { raw } = read<Recording>(LETTERS, names.find((name) => name.startsWith('034')) ?? '');
  const { object } = JSON.parse(raw) as { object: { id: string } };
  expect(JSON.stringify(dump(world))).not.toContain(object.id);
});
