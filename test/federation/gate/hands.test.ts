// How much mail is in hand at once, by address and in all.
import { expect, test } from 'vitest';
import { openHands } from '../../../src/federation/gate/hands.ts';

const KIB = 1024;
const LARGEST = 640 * KIB;

test('three of the largest letters of one address are in hand at once; the fourth comes again', () => {
  const hands = openHands();
  const three = [1, 2, 3].map(() => hands.hold('192.0.2.1'));
  expect(three.map(({ weigh }) => weigh(LARGEST))).toEqual([null, null, null]);
  expect(hands.hold('192.0.2.1').weigh(LARGEST)).toMatchObject({ status: 429, retryAfterSeconds: 30 });
  expect(hands.hold('192.0.2.2').weigh(LARGEST)).toBeNull();
  three[0]?.release();
  expect(hands.hold('192.0.2.1').weigh(LARGEST)).toBeNull();
});

test('of common letters an address has five hundred in hand', () => {
  const hands = openHands();
  for (let i = 0; i < 500; i++) expect(hands.hold('192.0.2.1').weigh(4 * KIB)).toBeNull();
});

test('what has not come weighs nothing, however many wait to send it', () => {
  const hands = openHands();
  for (let i = 0; i < 10_000; i++) hands.hold(`192.0.2.${i % 8}`).weigh(1);
  expect(hands.hold('198.51.100.1').weigh(LARGEST)).toBeNull();
});

test('when large letters fill it, large ones come again and common ones pass', () => {
  const hands = openHands();
  const held = Array.from({ length: 12 }, (_, i) => hands.hold(`192.0.2.${i >> 1}`));
  expect(held.map(({ weigh }) => weigh(LARGEST)).every((problem) => problem === null)).toBe(true);
  const late = hands.hold('198.51.100.1');
  expect(late.weigh(64 * KIB)).toBeNull();
  expect(late.weigh(LARGEST)).toMatchObject({ status: 503, retryAfterSeconds: 30 });
  expect(hands.hold('198.51.100.2').weigh(64 * KIB)).toBeNull();
  for (const one of held) one.release();
  expect(late.weigh(LARGEST)).toBeNull();
});

test('when common letters fill it too, whoever comes next comes again', () => {
  const hands = openHands();
  for (let i = 0; i < 256; i++) expect(hands.hold(`192.0.2.${i >> 5}`).weigh(64 * KIB)).toBeNull();
  expect(hands.hold('198.51.100.1').weigh(1)).toMatchObject({ status: 503 });
});
