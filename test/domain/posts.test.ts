// Posts of those whom our blogs follow: kept, revised and deleted as their authors do.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteReceived } from '../../src/domain/comments/receive.ts';
import { type ArrivingPost, deletePost, postById, receivePost, revisePost } from '../../src/domain/posts.ts';
import { postsPage } from '../../src/domain/reading/posts.ts';
import { plainToHtml } from '../../src/domain/text/sanitise.ts';
import { tombstone } from '../../src/domain/tombstones.ts';
import { arrivingPost, dump, meet, openWorld, reader, stranger, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await meet(world, reader);
  await meet(world, stranger);
});
afterEach(() => world.close());

const id = arrivingPost(reader).id;
const receive = (given: Partial<ArrivingPost> = {}) =>
  receivePost(world.db, { post: arrivingPost(reader, given), clock: world.clock });
const revise = (given: Partial<ArrivingPost> = {}) =>
  revisePost(world.db, { post: arrivingPost(reader, given), clock: world.clock });
const tagsOf = async () => (await postsPage(world.db, { after: null, limit: 1 })).items[0]?.tags;

test('a post is kept as it came, once', async () => {
  expect(await receive({ tags: ['น้ำ', 'น\u0e49\u0e4d\u0e32', '#ปุ๋ยหมัก'] })).toBe(true);
  expect(await postById(world.db, { id })).toMatchObject({
    actor: reader.id,
    type: 'Article',
    title: 'กองปุ๋ยที่บ้านมะขามเรียง',
    html: Buffer.from('<p>วันนี้กองปุ๋ยร้อนหกสิบองศา</p>'),
    published: '2026-11-23T03:00:00.000Z',
    revised: null,
    received: '2026-11-23T03:00:00.000Z',
  });
  expect((await tagsOf())?.toSorted()).toEqual(['น้ำ', 'ปุ๋ยหมัก'].toSorted());
  const before = dump(world);
  expect(await receive({ title: 'อีกครั้ง' })).toBe(false);
  expect(dump(world)).toEqual(before);
});

test('titles and summaries without end are cut', async () => {
  await receive({ title: 'น้ำ'.repeat(1_000), summary: 'น้ำ'.repeat(9_000) });
  const post = await postById(world.db, { id });
  expect(post?.title).toMatch(/^(น้ำ){90,100}…$/);
  expect(post?.summary).toMatch(/^(น้ำ){600,666}…$/);
});

test('its author’s edit is applied, with its tags; the first date stays', async () => {
  await receive({ tags: ['น้ำ'] });
  const edit = { title: 'แก้แล้ว', html: plainToHtml('ใหม่'), tags: ['ดิน'], published: '2030-01-01T00:00:00.000Z' };
  expect(await revise({ ...edit, revised: '2026-11-23T04:00:00.000Z' })).toBe(true);
  expect(await postById(world.db, { id })).toMatchObject({
    title: 'แก้แล้ว',
    html: Buffer.from('<p>ใหม่</p>'),
    published: '2026-11-23T03:00:00.000Z',
    revised: '2026-11-23T04:00:00.000Z',
  });
  expect(await tagsOf()).toEqual(['ดิน']);
});

test('an edit by somebody else, a late one, and one of what is not here change nothing', async () => {
  await receive();
  await revise({ title: 'ใหม่กว่า', revised: '2026-11-23T05:00:00.000Z' });
  const before = dump(world);
  expect(await revise({ actor: stranger.id, title: 'ปลอม', revised: '2026-11-23T06:00:00.000Z' })).toBe(false);
  expect(await revise({ title: 'เก่ากว่า', revised: '2026-11-23T04:00:00.000Z' })).toBe(false);
  expect(await revise({ id: 'https://example.social/posts/99' })).toBe(false);
  expect(dump(world)).toEqual(before);
});

test('its author deletes it, and it does not come back', async () => {
  const { db, clock } = world;
  await receive({ tags: ['น้ำ'] });
  expect(await deletePost(db, { id, actor: stranger.id, clock })).toBe(false);
  expect(await deletePost(db, { id, actor: reader.id, clock })).toBe(true);
  expect(await postById(db, { id })).toBeNull();
  expect(dump(world).post_tags).toEqual([]);
  expect(await tombstone(db, { id })).toMatchObject({ actor: reader.id, formerType: 'Article' });
  expect(await receive()).toBe(false);
  expect(await deletePost(db, { id, actor: reader.id, clock })).toBe(false);
});

test('a deletion by its author that overtakes it buries it; one by somebody else does not', async () => {
  const { db, clock } = world;
  await deleteReceived(db, { uri: id, actor: `${reader.id}-neighbour`, clock });
  expect(await receive()).toBe(true);
  const next = 'https://example.social/posts/2';
  await deleteReceived(db, { uri: next, actor: reader.id, clock });
  expect(await receive({ id: next })).toBe(false);
});
