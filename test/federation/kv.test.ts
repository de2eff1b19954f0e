// The key-value store against Fedify's contract, on a real database.
import { Temporal as Polyfill } from '@js-temporal/polyfill';
import { expect, test } from 'vitest';
import { standingClock, systemClock } from '../../src/domain/clock.ts';
import { openKv } from '../../src/federation/kv.ts';
import { openBase } from './queue/base.ts';

/** Fedify's types speak of the standard Temporal, which Node 24 does not bring; Fedify itself hands over the polyfill's. */
const lasting = (duration: Polyfill.DurationLike) => Polyfill.Duration.from(duration) as unknown as Temporal.Duration;

async function openStore() {
  const clock = standingClock('2026-11-23T02:00:00Z');
  const { db, again } = await openBase();
  return { kv: openKv(db, { clock }), other: openKv(again(), { clock }), clock, db };
}

test('what is set is read back, Thai and nested, and a second set takes its place', async () => {
  const { kv, other } = await openStore();
  await kv.set(['key', 'a'], { name: 'คุณอำนวย', list: [1, null, { x: true }] });
  expect(await other.get(['key', 'a'])).toEqual({ name: 'คุณอำนวย', list: [1, null, { x: true }] });
  await kv.set(['key', 'a'], 'second');
  expect(await kv.get(['key', 'a'])).toBe('second');
});

test('null is a value and undefined is absence', async () => {
  const { kv } = await openStore();
  await kv.set(['k'], null);
  expect(await kv.get(['k'])).toBeNull();
  expect(await kv.get(['missing'])).toBeUndefined();
  await kv.set(['k'], undefined);
  expect(await kv.get(['k'])).toBeUndefined();
});

test('delete removes, and removing what is not there is no error', async () => {
  const { kv } = await openStore();
  await kv.set(['k'], 1);
  await kv.delete(['k']);
  await kv.delete(['k']);
  expect(await kv.get(['k'])).toBeUndefined();
});

test('a value lives as long as its TTL, fractions of a second too, and a new set renews it', async () => {
  const { kv, clock, db } = await openStore();
  const ttl = lasting({ milliseconds: 1500 });
  await kv.set(['k'], 1, { ttl });
  clock.pass({ milliseconds: 1499 });
  expect(await kv.get(['k'])).toBe(1);
  await kv.set(['k'], 2, { ttl });
  clock.pass({ milliseconds: 1499 });
  expect(await kv.get(['k'])).toBe(2);
  clock.pass({ milliseconds: 1 });
  expect(await kv.get(['k'])).toBeUndefined();
  expect(await kv.sweep()).toBe(1);
  expect(await db.selectFrom('kv').selectAll().execute()).toEqual([]);
});

test('what has no TTL stays for 90 days, so that strangers cannot fill the disk', async () => {
  const { kv, clock } = await openStore();
  await kv.set(['publicKey', 'https://a.example/#k'], {});
  clock.pass({ days: 89 });
  expect(await kv.sweep()).toBe(0);
  clock.pass({ days: 2 });
  expect(await kv.sweep()).toBe(1);
});

test('cas swaps only what is expected, whatever the order of members', async () => {
  const { kv } = await openStore();
  expect(await kv.cas(['k'], undefined, { a: 1, b: 2 })).toBe(true);
  expect(await kv.cas(['k'], undefined, 'other')).toBe(false);
  expect(await kv.cas(['k'], { a: 1 }, 'other')).toBe(false);
  expect(await kv.cas(['k'], { b: 2, a: 1 }, null)).toBe(true);
  expect(await kv.get(['k'])).toBeNull();
  expect(await kv.cas(['k'], 'wrong', undefined)).toBe(false);
  expect(await kv.cas(['k'], null, undefined)).toBe(true);
  expect(await kv.get(['k'])).toBeUndefined();
  expect(await kv.cas(['k'], undefined, undefined)).toBe(true);
});

test('to cas an expired value is absent', async () => {
  const { kv, clock } = await openStore();
  await kv.set(['k'], 1, { ttl: lasting({ seconds: 1 }) });
  clock.pass({ seconds: 1 });
  expect(await kv.cas(['k'], 1, 2)).toBe(false);
  expect(await kv.cas(['k'], 1, undefined)).toBe(false);
  expect(await kv.cas(['k'], undefined, 3, { ttl: lasting({ seconds: 1 }) })).toBe(true);
  expect(await kv.get(['k'])).toBe(3);
});

test('of twenty racing swaps over two connections exactly one wins, from absence and from a value', async () => {
  const { kv, other } = await openStore();
  // What is swapped in is never what was there: else a second racer would find what it expects.
  const race = (expected: unknown) =>
    Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? kv : other).cas(['race'], expected, { winner: i, before: expected }),
      ),
    );
  expect((await race(undefined)).filter(Boolean)).toHaveLength(1);
  expect((await race(await kv.get(['race']))).filter(Boolean)).toHaveLength(1);
});

test('list finds by whole elements, minds no wildcard, and pages through many', async () => {
  const { kv } = await openStore();
  await kv.set(['a'], 0);
  await kv.set(['a', 'b'], 1);
  await kv.set(['a', 'b', '😀"%'], 2);
  await kv.set(['a', 'b', '😀"%', 'c'], 3);
  await kv.set(['a', 'bc'], 4);
  await kv.set(['a', '%'], 5);
  await kv.set(['a', '_'], 6);
  await kv.set(['ab'], 7);
  const values = async (prefix?: readonly [string, ...string[]]) => {
    const found: unknown[] = [];
    for await (const { value } of kv.list(prefix)) found.push(value);
    return found.sort();
  };
  expect(await values(['a'])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(await values(['a', 'b'])).toEqual([1, 2, 3]);
  expect(await values(['a', 'b', '😀"%'])).toEqual([2, 3]);
  expect(await values(['a', '%'])).toEqual([5]);
  expect(await values()).toHaveLength(8);
  for (let i = 0; i < 450; i++) await kv.set(['many', `${i}`], i);
  expect(await values(['many'])).toHaveLength(450);
});

test('list shows nothing that has expired and gives the key back as it was', async () => {
  const { db } = await openBase();
  const kv = openKv(db, { clock: systemClock });
  await kv.set(['p', 'dead'], 1, { ttl: lasting({ milliseconds: 0 }) });
  await kv.set(['p', 'https://x.example/ก'], 2);
  const found = [];
  for await (const entry of kv.list(['p'])) found.push(entry);
  expect(found).toEqual([{ key: ['p', 'https://x.example/ก'], value: 2 }]);
});
