// The shelf by itself: what it weighs, and what it does when nobody can say what is shown.
import { expect, test } from 'vitest';
import { bound, type Kept, openShelf } from '../../src/http/shelf.ts';

const MIB = 1024 * 1024;

const redirect = (to: string) =>
  bound(new Response(null, { status: 302, headers: { location: to, 'cache-control': 'public, max-age=60' } }));

const page = (bytes: number) =>
  bound(new Response('x'.repeat(bytes), { headers: { 'cache-control': 'public, max-age=60' } }));

/** Keeps one answer at many places. Returns those where it is found in the end. */
function filled({ answer, places }: { answer: Kept; places: string[] }): string[] {
  const shelf = openShelf({ shown: () => 1 });
  for (const place of places) shelf.keep(place, { answer, begun: shelf.now() });
  return places.filter((place) => shelf.find(place) !== undefined);
}

const numbered = (count: number, path: string) => Array.from({ length: count }, (_, n) => `${path}?${n}`);

test('answers without a body weigh too: of fifty thousand redirects the last four thousand are kept', async () => {
  const places = numbered(50_000, 'activity document /');
  const kept = filled({ answer: await redirect('https://wethi.example/ap/actors/organisation'), places });
  expect(kept.length).toBeGreaterThan(3_500);
  expect(kept.length * 4 * 1024).toBeLessThanOrEqual(16 * MIB);
  expect(kept).toEqual(places.slice(-kept.length));
});

test('a long address weighs more than a short one', async () => {
  const answer = await page(100);
  const short = filled({ answer, places: numbered(5_000, '/robots.txt') });
  const long = filled({ answer, places: numbered(5_000, `/robots.txt?${'x'.repeat(400)}`) });
  expect(long.length).toBeLessThan(short.length * 0.9);
});

test('what is kept again weighs once, and what is dropped weighs nothing', async () => {
  const shelf = openShelf({ shown: () => 1 });
  const large = await page(MIB);
  for (let i = 0; i < 100; i++) shelf.keep('/large', { answer: large, begun: shelf.now() });
  const others = numbered(14, '/other');
  for (const place of others) shelf.keep(place, { answer: large, begun: shelf.now() });
  expect(['/large', ...others].every((place) => shelf.find(place) === large)).toBe(true);
  for (const place of numbered(100, '/more')) shelf.keep(place, { answer: large, begun: shelf.now() });
  expect(numbered(100, '/more').filter((place) => shelf.find(place) !== undefined)).toHaveLength(15);
});

test('too large an answer, too long an address and what is old already are not kept', async () => {
  let version = 1;
  const shelf = openShelf({ shown: () => version });
  shelf.keep('/', { answer: await page(MIB + 1), begun: shelf.now() });
  const small = await page(1);
  const long = `/?${'x'.repeat(512)}`;
  shelf.keep(long, { answer: small, begun: shelf.now() });
  const begun = shelf.now();
  version = 2;
  shelf.keep('/old', { answer: small, begun });
  expect(['/', long, '/old'].map((place) => shelf.find(place))).toEqual([undefined, undefined, undefined]);
});

test('while the database fails nothing is found and nothing kept, and then it goes on', async () => {
  let fault: Error | null = null;
  const shelf = openShelf({
    shown() {
      if (fault !== null) throw fault;
      return 1;
    },
  });
  const answer = await page(1);
  shelf.keep('/', { answer, begun: shelf.now() });
  expect(shelf.find('/')).toBe(answer);
  fault = new Error('disk I/O error');
  expect([shelf.find('/'), shelf.now()]).toEqual([undefined, null]);
  shelf.keep('/', { answer, begun: shelf.now() });
  fault = null;
  expect(shelf.find('/')).toBeUndefined();
  shelf.keep('/', { answer, begun: shelf.now() });
  expect(shelf.find('/')).toBe(answer);
});
