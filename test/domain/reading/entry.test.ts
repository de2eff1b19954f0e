// What an entry's page shows, and to whom there is one.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideComment } from '../../../src/domain/comments/moderate.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { writeEntry } from '../../../src/domain/entries/write.ts';
import { receiveLike } from '../../../src/domain/likes.ts';
import { entryReading } from '../../../src/domain/reading/entry.ts';
import { ANYONE, type Viewer, viewerOf } from '../../../src/domain/visibility.ts';
import {
  commented,
  meet,
  ORIGIN,
  openWorld,
  published,
  reader,
  stranger,
  type World,
  withSeed,
  words,
} from '../../world.ts';

let world: World;
let author: Viewer;
beforeEach(async () => {
  world = await openWorld();
  author = await viewerOf(world.db, { person: world.author });
});
afterEach(() => world.close());

const read = (number: number, { viewer = ANYONE, handle = world.blog.handle } = {}) =>
  entryReading(world.db, { handle, number, viewer });

async function shown(number: number, viewer: Viewer = ANYONE) {
  const reading = await read(number, { viewer });
  if (typeof reading === 'string') throw new Error(`there is no page: ${reading}`);
  return reading;
}

test('everything on the page, read at once', async () => {
  const { db, blog, clock } = world;
  const entry = await published(world, { source: 'ครบ **เก้าวัน**', tags: ['น้ำ', 'ดิน'] });
  await meet(world, reader);
  await meet(world, stranger);
  const { id } = await commented(world, { actor: reader, entry });
  await decideComment(db, { id, decision: 'show', viewer: 'operator' });
  await commented(world, { actor: reader, entry, parent: id, uri: 'https://example.social/notes/2' });
  await commented(world, { actor: stranger, entry });
  await receiveLike(db, { id: `${reader.id}#like`, actor: reader.id, entry: entry.id, clock });
  expect(await shown(1)).toMatchObject({
    entry: { id: entry.id },
    blog: { id: blog.id },
    html: '<p>ครบ <strong>เก้าวัน</strong></p>\n',
    tags: ['น้ำ', 'ดิน'],
    series: null,
    thread: [{ id, replies: [{ state: 'shown' }] }],
    comments: 2,
    likes: 1,
  });
  // The author sees the one that waits, and it does not count.
  const { thread, comments } = await shown(1, author);
  expect([thread.length, comments]).toEqual([2, 2]);
});

test('the seed’s page has the comment of 2006', async () => {
  await withSeed(world);
  expect(await shown(1)).toMatchObject({ comments: 1, thread: [{ guest: '', imported: true }] });
});

test('the page is under its blog’s handle, in any case, and no other', async () => {
  await published(world);
  expect(await read(1, { handle: world.blog.handle.toUpperCase() })).toMatchObject({ entry: { number: 1 } });
  expect(await read(1, { handle: 'another' })).toBe('none');
  expect(await read(2)).toBe('none');
});

test('a draft is for its authors; others cannot tell it from what never was', async () => {
  const { db, blog, clock } = world;
  await writeEntry(db, { blog: blog.id, author: null, words: words(), as: 'draft', origin: ORIGIN, clock });
  expect(await read(1)).toBe('none');
  expect(await shown(1, author)).toMatchObject({ entry: { state: 'draft' } });
  await withdrawEntry(db, { id: (await shown(1, author)).entry.id, clock });
  expect(await read(1)).toBe('none');
  expect(await read(1, { viewer: author })).toBe('none');
});

test('what was withdrawn is gone, for everybody', async () => {
  const entry = await published(world);
  await withdrawEntry(world.db, { id: entry.id, clock: world.clock });
  expect(await read(1)).toBe('gone');
  expect(await read(1, { viewer: author })).toBe('gone');
});
