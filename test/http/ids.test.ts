// Every id that this node gives out, found as servers find them: from an actor along all that documents name. Each is a short
// ASCII address that answers by itself and says that it is the one that was asked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INSTANCE, ORGANISATION } from '../../src/domain/organisations.ts';
import { answerQuote } from '../../src/domain/quotes.ts';
import { absolute, path } from '../../src/urls.ts';
import { commented, ORIGIN, reader } from '../world.ts';
import { type House, openHouse } from './house.ts';

type Json = Record<string, unknown>;

const ACCEPT = 'application/activity+json, application/ld+json';
/** Addresses for people, and where one posts to. */
const NO_IDS = new Set([
  'url',
  'inbox',
  'sharedInbox',
  'license',
  'icon',
  '@context',
  'content',
  'contentMap',
  'preview',
]);

let house: House;
let found: Map<string, { status: number; location: string | null; json: Json }>;
let stamp: string;

beforeAll(async () => {
  house = await openHouse({ network: 'public' });
  const { db, clock, blog } = house.world;
  for (let number = 0; number < 55; number++) {
    const uri = `https://example.social/notes/many-${number}`;
    await commented(house.world, { actor: reader, entry: house.other.entry, uri });
  }
  const asked = { activity: 'https://example.social/asks/1', actor: reader.id, post: 'https://example.social/notes/q' };
  stamp = await answered({ ...asked, entry: house.fresh.id });
  const actors = [blog.id, house.other.blog.id, ORGANISATION, INSTANCE].map(path.actor);
  found = await walk([...actors, stamp, path.series(house.seed.series ?? '')]);

  async function answered(given: { activity: string; actor: string; post: string; entry: string }): Promise<string> {
    await answerQuote(db, { ...given, clock });
    const { id } = await db.selectFrom('quotes').select('id').executeTakeFirstOrThrow();
    return path.quote(id);
  }
}, 120_000);
afterAll(() => house.close());

async function walk(paths: string[]): Promise<typeof found> {
  const seen: typeof found = new Map();
  const waiting = paths.map((place) => absolute(ORIGIN, place));
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (seen.has(address)) continue;
    const request = new Request(address, { headers: { Accept: ACCEPT }, redirect: 'manual' });
    const response = await house.app.request(request);
    const text = await response.text();
    const json = text.startsWith('{') ? (JSON.parse(text) as Json) : {};
    seen.set(address, { status: response.status, location: response.headers.get('Location'), json });
    waiting.push(...idsIn(json));
  }
  return seen;
}

/** Ids on our origin, at whatever depth; those with a fragment are parts of the document that they stand in. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return value.startsWith(`${ORIGIN}/`) && !value.includes('#') && !value.endsWith('.png') ? [value] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inside]) => (NO_IDS.has(name) ? [] : idsIn(inside)));
}

test('§15.12 every id answers a server by itself, with a document of that very id', () => {
  expect(found.size).toBeGreaterThan(60);
  for (const [address, { status, location, json }] of found) {
    expect([address, status, location, json.id]).toEqual([address, 200, null, address]);
  }
  const types = new Set([...found.values()].map(({ json }) => json.type));
  expect([...types].toSorted()).toEqual(
    [
      ...['Application', 'Article', 'Collection', 'CollectionPage', 'Create', 'Note', 'OrderedCollection'],
      ...['OrderedCollectionPage', 'Organization', 'Person', 'QuoteAuthorization'],
    ].toSorted(),
  );
});

test('§15.12 what is gone answers at its id too, and a browser alone is led from an id to the page', async () => {
  const id = path.article(house.withdrawn.id);
  const gone = await house.app.request(new Request(absolute(ORIGIN, id), { headers: { Accept: ACCEPT } }));
  expect([gone.status, ((await gone.json()) as Json).id]).toEqual([410, absolute(ORIGIN, id)]);
  const browser = { headers: { Accept: 'text/html' }, redirect: 'manual' } as const;
  const led = await house.app.request(new Request(absolute(ORIGIN, path.article(house.fresh.id)), browser));
  expect([led.status, led.headers.get('Location')]).toEqual([
    303,
    path.entry(house.world.blog.handle, house.fresh.number),
  ]);
});

test('§15.34 every id is ASCII, has no fragment and at most 200 characters, a tag’s 512', () => {
  const all = [...found.keys(), absolute(ORIGIN, path.tag('ก'.repeat(34)))];
  for (const address of all) {
    expect(address).toMatch(/^[\x21-\x7e]+$/);
    expect(address).not.toContain('#');
    // A tag's collection stands at the page of the tag, whose name takes nine characters a letter; Misskey keeps 512.
    expect(address.length, address).toBeLessThanOrEqual(address.startsWith(absolute(ORIGIN, '/t/')) ? 512 : 200);
  }
});
