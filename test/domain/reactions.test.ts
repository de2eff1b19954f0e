// What a reaction may show: one grapheme that is an emoji, or the name of a custom one (FEP-c0e0).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bidFarewell } from '../../src/domain/farewell.ts';
import { likeCount } from '../../src/domain/likes.ts';
import { readEmoji, receiveReaction } from '../../src/domain/reactions.ts';
import { meet, openWorld, published, reader, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

test.each(['👍', '❤', '❤️', '👨‍👩‍👧‍👦', '🇹🇭', '3️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽'])('%s is read as it came', (text) => {
  expect(readEmoji(` ${text} `)).toBe(text);
});

test('a custom emoji keeps its name and leaves its host', () => {
  expect([readEmoji(':somtam:'), readEmoji(':somtam@.:'), readEmoji(':somtam@misskey.example:')]).toEqual(
    Array(3).fill(':somtam:'),
  );
});

test.each(['', ' ', 'ก', 'ดี', '1', '#', '👍👍', ':a b:', '::', ':x', `:${'a'.repeat(101)}:`, '<b>'])(
  '%s is none',
  (text) => {
    expect(readEmoji(text)).toBeNull();
  },
);

test('each emoji of an actor is kept, they count as one like, and go when the actor goes', async () => {
  const { db, clock } = world;
  await meet(world, reader);
  const entry = await published(world);
  const given = { actor: reader.id, entry: entry.id, clock };
  await receiveReaction(db, { ...given, id: 'https://example.social/r/1', emoji: '🔥' });
  await receiveReaction(db, { ...given, id: 'https://example.social/r/2', emoji: '🌾' });
  await receiveReaction(db, { ...given, id: 'https://example.social/r/3', emoji: '🌾' });
  expect(await db.selectFrom('reactions').select('id').execute()).toHaveLength(2);
  expect(await likeCount(db, { entry: entry.id })).toBe(1);
  const { version } = await db.selectFrom('entries').select('version').executeTakeFirstOrThrow();
  expect(version).toBe(entry.version + 2);
  await bidFarewell(db, { actor: reader.id, clock });
  expect(await likeCount(db, { entry: entry.id })).toBe(0);
});
