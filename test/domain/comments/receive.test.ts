// Comments from afar: who may speak, where it stands, and who may change it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommentPolicy } from '../../../src/domain/blogs.ts';
import { decideComment } from '../../../src/domain/comments/moderate.ts';
import {
  deleteReceived,
  placeOf,
  receiveComment,
  receiveTalk,
  reviseReceived,
} from '../../../src/domain/comments/receive.ts';
import { writeComment } from '../../../src/domain/comments/write.ts';
import { withdrawEntry } from '../../../src/domain/entries/withdraw.ts';
import { type Entry, entryOrRefuse, writeEntry } from '../../../src/domain/entries/write.ts';
import { plainToHtml } from '../../../src/domain/text/sanitise.ts';
import { tombstone } from '../../../src/domain/tombstones.ts';
import {
  arriving,
  commented,
  dump,
  meet,
  ORIGIN,
  openWorld,
  published,
  reader,
  stranger,
  tellings,
  type World,
  words,
} from '../../world.ts';

let world: World;
let entry: Entry;
beforeEach(() => opened('hold-first'));
afterEach(() => world.close());

async function opened(comments: CommentPolicy): Promise<void> {
  await world?.close();
  world = await openWorld({ comments });
  entry = await published(world);
  await meet(world, reader);
  await meet(world, stranger);
}

const kept = (uri: string) =>
  world.db.selectFrom('comments').selectAll().where('uri', '=', uri).executeTakeFirstOrThrow();
const version = async () => (await entryOrRefuse(world.db, { id: entry.id })).version;
const note = (n: number) => `https://example.social/notes/${n}`;

describe('the policy of the blog', () => {
  test('§15.82 hold-first: the first comment of an unknown author waits, and so does the next, until one is approved', async () => {
    const first = await commented(world, { actor: reader, entry, uri: note(1) });
    const second = await commented(world, { actor: reader, entry, uri: note(2) });
    expect([first.receipt, second.receipt]).toEqual(['held', 'held']);
    await decideComment(world.db, { id: first.id, decision: 'show', viewer: 'operator' });
    expect(await commented(world, { actor: reader, entry, uri: note(3) })).toMatchObject({ receipt: 'shown' });
    expect(await kept(note(2))).toMatchObject({ state: 'held' });
  });

  test('hold-first: the good name of one author is not another’s', async () => {
    const first = await commented(world, { actor: reader, entry, uri: note(1) });
    await decideComment(world.db, { id: first.id, decision: 'show', viewer: 'operator' });
    expect(await commented(world, { actor: stranger, entry })).toMatchObject({ receipt: 'held' });
  });

  test('§15.82 hold-first: an author whose only shown comment was hidden waits again', async () => {
    const first = await commented(world, { actor: reader, entry, uri: note(1) });
    await decideComment(world.db, { id: first.id, decision: 'show', viewer: 'operator' });
    await decideComment(world.db, { id: first.id, decision: 'hide', viewer: 'operator' });
    expect(await commented(world, { actor: reader, entry, uri: note(2) })).toMatchObject({ receipt: 'held' });
  });

  test('open: everybody’s first comment shows', async () => {
    await opened('open');
    expect(await commented(world, { actor: stranger, entry })).toMatchObject({ receipt: 'shown' });
  });

  test('closed: nothing is kept', async () => {
    await opened('closed');
    const before = dump(world);
    expect(await commented(world, { actor: reader, entry })).toEqual({ receipt: 'closed', id: '' });
    expect(dump(world)).toEqual(before);
  });
});

test('what is kept is what came, with the time it came', async () => {
  world.clock.pass({ hours: 1 });
  await commented(world, { actor: reader, entry, uri: note(1) });
  expect(await kept(note(1))).toMatchObject({
    entry: entry.id,
    parent: null,
    actor: reader.id,
    blog: null,
    html: Buffer.from('<p>เยี่ยมยอดเลยนะคะ</p>'),
    published: '2026-11-23T03:00:00.000Z',
    received: '2026-11-23T04:00:00.000Z',
    imported: 0,
  });
});

test('a comment that comes again is known and changes nothing', async () => {
  await commented(world, { actor: reader, entry, uri: note(1) });
  const before = dump(world);
  expect(await commented(world, { actor: reader, entry, uri: note(1) })).toMatchObject({ receipt: 'known' });
  expect(dump(world)).toEqual(before);
});

test('what others say is not ours to tell', async () => {
  await commented(world, { actor: reader, entry });
  expect(await tellings(world)).toEqual(['entry.published']);
});

describe('a talk that comes together', () => {
  const received = (numbers: number[]) =>
    receiveTalk(world.db, {
      comments: numbers.map((n) => arriving(reader, { uri: note(n) })),
      place: { entry: entry.id, parent: null },
      clock: world.clock,
    });
  const parentOf = async (n: number) => (await kept(note(n))).parent;

  test('stands as it was spoken, each under the one before, and what is here already stays where it is', async () => {
    await opened('open');
    const { id } = await commented(world, { actor: reader, entry, uri: note(1) });
    expect(await received([1, 2, 3])).toBe('shown');
    expect([await parentOf(1), await parentOf(2), await parentOf(3)]).toEqual([null, id, (await kept(note(2))).id]);
  });

  test('leaves out what its author deleted, and goes on above it', async () => {
    await opened('open');
    await deleteReceived(world.db, { uri: note(1), actor: reader.id, clock: world.clock });
    expect(await received([1, 2])).toBe('shown');
    expect(await parentOf(2)).toBeNull();
  });

  test('is not kept at all where comments are closed', async () => {
    await opened('closed');
    expect(await received([1, 2])).toBe('closed');
    expect(await world.db.selectFrom('comments').select('id').execute()).toEqual([]);
  });
});

describe('an edit', () => {
  const revise = (given: { actor?: string; text?: string; revised: string }) =>
    reviseReceived(world.db, {
      uri: note(1),
      actor: given.actor ?? reader.id,
      html: plainToHtml(given.text ?? 'แก้คำผิด'),
      revised: given.revised,
    });
  beforeEach(() => commented(world, { actor: reader, entry, uri: note(1) }));

  test('by its author is applied and makes the page new', async () => {
    const before = await version();
    expect(await revise({ revised: '2026-11-23T04:00:00.000Z' })).toBe(true);
    expect(await kept(note(1))).toMatchObject({
      html: Buffer.from('<p>แก้คำผิด</p>'),
      revised: '2026-11-23T04:00:00.000Z',
      state: 'held',
      version: 2,
    });
    expect(await version()).toBe(before + 1);
  });

  test('by anybody else changes nothing', async () => {
    const before = dump(world);
    expect(await revise({ actor: stranger.id, revised: '2026-11-23T04:00:00.000Z' })).toBe(false);
    expect(dump(world)).toEqual(before);
  });

  test('that is older than what we have, or the same, is late', async () => {
    await revise({ text: 'ใหม่กว่า', revised: '2026-11-23T05:00:00.000Z' });
    expect(await revise({ text: 'เก่ากว่า', revised: '2026-11-23T04:00:00.000Z' })).toBe(false);
    expect(await revise({ text: 'เท่ากัน', revised: '2026-11-23T05:00:00.000Z' })).toBe(false);
    expect(await kept(note(1))).toMatchObject({ html: Buffer.from('<p>ใหม่กว่า</p>') });
  });

  test('of what was never here, or was deleted, is not applied', async () => {
    const never = reviseReceived(world.db, {
      uri: note(99),
      actor: reader.id,
      html: plainToHtml('?'),
      revised: '2026-11-23T04:00:00.000Z',
    });
    expect(await never).toBe(false);
    await deleteReceived(world.db, { uri: note(1), actor: reader.id, clock: world.clock });
    expect(await revise({ revised: '2026-11-23T06:00:00.000Z' })).toBe(false);
    expect(await kept(note(1))).toMatchObject({ html: Buffer.alloc(0), state: 'deleted' });
  });
});

describe('a deletion', () => {
  const remove = (actor: string, uri = note(1)) => deleteReceived(world.db, { uri, actor, clock: world.clock });

  test('by its author takes the words and leaves the place and a tombstone', async () => {
    await commented(world, { actor: reader, entry, uri: note(1) });
    const before = await version();
    expect(await remove(reader.id)).toBe(true);
    expect(await kept(note(1))).toMatchObject({ state: 'deleted', html: Buffer.alloc(0), version: 2 });
    expect(await tombstone(world.db, { id: note(1) })).toMatchObject({ actor: reader.id, formerType: 'Note' });
    expect(await version()).toBe(before + 1);
  });

  test('by anybody else changes nothing', async () => {
    await commented(world, { actor: reader, entry, uri: note(1) });
    const before = dump(world);
    expect(await remove(stranger.id)).toBe(false);
    expect(dump(world)).toEqual(before);
  });

  test('that overtakes its comment buries it', async () => {
    expect(await remove(reader.id)).toBe(false);
    expect(await commented(world, { actor: reader, entry, uri: note(1) })).toEqual({ receipt: 'buried', id: '' });
  });

  test('by somebody else, of what has not come yet, keeps nobody from speaking', async () => {
    await remove(`${reader.id}-neighbour`);
    expect(await commented(world, { actor: reader, entry, uri: note(1) })).toMatchObject({ receipt: 'held' });
  });

  test("by a neighbour first does not undo the author's own", async () => {
    await remove(`${reader.id}-neighbour`);
    await remove(reader.id);
    expect(await commented(world, { actor: reader, entry, uri: note(1) })).toMatchObject({ receipt: 'buried' });
  });

  test('that comes twice does no harm', async () => {
    await commented(world, { actor: reader, entry, uri: note(1) });
    await remove(reader.id);
    await remove(reader.id);
    expect(await commented(world, { actor: reader, entry, uri: note(1) })).toMatchObject({ receipt: 'buried' });
  });
});

describe('the place that an inReplyTo names', () => {
  const place = (inReplyTo: string) => placeOf(world.db, { origin: ORIGIN, inReplyTo });

  test('an entry, by its id and by its page in either language', async () => {
    const here = { entry: entry.id, parent: null };
    expect(await place(`${ORIGIN}/ap/entries/${entry.id}`)).toEqual(here);
    expect(await place(`${ORIGIN}/@${world.blog.handle}/${entry.number}`)).toEqual(here);
    expect(await place(`${ORIGIN}/en/@${world.blog.handle}/${entry.number}`)).toEqual(here);
    expect(await place(`${ORIGIN}/@${world.blog.handle}/${entry.number}#c-abc`)).toEqual(here);
  });

  test('a comment of ours by its id, one from afar by its own', async () => {
    const { id } = await commented(world, { actor: reader, entry, uri: note(1) });
    expect(await place(note(1))).toEqual({ entry: entry.id, parent: id });
    const own = await writeComment(world.db, {
      blog: world.blog.id,
      place: { entry: entry.id, parent: null },
      source: 'ขอบคุณ',
      language: 'th',
      origin: ORIGIN,
      clock: world.clock,
    });
    expect(await place(`${ORIGIN}/ap/comments/${own.id}`)).toEqual({ entry: entry.id, parent: own.id });
  });

  test('nothing, for others’ addresses, for our own that name no text, and for what is no address', async () => {
    expect(await place('https://elsewhere.example/notes/7')).toBeNull();
    expect(await place(`https://elsewhere.example/ap/entries/${entry.id}`)).toBeNull();
    expect(await place(`${ORIGIN}/ap/entries/never`)).toBeNull();
    expect(await place(`${ORIGIN}/@${world.blog.handle}`)).toBeNull();
    expect(await place(`${ORIGIN}/@${world.blog.handle}/99`)).toBeNull();
    expect(await place('not an address')).toBeNull();
  });

  test('nothing, for a page number under another blog’s name', async () => {
    expect(await place(`${ORIGIN}/@somebody_else/${entry.number}`)).toBeNull();
  });

  test('nothing, for drafts and for what was withdrawn, nor for the comments under it', async () => {
    const { db, blog, clock } = world;
    const draft = await writeEntry(db, {
      blog: blog.id,
      author: null,
      words: words(),
      as: 'draft',
      origin: ORIGIN,
      clock,
    });
    if (!draft.ok) throw new Error('the draft was refused');
    expect(await place(`${ORIGIN}/ap/entries/${draft.entry.id}`)).toBeNull();
    await commented(world, { actor: reader, entry, uri: note(1) });
    await withdrawEntry(db, { id: entry.id, clock });
    expect(await place(`${ORIGIN}/ap/entries/${entry.id}`)).toBeNull();
    expect(await place(note(1))).toBeNull();
  });

  test('nothing, for a comment that was hidden', async () => {
    const { id } = await commented(world, { actor: reader, entry, uri: note(1) });
    await decideComment(world.db, { id, decision: 'hide', viewer: 'operator' });
    expect(await place(note(1))).toBeNull();
  });

  test('a deleted comment keeps its place, so that the talk under it can go on', async () => {
    const { id } = await commented(world, { actor: reader, entry, uri: note(1) });
    await deleteReceived(world.db, { uri: note(1), actor: reader.id, clock: world.clock });
    expect(await place(note(1))).toEqual({ entry: entry.id, parent: id });
  });
});

test('twenty copies of one comment at once are one comment', async () => {
  const place = { entry: entry.id, parent: null };
  const receipts = await Promise.all(
    Array.from({ length: 20 }, () =>
      receiveComment(world.db, { comment: arriving(reader), place, clock: world.clock }),
    ),
  );
  expect(receipts.toSorted()).toEqual(['held', ...Array.from({ length: 19 }, () => 'known')]);
});
