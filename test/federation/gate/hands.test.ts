// How much mail is in hand at once, by address and in all.
import { expect, test } from 'vitest';
import { openHands } from '../../../src/federation/gate/hands.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** The status of a refusal, or what lets the letter go. */
function hold(hands: ReturnType<typeof openHands>, address: string, bytes: number) {
  const held = hands.hold({ address, bytes });
  return 'problem' in held ? held.problem : held.release;
}

test('three of the largest letters of one address are in hand at once; the fourth comes again', () => {
  const hands = openHands();
  const three = [1, 2, 3].map(() => hold(hands, '192.0.2.1', 640 * KIB));
  expect(three.every((held) => typeof held === 'function')).toBe(true);
  expect(hold(hands, '192.0.2.1', 640 * KIB)).toMatchObject({ status: 429, retryAfterSeconds: 30 });
  expect(hold(hands, '192.0.2.2', 640 * KIB)).toBeTypeOf('function');
  if (typeof three[0] === 'function') three[0]();
  expect(hold(hands, '192.0.2.1', 640 * KIB)).toBeTypeOf('function');
});

test('of common letters an address has a thousand in hand', () => {
  const hands = openHands();
  for (let i = 0; i < 1_000; i++) expect(hold(hands, '192.0.2.1', i)).toBeTypeOf('function');
});

test('when all together send too much, whoever comes next is asked to come again', () => {
  const hands = openHands();
  const held = Array.from({ length: 8 }, (_, i) => [1, 2, 3].map(() => hold(hands, `192.0.2.${i}`, 640 * KIB))).flat();
  expect(held.every((one) => typeof one === 'function')).toBe(true);
  expect(24 * 640 * KIB).toBeLessThanOrEqual(16 * MIB);
  expect(hold(hands, '192.0.2.99', 640 * KIB)).toBeTypeOf('function');
  expect(hold(hands, '192.0.2.100', 640 * KIB)).toMatchObject({ status: 503, retryAfterSeconds: 30 });
  for (const one of held) if (typeof one === 'function') one();
  expect(hold(hands, '192.0.2.100', 640 * KIB)).toBeTypeOf('function');
});

test('a letter that does not say its length weighs 256 KiB, and one that says too much no more than is read', () => {
  const hands = openHands();
  for (let i = 0; i < 8; i++) expect(hold(hands, '192.0.2.1', Number.POSITIVE_INFINITY)).toBeTypeOf('function');
  expect(hold(hands, '192.0.2.1', 0)).toMatchObject({ status: 429 });
  expect(hold(hands, '192.0.2.2', 1e12)).toBeTypeOf('function');
});
