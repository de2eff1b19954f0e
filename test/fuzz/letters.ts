// Letters to the inbox that somebody or something has spoilt: honest ones of this node's day, and the recorded ones of other
// servers, with flipped bytes, odd structure, odd JSON-LD and odd headers, before they are signed or after.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { absolute, path } from '../../src/urls.ts';
import { type Letter, type Peer, signCavage, signRfc9421 } from '../federation/peer.ts';
import { activityOf, createOf, type Json, noteOf } from '../federation/scripted.ts';
import { CONTEXTS, FOREIGN_CONTEXTS, HEADERS, KEYS, VALUES } from './oddities.ts';
import type { Target } from './target.ts';
import { requestBytes, type Spoken } from './wire.ts';

const VERBS = [
  'Create',
  'Like',
  'Follow',
  'Undo',
  'Update',
  'Delete',
  'Announce',
  'Flag',
  'Block',
  'Recorded',
] as const;
const HOWS = ['replace', 'delete', 'add', 'rename', 'wrap', 'double', 'context', 'graph'] as const;
const KEY_NAMES = 'missing gone failing nothing text halfway array round pem keyless languages stranger'.split(' ');
const COVERS = [
  [],
  ['@method'],
  ['@method', '@target-uri', 'content-digest'],
  ['@method', '@target-uri', 'content-digest', 'content-type'],
  ['@authority', '@path', 'date'],
];

/** One change in the tree of a document; numbers choose by their remainder. */
const step = fc.record({
  how: fc.constantFrom(...HOWS),
  at: fc.nat(10_000),
  value: fc.nat(VALUES.length - 1),
  key: fc.nat(KEYS.length - 1),
  context: fc.nat(CONTEXTS.length - 1),
});
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Where bytes are spoilt, as parts of the whole. */
const spots = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bits: fc.integer({ min: 1, max: 255 }),
  }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

const how = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'honest' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('flipped' as const),
      spots,
      only: fc.constantFrom('head', 'body', 'all'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('torn' as const), spots }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('odd' as const), steps: fc.array(step, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('unsigned' as const), steps: fc.array(step, { maxLength: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('headers' as const),
      lines: fc.array(fc.nat(HEADERS.length - 1), { minLength: 1, maxLength: 3 }),
      when: fc.constantFrom('signed', 'afterwards', 'beside'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('key' as const), name: fc.constantFrom(...KEY_NAMES), where: fc.nat(50) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('labels' as const),
      labels: fc.array(fc.nat(COVERS.length - 1), { minLength: 1, maxLength: 3 }),
      times: fc.constantFrom(1, 1, 2, 60),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('method' as const),
      method: fc.constantFrom('PUT', 'PATCH', 'DELETE', 'GET', 'QUERY'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('foreign' as const), context: fc.nat(FOREIGN_CONTEXTS.length - 1) }),
  },
);

/** What is to be sent, as plain data: a seed gives the same ones every time. */
export const recipe = fc.record({ how, verb: fc.constantFrom(...VERBS), by: fc.nat(1_000), on: fc.nat(1_000) });
export type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

/** A letter that is ready to go. */
export interface Spoilt extends Spoken {
  kind: Recipe['how']['kind'];
  /** Stands in every id that the letter makes, so that a row tells where it came from. */
  token: string;
  /** The key's host, the only one that may be asked about this letter. */
  keyHost: string;
  /** Honest letters must be taken; what was changed after it was signed, or was never signed, must not. */
  due: 'taken' | 'refused' | 'either';
}

/** Writes the letter of a recipe, now. */
export function letterOf(target: Target, { how, verb, by, on }: Recipe, number: number): Spoilt {
  const peer = target.peers[by % target.peers.length];
  if (peer === undefined) throw new Error('there are no peers');
  const token = `fuzz-${number}-x`;
  const url = absolute(target.origin, on % 2 === 0 ? path.sharedInbox() : path.inbox(target.world.blog.id));
  const activity = activityFor(target, { peer, verb, token, on });
  const sending = { url, activity, at: new Date() };
  const base = { kind: how.kind, token, keyHost: new URL(peer.actor).host };
  const whole = (letter: Letter, due: Spoilt['due']): Spoilt => ({ ...base, ...spoken(letter, number), due });
  switch (how.kind) {
    case 'honest':
      return whole(signCavage(peer, sending), 'taken');
    case 'flipped': {
      const letter = signCavage(peer, sending);
      return { ...base, ...flipped(spoken(letter, number).bytes, { letter, ...how }) };
    }
    case 'torn': {
      const { bytes } = spoken(signCavage(peer, sending), number);
      const end = Math.floor((how.spots[0]?.at ?? 0) * bytes.length);
      const due = 'refused' as const;
      return { ...base, bytes: bytes.slice(0, end), frame: 'broken', due };
    }
    case 'odd':
      return whole(signCavage(peer, { ...sending, bytes: oddBytes(activity, how.steps) }), 'either');
    case 'unsigned': {
      const { signature: _, ...headers } = signCavage(peer, {
        ...sending,
        bytes: oddBytes(activity, how.steps),
      }).headers;
      return whole({ url, headers, bytes: oddBytes(activity, how.steps) }, 'refused');
    }
    case 'headers':
      return { ...base, ...withHeaders(peer, { sending, lines: how.lines, when: how.when, number }), due: 'either' };
    case 'key': {
      const keyId = keyIdFor(peer, how);
      const keyHost = URL.parse(keyId)?.host ?? '';
      return { ...whole(signCavage(peer, { ...sending, keyId }), 'either'), keyHost };
    }
    case 'labels': {
      const labels = Array.from({ length: how.times }, () =>
        how.labels.map((i) => ({ cover: COVERS[i] ?? [] })),
      ).flat();
      return whole(signRfc9421(peer, { ...sending, labels }), 'either');
    }
    case 'method': {
      const letter = signRfc9421(peer, { ...sending, labels: [{ cover: ['@target-uri', 'content-digest'] }] });
      // Who asks for JSON gets further than who does not.
      const headers = [...Object.entries(letter.headers), ['accept', 'application/activity+json'] as const];
      const request = { method: how.method, target: new URL(url).pathname, headers };
      return { ...base, bytes: requestBytes(request, letter.bytes), frame: 'whole', due: 'refused' };
    }
    case 'foreign': {
      const context = FOREIGN_CONTEXTS[how.context]?.replaceAll('{peer}', new URL(peer.actor).origin) ?? 'null';
      return whole(
        signCavage(peer, { ...sending, activity: { ...activity, '@context': JSON.parse(context) } }),
        'either',
      );
    }
  }
}

function spoken({ url, headers, bytes }: Letter, number: number): Spoken & { bytes: Uint8Array } {
  // Each comes from an address of its own: how much one address may send is not the question here.
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const lines = [...Object.entries(headers), ['x-forwarded-for', address] as [string, string]];
  return {
    bytes: requestBytes({ method: 'POST', target: new URL(url).pathname, headers: lines }, bytes),
    frame: 'whole',
  };
}

function flipped(
  bytes: Uint8Array,
  { letter, spots, only }: { letter: Letter; spots: { at: number; bits: number }[]; only: string },
): Spoken & Pick<Spoilt, 'due'> {
  const headLength = bytes.length - letter.bytes.length;
  const [from, to] =
    only === 'head' ? [0, headLength] : only === 'body' ? [headLength, bytes.length] : [0, bytes.length];
  const spoilt = new Uint8Array(bytes);
  for (const { at, bits } of spots) {
    const index = from + Math.floor(at * (to - from));
    spoilt[index] = (spoilt[index] ?? 0) ^ bits;
  }
  // Two flips of one byte may undo each other.
  const sameBody = Buffer.compare(spoilt.subarray(headLength), bytes.subarray(headLength)) === 0;
  return { bytes: spoilt, frame: only === 'body' ? 'whole' : 'broken', due: sameBody ? 'either' : 'refused' };
}

function withHeaders(
  peer: Peer,
  {
    sending,
    lines,
    when,
    number,
  }: { sending: { url: string; activity: Json; at: Date }; lines: number[]; when: string; number: number },
): Spoken {
  const odd = lines.flatMap((line) => HEADERS.slice(line, line + 1));
  if (when === 'signed')
    return broken(spoken(signCavage(peer, { ...sending, headers: Object.fromEntries(odd) }), number));
  const letter = signCavage(peer, sending);
  if (when === 'afterwards') {
    return broken(spoken({ ...letter, headers: { ...letter.headers, ...Object.fromEntries(odd) } }, number));
  }
  const headers = [...Object.entries(letter.headers), ...odd];
  return broken({
    bytes: requestBytes({ method: 'POST', target: new URL(letter.url).pathname, headers }, letter.bytes),
  });
}

function broken({ bytes }: { bytes: Uint8Array }): Spoken {
  return { bytes, frame: 'broken' };
}

function keyIdFor(peer: Peer, { name, where }: { name: string; where: number }): string {
  const { origin } = new URL(peer.actor);
  const odd = [
    '',
    'x',
    '//127.0.0.1/x',
    'http://[::1',
    'https://evil.example/users/x#k',
    `${origin}/users/${name}`,
    `${origin}/#`,
  ];
  return odd[where] ?? `${origin}/users/${where}/${name}#main-key`;
}

/** The node's day, and that of others: what an activity of this verb looks like when nothing is wrong with it. */
function activityFor(
  { entry, origin, world }: Target,
  { peer, verb, token, on }: { peer: Peer; verb: (typeof VERBS)[number]; token: string; on: number },
): Json {
  const article = absolute(origin, path.article(entry.id));
  const id = { id: `${peer.actor}/activities/${token}` };
  const own = `${peer.actor}/things/${token}`;
  switch (verb) {
    case 'Create':
      return createOf(peer, noteOf(peer, article, { id: own }), id);
    case 'Update':
      return activityOf(peer, 'Update', noteOf(peer, article, { id: own, updated: new Date().toISOString() }), id);
    case 'Delete':
      return activityOf(peer, 'Delete', { id: own, type: 'Tombstone' }, id);
    case 'Follow':
    case 'Block':
      return activityOf(peer, verb, absolute(origin, path.actor(world.blog.id)), id);
    case 'Undo':
      return activityOf(peer, 'Undo', { id: own, type: 'Like', actor: peer.actor, object: article }, id);
    case 'Recorded':
      return recordedAs(peer, { ...id, own, origin, recording: RECORDED[on % RECORDED.length] ?? '{}' });
    default:
      return activityOf(peer, verb, article, id);
  }
}

const folder = new URL('../federation/gate/recorded/', import.meta.url);
/** What other servers really sent, as the JSON of their activities. */
const RECORDED = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => String(JSON.parse(readFileSync(new URL(name, folder), 'utf8')).raw));

/** A recorded activity as if the peer had sent it today: its servers' names are ours and the peer's. */
function recordedAs(
  peer: Peer,
  { id, own, origin, recording }: { id: string; own: string; origin: string; recording: string },
): Json {
  const { actor } = JSON.parse(recording) as { actor: string };
  const theirs = new URL(actor).origin;
  const moved = recording
    .replaceAll(actor, peer.actor)
    .replaceAll(theirs, new URL(peer.actor).origin)
    .replaceAll('https://node.test', origin);
  const { signature: _, proof: __, ...activity } = JSON.parse(moved) as Json;
  const { object } = activity;
  const text = typeof object === 'object' && object !== null && 'attributedTo' in object;
  return { ...activity, id, object: text ? { ...object, id: own } : object };
}

/** The activity as bytes after all steps; where a value is no JSON, it stands there as it is. */
function oddBytes(activity: Json, steps: readonly Step[]): Uint8Array<ArrayBuffer> {
  let document: unknown = structuredClone(activity);
  for (const one of steps) document = changed(document, one);
  const text = JSON.stringify(document).replace(/"@@(value|context):(\d+)@@"/g, (_, kind: string, index: string) =>
    String((kind === 'value' ? VALUES : CONTEXTS)[Number(index)]),
  );
  return new TextEncoder().encode(text);
}

function changed(document: unknown, { how, at, value, key, context }: Step): unknown {
  if (how === 'graph') return { '@context': (document as Json)['@context'], [KEYS[key % 4] ?? '@graph']: [document] };
  const slots = slotsOf(document);
  const slot = slots[at % slots.length];
  if (slot === undefined) return document;
  const { parent, name } = slot;
  const odd = `@@value:${value}@@`;
  const standing = parent[name];
  if (how === 'context') (document as Json)['@context'] = `@@context:${context}@@`;
  if (how === 'replace') parent[name] = odd;
  if (how === 'wrap') parent[name] = { [KEYS[key] ?? 'x']: standing };
  if (how === 'double') parent[name] = [standing, standing];
  if (how === 'delete' || how === 'rename') delete parent[name];
  if (how === 'rename') put(parent, KEYS[key] ?? 'x', standing);
  if (how === 'add') put(parent, KEYS[key] ?? 'x', odd);
  return document;
}

/** Also `__proto__`, which an assignment would not write. Arrays have no names to choose. */
function put(parent: Json, name: string, value: unknown): void {
  if (Array.isArray(parent)) parent.push(value);
  else Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}

function slotsOf(value: unknown): { parent: Json; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Json;
  return Object.keys(parent).flatMap((name) => [{ parent, name }, ...slotsOf(parent[name])]);
}
